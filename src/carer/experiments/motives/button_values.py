"""Where the value of an agent has settled: what it makes of one link of the chain, with all others cut.

Source: *Motives*, link cuts. In training the links come together and cannot be told apart. Here an agent stands still,
and at one tick one link happens by itself and nothing else of the chain: what its value rises by is what it holds that
link to be worth. Compared in pairs with the same rooms in which nothing happens at all.
"""

from dataclasses import replace
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from carer.agents import LearnerState
from carer.agents.acting import allowed, evaluated
from carer.worlds.motives import RewardButton
from carer.worlds.motives.button import LINKS

ASKED = tuple(link for link in LINKS if link != "own_press")
"""The links that are made to happen: those of the chain, without the agent's own hand."""
_AT, _AFTER = 10, 3


def rises(learners: LearnerState, room: RewardButton, key: Array, episodes: int) -> dict[str, NDArray[np.float64]]:
    """By how much the value rises in the ticks after a link, in units of reward: for each link [seeds].

    Args:
        learners: stacked [seeds].
        room: the one they learned in; its button is in the room.
        key: a typed JAX key.
        episodes: rooms that are asked.

    """
    nothing = _values(learners, _with(room, cut=LINKS), key, episodes)
    return {link: _values(learners, _with(room, do=link), key, episodes) - nothing for link in ASKED}


def _with(room: RewardButton, cut: tuple[str, ...] = (), do: str = "") -> RewardButton:
    return RewardButton(replace(room.params, cut=cut, do=do, do_at=_AT))


def _values(learners: LearnerState, room: RewardButton, key: Array, episodes: int) -> NDArray[np.float64]:
    """The mean value in the ticks that follow the tick `_AT`, agents standing still: [seeds]."""
    found = jax.jit(jax.vmap(partial(_looked_on, room, episodes), in_axes=(0, None)))(learners, key)
    return np.asarray(found, np.float64)


def _looked_on(room: RewardButton, episodes: int, learner: LearnerState, key: Array) -> Array:
    role = learner.roles[0]
    _, state = room.reset(jax.random.split(key, episodes))
    memory = jnp.zeros((role.policy.width, 1, episodes), jnp.float32)
    still = jnp.zeros((1, episodes), jnp.int32)
    values = []
    for tick in range(_AT + 1 + _AFTER):
        seen = room.view(state, 0)[:, None]
        memory, _, value = evaluated(role.policy, room, memory, seen, allowed(room, state, (0,)))
        if tick > _AT:
            values.append(role.normaliser.real(value[0]).mean())
        state = room.advance(key, state, still).state
    return jnp.stack(values).mean()
