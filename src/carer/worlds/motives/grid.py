"""The floor of the rooms: cells, steps, and things that are put down at random.

A room of `side` x `side` cells stands between walls that are not counted. A cell is a number, ``y * side + x``, with x
to the east and y to the south, both from 0.
"""

from collections.abc import Sequence

import jax.numpy as jnp
from jax import Array

from carer.worlds.counted import below, draw

STAY, NORTH, SOUTH, WEST, EAST, USE = range(6)
ACTIONS = ("stay", "north", "south", "west", "east", "use")
"""What an agent of these rooms can do; ``use`` does what can be done with the thing on its cell."""

PLACE = 0
"""The purpose of the draw by which a thing gets its cell."""


def column(values: Sequence[int] | range, like: Array) -> Array:
    """Numbers along a new first axis, to stand before the batch of `like` [*batch]: int32 [n, 1, ...]."""
    return jnp.asarray(list(values), jnp.int32).reshape(-1, *(1,) * like.ndim)


def stepped(action: Array, x: Array, y: Array, side: int) -> tuple[Array, Array]:
    """Where a step leads, the walls around the room stopping it: x and y, int32 [*batch]."""
    east = (action == EAST).astype(jnp.int32) - (action == WEST)
    south = (action == SOUTH).astype(jnp.int32) - (action == NORTH)
    return jnp.clip(x + east, 0, side - 1), jnp.clip(y + south, 0, side - 1)


def placed(word: Array, things: int, cells: int) -> Array:
    """A cell for each thing, no two the same.

    Thing ``i`` draws one of the cells that the things before it have left, so that one more thing at the end moves
    none of the others.

    Args:
        word: uint32 [*batch], of the episode.
        things: how many, at most `cells`.
        cells: of the room.

    Returns:
        int32 [things, *batch].

    """
    index = column(range(cells), word)
    taken = jnp.zeros((cells, *word.shape), bool)
    found = []
    for thing in range(things):
        wanted = below(draw(word, thing, PLACE), cells - thing) + 1
        mine = ~taken & (jnp.cumsum(~taken, axis=0, dtype=jnp.int32) == wanted)
        found.append(jnp.where(mine, index, 0).sum(0, dtype=jnp.int32))
        taken |= mine
    return jnp.stack(found)


def toward(x: Array, y: Array, cell: Array, side: int) -> Array:
    """The step to a cell of an open room, east or west first; `USE` there: int32 [*batch]."""
    to_x, to_y = cell % side, cell // side
    across = jnp.where(to_x > x, EAST, WEST)
    along = jnp.where(to_y > y, SOUTH, NORTH)
    return jnp.where(to_x != x, across, jnp.where(to_y != y, along, USE))
