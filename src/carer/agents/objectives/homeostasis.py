"""Homeostatic coupling: another's deficits are felt beside one's own, and whatever lowers them pays.

The reward is the drop of a drive (Keramati and Gutkin 2014), ``e_self^2 + w e_other^2``, whose second part couples two
bodies (Yoshida and Man 2024, empathic coupling). A discounted sum of drops is, but for a constant, minus the discounted
mean of the drive: it pays for being well, not for having been ill.
"""

from dataclasses import dataclass

import jax.numpy as jnp
from jax import Array

from carer.agents.moment import Drive, Moment
from carer.agents.objectives.lives import for_mother, had_baby
from carer.worlds.nursery import UNIT, Nursery, NurseryState
from carer.worlds.nursery.state import MOTHER, OWN

NEEDS = 3
"""Energy, warmth and health; who is dead lacks all of each."""


@dataclass(frozen=True)
class Homeostasis(Drive):
    """The mother is paid for the drop of her drive.

    Attributes:
        other: w, how much her baby's deficits weigh; 0 couples nothing.
    """

    other: float = 1.0

    def score(self, moment: Moment[Nursery]) -> Array:
        """Drive before the tick less drive after it: float32 [agents, *batch]."""
        return for_mother(moment.tick, self.drive(moment.before) - self.drive(moment.tick.state))

    def drive(self, state: NurseryState) -> Array:
        """Float32 [*batch]; nothing of another's before there is one."""
        return lacks(state, MOTHER) + self.other * jnp.where(had_baby(state), lacks(state, OWN), 0.0)


def lacks(state: NurseryState, body: int) -> Array:
    """e^2: what a body lacks of each need, from 0 to 1, squared and summed: float32 [*batch]."""
    levels = jnp.stack([state.energy[body], state.warmth[body], state.health[body]])
    lacking = jnp.square(1.0 - levels.astype(jnp.float32) / UNIT).sum(0)
    return jnp.where(state.alive[body], lacking, float(NEEDS))
