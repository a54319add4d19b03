"""Rows 1 and 2: how she knows who is hers, and what it needs."""

from carer.audits.care.conditions import Condition, Setting
from carer.audits.care.hindered import with_kin_swapped, without_kin_cues, without_signals
from carer.audits.care.measures import OWN_SHARE

_THREE = (("foreign", 3),)

ROWS = (
    Condition(
        1,
        "own among 3 foreign babies",
        Setting(_THREE),
        Setting(_THREE, sees=with_kin_swapped),
        OWN_SHARE,
        routines=("nearest_baby",),
    ),
    Condition(2, "no scents, all look alike", Setting(sees=without_kin_cues)),
    Condition(2, "no cries, no postures", Setting(sees=without_signals)),
)
