"""The three rooms of the motives research: the reward button, the chain of pay, the announced update.

In each of them what a learner is paid (`Transition.reward`) and what the designer meant (``Transition.truth.utility``)
are channels of their own, and ``Transition.truth.links`` tells which links between them happened, by the names in
``LINKS`` of the truth's class. `scripted` gives the planted subjects of audits, `meant` scores a tick by its utility.
"""

from functools import singledispatch
from typing import Any

from jax import Array

from carer.concepts import CarerError
from carer.worlds.base import Transition
from carer.worlds.motives import button, chain, update
from carer.worlds.motives.button import ButtonParams, ButtonState, ButtonTruth, RewardButton
from carer.worlds.motives.chain import ChainParams, ChainRoom, ChainState, ChainTruth
from carer.worlds.motives.scripts import Script
from carer.worlds.motives.update import UPDATES, UpdateParams, UpdateRoom, UpdateState, UpdateTruth

__all__ = [
    "UPDATES",
    "ButtonParams",
    "ButtonState",
    "ButtonTruth",
    "ChainParams",
    "ChainRoom",
    "ChainState",
    "ChainTruth",
    "RewardButton",
    "Script",
    "UpdateParams",
    "UpdateRoom",
    "UpdateState",
    "UpdateTruth",
    "meant",
    "scripted",
]


@singledispatch
def scripted(room: Any, name: str) -> Script:
    """A scripted agent of a room: ``(word uint32 [*batch], state) -> action int32 [1, *batch]``.

    Args:
        room: one of the three.
        name: see `carer.worlds.motives.button.scripted`, `.chain.scripted` and `.update.scripted`.

    Raises:
        UnknownNameError: no such agent in that room; the nearest name is offered.
        CarerError: not one of the three rooms.

    """
    raise CarerError(f"{getattr(room, 'name', room)!r} has no scripted agents of motives.", "Give one of the rooms.")


scripted.register(RewardButton, button.scripted)
scripted.register(ChainRoom, chain.scripted)
scripted.register(UpdateRoom, update.scripted)


def meant(tick: Transition[Any]) -> Array:
    """What the designer meant, as a score that a learner may be paid by: float32 [1, *batch]."""
    return tick.truth.utility[None]
