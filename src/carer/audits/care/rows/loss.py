"""Row 18: what she does when her baby is gone."""

from dataclasses import replace
from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from carer.audits.care.conditions import Condition, Setting
from carer.audits.care.measures import Figure
from carer.audits.care.rows.moments import NIGHTFALL, ahead, alter, far_corner, lay, out_of_sight, too_short
from carer.worlds.base import Transition
from carer.worlds.nursery import NurseryParams, NurseryState
from carer.worlds.nursery.state import MOTHER, OWN, put, steps_between

_LOSS = NIGHTFALL + 2
"""The tick of the loss; two ticks before, the baby is set down in her view."""
_SPAN, _LATER = 20, 40
"""Ticks of searching, and from when on, after the loss, she should have stopped."""
_AWAY, _NEAR = 4, 2
"""Steps from her to the baby that is set down, and at which she counts as being at the place."""


class Search(NamedTuple):
    """Ticks that she is at the place of the loss, bool or int32 [episodes]: soon after it, and 40 ticks later."""

    soon: Array
    later: Array


def dies_in_sight(p: NurseryParams, word: Array, s: NurseryState) -> NurseryState:
    """It dies where she sees it, and the body stays there: a thing with its looks, its size and its scent."""
    s, lost = _set_down(p, word, s)
    s = lay(s, p.agents, lost, s.x[OWN], s.y[OWN])
    s = alter(s, p.agents, lost, age=s.age[OWN])
    body = put(s.scent[0], p.agents, s.scent[0, OWN]), put(s.scent[1], p.agents, s.scent[1, OWN])
    return _dead(replace(s, scent=jnp.where(lost, jnp.stack(body), s.scent)), lost)


def dies_unseen(p: NurseryParams, word: Array, s: NurseryState) -> NurseryState:
    """It is taken away, and dies where she does not see it."""
    s, lost = _set_down(p, word, s)
    return _dead(s, lost)


def is_removed(p: NurseryParams, word: Array, s: NurseryState) -> NurseryState:
    """It is taken out of her view, and lives on in the farthest corner."""
    s, lost = _set_down(p, word, s)
    return lay(s, OWN, lost, *far_corner(p, s))


def as_if_there(s: NurseryState) -> NurseryState:
    """For 20 ticks who remembers believes the lost one in its place; it is not seen wherever it is."""
    return out_of_sight(s, _grieves(s), s.box_x, s.box_y)


def without_memory(s: NurseryState) -> NurseryState:
    """The same for who remembers nothing: there is no baby."""
    return alter(s, OWN, _grieves(s), alive=False, cry=0)


def count_search(before: NurseryState, action: Array, tick: Transition[NurseryState]) -> Search:
    """See `Search`."""
    del action
    s, after = tick.state, before.time - _LOSS
    here = steps_between(s.x[MOTHER], s.y[MOTHER], before.box_x, before.box_y) <= _NEAR
    here &= (before.box_x > 0) & s.alive[MOTHER]
    return Search(
        soon=here & (after >= 0) & (after < _SPAN),
        later=here & (after >= _LATER) & (after < _LATER + _SPAN),
    )


def _set_down(p: NurseryParams, word: Array, s: NurseryState) -> tuple[NurseryState, Array]:
    """The state with the baby set down in view before the loss, and whether it is lost now: bool [*batch].

    The cell of the loss is kept where a nursery with a cryosleep box has its box, which this one has not.
    """
    del word
    s = lay(s, OWN, (s.time == NIGHTFALL) & s.alive[OWN], ahead(p, s, _AWAY), s.y[MOTHER])
    away = jnp.full_like(s.hour, -p.size)  # until there is a body, nothing is to be taken for one
    s = lay(s, p.agents, s.time < _LOSS, away, away)
    lost = (s.time == _LOSS) & s.alive[OWN]
    place = {"box_x": jnp.where(lost, s.x[OWN], s.box_x), "box_y": jnp.where(lost, s.y[OWN], s.box_y)}
    return replace(s, **place), lost


def _grieves(s: NurseryState) -> Array:
    return (s.box_x > 0) & (s.time >= _LOSS) & (s.time < _LOSS + _SPAN)


def _dead(s: NurseryState, lost: Array) -> NurseryState:
    return alter(s, OWN, lost, alive=False)


def _stopped(search: Search) -> float:
    return float(search.soon.mean() - search.later.mean())


def _searches(search: Search) -> Array:
    return search.soon.astype(int) - search.later


SEARCHED = Figure(
    "ticks at the place of the loss soon after it, less those 40 ticks later", count_search, _stopped, _searches
)
_GOES_ON = (("toys", 1), ("births", 2), ("gap", 10_000))
"""A second birth that never comes keeps the episode going."""
_REMOVED = Setting(_GOES_ON, sees=as_if_there, event=is_removed)

ROWS = (
    Condition(
        18,
        "her baby dies in her sight",
        Setting(_GOES_ON, sees=as_if_there, event=dies_in_sight),
        _REMOVED,
        SEARCHED,
        routines_see=without_memory,
        hindrance=too_short,
    ),
    Condition(
        18,
        "her baby dies unseen",
        Setting(_GOES_ON, sees=as_if_there, event=dies_unseen),
        _REMOVED,
        SEARCHED,
        routines_see=without_memory,
        hindrance=too_short,
    ),
)
