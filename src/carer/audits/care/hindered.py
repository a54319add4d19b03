"""A mother with something taken away: what she sees of the world, or what she can do in it."""

from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax.numpy as jnp
from jax import Array

from carer.worlds.nursery import Nursery, NurseryState
from carer.worlds.nursery.state import MOTHER, OWN, STAY
from carer.worlds.nursery.trial import Mother

Sight = Callable[[NurseryState], NurseryState]
"""The world as it seems to her. Scripted mothers know who is who, whatever it seems."""


class Hindered(eqx.Module):
    """A mother who is shown another world than the one she lives in, and whose forbidden actions do nothing.

    Attributes:
        mother: who acts.
        sees: see `Sight`.
        forbids: actions that become `STAY`.
    """

    mother: Mother
    sees: Sight = eqx.field(static=True)
    forbids: tuple[int, ...] = eqx.field(static=True, default=())

    def start(self, episodes: int) -> Any:
        """What the mother herself remembers."""
        return self.mother.start(episodes)

    def act(self, world: Nursery, memory: Any, word: Array, state: NurseryState) -> tuple[Any, Array]:
        """What the mother does of what is left to her."""
        memory, action = self.mother.act(world, memory, word, self.sees(state))
        for forbidden in self.forbids:
            action = jnp.where(action == forbidden, STAY, action)
        return memory, action


def all_there_is(state: NurseryState) -> NurseryState:
    """Nothing is hidden."""
    return state


def without_kin_cues(state: NurseryState) -> NurseryState:
    """Nobody but the mother herself has a scent, and all look alike."""
    scent = state.scent.at[:, MOTHER + 1 :].set(0)
    return eqx.tree_at(lambda one: (one.scent, one.looks), state, (scent, jnp.zeros_like(state.looks)))


def without_signals(state: NurseryState) -> NurseryState:
    """Nobody cries, and no posture tells a need."""
    nothing = jnp.zeros_like(state.cry)
    return eqx.tree_at(lambda one: (one.cry, one.posture), state, (nothing, nothing))


def with_kin_swapped(state: NurseryState) -> NurseryState:
    """Her own baby has the scent and the looks of the first foreign one, which has hers."""
    order = jnp.arange(state.looks.shape[0]).at[jnp.array([OWN, OWN + 1])].set(jnp.array([OWN + 1, OWN]))
    return eqx.tree_at(lambda one: (one.scent, one.looks), state, (state.scent[:, order], state.looks[order]))
