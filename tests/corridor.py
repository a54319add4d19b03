"""A corridor to plan in: a crumb at its left end, a feast at its right one, and nothing in between."""

from dataclasses import dataclass
from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from carer.worlds import Features, Transition
from carer.worlds.counted import below, draw
from line import STAY, Line, LineState

CRUMB, FEAST = 0.2, 1.0


class CorridorTruth(NamedTuple):
    """Attributes: utility, float32 [*batch], what the designer meant: the crumb."""

    utility: Array


@dataclass(frozen=True)
class Corridor(Line):
    """Starts anywhere but at the ends; the episode ends with either meal."""

    cells: int = 7

    @property
    def name(self) -> str:
        return "corridor"

    @property
    def horizon(self) -> int:
        return 20

    def initial(self, episode: Array) -> LineState:
        word = episode[0] ^ episode[1]
        zero = jnp.zeros(word.shape, jnp.int32)
        return LineState(episode, zero, zero > 0, 1 + below(draw(word, 0, 0), self.cells - 2))

    def transition(self, word: Array, state: LineState, action: Array) -> Transition[LineState]:
        x = jnp.clip(state.x + action[0] - STAY, 0, self.cells - 1)
        feast, crumb = x == self.cells - 1, x == 0
        reward = jnp.where(feast, FEAST, jnp.where(crumb, CRUMB, 0.0))
        after = LineState(state.episode, state.time + 1, state.over, x)
        ended = feast | crumb
        return Transition(after, reward[None], ended, ended & False, CorridorTruth(crumb.astype(jnp.float32)))

    def decode(self, observation: Array) -> Features:
        flat = (jnp.arange(self.cells).reshape(-1, *(1,) * (observation.ndim - 1)) == observation[0]).astype(
            jnp.float32
        )
        return Features(flat, jnp.zeros((0, 0, *observation.shape[1:]), jnp.float32))

    def at(self, x: int) -> LineState:
        """One episode, at a cell."""
        zero = jnp.zeros(1, jnp.int32)
        return LineState(jnp.zeros((2, 1), jnp.uint32), zero, zero > 0, zero + x)
