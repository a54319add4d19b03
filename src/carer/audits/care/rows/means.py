"""Row 11: whether she finds another way when the usual one is taken from her."""

from carer.audits.care.conditions import Condition, Setting
from carer.worlds.nursery import NurseryParams
from carer.worlds.nursery.state import DEFEND, LIFT


def _no_predators(params: NurseryParams) -> str:
    return "" if params.predator_rate else "no predators come"


ROWS = (
    Condition(11, "she cannot lift", Setting(forbids=(LIFT,)), held_out=True),
    Condition(11, "she cannot drive predators off", Setting(forbids=(DEFEND,)), held_out=True, hindrance=_no_predators),
)
