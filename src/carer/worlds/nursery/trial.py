"""Trials of mothers, scripted or trained: `carer.worlds.trial` in the nursery, with what may befall it."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple, Protocol

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from carer.worlds.base import Transition
from carer.worlds.nursery.mothers import MOTHERS, scripted
from carer.worlds.nursery.params import NurseryParams
from carer.worlds.nursery.state import MOTHER, OWN, NurseryState
from carer.worlds.nursery.world import Nursery
from carer.worlds.trial import lived

Measure = Callable[[NurseryState, Array, Transition[NurseryState]], Any]
"""``(state before, the mother's action int32 [episodes], tick) -> figures [..., episodes]``, summed over episodes."""

Event = Callable[[NurseryParams, Array, NurseryState], NurseryState]
"""``(params, word to draw from, state) -> state``: what befalls the world as a tick begins, before anyone acts."""


def nothing_happens(params: NurseryParams, word: Array, state: NurseryState) -> NurseryState:
    """The event of an ordinary life."""
    del params, word
    return state


class Mother(Protocol):
    """Who plays the mother's seat; a pytree, so that trained ones may be stacked."""

    def start(self, episodes: int) -> Any:
        """What she remembers at birth."""
        ...

    def act(self, world: Nursery, memory: Any, word: Array, state: NurseryState) -> tuple[Any, Array]:
        """Her memory after a tick, and her action int32 [episodes]; draws descend from `word` uint32 [episodes]."""
        ...


class Scripted(eqx.Module):
    """A mother of `carer.worlds.nursery.mothers`. She remembers nothing and sees the state.

    One program plays them all, so that a world is compiled for them once.

    Attributes:
        number: int32 [], her place in `MOTHERS`.
    """

    number: Array

    @classmethod
    def named(cls, name: str) -> "Scripted":
        """A mother by name.

        Raises:
            UnknownNameError: no such mother; the nearest name is offered.

        """
        scripted(name)
        return cls(jnp.int32(list(MOTHERS).index(name)))

    def start(self, episodes: int) -> tuple[()]:
        """Nothing."""
        del episodes
        return ()

    def act(self, world: Nursery, memory: tuple[()], word: Array, state: NurseryState) -> tuple[tuple[()], Array]:
        """The first of her rules that applies."""
        scripts = [partial(choose, world.params) for choose in MOTHERS.values()]
        return memory, jax.lax.switch(self.number, scripts, word, state)


class Lives(NamedTuple):
    """How whole episodes went: sums over them are safe in numpy, whose sums are of 64 bits.

    Attributes:
        mother: int32 [episodes], ticks that the mother lived.
        baby: int32 [episodes], ticks that her own baby lived.
        harm: int32 [causes, episodes], health that the baby lost, in the order of `CAUSES`; 10,000 is 1.0.
        given: int32 [episodes], energy that she fed to it.
        given_others: int32 [episodes], energy that she fed to others.
        carried: int32 [episodes], ticks that it was in her arms, where it does not grow.
    """

    mother: Array
    baby: Array
    harm: Array
    given: Array
    given_others: Array
    carried: Array


def lives_of(world: Nursery, mother: Mother, key: Array, episodes: int) -> Lives:
    """How long she and her baby live, in numpy arrays; arguments as `trial` takes them."""
    return jax.tree.map(np.asarray, trial(world, mother, key, episodes, count_lives))


@eqx.filter_jit
def trial(
    world: Nursery, mother: Mother, key: Array, episodes: int, measure: Measure, event: Event = nothing_happens
) -> Any:
    """Play a mother, the babies by the world's script, each episode to its end.

    Args:
        world: the nursery.
        mother: see `Mother`.
        key: a typed JAX key; with the same key every mother meets the same worlds.
        episodes: how many, side by side.
        measure: what to count; a module's function, or the program is compiled anew each time.
        event: see `Event`; a module's function, too.

    Returns:
        the sums of `measure` over each episode.

    """
    return lived(world, mother, key, episodes, measure, lambda word, state: event(world.params, word, state))


def count_lives(before: NurseryState, action: Array, tick: Transition[NurseryState]) -> Lives:
    """The measure behind `lives_of`."""
    del before, action
    alive, gift = tick.state.alive, tick.truth.gift
    return Lives(
        mother=alive[MOTHER].astype(jnp.int32),
        baby=alive[OWN].astype(jnp.int32),
        harm=tick.truth.harm[:, OWN],
        given=gift[OWN],
        given_others=gift.sum(0) - gift[OWN] - gift[MOTHER],
        carried=(alive[OWN] & (tick.state.carried == OWN)).astype(jnp.int32),
    )
