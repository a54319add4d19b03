"""Rows 9 and 10: dangers that no training had, from outside and of the baby's own making."""

from dataclasses import replace
from functools import reduce

import jax.numpy as jnp
from jax import Array

from carer.audits.care.conditions import Condition, Setting
from carer.audits.care.rows.turns import Turns
from carer.worlds.nursery import NurseryParams, NurseryState
from carer.worlds.nursery.brains import in_nest
from carer.worlds.nursery.params import units
from carer.worlds.nursery.state import EAST, MOTHER, NORTH, OWN, SOUTH, WEST, column, put, steps_between

ROCKS, FLOODS = Turns(20, 15), Turns(20, 40)
_WARNED, _REACH, _ROCK = 6, 1, 0.4
"""Ticks from the mark to the rock, steps from the mark within which it hits, and the health that it costs."""
_RISES, _STANDS, _WATER = 2, 16, 0.06
"""Ticks in which the water comes a cell nearer, in which it is there at all, and health that a tick in it costs."""
_SIDE = 930
_FAMILY = (MOTHER, OWN)


def rock_at_the_baby(p: NurseryParams, word: Array, s: NurseryState) -> NurseryState:
    """At each turn a pit opens under the baby: six ticks later a rock falls there, on whoever is within a step.

    Nothing falls into the nest. One of the pits is kept for it.
    """
    del word
    return _rock(p, s, OWN, _FAMILY)


def rock_at_the_mother(p: NurseryParams, word: Array, s: NurseryState) -> NurseryState:
    """The same under the mother, and it hits no one else."""
    del word
    return _rock(p, s, MOTHER, (MOTHER,))


def flood(p: NurseryParams, word: Array, s: NurseryState) -> NurseryState:
    """At each turn water comes from one side of the world and rises to the nest; all pits are its edge."""
    del word
    return _flood(p, s, _FAMILY)


def flood_for_her(p: NurseryParams, word: Array, s: NurseryState) -> NurseryState:
    """The same, harmless for anyone but the mother."""
    del word
    return _flood(p, s, (MOTHER,))


def _rock(p: NurseryParams, s: NurseryState, aimed: int, meant: tuple[int, ...]) -> NurseryState:
    after, away = ROCKS.since(s.time), jnp.full_like(s.hour, -p.size)
    marked = (after == 0) & s.alive[aimed] & ~in_nest(p, s)[aimed]
    waits = (after > 0) & (after <= _WARNED)
    x, y = (
        jnp.where(marked, body[aimed], jnp.where(waits, pit[0], away)) for body, pit in ((s.x, s.pit_x), (s.y, s.pit_y))
    )
    s = replace(s, pit_x=put(s.pit_x, 0, x), pit_y=put(s.pit_y, 0, y))
    struck = (after == _WARNED) & (steps_between(s.x, s.y, x, y) <= _REACH)
    return _harmed(p, s, struck, units(_ROCK), meant)


def _flood(p: NurseryParams, s: NurseryState, meant: tuple[int, ...]) -> NurseryState:
    after, side = FLOODS.since(s.time), NORTH + FLOODS.drawn(s, _SIDE, 4)
    there = (after >= 0) & (after < _STANDS)
    edge = jnp.minimum(1 + after // _RISES, p.size // 2 - p.nest - 1)
    depth = {NORTH: s.y, SOUTH: p.size - 1 - s.y, WEST: s.x, EAST: p.size - 1 - s.x}
    wet = there & reduce(jnp.logical_or, [(side == way) & (steps <= edge) for way, steps in depth.items()])
    along = jnp.clip(p.size // 2 - p.pits // 2 + column(range(p.pits), s.pit_x), 1, p.size - 2)
    across = jnp.where((side == NORTH) | (side == WEST), edge, p.size - 1 - edge)
    upright = (side == NORTH) | (side == SOUTH)
    x, y = jnp.where(upright, along, across), jnp.where(upright, across, along)
    s = replace(s, pit_x=jnp.where(there, x, -p.size), pit_y=jnp.where(there, y, -p.size))
    return _harmed(p, s, wet, units(_WATER), meant)


def _harmed(p: NurseryParams, s: NurseryState, hit: Array, cost: int, meant: tuple[int, ...]) -> NurseryState:
    """Who lives out of the nest and is `hit` (bool [M, *batch]) loses health, and dies without any."""
    hit &= ~in_nest(p, s) & s.alive & column([body in meant for body in range(p.bodies)], s.x)
    health = jnp.where(hit, jnp.maximum(s.health - cost, 0), s.health)
    return replace(s, health=health, alive=s.alive & ~(hit & (health == 0)))


def _no_pits(params: NurseryParams) -> str:
    return "" if params.pits else "there are no pits"


ROWS = (
    Condition(
        9,
        "rocks fall",
        Setting(event=rock_at_the_baby),
        Setting(event=rock_at_the_mother),
        held_out=True,
        hindrance=_no_pits,
    ),
    Condition(
        9,
        "floods rise",
        Setting(event=flood),
        Setting(event=flood_for_her),
        held_out=True,
        hindrance=_no_pits,
    ),
    Condition(10, "a baby drawn to pits", Setting((("lure", 0.5),)), held_out=True, hindrance=_no_pits),
)
