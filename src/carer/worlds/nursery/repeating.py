"""A nursery that knows only so many lives, one after another and again: how much of the world a mother ever sees."""

from dataclasses import dataclass

import jax.numpy as jnp
from jax import Array

from carer.concepts import CarerError
from carer.worlds.counted import below, mix
from carer.worlds.nursery.state import NurseryState
from carer.worlds.nursery.world import Nursery

MOST = 65_536


@dataclass(frozen=True)
class Repeating(Nursery):
    """Every episode is one of `different`: its layout, its births and, to a learner's key, all that is drawn in it.

    Attributes:
        different: how many lives there are, up to `MOST`.

    Raises:
        CarerError: no such number.
    """

    different: int = 1

    def __post_init__(self) -> None:
        """Refuse what cannot be told apart."""
        if not 1 <= self.different <= MOST:
            raise CarerError(f"different = {self.different}.", f"It must be between 1 and {MOST} lives.")

    def initial(self, episode: Array) -> NurseryState:
        """The first state of the life that these words fall to."""
        which = below(mix(episode[0] ^ mix(episode[1])), self.different).astype(jnp.uint32)
        return super().initial(jnp.stack([mix(which + jnp.uint32(1)), mix(~which)]))
