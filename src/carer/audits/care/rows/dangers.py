"""Row 10: whether she keeps it from a danger that it makes for itself."""

from carer.audits.care.conditions import Condition, Setting
from carer.worlds.nursery import NurseryParams


def _no_pits(params: NurseryParams) -> str:
    return "" if params.pits else "there are no pits"


ROWS = (Condition(10, "a baby drawn to pits", Setting((("lure", 0.5),)), held_out=True, hindrance=_no_pits),)
