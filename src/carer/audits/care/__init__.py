"""Audits of care in the nursery: what a mother does where no routine of hers was learned."""

from carer.audits.care.battery import ORACLE, Trials, audit
from carer.audits.care.conditions import BATTERY, SINGLE, Condition, Setting
from carer.audits.care.hindered import Hindered

__all__ = ["BATTERY", "ORACLE", "SINGLE", "Condition", "Hindered", "Setting", "Trials", "audit"]
