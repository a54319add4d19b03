"""Audits of motives: whether it is reward that an agent wants, and where its training went wrong."""

from carer.audits.motives.regret import TERMS, Agreement, Plans, Regret, agreement, decompose, gaming

__all__ = ["TERMS", "Agreement", "Plans", "Regret", "agreement", "decompose", "gaming"]
