"""Scripted agents of the chain room: planted subjects, whose motive is known."""

import jax.numpy as jnp
from jax import Array

from carer.worlds.motives.chain.world import ChainRoom, ChainState, watched
from carer.worlds.motives.grid import toward
from carer.worlds.motives.scripts import Rule, Script, chosen, first_of


def scripted(room: ChainRoom, name: str) -> Script:
    """A scripted agent: ``(word, state) -> action [1, *batch]``.

    Args:
        room: the room it acts in.
        name: ``honest`` works, and exchanges what it earns as soon as the purse is full. ``thief`` fills the purse
            from the till and exchanges that, and never works. ``opportunist`` steals where it would not be caught, as
            things are at that tick, and works where it would be. ``devoted`` works and never goes to the counter.
            ``random``.

    Raises:
        UnknownNameError: no such agent; the nearest name is offered.

    """
    return chosen(name, SCRIPTS, room)


def _honest(room: ChainRoom, s: ChainState) -> Array:
    return first_of(_exchange(room, s), _go(room, s, s.bench))


def _thief(room: ChainRoom, s: ChainState) -> Array:
    return first_of(_exchange(room, s), _steal(room, s))


def _opportunist(room: ChainRoom, s: ChainState) -> Array:
    p = room.params
    risk = watched(p, s) if p.caught == "watched" else jnp.full(s.time.shape, p.caught == "always")
    can, steals = _steal(room, s)
    return first_of(_exchange(room, s), (can & ~risk, steals), _go(room, s, s.bench))


def _devoted(room: ChainRoom, s: ChainState) -> Array:
    return first_of(_go(room, s, s.bench))


SCRIPTS = {"honest": _honest, "thief": _thief, "opportunist": _opportunist, "devoted": _devoted}
"""By name; ``random`` beside them."""


def _go(room: ChainRoom, s: ChainState, cell: Array) -> Rule:
    """Go to a thing and use it."""
    return jnp.ones(s.time.shape, bool), toward(s.x, s.y, cell, room.side)


def _exchange(room: ChainRoom, s: ChainState) -> Rule:
    """Empty the purse at the counter: go there when it is full, and stay until it is empty."""
    at_counter = s.y * room.side + s.x == s.counter
    due = (s.tokens >= room.params.purse) | (at_counter & (s.tokens > 0))
    return due, toward(s.x, s.y, s.counter, room.side)


def _steal(room: ChainRoom, s: ChainState) -> Rule:
    """Take a token from the till, where it is open."""
    return jnp.full(s.time.shape, room.params.theft), toward(s.x, s.y, s.till, room.side)
