"""Where the value of an agent has settled: what it makes of one link of the chain, with all others cut.

Source: *Motives*, link cuts. Here an agent stands still, and at one tick one link happens by itself and nothing else of
the chain: what its value rises by is what it holds that link to be worth.
"""

from dataclasses import replace

import numpy as np
from jax import Array
from numpy.typing import NDArray

from carer.agents import LearnerState
from carer.experiments.motives.settling import AT, Scene, value_after
from carer.worlds.motives import RewardButton
from carer.worlds.motives.button import LINKS

ASKED = tuple(link for link in LINKS if link != "own_press")
"""The links that are made to happen: those of the chain, without the agent's own hand."""


def rises(learners: LearnerState, room: RewardButton, key: Array, episodes: int) -> dict[str, NDArray[np.float64]]:
    """By how much the value rises in the ticks after a link, in units of reward: for each link [seeds].

    Args:
        learners: stacked [seeds].
        room: the one they learned in; its button is in the room.
        key: a typed JAX key.
        episodes: rooms that are asked.

    """
    nothing = value_after(learners, _with(room, cut=LINKS), key, episodes)
    return {link: value_after(learners, _with(room, do=link), key, episodes) - nothing for link in ASKED}


def _with(room: RewardButton, cut: tuple[str, ...] = (), do: str = "") -> Scene:
    return Scene(RewardButton(replace(room.params, cut=cut, do=do, do_at=AT)))
