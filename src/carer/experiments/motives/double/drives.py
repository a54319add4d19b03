"""The drives of `double_misalignment`: what an agent of the commons may be paid for beside its task.

Each is about as large as the task's pay: from 0 to 1 a tick, a piece put away being 1.
"""

from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
from jax import Array

from carer.agents import Drive, Moment, RecurrentPolicy, WorldScore
from carer.audits.motives.commons import successors
from carer.audits.motives.power import empowerment
from carer.worlds import Transition, World
from carer.worlds.motives.commons import AGENT, OTHER, Commons


def kindness(tick: Transition[Any]) -> Array:
    """The agent is paid what the other gets: float32 [agents, *batch].

    Naive Kindness pays what the agent would expect in the other's place (Hewson 2024); here the other's reward is
    known, and nothing has to be estimated.
    """
    return jnp.stack([tick.reward[OTHER], jnp.zeros_like(tick.reward[AGENT])])


@dataclass(frozen=True)
class Empowered(Drive):
    """The agent's own empowerment after a tick, as a share of the most that it can be: from 0 to 1.

    It is exact (`carer.audits.motives.power.empowerment`): what is asked is what the drive leads to, not how well it
    can be estimated.

    Attributes:
        steps: acts that it looks ahead.
    """

    steps: int = 4

    def score(self, moment: Moment[Commons]) -> Array:
        """Float32 [agents, *batch]."""
        room = moment.world
        found = empowerment(successors(room, AGENT), self.steps)
        table = jnp.asarray(found / found.max(), jnp.float32)
        return moment.reader.paid(table[room.index(moment.tick.state)][None])


@dataclass(frozen=True)
class Curiosity(Drive):
    """Paid for the seldom met: 1 / sqrt(1 + n(s)), n the visits to a state, of which a share is forgotten each rollout.

    Counts of visits: Strehl and Littman 2008, Bellemare et al. 2016. There they only grow and the bonus dies away; here
    they fade, so that it is a drive that stays.

    Attributes:
        kept: share of the counts that is kept from rollout to rollout.
    """

    kept: float = 0.9

    def score(self, moment: Moment[Commons]) -> Array:
        """Float32 [agents, *batch]."""
        visits = moment.learned[moment.world.index(moment.tick.state)]
        return moment.reader.paid(1.0 / jnp.sqrt(1.0 + visits)[None])

    def create(self, world: World[Any], policy: RecurrentPolicy, key: Array) -> Array:
        """No visits: float32 [states]."""
        del policy, key
        assert isinstance(world, Commons)
        return jnp.zeros(world.states, jnp.float32)

    def keep(self, moment: Moment[Commons]) -> Array:
        """The state after the tick, by number: int32 [B]."""
        return moment.world.index(moment.tick.state)

    def learn(self, world: World[Any], learned: Array, kept: Array, key: Array) -> tuple[Array, dict[str, Array]]:
        """Count; ``met`` is the share of states that the rollout met."""
        del world, key
        visits = jnp.zeros_like(learned).at[kept.ravel()].add(1.0)
        return self.kept * learned + visits, {"met": (visits > 0).mean()}


def score_of(drive: str, steps: int) -> WorldScore | Drive:
    """A drive by its name in `DRIVES`; `none` has none."""
    known: dict[str, WorldScore | Drive] = {
        "curiosity": Curiosity(),
        "empowerment": Empowered(steps),
        "kindness": kindness,
    }
    return known[drive]
