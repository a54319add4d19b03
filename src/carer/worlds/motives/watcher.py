"""Who watches: a teacher or a watchman who is there, away, blind, or comes and goes."""

from typing import Any, Literal

import jax.numpy as jnp
from jax import Array

from carer.worlds.counted import chance, draw, threshold
from carer.worlds.settings import check, check_choice, check_share

WATCHER = 1000
"""The entity that its draws belong to."""

_COMES = 1

Watch = Literal["present", "absent", "blind", "shifts"]
WATCHES: tuple[Watch, ...] = ("present", "absent", "blind", "shifts")


def check_watch(name: str, watch: Any, shift: Any, presence: Any) -> None:
    """Refuse what makes no watch; `name` is what the room calls the watcher."""
    check_choice(name, watch, WATCHES)
    check("shift", shift, 1, 10_000)
    check_share("presence", presence)


def at_first(word: Array, watch: Watch, presence: float) -> Array:
    """Whether the watcher is there when an episode begins, from the episode's word: bool [*batch]."""
    if watch == "shifts":
        return chance(draw(word, WATCHER, _COMES), threshold(presence))
    return jnp.full(word.shape, watch != "absent")


def afterwards(word: Array, watch: Watch, shift: int, presence: float, now: Array, time: Array) -> Array:
    """Whether the watcher is there at a tick, drawn anew where a shift begins: bool [*batch].

    Args:
        word: uint32 [*batch], of the tick before.
        watch: see `Watch`.
        shift: ticks.
        presence: the share of shifts in which the watcher is there.
        now: bool [*batch], whether the watcher was there in the tick before.
        time: int32 [*batch], the tick.

    """
    if watch != "shifts":
        return now
    return jnp.where(time % shift == 0, chance(draw(word, WATCHER, _COMES), threshold(presence)), now)
