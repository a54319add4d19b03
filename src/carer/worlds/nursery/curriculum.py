"""A curriculum of the nursery: the world hardens while a mother learns. World and start only, never a reward."""

from dataclasses import dataclass

import equinox as eqx
import jax.numpy as jnp
from jax import Array

from carer.concepts import CarerError
from carer.worlds.counted import threshold
from carer.worlds.nursery.state import MOTHER, Knobs, NurseryState
from carer.worlds.settings import check, check_share


@dataclass(frozen=True)
class Hardening:
    """Dangers grow, help at a birth shrinks: linearly between two points of training.

    Attributes:
        start: progress, from 0 to 1, until which the world is as easy as can be.
        end: progress from which it is as it is.
        grown: percent of its growth that a baby is born with at first.
        provided: share of births at which the mother has food in hand at first.
    """

    start: float = 0.15
    end: float = 0.75
    grown: int = 0
    provided: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what is no schedule."""
        if not 0.0 <= self.start <= self.end <= 1.0:
            raise CarerError(f"start = {self.start}, end = {self.end}.", "It must be 0 <= start <= end <= 1.")
        check("grown", self.grown, 0, 100)
        check_share("provided", self.provided)

    def __call__(self, state: NurseryState, progress: Array) -> NurseryState:
        """The state with its knobs turned for this point of training, from 0 to 1."""
        hard = jnp.clip((progress - self.start) / max(self.end - self.start, 1e-6), 0.0, 1.0)
        easy = 1.0 - hard
        values = (self.grown * easy, threshold(1.0) * hard, threshold(1.0) * self.provided * easy)
        turned = [jnp.broadcast_to(jnp.round(value).astype(jnp.int32), state.time.shape) for value in values]
        return eqx.tree_at(lambda one: one.knobs, state, Knobs(*turned))


@dataclass(frozen=True)
class BoxUnderfoot(Hardening):
    """The same, and the cryosleep box is met: until `end` it is under the mother's feet as each rollout begins.

    In every second episode of those that run then; in the others it is where it is. A box is one cell among a hundred,
    and who never steps there with her baby in her arms, and puts it down, has nothing to learn from.
    """

    def __call__(self, state: NurseryState, progress: Array) -> NurseryState:
        """The hardened state, with the box moved."""
        state = super().__call__(state, progress)
        second = (jnp.arange(state.time.size) % 2 == 1).reshape(state.time.shape)
        moved = second & (progress < self.end)
        cell = jnp.where(moved, state.x[MOTHER], state.box_x), jnp.where(moved, state.y[MOTHER], state.box_y)
        return eqx.tree_at(lambda one: (one.box_x, one.box_y), state, cell)
