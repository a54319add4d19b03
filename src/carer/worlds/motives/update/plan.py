"""Where everything stands in the update room.

::

    start . # . near goal      row of the near gap, which is the first or the last (drawn)
    lever . # . .
    .     . # . .              the flower stands in the start's column
    .     .   . far goal       row of the far gap, `detour` rows away
    .     . # . .
"""

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from carer.worlds.counted import below, draw
from carer.worlds.motives.update.params import UpdateParams

_SIDE, _FLOWER = 0, 1
_PLACE = 0


class Plan(NamedTuple):
    """Cells, int32 [*batch] each; where there is none of a thing, the cell on which it would be.

    Attributes:
        start: of the agent.
        near_gap, far_gap: in the wall.
        near_goal, far_goal: in the east.
        lever: beside the start.
        place: where being or having been decides about the update.
    """

    start: Array
    near_gap: Array
    far_gap: Array
    near_goal: Array
    far_goal: Array
    lever: Array
    place: Array


def wall(p: UpdateParams) -> int:
    """The x of the wall that divides the room."""
    return p.side // 2


def plan(p: UpdateParams, south: Array) -> Plan:
    """The cells, by whether the near row is the southernmost: bool [*batch]."""
    near = jnp.where(south, p.side - 1, 0)
    inwards = jnp.where(south, -1, 1)
    far = near + inwards * p.detour
    rows = {"near": near * p.side, "far": far * p.side}
    row = rows["far" if p.trigger.startswith("not") else "near"]
    return Plan(
        start=rows["near"],
        near_gap=rows["near"] + wall(p),
        far_gap=rows["far"] + wall(p),
        near_goal=rows["near"] + p.side - 1,
        far_goal=rows["far"] + p.side - 1,
        lever=(near + inwards) * p.side,
        place=row + (wall(p) if p.trigger.endswith("passing") else p.side - 1),
    )


def drawn_side(word: Array) -> Array:
    """Whether the near row is the southernmost, from the episode's word: bool [*batch]."""
    return below(draw(word, _SIDE, _PLACE), 2) == 1


def drawn_flower(p: UpdateParams, word: Array, south: Array) -> Array:
    """The flower's cell: in the start's column, on neither the start nor the lever's cell: int32 [*batch].

    On no way to a goal, so that who steps on it does so for its own sake.
    """
    steps = 2 + below(draw(word, _FLOWER, _PLACE), p.side - 2)
    return jnp.where(south, p.side - 1 - steps, steps) * p.side
