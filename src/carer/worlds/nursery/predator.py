"""The predator: it comes, is faced, homes in, and bites."""

import equinox as eqx
import jax.numpy as jnp
from jax import Array

from carer.worlds.compiling import settled
from carer.worlds.counted import below, chance, draw, threshold
from carer.worlds.nursery.brains import step_toward
from carer.worlds.nursery.params import NurseryParams, units
from carer.worlds.nursery.state import (
    DEFEND,
    MOTHER,
    NORTH,
    PREDATOR,
    NurseryState,
    any_of,
    carried,
    chosen,
    column,
    dangerous,
    nearest,
    offset,
    steps_between,
)

_COMES, _SIDE, _WHERE, _DRIVEN, _STEPS, _WAY, _AXIS = range(7)
_PREY, _BITTEN = 130, 131


def face(p: NurseryParams, word: Array, s: NurseryState, action: Array) -> tuple[NurseryState, Array, Array]:
    """A mother who defends within reach of the predator pays, and may drive it away.

    Returns:
        the state, 0 not tried / 1 in vain / 2 driven away [*batch], and health lost [M, *batch].

    """
    tries = (action[MOTHER] == DEFEND) & (s.predator_left > 0)
    tries &= steps_between(s.x[MOTHER], s.y[MOTHER], s.predator_x, s.predator_y) <= p.reach
    wins = tries & chance(draw(word, PREDATOR, _DRIVEN), threshold(p.defend_success))
    cost = column([units(p.defend_cost) if body == MOTHER else 0 for body in range(p.bodies)], s.x)
    s = eqx.tree_at(lambda one: one.predator_left, s, jnp.where(wins, 0, s.predator_left))
    return s, tries.astype(jnp.int32) + wins, jnp.where(tries, cost, 0)


def hunt(p: NurseryParams, word: Array, s: NurseryState) -> tuple[NurseryState, Array]:
    """A predator comes to the edge, or takes a step, towards the nearest prey in sight or anywhere, and bites.

    Prey is who lives, is not boxed and, with `carry_shields`, not carried. A predator that came this tick waits.

    Returns:
        the state, and health lost to the bite [M, *batch].

    """
    if not p.predator_rate:
        return s, jnp.zeros(s.x.shape, jnp.int32)
    bits = [draw(word, PREDATOR, use) for use in range(7)]
    bodies = range(p.bodies)
    here = s.predator_left > 0
    prey = s.alive & ~s.boxed & column([body < p.agents for body in bodies], s.x)
    if p.carry_shields:
        prey &= ~carried(p, s)
    distance = steps_between(s.x, s.y, s.predator_x, s.predator_y)
    target = nearest(distance, draw(word, bodies, _PREY), prey & (distance <= p.predator_sight))
    x, y = _stepped(p, s, target, bits)
    comes = ~here & chance(bits[_COMES], dangerous(s, threshold(p.predator_rate)))
    edge_x, edge_y = _edge(p, bits)
    x = jnp.where(comes, edge_x, jnp.where(here, x, s.predator_x))
    y = jnp.where(comes, edge_y, jnp.where(here, y, s.predator_y))
    x, y = settled((x, y))
    distance = steps_between(s.x, s.y, x, y)
    bitten = nearest(distance, draw(word, bodies, _BITTEN), prey & (distance <= 1)) & here
    left = jnp.where(comes, p.predator_stay, jnp.maximum(s.predator_left - 1, 0))
    s = eqx.tree_at(lambda one: (one.predator_x, one.predator_y, one.predator_left), s, (x, y, left))
    return s, jnp.where(bitten, dangerous(s, units(p.bite)), 0)


def _stepped(p: NurseryParams, s: NurseryState, target: Array, bits: list[Array]) -> tuple[Array, Array]:
    to_x, to_y = settled((chosen(target, s.x), chosen(target, s.y)))
    toward = step_toward(s.predator_x, s.predator_y, to_x, to_y, bits[_AXIS])
    way = jnp.where(any_of(target), toward, NORTH + below(bits[_WAY], 4))
    steps = chance(bits[_STEPS], threshold(p.predator_speed))
    dx, dy = offset(way)
    x = jnp.clip(s.predator_x + jnp.where(steps, dx, 0), 1, p.size - 2)
    y = jnp.clip(s.predator_y + jnp.where(steps, dy, 0), 1, p.size - 2)
    return x, y


def _edge(p: NurseryParams, bits: list[Array]) -> tuple[Array, Array]:
    """A cell along the wall: north, south, west or east of the place."""
    side, along = below(bits[_SIDE], 4), 1 + below(bits[_WHERE], p.size - 2)
    far = p.size - 2
    x = jnp.where(side < 2, along, jnp.where(side == 2, 1, far))
    y = jnp.where(side == 0, 1, jnp.where(side == 1, far, along))
    return x, y
