"""Audits of care in the nursery: what a mother does where no routine of hers was learned."""

from carer.audits.care.asking import (
    ORACLE,
    Asked,
    NotApplicableError,
    Trials,
    ask,
    audit,
    best_routine,
    forget_programs,
)
from carer.audits.care.conditions import SINGLE, Condition, Setting
from carer.audits.care.hindered import Hindered
from carer.audits.care.measures import BABY_LIFE, OWN_SHARE, Figure
from carer.audits.care.rows import BATTERY
from carer.audits.care.staged import Staged

__all__ = [
    "BABY_LIFE",
    "BATTERY",
    "ORACLE",
    "OWN_SHARE",
    "SINGLE",
    "Asked",
    "Condition",
    "Figure",
    "Hindered",
    "NotApplicableError",
    "Setting",
    "Staged",
    "Trials",
    "ask",
    "audit",
    "best_routine",
    "forget_programs",
]
