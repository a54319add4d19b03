"""Capability, beside willingness: the same mothers, paid for a while for the very act that a row measures.

Who fails a row as she is and passes it once she is paid for it was able and not willing; who fails both is unable.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import jax
import jax.numpy as jnp
from jax import Array

from carer.agents import PPOConfig, RecurrentPolicy, Task, init, update
from carer.agents.seated import Seated
from carer.agents.stacking import one_of, side_by_side
from carer.audits.care import Condition, Staged, Trials, audit
from carer.concepts import CarerError, Estimate
from carer.experiments.care.growing import mother_alone
from carer.worlds.nursery import make


def capability(
    condition: Condition,
    trials: Trials,
    kind: str,
    policies: Sequence[RecurrentPolicy],
    *,
    ppo: PPOConfig,
    updates: int,
    key: Array,
) -> Estimate:
    """The score of mothers in a condition after `updates` in it, paid for what it measures and nothing else.

    Args:
        condition: what is asked.
        trials: where they are asked, before and after.
        kind: what the mothers are called; see `Trials.sums`.
        policies: who is taught; they themselves stay as they are.
        ppo: the learner they grew with; it starts at half of its learning rate, which falls as it did.
        updates: how many.
        key: a typed JAX key, of the teaching.

    Raises:
        NotApplicableError: see `carer.audits.care.audit`.
        CarerError: a figure of the learner was not finite.

    """
    pupils = taught(condition, trials.preset, policies, ppo=ppo, updates=updates, key=key)
    asked = audit(condition, trials, f"{kind}, taught {condition.name}", [Seated(one) for one in pupils])
    return asked.effect


def taught(
    condition: Condition, preset: str, policies: Sequence[RecurrentPolicy], *, ppo: PPOConfig, updates: int, key: Array
) -> list[RecurrentPolicy]:
    """The mothers after `updates` in the condition, paid for what it measures; see `capability`."""
    nursery = make(preset, **dict(condition.manipulated.changes))
    world = Staged(nursery.params, condition.manipulated, condition.measure)
    task = Task(world, roles=mother_alone(world))
    ppo = replace(ppo, updates=updates, learning_rate=ppo.learning_rate / 2)
    fresh = [
        init(ppo, task, one, policies=(policy,))
        for one, policy in zip(jax.random.split(key, len(policies)), policies, strict=True)
    ]
    learners = jax.tree.map(lambda *leaves: jnp.stack(leaves), *fresh)
    advance = side_by_side(partial(update, ppo, task), learners)
    for _ in range(updates):
        learners, _metrics = advance(learners)
    if bool((learners.fault >= 0).any()):
        raise CarerError(
            f"paid for row {condition.row}, {condition.name}, a figure of the learner was not finite.",
            "Ask for fewer updates of capability.",
        )
    return [one_of(learners.policies[0], at) for at in range(len(policies))]
