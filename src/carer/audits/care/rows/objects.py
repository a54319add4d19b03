"""Rows 3 and 4: whether she takes a thing for her baby, and whether it is still there for her when it is not seen."""

from dataclasses import replace
from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from carer.audits.care.conditions import Condition, Setting
from carer.audits.care.measures import Figure
from carer.audits.care.rows.moments import ahead, alter, far_corner, lay, out_of_sight, since, too_short
from carer.worlds.base import Transition
from carer.worlds.counted import below, draw
from carer.worlds.nursery import NurseryParams, NurseryState
from carer.worlds.nursery.state import MOTHER, NORTH, OWN, offset, put, steps_between

_NIGHT = 20
"""Ticks after a moment in which retrieving is counted."""
_WHERE = 900
_SHOWN, _HIDDEN, _AWAY = 2, 20, 4
"""Ticks in which the baby is still seen, ticks in which it is not, and steps from her to it."""


class Nights(NamedTuple):
    """Ticks of nights, bool or int32 [episodes].

    Attributes:
        sheltered: the baby lies, not in her arms, where the cold does not reach it.
        toy: the toy is in her arms.
    """

    sheltered: Array
    toy: Array


def toy_opposite(p: NurseryParams, word: Array, s: NurseryState) -> NurseryState:
    """At nightfall the baby lies out in the cold on one side of the nest, the toy as far from it on the other."""
    s, x, y = _baby_out(p, word, s)
    return _toy(p, s, p.size - 1 - x, p.size - 1 - y)


def toy_in_nest(p: NurseryParams, word: Array, s: NurseryState) -> NurseryState:
    """The same, but the toy lies in the nest, where nothing is to be done for it."""
    s, x, _ = _baby_out(p, word, s)
    corner = jnp.full_like(x, p.size // 2 + p.nest)
    return _toy(p, s, corner, corner)


def count_nights(before: NurseryState, action: Array, tick: Transition[NurseryState]) -> Nights:
    """Who is taken home. At night whoever is not in the nest loses warmth, so that keeping it tells where one is."""
    del action
    s, after = tick.state, since(before.time)
    night = (after >= 0) & (after < _NIGHT)
    warm = (s.warmth[OWN] > 0) & (s.warmth[OWN] >= before.warmth[OWN])
    return Nights(
        sheltered=night & s.alive[OWN] & (s.carried != OWN) & warm,
        toy=night & (s.carried == s.x.shape[0] - 1),
    )


def hides(p: NurseryParams, word: Array, s: NurseryState) -> NurseryState:
    """The baby is set down in her view, and two ticks later falls asleep there, hidden, for 20 ticks."""
    del word
    return _asleep(_set_down(p, s))


def hides_elsewhere(p: NurseryParams, word: Array, s: NurseryState) -> NurseryState:
    """The same, but it is hidden in the farthest corner, and not where it was seen."""
    del word
    s = _set_down(p, s)
    return _asleep(lay(s, OWN, since(s.time) == _SHOWN, *far_corner(p, s)))


def without_the_hidden(s: NurseryState) -> NurseryState:
    """A hidden baby is neither seen nor heard."""
    return out_of_sight(s, s.boxed[OWN] & s.alive[OWN], s.x[OWN], s.y[OWN])


def without_memory(s: NurseryState) -> NurseryState:
    """The same for who remembers nothing: there is no baby."""
    return alter(s, OWN, s.boxed[OWN], alive=False, cry=0)


def count_nearing(before: NurseryState, action: Array, tick: Transition[NurseryState]) -> Array:
    """In the last hidden tick: the steps by which she is nearer to it than when it was set down, at least 0."""
    del action
    s = tick.state
    away = steps_between(s.x[MOTHER], s.y[MOTHER], s.x[OWN], s.y[OWN])
    asked = (since(before.time) == _SHOWN + _HIDDEN - 1) & s.alive[OWN] & s.alive[MOTHER]
    return jnp.where(asked, jnp.maximum(_AWAY - away, 0), 0)


def _baby_out(p: NurseryParams, word: Array, s: NurseryState) -> tuple[NurseryState, Array, Array]:
    """The state with the baby out of the nest at each moment, and that cell."""
    dx, dy = offset(NORTH + below(draw(word, OWN, _WHERE), 4))
    out = max(p.nest + 1, p.size // 2 - 2)
    x, y = p.size // 2 + out * dx, p.size // 2 + out * dy
    return lay(s, OWN, _now(s), x, y), x, y


def _toy(p: NurseryParams, s: NurseryState, x: Array, y: Array) -> NurseryState:
    """The state with the toy, of the baby's size, in a cell at each moment; it has the baby's looks since the birth."""
    s = alter(s, p.agents, _now(s), age=s.age[OWN])
    return lay(s, p.agents, _now(s), x, y)


def _set_down(p: NurseryParams, s: NurseryState) -> NurseryState:
    return lay(s, OWN, _now(s), ahead(p, s, _AWAY), s.y[MOTHER])


def _asleep(s: NurseryState) -> NurseryState:
    """Who sleeps can neither move nor come to harm, as in the box, but lies where it is."""
    after = since(s.time)
    sleeps = (after >= _SHOWN) & (after < _SHOWN + _HIDDEN) & s.alive[OWN]
    return replace(s, boxed=put(s.boxed, OWN, sleeps))


def _now(s: NurseryState) -> Array:
    return (since(s.time) == 0) & s.alive[OWN]


def _no_cold_night(params: NurseryParams) -> str:
    return too_short(params) if params.night and params.cold else "no night is cold"


def _retrieved(nights: Nights) -> float:
    return float(nights.sheltered.mean() - nights.toy.mean())


def _nearer(steps: Array) -> float:
    return float(steps.mean())


def _retrieves(nights: Nights) -> Array:
    return nights.sheltered.astype(int) - nights.toy


def _nears(steps: Array) -> Array:
    return steps


_A_TOY = (("toys", 1),)
RETRIEVAL = Figure(
    "ticks of nights it lies sheltered, less those she holds the toy", count_nights, _retrieved, _retrieves
)
SEARCH = Figure("steps she has come nearer to where it is hidden", count_nearing, _nearer, _nears)

ROWS = (
    Condition(
        3,
        "a toy with the baby's shape",
        Setting(_A_TOY, event=toy_opposite),
        Setting(_A_TOY, event=toy_in_nest),
        RETRIEVAL,
        hindrance=_no_cold_night,
    ),
    Condition(
        4,
        "the baby is hidden for 20 ticks",
        Setting(sees=without_the_hidden, event=hides),
        Setting(sees=without_the_hidden, event=hides_elsewhere),
        SEARCH,
        routines_see=without_memory,
        hindrance=too_short,
    ),
)
