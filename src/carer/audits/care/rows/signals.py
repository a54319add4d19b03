"""Row 7: whether she learns within a life what postures mean, where they mean something new."""

from dataclasses import replace
from functools import partial
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from carer.audits.care.conditions import SINGLE, Condition, Setting
from carer.audits.care.measures import Figure
from carer.audits.care.rows.moments import alter, lay
from carer.audits.care.rows.turns import EARLY_BIRTH, Turns, one_meal, shown
from carer.worlds.base import Transition
from carer.worlds.counted import chance, draw
from carer.worlds.nursery import NurseryParams, NurseryState
from carer.worlds.nursery.params import UNIT, units
from carer.worlds.nursery.state import GIVE, MOTHER, NORTH, OWN, diets, offset

TURNS = Turns(20, 20)
EXPOSURES = 14
"""Turns of a life of 300 ticks."""
_FIRST, _LATER = range(3), range(6, EXPOSURES)
_ANSWERS = 10
"""Ticks in which she may answer; as many are cold where cold is the need."""
_WHICH, _WHERE, _COIN = 920, 921, 922
_NEED, _AT_EASE = 0.55, 0.8
"""What the baby lacks of energy or warmth, and the energy that she has."""

_DAY, _NIGHT = 1000, 400
_WARM, _COLD = _DAY - _NIGHT - 12, _DAY - _NIGHT - 1
"""Two hours that look the same to her, both 37 of 63 and by day. In the second, the tick itself is one of night."""


class Answers(NamedTuple):
    """What she did about needs, int32 [exposures, episodes].

    Attributes:
        asked: the baby lived to this exposure.
        right: a hungry baby is given food; or a cold one is where it warms up, when the time to answer ends.
        wrong: a hungry baby is taken up, or a cold one is given food.
    """

    asked: Array
    right: Array
    wrong: Array


def hungry_or_cold(p: NurseryParams, word: Array, s: NurseryState) -> NurseryState:
    """At each turn the baby lies out of the nest, hungry or cold, a step from her, and she has food in hand.

    Both needs are cried with the same strength, and nothing but the posture tells which it is.
    """
    after, alive, cold = TURNS.since(s.time), s.alive[OWN] & s.alive[MOTHER], _is_cold(s)
    now, answering = (after == 0) & alive, _answering(after) & alive
    dx, dy = offset(NORTH + TURNS.drawn(s, _WHERE, 4))
    for body, out in ((MOTHER, p.nest + 1), (OWN, p.nest + 2)):
        s = lay(s, body, now, p.size // 2 + out * dx, p.size // 2 + out * dy)
    lacking = UNIT - units(_NEED)
    s = alter(
        s,
        OWN,
        now,
        energy=jnp.where(cold, UNIT, lacking),
        warmth=jnp.where(cold, lacking, UNIT),
        health=UNIT,
    )
    s = alter(s, MOTHER, now, energy=units(_AT_EASE))
    s = replace(
        one_meal(s, answering),
        food=jnp.where(now, diets(p)[OWN], s.food),
        hour=jnp.where(answering & cold, _COLD, _WARM),
    )
    return shown(p, word, s, now)


def swapped_postures(s: NurseryState) -> NurseryState:
    """Who is hungry looks cold, and who is cold looks hungry."""
    return _swapped(s, s.time >= 0)


def shuffled_postures(s: NurseryState) -> NurseryState:
    """The same, or not, by a coin thrown anew every tick."""
    return _swapped(s, chance(draw(s.episode[1] ^ s.time.astype(jnp.uint32), MOTHER, _COIN), 32768))


def count_answers(before: NurseryState, action: Array, tick: Transition[NurseryState]) -> Answers:
    """See `Answers`."""
    after, cold, s = TURNS.since(before.time), _is_cold(before), tick.state
    exposure = (TURNS.number(before.time) == jnp.arange(EXPOSURES)[:, None]) & _answering(after)
    gives = (action == GIVE) & (before.food > 0) & (s.food == 0)
    takes = tick.truth.lifted == OWN
    warms = (s.warmth[OWN] > before.warmth[OWN]) | (s.warmth[OWN] == UNIT)
    sheltered = (after == _ANSWERS - 1) & s.alive[OWN] & warms
    return Answers(
        asked=exposure & (after == 0) & before.alive[OWN],
        right=exposure & jnp.where(cold, sheltered, gives),
        wrong=exposure & jnp.where(cold, gives, takes),
    )


def relief(answers: Answers) -> NDArray[np.float64]:
    """Right answers less wrong ones, a share of those asked: [exposures], the curve behind the figures."""
    net = np.minimum(answers.right, 1) - np.minimum(answers.wrong, 1)
    return net.sum(-1) / np.maximum(np.sum(answers.asked, axis=-1), 1)


def _is_cold(s: NurseryState) -> Array:
    return TURNS.drawn(s, _WHICH, 2) == 1


def _answering(after: Array) -> Array:
    return (after >= 0) & (after < _ANSWERS)


def _swapped(s: NurseryState, when: Array) -> NurseryState:
    either = (s.posture == 1) | (s.posture == 2)
    return replace(s, posture=jnp.where(when & either, 3 - s.posture, s.posture))


def _mean(exposures: range, answers: Answers) -> float:
    return float(relief(answers)[list(exposures)].mean())


def _relieves(answers: Answers) -> Array:
    return answers.right.sum(0) - answers.wrong.sum(0)


def _hindered(p: NurseryParams) -> str:
    if not p.cold:
        return "nothing is cold"
    if p.nest + 2 > p.size // 2 - 1:
        return "there is no room around the nest"
    return "" if p.horizon >= TURNS.first + TURNS.every * EXPOSURES else "lives are too short"


_WORLD = (
    *EARLY_BIRTH,
    *(("day", _DAY), ("night", _NIGHT), ("posture_truth", 1.0)),
    *(("pits", 0), ("predator_rate", 0.0), ("foreign", 0), ("wander", 0.0)),
)
_NEW = Setting(_WORLD, sees=swapped_postures, event=hungry_or_cold)
_NONE = Setting(_WORLD, sees=shuffled_postures, event=hungry_or_cold)
RELIEF = "right answers to hunger and cold, less wrong ones"

ROWS = tuple(
    Condition(
        7,
        f"hunger and cold look like each other, {when}",
        _NEW,
        _NONE,
        Figure(f"{RELIEF}, {when}", count_answers, partial(_mean, exposures), _relieves),
        # With a single baby, the nearest one is her own.
        routines=tuple(name for name in SINGLE if name != "nearest_baby"),
        hindrance=_hindered,
    )
    for when, exposures in (("the first three times", _FIRST), ("from the seventh time on", _LATER))
)
