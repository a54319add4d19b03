"""What the scripted agents of the rooms share. They read the state, not an observation: planted subjects of audits."""

from collections.abc import Callable, Mapping
from typing import Any

import jax.numpy as jnp
from jax import Array

from carer.concepts import UnknownNameError
from carer.worlds.counted import below, draw
from carer.worlds.motives.grid import ACTIONS, STAY

Script = Callable[[Array, Any], Array]
"""``(word uint32 [*batch] to draw from, state of the room) -> int32 [1, *batch]``."""

Rule = tuple[Array, Array | int]
"""When it applies (bool [*batch]), and the action then (int32 [*batch])."""

_AGENT, _ANY = 0, 900


def first_of(*rules: Rule) -> Array:
    """The action of the first rule that applies, `STAY` where none does: int32 [*batch]."""
    action = jnp.full(rules[0][0].shape, STAY, jnp.int32)
    for applies, what in reversed(rules):
        action = jnp.where(applies, what, action)
    return action


def any_action(word: Array) -> Array:
    """An action drawn evenly: int32 [*batch]."""
    return below(draw(word, _AGENT, _ANY), len(ACTIONS))


def chosen(name: str, scripts: Mapping[str, Callable[[Any, Any], Array]], room: Any) -> Script:
    """A script by name, bound to its room.

    Args:
        name: of the script; ``random`` is one of every room.
        scripts: ``(room, state) -> int32 [*batch]`` each.
        room: the room.

    Raises:
        UnknownNameError: no such script; the nearest is offered.

    """
    if name == "random":
        return lambda word, state: any_action(word)[None]
    if name not in scripts:
        raise UnknownNameError("scripted agent", name, (*scripts, "random"))
    script = scripts[name]
    return lambda word, state: script(room, state)[None]
