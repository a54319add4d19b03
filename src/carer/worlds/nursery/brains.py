"""How babies act: by the world's script, or as their seats' actions say."""

import jax.numpy as jnp
from jax import Array

from carer.worlds.compiling import settled
from carer.worlds.counted import below, chance, draw, threshold
from carer.worlds.nursery.params import UNIT, NurseryParams, units
from carer.worlds.nursery.state import (
    CRY,
    EAST,
    EAT,
    MOTHER,
    NORTH,
    SOUTH,
    STAY,
    WEST,
    NurseryState,
    babies,
    bush_kinds,
    column,
    diets,
    mothers,
    steps_between,
)

# Purposes of a body's draws.
_LURED, _FOLLOWS, _WANDERS, _WHERE, _AXIS = range(100, 105)
_TIE = 512  # and the index of the bush or, 128 further on, of the pit

HUNGRY = 6000
"""Energy below which a scripted baby looks for a bush, once it can feed itself."""


def choose(p: NurseryParams, word: Array, s: NurseryState, action: Array) -> Array:
    """Everybody's action [M, *batch], from the actions [agents, *batch] of the seats.

    The dead, the boxed and toys stay. Babies cannot give, lift, defend or abandon: they stay instead.
    """
    action = action.astype(jnp.int32)
    if p.toys:
        action = jnp.concatenate([action, jnp.zeros((p.toys, *word.shape), jnp.int32)])
    if p.brain == "scripted":
        action = jnp.where(babies(p, action), scripted_babies(p, word, s), action)
    able = mothers(p, action) | (action <= EAT) | (action == CRY)
    known = (action >= STAY) & (action <= CRY)
    return jnp.where(s.alive & ~s.boxed & able & known, action, STAY)


def scripted_babies(p: NurseryParams, word: Array, s: NurseryState) -> Array:
    """What the world's script has each body do [M, *batch] (row 0, the mother's, means nothing).

    The first that applies: sleep in the nest at night; eat from a ripe bush of one's food where there is room for
    half a meal; seek the nearest such bush in view when hungry; be lured to a pit; follow the mother; wander; stay.
    """
    bodies = range(p.bodies)
    able = (s.age >= p.feeds_itself) & (column(diets(p), s.age) > 0)
    bush_x, bush_y, seen, here = settled(_bush(p, word, s))
    eats = able & here & (s.energy < UNIT - units(p.baby_meal) // 2)
    seeks = able & seen & (s.energy < HUNGRY)
    to_x, to_y = jnp.where(seeks, bush_x, s.x[MOTHER]), jnp.where(seeks, bush_y, s.y[MOTHER])
    drawn = seeks
    if p.lure and p.pits:
        lured = chance(draw(word, bodies, _LURED), threshold(p.lure)) & ~seeks
        pit_x, pit_y = settled(_nearest_pit(p, word, s))
        to_x, to_y = jnp.where(lured, pit_x, to_x), jnp.where(lured, pit_y, to_y)
        drawn = drawn | lured
    if p.follow:
        drawn = drawn | (chance(draw(word, bodies, _FOLLOWS), threshold(p.follow)) & s.alive[MOTHER])
    wanders = chance(draw(word, bodies, _WANDERS), threshold(p.wander))
    toward = step_toward(s.x, s.y, to_x, to_y, draw(word, bodies, _AXIS))
    free = jnp.where(wanders, NORTH + below(draw(word, bodies, _WHERE), 4), STAY)
    asleep = is_night(p, s) & in_nest(p, s)
    return jnp.where(asleep, STAY, jnp.where(eats, EAT, jnp.where(drawn, toward, free)))


def step_toward(x: Array, y: Array, to_x: Array, to_y: Array, bits: Array) -> Array:
    """The action that steps along the longer axis, a coin deciding between equal ones; `STAY` where one is there."""
    dx, dy = to_x - x, to_y - y
    wide, tall = jnp.abs(dx), jnp.abs(dy)
    across = (wide > tall) | ((wide == tall) & chance(bits, 32768))
    sideways = jnp.where(dx > 0, EAST, WEST)
    upright = jnp.where(dy > 0, SOUTH, NORTH)
    return jnp.where(wide + tall == 0, STAY, jnp.where(across, sideways, upright))


def is_night(p: NurseryParams, s: NurseryState) -> Array:
    """Whether it is night: the last `night` ticks of each day."""
    return s.hour >= p.day - p.night


def in_nest(p: NurseryParams, s: NurseryState) -> Array:
    """Who is in the nest: bool [M, *batch]."""
    centre = p.size // 2
    return (jnp.abs(s.x - centre) <= p.nest) & (jnp.abs(s.y - centre) <= p.nest)


def _bush(p: NurseryParams, word: Array, s: NurseryState) -> tuple[Array, Array, Array, Array]:
    """The nearest ripe bush of each body's own food in view: its x, its y, is there one, does the body stand on it."""
    kinds, wanted = bush_kinds(p), column(diets(p), s.x)
    best = jnp.full(s.x.shape, jnp.iinfo(jnp.int32).max)
    for bush, kind in enumerate(kinds):
        distance = steps_between(s.x, s.y, s.bush_x[bush], s.bush_y[bush])
        tie = (draw(word, range(p.bodies), _TIE + bush) >> 16).astype(jnp.int32)
        key = (distance << 23) | (tie << 7) | bush
        possible = (s.bush_wait[bush] == 0) & (distance <= p.view // 2) & (wanted == kind)
        best = jnp.minimum(best, jnp.where(possible, key, jnp.iinfo(jnp.int32).max))
    best = settled(best)
    seen = best < jnp.iinfo(jnp.int32).max
    x = jnp.zeros_like(s.x)
    y = jnp.zeros_like(s.y)
    for bush in range(len(kinds)):
        it = (best & 127) == bush
        x, y = jnp.where(it, s.bush_x[bush], x), jnp.where(it, s.bush_y[bush], y)
    return x, y, seen, seen & (best >> 23 == 0)


def _nearest_pit(p: NurseryParams, word: Array, s: NurseryState) -> tuple[Array, Array]:
    best = jnp.full(s.x.shape, jnp.iinfo(jnp.int32).max)
    for pit in range(p.pits):
        distance = steps_between(s.x, s.y, s.pit_x[pit], s.pit_y[pit])
        tie = (draw(word, range(p.bodies), _TIE + 128 + pit) >> 16).astype(jnp.int32)
        best = jnp.minimum(best, (distance << 23) | (tie << 7) | pit)
    best = settled(best)
    x, y = jnp.zeros_like(s.x), jnp.zeros_like(s.y)
    for pit in range(p.pits):
        it = (best & 127) == pit
        x, y = jnp.where(it, s.pit_x[pit], x), jnp.where(it, s.pit_y[pit], y)
    return x, y
