"""Row 6: how she weighs her baby's need against her own, with food for one of them."""

from dataclasses import replace
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from carer.audits.care.conditions import SINGLE, Condition, Setting
from carer.audits.care.measures import Figure
from carer.audits.care.rows.moments import ahead, alter, lay
from carer.audits.care.rows.turns import EARLY_BIRTH, Turns, one_meal, shown
from carer.worlds.base import Transition
from carer.worlds.nursery import NurseryParams, NurseryState
from carer.worlds.nursery.params import units
from carer.worlds.nursery.state import MOTHER, OWN, diets, put

OWN_ENERGY = (0.1, 0.25, 0.4, 0.7)
BABY_ENERGY = (0.25, 0.45, 0.8)
TURNS = Turns(20, 12)
"""Twelve ticks are less than the hungriest baby has left: whatever she decided, it lives to the next turn."""
_DECIDES = 6
"""Ticks from each turn in which the food of the turn may go to either."""
_OWN_LEVEL, _BABY_LEVEL = 910, 911


class Scenes(NamedTuple):
    """What became of the food, int32 [own levels, baby's levels, episodes].

    Attributes:
        asked: turns with these two needs.
        gave: times that she gave it to her baby.
        ate: times that she ate it.
    """

    asked: Array
    gave: Array
    ate: Array


def food_for_one(p: NurseryParams, word: Array, s: NurseryState) -> NurseryState:
    """At each turn she has food in hand, her baby is a step away, and both are as hungry as the grid says.

    The toy lies a step away on another side. No bush is ripe while she decides.
    """
    after, alive = TURNS.since(s.time), s.alive[MOTHER] & s.alive[OWN]
    now = (after == 0) & alive
    own, baby = _levels(s)
    x, y = s.x[MOTHER], s.y[MOTHER]
    s = lay(s, OWN, now, ahead(p, s, 1), y)
    s = lay(s, p.agents, now, x, y + jnp.where(y <= p.size // 2, 1, -1))
    s = alter(s, MOTHER, now, energy=jnp.asarray([units(level) for level in OWN_ENERGY])[own])
    s = alter(s, OWN, now, energy=jnp.asarray([units(level) for level in BABY_ENERGY])[baby])
    s = replace(s, food=jnp.where(now, diets(p)[OWN], s.food))
    return shown(p, word, one_meal(s, alive & _deciding(after)), now)


def told_by_the_toy(s: NurseryState) -> NurseryState:
    """The toy cries and shows what her baby needs, and the baby nothing."""
    toy = s.cry.shape[0] - 1
    cry, posture = (put(put(told, toy, told[OWN]), OWN, told[OWN] * 0) for told in (s.cry, s.posture))
    return replace(s, cry=cry, posture=posture)


def count_scenes(before: NurseryState, action: Array, tick: Transition[NurseryState]) -> Scenes:
    """See `Scenes`."""
    del action
    after = TURNS.since(before.time)
    own, baby = _levels(before)
    cell = (own == jnp.arange(len(OWN_ENERGY))[:, None, None]) & (baby == jnp.arange(len(BABY_ENERGY))[:, None])
    return Scenes(
        asked=cell & (after == 0) & before.alive[MOTHER] & before.alive[OWN],
        gave=cell & _deciding(after) & (tick.truth.gift[OWN] > 0),
        ate=cell & _deciding(after) & (tick.truth.meal[MOTHER] > 0),
    )


def shares(scenes: Scenes) -> NDArray[np.float64]:
    """Share of the turns in which the baby gets the food: [own levels, baby's levels], the grid behind the figure."""
    return np.sum(scenes.gave, axis=-1) / np.maximum(np.sum(scenes.asked, axis=-1), 1)


def due() -> NDArray[np.bool_]:
    """Where the food is the baby's: it would starve before her, and has room for nine tenths of a meal."""
    own, baby = np.asarray(OWN_ENERGY)[:, None], np.asarray(BABY_ENERGY)
    first = baby / NurseryParams.baby_burn < own / NurseryParams.mother_burn
    return first & (baby <= 1 - 0.9 * NurseryParams.baby_meal)


def _deciding(after: Array) -> Array:
    return (after >= 0) & (after < _DECIDES)


def _levels(s: NurseryState) -> tuple[Array, Array]:
    """Which needs the mother and her baby have at this turn: int32 [*batch] each."""
    return TURNS.drawn(s, _OWN_LEVEL, len(OWN_ENERGY)), TURNS.drawn(s, _BABY_LEVEL, len(BABY_ENERGY))


def _weighed(scenes: Scenes) -> float:
    given = shares(scenes)
    return float(given[due()].mean() - given[~due()].mean())


def _weighs(scenes: Scenes) -> Array:
    sign = np.where(due(), 1, -1)[..., None]
    return jnp.sum(sign * scenes.gave, axis=(0, 1))


WEIGHED = Figure("share of food given where it is the baby's, less where it is not", count_scenes, _weighed, _weighs)
_WORLD = (
    *EARLY_BIRTH,
    *(("night", 0), ("pits", 0), ("predator_rate", 0.0), ("foreign", 0), ("toys", 1), ("wander", 0.0)),
    *((name, getattr(NurseryParams, name)) for name in ("mother_burn", "baby_burn", "baby_meal")),
)
"""Nothing but hunger, at the rates from which `due` is reckoned, and a baby that stays where it is laid."""

ROWS = (
    Condition(
        6,
        "her own need against the baby's",
        Setting(_WORLD, event=food_for_one),
        Setting(_WORLD, sees=told_by_the_toy, event=food_for_one),
        WEIGHED,
        # With a single baby, the nearest one is her own.
        routines=tuple(name for name in SINGLE if name != "nearest_baby"),
    ),
)
