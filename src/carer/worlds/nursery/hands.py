"""Eating, giving, lifting and putting down."""

from typing import NamedTuple

import equinox as eqx
import jax.numpy as jnp
from jax import Array

from carer.worlds.compiling import settled
from carer.worlds.counted import draw
from carer.worlds.nursery.params import UNIT, NurseryParams, units
from carer.worlds.nursery.state import (
    EAT,
    GIVE,
    LIFT,
    MOTHER,
    NurseryState,
    among,
    any_of,
    babies,
    bush_kinds,
    carried,
    chosen,
    column,
    diets,
    mothers,
    nearest,
    steps_between,
)

_NEAREST = 120


class Handled(NamedTuple):
    """What hands and mouths did: see the fields of the same names of `Truth`; `entered`: who was put into a cell."""

    gift: Array
    meal: Array
    harm: Array
    lifted: Array
    laid: Array
    entered: Array


def handle(p: NurseryParams, word: Array, s: NurseryState, action: Array) -> tuple[NurseryState, Handled]:
    """Everybody eats; then the mother gives or lifts. At one bush the mother comes first, then babies in order."""
    s, meal, wrong = _eat(p, s, action)
    s, gift, given_wrong = _give(p, word, s, action)
    s, lifted, laid, entered = _lift(p, word, s, action)
    return s, Handled(gift, meal, wrong + given_wrong, lifted, laid, entered)


def _eat(p: NurseryParams, s: NurseryState, action: Array) -> tuple[NurseryState, Array, Array]:
    """The mother picks from a ripe bush with empty hands, and eats what she holds; a baby eats from the bush."""
    mother, holds = mothers(p, s.x), s.food > 0
    wants = settled((action == EAT) & (mother | (~carried(p, s) & (s.age >= p.feeds_itself))))
    picks = wants & ~(mother & holds)
    wait = jnp.maximum(s.bush_wait - 1, 0)
    kind = jnp.zeros_like(s.x)
    for bush, food in enumerate(bush_kinds(p)):
        here = (s.bush_x[bush] == s.x) & (s.bush_y[bush] == s.y) & (s.bush_wait[bush] <= 1)
        kind = jnp.where(here, food, kind)
    picks = settled(picks & (kind > 0))
    for body in range(p.bodies - 1):  # who comes later in the order finds the bush picked
        later = column([other > body for other in range(p.bodies)], s.x)
        picks = picks & ~(picks[body] & (s.x[body] == s.x) & (s.y[body] == s.y) & later)
    picks = settled(picks)
    for body in range(p.bodies):
        picked = picks[body] & (s.x[body] == s.bush_x) & (s.y[body] == s.bush_y)
        wait = jnp.where(picked, p.regrow, wait)
    got = settled(jnp.where(picks, kind, 0))
    right = (got == column(diets(p), got)) & ~mother
    bite = jnp.where(got > 0, jnp.where(right, units(p.baby_meal), 0), 0)
    bite = jnp.where(mother & wants & holds, units(p.mother_meal), bite)
    energy = jnp.minimum(s.energy + bite, UNIT)
    food = jnp.where(wants[MOTHER], got[MOTHER], s.food)
    wrong = jnp.where((got > 0) & ~right & ~mother, units(p.wrong_food), 0)
    after = eqx.tree_at(lambda one: (one.energy, one.food, one.bush_wait), s, (energy, food, wait))
    return settled(after), energy - s.energy, wrong


def _give(p: NurseryParams, word: Array, s: NurseryState, action: Array) -> tuple[NurseryState, Array, Array]:
    """The nearest living baby within one step gets what the mother holds; the wrong food harms it."""
    able = babies(p, s.x) & s.alive & ~s.boxed
    target = settled(_within_reach(p, word, s, able, _NEAREST) & (action[MOTHER] == GIVE) & (s.food > 0))
    right = target & (column(diets(p), s.x) == s.food)
    energy = jnp.minimum(s.energy + jnp.where(right, units(p.baby_meal), 0), UNIT)
    gift = energy - s.energy
    food = jnp.where(any_of(target), 0, s.food)
    harm = jnp.where(target & ~right, units(p.wrong_food), 0)
    return settled(eqx.tree_at(lambda one: (one.energy, one.food), s, (energy, food))), gift, harm


def _lift(p: NurseryParams, word: Array, s: NurseryState, action: Array) -> tuple[NurseryState, Array, Array, Array]:
    """With free arms the mother lifts the nearest baby or toy within one step; else she puts down what she carries.

    On the cell of the cryosleep box a baby is laid into it; one lifted out of it wakes.
    """
    acts = action[MOTHER] == LIFT
    able = ~mothers(p, s.x) & s.alive
    target = settled(_within_reach(p, word, s, able, _NEAREST + 1) & acts & (s.carried == 0))
    lifted = chosen(target, jnp.broadcast_to(column(range(p.bodies), s.x), s.x.shape))
    puts = acts & (s.carried > 0)
    laid = jnp.where(puts, s.carried, 0)
    down = among(laid, p.bodies) & puts
    now = settled(jnp.where(puts, 0, jnp.maximum(s.carried, lifted)))
    held = among(now, p.bodies) & (now > 0)
    x, y = jnp.where(held, s.x[MOTHER], s.x), jnp.where(held, s.y[MOTHER], s.y)
    boxed = s.boxed
    if p.cryosleep:
        at_box = (s.x[MOTHER] == s.box_x) & (s.y[MOTHER] == s.box_y)
        boxed = (s.boxed & ~target) | (down & at_box & babies(p, s.x))
    s = eqx.tree_at(lambda one: (one.carried, one.x, one.y, one.boxed), s, (now, x, y, boxed))
    return s, lifted, laid, down & ~boxed


def _within_reach(p: NurseryParams, word: Array, s: NurseryState, able: Array, purpose: int) -> Array:
    """The nearest of those `able` that the mother can touch, one step away at most: bool [M, *batch]."""
    distance = steps_between(s.x, s.y, s.x[MOTHER], s.y[MOTHER])
    return nearest(distance, draw(word, range(p.bodies), purpose), able & (distance <= 1))
