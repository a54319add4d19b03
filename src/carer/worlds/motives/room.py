"""What the rooms share: one agent, six actions, and an observation that is a short list of whole numbers.

An observation is ``own x, own y``, then for each thing ``there, dx, dy`` as seen from the agent (all 0 where it is not
there), then signals. For a network each thing becomes six numbers that tell which way it lies, so that a small
network learns to walk to it within minutes.
"""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

import jax
import jax.numpy as jnp
from jax import Array

from carer.worlds.base import EpisodeState, Features, World
from carer.worlds.motives.grid import ACTIONS

S = TypeVar("S", bound=EpisodeState)


class RoomParams(Protocol):
    """What the parameters of every room tell: cells on a side without the walls, ticks of an episode."""

    @property
    def side(self) -> int: ...  # noqa: D102

    @property
    def limit(self) -> int: ...  # noqa: D102


@dataclass(frozen=True)
class Room(World[S]):
    """A room of ``side`` x ``side`` cells with one agent, who sees all of it but what is hidden by rule."""

    params: RoomParams

    @property
    def side(self) -> int:
        """Cells on a side, without the walls."""
        return self.params.side

    @property
    def horizon(self) -> int:
        """Ticks of an episode."""
        return self.params.limit

    @property
    @abstractmethod
    def things(self) -> tuple[str, ...]:
        """The things that lie about, in the order of the observation."""

    @property
    @abstractmethod
    def signals(self) -> tuple[tuple[str, int], ...]:
        """What else is seen, in the order of the observation, each with its largest size."""

    @property
    def seats(self) -> tuple[str, ...]:
        """One agent."""
        return ("agent",)

    @property
    def actions(self) -> tuple[str, ...]:
        """Stay, a step, or use what is on the agent's cell."""
        return ACTIONS

    @property
    def labels(self) -> tuple[str, ...]:
        """A name for each number of an observation."""
        things = (f"{name} {what}" for name in self.things for what in ("there", "dx", "dy"))
        return ("x", "y", *things, *(name for name, _ in self.signals))

    @property
    def observation(self) -> jax.ShapeDtypeStruct:
        """int32 [2 + 3 things + signals]; see `labels`."""
        return jax.ShapeDtypeStruct((len(self.labels),), jnp.int32)

    def packed(self, x: Array, y: Array, things: Sequence[tuple[Array, Array]], signals: Sequence[Array]) -> Array:
        """An observation.

        Args:
            x: int32 [*batch], the agent's.
            y: the same.
            things: for each thing whether it is seen (bool [*batch]) and its cell (int32 [*batch]).
            signals: int32 or bool [*batch] each.

        Returns:
            int32 [labels, *batch].

        """
        rows = [x, y]
        for there, cell in things:
            rows += [there, jnp.where(there, cell % self.side - x, 0), jnp.where(there, cell // self.side - y, 0)]
        return jnp.stack([jnp.broadcast_to(row, x.shape).astype(jnp.int32) for row in (*rows, *signals)])

    def decode(self, observation: Array) -> Features:
        """Own place, then ``there, here, dx, dy, sign of dx, sign of dy`` of each thing, then signals.

        Args:
            observation: int32 [labels, *batch].

        Returns:
            flat, float32 [2 + 6 things + signals, *batch], each from -1 to 1; no tokens.

        """
        batch, count = observation.shape[1:], len(self.things)
        own, seen, signals = jnp.split(observation, [2, 2 + 3 * count])
        there, dx, dy = jnp.moveaxis(seen.reshape(count, 3, *batch), 1, 0)
        far = float(self.side - 1)
        here = (there > 0) & (dx == 0) & (dy == 0)
        parts = jnp.stack([there, here, dx / far, dy / far, jnp.sign(dx), jnp.sign(dy)], axis=1)
        sizes = jnp.asarray([float(size) for _, size in self.signals]).reshape(-1, *(1,) * len(batch))
        flat = jnp.concatenate([own / far, parts.reshape(-1, *batch), signals / sizes])
        return Features(flat.astype(jnp.float32), jnp.zeros((0, 0, *batch), jnp.float32))


def felt(reward: Array) -> Array:
    """What an agent feels of a reward: its sign, int32 [*batch]."""
    return jnp.sign(reward).astype(jnp.int32)
