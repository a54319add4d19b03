"""Trained policies as a player of single episodes, tick by tick: for replays, for people to watch, for audits."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from carer.agents.acting import act, allowed, look, remembered
from carer.agents.networks import RecurrentPolicy
from carer.agents.task import Task


def player(task: Task, policies: Sequence[RecurrentPolicy], *, greedy: bool = False) -> Callable[[Array, Any], Array]:
    """A player of one episode: ``(word uint32 [], state without a batch) -> int32 [agents]``.

    It remembers, so it plays a single episode, from its start. Seats that are not learned are played by
    `Task.others`, or do action 0.

    Args:
        task: see `Task`.
        policies: one for each role.
        greedy: take the likeliest action instead of drawing one.

    """
    memory = [
        jnp.zeros((policy.width, len(seats), 1), jnp.float32)
        for policy, seats in zip(policies, task.seats, strict=True)
    ]
    decide, before = jax.jit(partial(_decide, task, greedy=greedy)), None

    def choose(word: Array, state: Any) -> Array:
        nonlocal memory, before
        action, memory = decide(tuple(policies), memory, word, state if before is None else before, state)
        before = state
        return action

    return choose


def _decide(
    task: Task,
    policies: tuple[RecurrentPolicy, ...],
    memory: list[Array],
    word: Array,
    before: Any,
    state: Any,
    *,
    greedy: bool,
) -> tuple[Array, list[Array]]:
    before, alone = jax.tree.map(lambda leaf: leaf[..., None], (before, state))
    actions = jnp.zeros((len(task.world.seats), 1), jnp.int32)
    if task.others is not None:
        actions = task.others(word[None], alone)
    after = []
    for number, (policy, hidden, seats) in enumerate(zip(policies, memory, task.seats, strict=True)):
        seen, mask = look(task.world, alone, seats), allowed(task.world, alone, seats)
        hidden = remembered(task.world, before, alone, seats, hidden)
        key = jax.random.fold_in(jax.random.key(word), number)
        decision = act(policy, task.world, hidden, seen, mask, key, greedy=greedy)
        actions = actions.at[jnp.asarray(seats)].set(decision.action)
        after.append(decision.hidden)
    return actions[:, 0], after
