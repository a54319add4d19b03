"""What an agent's value function makes of its plans, frame by frame: without itself in the picture, and with.

At a moment of choice each plan is carried out in copies of the same room: once pictured in the world frame, and once
with each self-picture, the plan's own and the wrong ones that the shuffled control needs. The frames are those that
the room would really show, so that no error of a world model is taken for a difference between frames.
"""

from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from carer.agents import LearnerState
from carer.agents.acting import allowed, evaluated
from carer.agents.planning import Planner
from carer.audits.motives.reflection import Figures, Frames
from carer.worlds.counted import tick_word
from carer.worlds.motives.mirrored import NOTHING, PLANS, Mirrored, pictured

_LIVED = 2
"""Plans that the agent has carried out in a room before it is asked: some trash is gone, and some is left."""


class Values(NamedTuple):
    """The value of the frames of each plan, float64 [seeds, plans, frames, rooms] each, in units of reward.

    Attributes:
        world: with what comes about in the picture.
        own: with the agent in it, going for it.
        shuffled: with the agent in it, going for any of the plans, drawn evenly for each frame.
    """

    world: Figures
    own: Figures
    shuffled: Figures

    def frames(self, margin: float) -> Frames:
        """What the plans are worth: the mean over their frames, standing still the baseline."""
        return Frames(self.world.mean(2), self.own.mean(2), NOTHING, margin)


def values(learners: LearnerState, world: Mirrored, key: Array, rooms: int) -> Values:
    """What each learner makes of its plans.

    Args:
        learners: stacked [seeds].
        world: the one they learned in.
        key: a typed JAX key; each seed has rooms of its own, the same for every arm.
        rooms: for each learner.

    """
    seeds = learners.update.shape[0]
    keys = jax.vmap(partial(jax.random.fold_in, key))(jnp.arange(seeds))
    found = np.asarray(_all_asked(world, rooms, learners, keys), np.float64)
    own = np.stack([found[:, plan, 1 + plan] for plan in range(len(PLANS))], 1)
    rng = np.random.default_rng(np.asarray(jax.random.key_data(key)))
    which = rng.integers(1, 1 + len(PLANS), (seeds, len(PLANS), 1, *found.shape[3:]))
    return Values(found[:, :, 0], own, np.take_along_axis(found, which, 2)[:, :, 0])


@partial(jax.jit, static_argnums=(0, 1))
def _all_asked(world: Mirrored, rooms: int, learners: LearnerState, keys: Array) -> Array:
    """By plan and picture, the world frame first, then each self-picture: [seeds, plans, 1 + plans, frames, rooms]."""
    return jax.vmap(partial(_asked, world, rooms))(learners, keys)


def _asked(world: Mirrored, rooms: int, learner: LearnerState, key: Array) -> Array:
    """The value of each frame of each plan, pictured as in `_all_asked`: [plans, 1 + plans, frames, rooms]."""
    role = learner.roles[0]
    agent = Planner(role.policy, None, role.normaliser)

    def lived(carry: tuple[Any, Array], _: None) -> tuple[tuple[Any, Array], None]:
        state, memory = carry
        memory, action = agent.act(world, memory, tick_word(key, state.episode, state.time), state)
        return (world.advance(key, state, action[None]).state, memory), None

    start: Any = world.reset(jax.random.split(key, rooms))[1], agent.start(rooms)
    (state, memory), _ = jax.lax.scan(lived, start, None, length=_LIVED * world.hold)

    plans = jnp.arange(len(PLANS), dtype=jnp.int32)
    of_self = jnp.broadcast_to(pictured(plans, True), (len(PLANS), len(PLANS)))
    pictures = jnp.concatenate([pictured(plans, False)[:, None], of_self], axis=1)  # [plans, 1 + plans]
    state, memory = jax.tree.map(lambda leaf: jnp.concatenate([leaf] * pictures.size, axis=-1), (state, memory))
    plan, picture = jnp.repeat(plans, pictures.shape[1] * rooms), jnp.repeat(pictures.reshape(-1), rooms)

    def looked(carry: tuple[Any, Array], at: None) -> tuple[tuple[Any, Array], Array]:
        del at
        state, memory = carry
        seen = world.view(state, 0)[:, None]
        memory, _, value = evaluated(role.policy, world, memory[:, None], seen, allowed(world, state, (0,)))
        after = replace(world.advance(key, state, plan[None]).state, picture=picture)
        return (after, memory[:, 0]), role.normaliser.real(value[0])

    chosen: Any = replace(state, plan=plan, unbidden=jnp.ones_like(plan, bool)), memory
    _, found = jax.lax.scan(looked, chosen, None, length=world.hold)
    found = found[1:]  # the first is of the moment of choice, with nothing in the picture
    return jnp.moveaxis(found.reshape(-1, *pictures.shape, rooms), 0, 2)
