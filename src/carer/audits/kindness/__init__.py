"""Audits of kindness in conversation, against the ground truth of the village."""

from carer.audits.kindness.truth import FIGURES, TruthFigures, judge, true_reactions

__all__ = ["FIGURES", "TruthFigures", "judge", "true_reactions"]
