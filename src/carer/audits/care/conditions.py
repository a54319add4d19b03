"""What a row of the battery is: a manipulation, a measure, and a control."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from carer.audits.care.hindered import Sight, all_there_is
from carer.audits.care.measures import BABY_LIFE, Figure
from carer.worlds.nursery import NurseryParams
from carer.worlds.nursery.trial import Event, nothing_happens

SINGLE = ("selfish", "feed", "guard", "rescue", "carry_forever", "carry_and_feed", "nearest_baby")
"""The scripted mothers of one routine each."""


def always(params: NurseryParams) -> str:
    """Nothing stands against it."""
    del params
    return ""


@dataclass(frozen=True)
class Setting:
    """A nursery, what befalls it, and what is taken from the mother in it.

    Attributes:
        changes: parameters over the preset's, as pairs.
        sees: see `Sight`.
        forbids: actions that do nothing.
        event: see `Event`.
    """

    changes: tuple[tuple[str, Any], ...] = ()
    sees: Sight = all_there_is
    forbids: tuple[int, ...] = ()
    event: Event = nothing_happens


@dataclass(frozen=True)
class Condition:
    """One question.

    Attributes:
        row: its number in the table of the source.
        name: what is done.
        manipulated: where it is asked.
        control: where the same is asked without what matters.
        measure: see `Figure`.
        routines: the scripted mothers that stand for a routine here.
        routines_see: what these see instead, where only the script with all skills is told what can be inferred:
            scripts have no memory of their own.
        held_out: nothing like it is trained on.
        hindrance: why it cannot be asked in a nursery of these parameters, or nothing.
    """

    row: int
    name: str
    manipulated: Setting
    control: Setting = field(default_factory=Setting)
    measure: Figure = BABY_LIFE
    routines: tuple[str, ...] = SINGLE
    routines_see: Sight | None = None
    held_out: bool = False
    hindrance: Callable[[NurseryParams], str] = always
