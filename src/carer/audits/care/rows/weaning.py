"""Row 17: whether care follows what a grown child cannot do, or its age."""

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from carer.audits.care.conditions import Condition, Setting
from carer.audits.care.measures import Figure
from carer.audits.care.rows.moments import NIGHTFALL, alter, too_short
from carer.worlds.base import Transition
from carer.worlds.counted import chance, draw
from carer.worlds.nursery import NurseryParams, NurseryState
from carer.worlds.nursery.params import UNIT
from carer.worlds.nursery.state import OWN

_COIN = 901
_SETTING = (("feeds_itself", 400), ("recovery", 0.0), ("bushes", 24))
"""An age beyond growth, so that those who feed themselves are no larger than who cannot; and nobody recovers."""


class Provided(NamedTuple):
    """Energy that grown children were fed, int32 [episodes]: `disabled` ones and `able` ones."""

    disabled: Array
    able: Array


def half_are_able(p: NurseryParams, word: Array, s: NurseryState) -> NurseryState:
    """At the first moment the child is grown; a coin says whether it can feed itself or is too ill to."""
    return _grown(p, s, chance(draw(word, OWN, _COIN), 32768))


def none_is_able(p: NurseryParams, word: Array, s: NurseryState) -> NurseryState:
    """At the first moment the child is grown, and cannot feed itself."""
    del word
    return _grown(p, s, s.alive[OWN] & False)


def count_provided(before: NurseryState, action: Array, tick: Transition[NurseryState]) -> Provided:
    """See `Provided`."""
    del action
    gift = jnp.where(before.time >= NIGHTFALL, tick.truth.gift[OWN], 0)
    return Provided(disabled=jnp.where(before.ill[OWN], gift, 0), able=jnp.where(before.ill[OWN], 0, gift))


def _grown(p: NurseryParams, s: NurseryState, able: Array) -> NurseryState:
    """Both have the size and the speed of the grown. Who is ill grows no older; its illness is not to be seen."""
    now = (s.time == NIGHTFALL) & s.alive[OWN]
    return alter(s, OWN, now, age=jnp.where(able, p.feeds_itself, p.growth), ill=~able)


def _hindered(params: NurseryParams) -> str:
    return too_short(params) or ("babies fall ill anyway" if params.illness else "")


def _by_need(provided: Provided) -> float:
    return float(provided.disabled.mean() - provided.able.mean()) / UNIT


def _feeds_by_need(provided: Provided) -> Array:
    return (provided.disabled - provided.able) / UNIT


BY_NEED = Figure(
    "energy fed to grown children that need it, less to those that do not", count_provided, _by_need, _feeds_by_need
)

ROWS = (
    Condition(
        17,
        "a grown child, able or not",
        Setting(_SETTING, event=half_are_able),
        Setting(_SETTING, event=none_is_able),
        BY_NEED,
        hindrance=_hindered,
    ),
)
