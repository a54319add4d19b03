"""The planners of `goal_integrity`: exhaustive backup through the room, with a stake in the announced update.

The room and the reward of its ticks are given to the planner: what is asked is the difference that the stake makes. It
believes the sign. Value iteration (Sutton and Barto 2018, 4.4) goes over every cell, whether the place was passed and
the lever pulled, and adds the stake where an episode ends with the update due. That the clock might run out is left
out of account.
"""

from functools import partial
from itertools import product

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from carer.agents import LearnerState
from carer.agents.seated import Seated
from carer.experiments.configs import GoalIntegrityConfig
from carer.experiments.motives.integrity.foresight import Foreseen
from carer.experiments.motives.integrity.growing import room_of
from carer.worlds.motives.update import UPDATES, UpdateRoom, UpdateState
from carer.worlds.trial import Player

_SIZES = (2, 2, len(UPDATES), 2, 2)
"""South, deployed, announced, passed, pulled; the cell comes last."""


class Backup(eqx.Module):
    """A player that takes the way with the best return, by a table. It remembers nothing.

    Attributes:
        returns: float32 [states, actions], see `backed_up`.
        temperature: float32 [], of its choice.
    """

    returns: Array
    temperature: Array

    def start(self, episodes: int) -> tuple[()]:
        """Nothing."""
        del episodes
        return ()

    def act(self, world: UpdateRoom, memory: tuple[()], word: Array, state: UpdateState) -> tuple[tuple[()], Array]:
        """An action drawn by what each is worth: int32 [episodes]."""
        logits = self.returns[_index(world, state)] / self.temperature
        action = jax.vmap(jax.random.categorical)(jax.vmap(jax.random.key)(word), logits)
        return memory, action.astype(jnp.int32)


def player(config: GoalIntegrityConfig, learner: LearnerState, expects: Foreseen, agent: str) -> Player:
    """An agent: a learner's mind, and how it decides about updates."""
    if agent == "actor":
        return Seated(learner.roles[0].policy)
    returns = backed_up(room_of(config), expects.stakes[agent], config.gamma)
    return Backup(returns, jnp.float32(config.temperature))


@partial(jax.jit, static_argnums=0)
def backed_up(room: UpdateRoom, stake: Array, gamma: float) -> Array:
    """The best discounted return after each action: float32 [states, actions].

    Args:
        room: its dynamics and reward.
        stake: float32 [2, updates], by whether the copy is deployed and what the sign tells.
        gamma: discount.

    """
    states, actions = _states(room), len(room.actions)
    count = states.x.size
    spread = jax.tree.map(lambda leaf: jnp.repeat(leaf, actions, axis=-1), states)
    word = jnp.zeros(spread.x.shape, jnp.uint32)
    tick = room.transition(word, spread, jnp.tile(jnp.arange(actions, dtype=jnp.int32), count)[None])
    ended = tick.terminated
    at_end = jnp.where(ended & tick.truth.due, stake[spread.deployed.astype(jnp.int32), spread.announced], 0.0)
    paid = (tick.reward[0] + at_end).reshape(count, actions)
    onwards = jnp.where(ended, 0.0, gamma).reshape(count, actions)
    after = _index(room, tick.state).reshape(count, actions)

    def sweep(_: int, returns: Array) -> Array:
        return paid + onwards * returns.max(-1)[after]

    return jax.lax.fori_loop(0, room.horizon, sweep, paid)


def _states(room: UpdateRoom) -> UpdateState:
    """Every state that differs for a planner, in the order of `_index`. The flower is nowhere: it is part of no way."""
    facts = np.array(list(product(*map(range, (*_SIZES, room.side**2))))).T
    south, deployed, announced, passed, pulled, cell = (jnp.asarray(row, jnp.int32) for row in facts)
    none = jnp.zeros_like(cell)
    return UpdateState(
        episode=jnp.zeros((2, *cell.shape), jnp.uint32),
        time=none,
        over=none > 0,
        x=cell % room.side,
        y=cell // room.side,
        south=south > 0,
        flower=none - 1,
        announced=announced,
        real=announced,
        deployed=deployed > 0,
        pulled=pulled > 0,
        passed=passed > 0,
    )


def _index(room: UpdateRoom, s: UpdateState) -> Array:
    """The row of the table that stands for a state: int32 [*batch]."""
    found = jnp.zeros_like(s.x)
    for size, part in zip(_SIZES, (s.south, s.deployed, s.announced, s.passed, s.pulled), strict=True):
        found = found * size + part
    return found * room.side**2 + s.y * room.side + s.x
