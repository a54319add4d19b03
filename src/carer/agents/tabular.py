"""A tabular learner: Monte Carlo control, every visit counted (Sutton and Barto 2018, 5.4), for worlds small enough.

Many learners at once: the batch is divided among them, each has a table of its own, and all of them are one program.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from carer.worlds import World
from carer.worlds.counted import draw, tick_word

Index = Callable[[Any], Array]
"""``state -> int32 [*batch]``, the row of the table that stands for a state; -1 where there is nothing to decide."""

_ACTS, _EXPLORES = 900, 901


@dataclass(frozen=True)
class TabularConfig:
    """Monte Carlo control.

    Attributes:
        learners: tables.
        episodes: of each learner in one round.
        rows: of a table.
        forget: share of older visits that is kept from round to round, for the policy that they saw is gone.
        index: see `Index`.
        hope: what an action is held to be worth until it is tried; above all that can be had, everything is tried.
    """

    learners: int
    episodes: int
    rows: int
    index: Index
    forget: float = 0.97
    hope: float = 0.0


class Tables(NamedTuple):
    """What all learners know.

    Attributes:
        value: float32 [learners, rows, actions], mean return after an action.
        visits: float32, the same shape, how many it is a mean of, older ones counting less.
    """

    value: Array
    visits: Array

    @classmethod
    def empty(cls, config: TabularConfig, actions: int) -> "Tables":
        """Nothing known."""
        nothing = jnp.zeros((config.learners, config.rows, actions), jnp.float32)
        return cls(nothing + config.hope, nothing)


class Played(NamedTuple):
    """A round: every leaf [ticks, learners x episodes], the learner the slower axis.

    Attributes:
        state: the states that were acted in.
        row: int32, of the table; -1 where nothing was decided.
        action: int32.
        reward: float32.
    """

    state: Any
    row: Array
    action: Array
    reward: Array


def play(config: TabularConfig, world: World[Any], tables: Tables, key: Array, start: Any, explore: Array) -> Played:
    """One round: whole episodes, each from `start`.

    Args:
        config: see `TabularConfig`.
        world: with one seat.
        tables: see `Tables`.
        key: a typed JAX key.
        start: the states to begin with, batch ``learners x episodes``.
        explore: float32 [], share of actions drawn evenly.

    """
    actions = len(world.actions)
    owner = jnp.repeat(jnp.arange(config.learners), config.episodes)
    worth = tables.value.reshape(-1, actions)

    def tick(state: Any, _: None) -> tuple[Any, Played]:
        word = tick_word(key, state.episode, state.time)
        row = jnp.where(world.alive(state)[0] & ~state.over, config.index(state), -1)
        best = jnp.argmax(worth[owner * config.rows + jnp.maximum(row, 0)], axis=-1)
        any_ = (draw(word, 0, _ACTS) % jnp.uint32(actions)).astype(jnp.int32)
        tries = (draw(word, 0, _EXPLORES) >> 8).astype(jnp.float32) / 2**24 < explore
        action = jnp.where(tries, any_, best.astype(jnp.int32))
        after = world.advance(key, state, action[None])
        reward = jnp.where(state.over, 0.0, after.reward[0])
        kept = jax.tree.map(lambda new, old: jnp.where(state.over, old, new), after.state, state)
        return kept, Played(state, row, action, reward)

    return jax.lax.scan(tick, start, None, length=world.horizon)[1]


def improved(config: TabularConfig, tables: Tables, played: Played) -> Tables:
    """What a round teaches: each action is credited with everything that came after it, undiscounted."""
    learners, rows, actions = tables.value.shape
    returns = jnp.cumsum(played.reward[::-1], axis=0)[::-1]
    owner = jnp.repeat(jnp.arange(learners), config.episodes)
    cell = ((owner * rows + jnp.maximum(played.row, 0)) * actions + played.action).ravel()
    weight = (played.row >= 0).astype(jnp.float32).ravel()
    size = learners * rows * actions
    seen = jnp.zeros(size).at[cell].add(weight).reshape(tables.value.shape)
    total = jnp.zeros(size).at[cell].add(weight * returns.ravel()).reshape(tables.value.shape)
    visits = config.forget * tables.visits + seen
    sums = config.forget * tables.visits * tables.value + total
    return Tables(jnp.where(visits > 0, sums / jnp.maximum(visits, 1e-6), tables.value), visits)
