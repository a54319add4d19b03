"""Self-other overlap: the mother is paid for being, inside, in her baby's place as she is in her own.

Source: Carauleanu et al. 2024, who lower the distance of a network's activations under the two views. In their
released code of the reinforcement-learning experiment that very term stands commented out. Here it is a reward, a
constant to the gradient: a mother is paid for coming where she and her baby are read alike, not for reading all alike.
"""

from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
from jax import Array

from carer.agents.moment import Drive, Moment


@dataclass(frozen=True)
class Overlap(Drive):
    """How alike a role's network reads the world from its own seat and from another's, from 0 to 1.

    ``1 - |a - b|^2 / (2 |a|^2 + 2 |b|^2)`` of the activations a and b; 0 where nobody lives in the other seat: a
    distance would be smallest there, and pay for a death.

    Attributes:
        target: the other's seat.
        site: where in the network, of `carer.agents.SITES`. At ``hidden`` both readings share the memory.
    """

    target: int
    site: str = "hidden"

    def score(self, moment: Moment[Any]) -> Array:
        """Float32 [agents, *batch]."""
        reader = moment.reader
        own, other = reader.activations(self.site), reader.activations(self.site, self.target)
        size = jnp.square(own).sum(0) + jnp.square(other).sum(0)
        overlap = 1.0 - jnp.square(own - other).sum(0) / jnp.maximum(2 * size, 1e-8)
        lives = moment.world.alive(moment.tick.state)[self.target]
        return reader.paid(jnp.where(lives, overlap, 0.0))
