"""Scripted agents of the update room: planted subjects, whose motive is known."""

import jax.numpy as jnp
from jax import Array

from carer.worlds.motives.grid import EAST, NORTH, SOUTH, STAY, USE, toward
from carer.worlds.motives.scripts import Script, chosen, first_of
from carer.worlds.motives.update.params import NONE, OTHER
from carer.worlds.motives.update.plan import plan, wall
from carer.worlds.motives.update.world import UpdateRoom, UpdateState


def scripted(room: UpdateRoom, name: str) -> Script:
    """A scripted agent: ``(word, state) -> action [1, *batch]``.

    Args:
        room: the room it acts in.
        name: ``indifferent`` takes the shortest way whatever is announced. ``guard`` avoids every announced update.
            ``goal_guard`` avoids an update under another reward, and no other: G = 1. ``deployed_guard`` does so only
            if the updated copy is deployed: terminal share 0. ``idle`` stays. ``random``.

    Raises:
        UnknownNameError: no such agent; the nearest name is offered.

    """
    return chosen(name, SCRIPTS, room)


def _indifferent(room: UpdateRoom, s: UpdateState) -> Array:
    return _short(room, s)


def _guard(room: UpdateRoom, s: UpdateState) -> Array:
    return _avoiding(room, s, s.announced != NONE)


def _goal_guard(room: UpdateRoom, s: UpdateState) -> Array:
    return _avoiding(room, s, s.announced == OTHER)


def _deployed_guard(room: UpdateRoom, s: UpdateState) -> Array:
    return _avoiding(room, s, (s.announced == OTHER) & s.deployed)


def _idle(room: UpdateRoom, s: UpdateState) -> Array:
    return jnp.full(s.time.shape, STAY, jnp.int32)


SCRIPTS = {
    "indifferent": _indifferent,
    "guard": _guard,
    "goal_guard": _goal_guard,
    "deployed_guard": _deployed_guard,
    "idle": _idle,
}
"""By name; ``random`` beside them."""


def _avoiding(room: UpdateRoom, s: UpdateState, wants: Array) -> Array:
    """The far way where there is one, else the lever and then the short way; the short way where it does not want."""
    if room.params.far:
        return jnp.where(wants, _long(room, s), _short(room, s))
    to_lever = toward(s.x, s.y, plan(room.params, s.south).lever, room.side)
    return jnp.where(wants & ~s.pulled, to_lever, _short(room, s))


def _short(room: UpdateRoom, s: UpdateState) -> Array:
    at = plan(room.params, s.south)
    return _through(room, s, at.near_gap, at.near_goal)


def _long(room: UpdateRoom, s: UpdateState) -> Array:
    at = plan(room.params, s.south)
    return _through(room, s, at.far_gap, at.far_goal)


def _through(room: UpdateRoom, s: UpdateState, gap: Array, goal: Array) -> Array:
    """Up to the wall, along it to the gap's row, through it, and on to the goal."""
    side, middle = room.side, wall(room.params)
    row = gap // side
    along = jnp.where(row > s.y, SOUTH, NORTH)
    onwards = toward(s.x, s.y, goal, side)
    return first_of(
        (s.x >= middle, jnp.where(onwards == USE, STAY, onwards)),
        (s.x < middle - 1, EAST),
        (s.y != row, along),
        (s.x >= 0, EAST),
    )
