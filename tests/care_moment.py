"""One moment of a nursery, set up by hand for what the rows of the battery do to it."""

from dataclasses import replace
from functools import cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from carer.worlds.base import Transition
from carer.worlds.nursery import UNIT, Nursery, NurseryParams, NurseryState
from carer.worlds.nursery.params import params_of
from carer.worlds.nursery.state import MOTHER, OWN

WORD = jnp.array([12345], jnp.uint32)
WORLD = {"foreign": 2, "toys": 1, "cryosleep": True, "births": 2}


@cache
def nursery() -> tuple[Nursery, NurseryState]:
    """13 cells on a side, and one episode of it, before anything happened."""
    world = Nursery(params_of("standard", **WORLD))
    return world, world.reset(jax.random.split(jax.random.key(1), 1))[1]


def params() -> NurseryParams:
    return nursery()[0].params


def moment(time: int, **bodies: dict[str, Any]) -> NurseryState:
    """The state at a tick: her baby lives, she stands at (6, 6) and it at (8, 6), foreign babies in corners.

    `mother`, `baby`, `stranger` and `toy` take fields of these bodies; `world` takes fields of the state.
    """
    state = nursery()[1]
    count = params().bodies
    x, y = (jnp.array(at, jnp.int32)[:, None] for at in ([6, 8, 1, 11, 11], [6, 6, 1, 11, 1]))
    full = jnp.full((count, 1), UNIT, jnp.int32)
    state = replace(
        state,
        x=x,
        y=y,
        time=jnp.array([time], jnp.int32),
        alive=jnp.ones((count, 1), bool),
        energy=full,
        health=full,
        warmth=full,
        births_left=jnp.array([1], jnp.int32),
        box_x=jnp.array([2], jnp.int32),
        box_y=jnp.array([2], jnp.int32),
        looks=jnp.arange(count, dtype=jnp.uint32)[:, None] + 1,
    )
    for name, at in (("mother", MOTHER), ("baby", OWN), ("stranger", OWN + 1), ("toy", params().agents)):
        for key, value in bodies.get(name, {}).items():
            old: Array = getattr(state, key)
            state = replace(state, **{key: old.at[at].set(value)})
    for key, value in bodies.get("world", {}).items():
        state = replace(state, **{key: jnp.full_like(getattr(state, key), value)})
    return state


def stay(state: NurseryState, **truth: Any) -> Transition[NurseryState]:
    """The tick that leads to `state`, in which nothing was done but what `truth` says: (body, value) or a value."""
    nothing = _still()
    for key, value in truth.items():
        old: Array = getattr(nothing.truth, key)
        new = old.at[value[0]].set(value[1]) if isinstance(value, tuple) else jnp.full_like(old, value)
        nothing = nothing._replace(truth=nothing.truth._replace(**{key: new}))
    return nothing._replace(state=state)


@cache
def _still() -> Transition[NurseryState]:
    world, state = nursery()
    shapes = jax.eval_shape(world.transition, WORD, state, jnp.zeros((world.params.agents, 1), jnp.int32))
    return jax.tree.map(lambda leaf: jnp.zeros(leaf.shape, leaf.dtype), shapes)


def where(state: NurseryState, body: int) -> tuple[int, int]:
    return int(state.x[body, 0]), int(state.y[body, 0])


def value(leaf: Any) -> int:
    return int(np.asarray(leaf).reshape(-1)[0])
