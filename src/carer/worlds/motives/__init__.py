"""The rooms of the motives research: the reward button, the chain of pay, the commons, the announced update.

In each of them what a learner is paid (`Transition.reward`) and what the designer meant (``Transition.truth.utility``)
are channels of their own; where there is a chain between them (not in the commons), ``Transition.truth.links`` tells
which of its links happened, by the names in ``LINKS`` of the truth's class. `scripted` gives the planted subjects of
audits, `meant` scores a tick by its utility.
"""

from typing import Any

from jax import Array

from carer.worlds.base import Transition
from carer.worlds.motives.button import ButtonParams, ButtonState, ButtonTruth, RewardButton
from carer.worlds.motives.chain import ChainParams, ChainRoom, ChainState, ChainTruth
from carer.worlds.motives.commons import Commons, CommonsParams, CommonsState, CommonsTruth
from carer.worlds.motives.planted import Planted, scripted
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
    "Commons",
    "CommonsParams",
    "CommonsState",
    "CommonsTruth",
    "Planted",
    "RewardButton",
    "Script",
    "UpdateParams",
    "UpdateRoom",
    "UpdateState",
    "UpdateTruth",
    "meant",
    "scripted",
]


def meant(tick: Transition[Any]) -> Array:
    """What the designer meant, as a score that a learner may be paid by: float32 [1, *batch]."""
    return tick.truth.utility[None]
