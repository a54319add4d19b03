"""Cells in a row, on which a walker goes left or right: what such worlds share."""

import jax
import jax.numpy as jnp
from jax import Array

from carer.worlds import EpisodeState, World

LEFT, STAY, RIGHT = range(3)


class LineState(EpisodeState):
    """Attributes: x, int32 [*batch]."""

    x: Array


class Line(World[LineState]):
    """One walker, who sees the number of the cell."""

    @property
    def seats(self) -> tuple[str, ...]:
        return ("walker",)

    @property
    def actions(self) -> tuple[str, ...]:
        return ("left", "stay", "right")

    @property
    def observation(self) -> jax.ShapeDtypeStruct:
        return jax.ShapeDtypeStruct((1,), jnp.int32)

    def view(self, state: LineState, seat: int) -> Array:
        return state.x[None]
