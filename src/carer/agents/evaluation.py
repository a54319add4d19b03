"""Evaluation: whole episodes with weights that stay as they are, each counted once and to its end."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from carer.agents.acting import act, allowed, look, play, remembered
from carer.agents.networks import RecurrentPolicy
from carer.agents.task import Task


class Evaluation(NamedTuple):
    """How whole episodes went.

    Attributes:
        returns: float32 [agents, episodes], the world's own reward, undiscounted.
        lived: int32 [agents, episodes], ticks at which the agent was alive.
        length: int32 [episodes], ticks until the episode ended.
    """

    returns: Array
    lived: Array
    length: Array


def evaluate(
    task: Task, policies: Sequence[RecurrentPolicy], key: Array, episodes: int, *, greedy: bool = False
) -> Evaluation:
    """Play `episodes` episodes side by side, each from its own start to its end; none begins again.

    Args:
        task: see `Task`; its curriculum is not applied.
        policies: one for each role.
        key: a typed JAX key; the same key gives the same episodes.
        episodes: how many.
        greedy: take the likeliest action instead of drawing one.

    """
    world = task.world
    _, state = world.reset(jax.random.split(key, episodes))
    agents = (len(world.seats), episodes)
    hidden = tuple(
        jnp.zeros((policy.width, len(seats), episodes), jnp.float32)
        for policy, seats in zip(policies, task.seats, strict=True)
    )
    nothing = Evaluation(jnp.zeros(agents), jnp.zeros(agents, jnp.int32), jnp.zeros(episodes, jnp.int32))

    def tick(carry: tuple[Any, tuple[Array, ...], Evaluation, Array]) -> tuple[Any, ...]:
        state, hidden, so_far, at = carry
        going = ~state.over
        own = jax.random.fold_in(key, at)
        decisions = [
            act(
                policy,
                world,
                memory,
                look(world, state, seats),
                allowed(world, state, seats),
                jax.random.fold_in(own, role),
                greedy=greedy,
            )
            for role, (policy, memory, seats) in enumerate(zip(policies, hidden, task.seats, strict=True))
        ]
        after = play(task, state, key, decisions)
        hidden = tuple(
            remembered(world, state, after.state, seats, decision.hidden)
            for seats, decision in zip(task.seats, decisions, strict=True)
        )
        so_far = Evaluation(
            so_far.returns + jnp.where(going, after.reward, 0.0),
            so_far.lived + (going & world.alive(state)),
            so_far.length + going,
        )
        # An episode that is over stays as it ended; what a further tick makes of it is not looked at.
        state = jax.tree.map(lambda new, old: jnp.where(going, new, old), after.state, state)
        return state, hidden, so_far, at + 1

    carry = (state, hidden, nothing, jnp.int32(0))
    return jax.lax.while_loop(lambda carry: ~carry[0].over.all(), tick, carry)[2]
