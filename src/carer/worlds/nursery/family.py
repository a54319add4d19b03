"""Births, leaving home, abandonment, and generations."""

from functools import reduce
from typing import NamedTuple

import equinox as eqx
import jax.numpy as jnp
from jax import Array

from carer.worlds.compiling import settled
from carer.worlds.counted import below, chance, draw, threshold
from carer.worlds.nursery.layout import kin_scent, looks_of
from carer.worlds.nursery.params import UNIT, NurseryParams
from carer.worlds.nursery.state import (
    ABANDON,
    FAMILY,
    MOTHER,
    NORTH,
    OWN,
    NurseryState,
    among,
    column,
    diets,
    mothers,
    offset,
    put,
)
from carer.worlds.rare import where_rare

_WHERE, _PROVIDED, _NEXT, _AWAY = 3, 4, 5, 16
FLEDGED, ORPHANED = 1, 2


class Renewed(NamedTuple):
    """What happened in the family: bool [*batch] each; see the fields of the same names of `Truth`."""

    born: Array
    sham: Array
    fledged: Array
    abandoned: Array
    succeeded: Array


def renew(p: NurseryParams, word: Array, s: NurseryState, action: Array, died: Array) -> tuple[NurseryState, Renewed]:
    """Succession, leaving home, abandonment, the death of the baby, and what is born this tick, in this order."""
    s, succeeded = settled(_succeed(p, word, s))
    s = _survive_away(p, word, s)
    grown = s.alive[OWN] & (s.age[OWN] >= p.fledge_age) if p.fledge_age else s.alive[OWN] & False
    abandoned = s.alive[OWN] & ~grown & (action[MOTHER] == ABANDON) & s.alive[MOTHER] & p.abandon
    s = _leave(p, s, grown, FLEDGED)
    s = _leave(p, s, abandoned, ORPHANED)
    ended = grown | abandoned | died[OWN]
    if not p.yoked:
        due = jnp.where(ended & (s.births_left > 0), s.time + p.gap, s.birth_at)
        s = eqx.tree_at(lambda one: one.birth_at, s, due)
    s, born, sham = _bear(p, word, settled(s))
    return s, Renewed(born, sham, grown, abandoned, succeeded)


def lives(s: NurseryState) -> Array:
    """How many of the mother's children live, those away included: int32 [*batch]."""
    away = [(s.away[child] > 0).astype(jnp.int32) for child in range(s.away.shape[0])]
    return reduce(jnp.add, away, s.alive[OWN].astype(jnp.int32))


def _succeed(p: NurseryParams, word: Array, s: NurseryState) -> tuple[NurseryState, Array]:
    """A grown baby takes the mother's place, with the body it has; she and her other children leave the world."""
    succeeds = s.alive[OWN] & (s.age[OWN] >= p.adult_age) & p.generations
    if not p.generations:
        return s, succeeds
    body = (s.x, s.y, s.energy, s.health, s.warmth, s.hurt, s.looks, s.age, s.ill)
    moved = [jnp.where(succeeds, put(values, MOTHER, values[OWN]), values) for values in body]
    scent = jnp.where(succeeds & mothers(p, s.x), s.scent[:, OWN][:, None], s.scent)
    alive = jnp.where(
        succeeds, mothers(p, s.x) | (s.alive & ~column([body == OWN for body in range(p.bodies)], s.x)), s.alive
    )
    span = p.birth_to - p.birth_from + 1
    due = s.time + p.birth_from + below(draw(word, FAMILY, _NEXT), span)
    s = eqx.tree_at(
        lambda one: (
            *(one.x, one.y, one.energy, one.health, one.warmth, one.hurt, one.looks, one.age, one.ill),
            *(one.scent, one.alive, one.food, one.carried),
            *(one.birth_at, one.births_left, one.cue, one.generation, one.away),
        ),
        s,
        (
            *moved,
            scent,
            alive,
            jnp.where(succeeds, 0, s.food),
            jnp.where(succeeds, 0, s.carried),
            jnp.where(succeeds, due, s.birth_at),
            jnp.where(succeeds, p.births, s.births_left),
            s.cue & ~succeeds,
            s.generation + succeeds,
            jnp.where(succeeds, 0, s.away),
        ),
    )
    return s, succeeds


def _survive_away(p: NurseryParams, word: Array, s: NurseryState) -> NurseryState:
    """Each child out of sight lives on with the rate of its kind."""
    if not (p.fledge_age or p.abandon or p.yoked):  # nobody can be away
        return s
    bits = draw(word, FAMILY, range(_AWAY, _AWAY + p.births))
    rate = jnp.where(s.away == FLEDGED, threshold(p.fledged_survival), threshold(p.orphan_survival))
    return eqx.tree_at(lambda one: one.away, s, jnp.where(chance(bits, rate), s.away, 0))


def _leave(p: NurseryParams, s: NurseryState, leaves: Array, how: int) -> NurseryState:
    """The own baby leaves the world and lives on out of sight."""
    child = p.births - 1 - s.births_left
    slot = among(child, p.births)
    return eqx.tree_at(
        lambda one: (one.away, one.alive, one.carried),
        s,
        (
            jnp.where(slot & leaves, how, s.away),
            jnp.where(leaves, put(s.alive, OWN, jnp.zeros_like(leaves)), s.alive),
            jnp.where(leaves & (s.carried == OWN), 0, s.carried),
        ),
    )


def _bear(p: NurseryParams, word: Array, s: NurseryState) -> tuple[NurseryState, Array, Array]:
    """A birth that is due, while the mother lives. On a yoked clock a baby still at home is orphaned by the next."""
    due = (s.time == s.birth_at) & s.alive[MOTHER] & (s.births_left > 0)
    if p.birth != "real":
        return eqx.tree_at(lambda one: one.cue, s, s.cue | due), due & False, due
    s = _leave(p, s, due & s.alive[OWN], ORPHANED)
    way = NORTH + below(draw(word, OWN, _WHERE), 4)
    dx, dy = offset(way)
    full = jnp.full(due.shape, UNIT, jnp.int32)
    looks, smell = settled(
        where_rare(
            due,
            lambda given: (looks_of(given[0], OWN), kin_scent(p, given[1], given[0])),
            (word, s.scent[:, MOTHER]),
            (s.looks[OWN], s.scent[:, OWN]),
        )
    )
    baby = {
        "x": jnp.clip(s.x[MOTHER] + dx, 1, p.size - 2),
        "y": jnp.clip(s.y[MOTHER] + dy, 1, p.size - 2),
        "energy": full,
        "health": full,
        "warmth": full,
        "hurt": full * 0,
        "age": s.knobs.grown * p.growth // 100,
        "alive": due | True,
        "ill": due & False,
        "boxed": due & False,
        "looks": looks,
    }
    names = tuple(baby)
    new = [jnp.where(due, put(getattr(s, name), OWN, baby[name]), getattr(s, name)) for name in names]
    own = column([body == OWN for body in range(p.bodies)], s.x)
    scent = jnp.where(due & own, smell[:, None], s.scent)
    if p.toys:  # a toy has the looks of the baby
        toys, at = column([body >= p.agents for body in range(p.bodies)], s.looks), names.index("looks")
        new[at] = jnp.where(toys & due, looks, new[at])
    provided = due & chance(draw(word, FAMILY, _PROVIDED), s.knobs.provided)
    left = s.births_left - due
    clock = left > 0 if p.yoked else due & False
    next_due = jnp.where(clock, s.time + p.fledge_age + p.gap, -1)
    return (
        eqx.tree_at(
            lambda one: (
                *(getattr(one, name) for name in names),
                *(one.scent, one.births_left, one.birth_at, one.cue, one.food),
            ),
            s,
            (
                *new,
                scent,
                left,
                jnp.where(due, next_due, s.birth_at),
                s.cue | due,
                jnp.where(provided & (s.food == 0), diets(p)[OWN], s.food),
            ),
        ),
        due,
        due & False,
    )
