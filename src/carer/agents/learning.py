"""Training on the host, inside a run directory: logs, evaluations, checkpoints, stopping when asked, going on."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import jax
import jax.numpy as jnp

from carer.agents.config import Hyper, LearnConfig
from carer.agents.logbook import Logbook, fault
from carer.agents.networks import RecurrentPolicy
from carer.agents.ppo import update
from carer.agents.saving import load, save
from carer.agents.stacking import side_by_side
from carer.agents.state import LearnerState, init
from carer.agents.task import Task
from carer.runs import Checkpoints, Preemption, Progress, Run, step_of

_LEARNER, _POLICIES = "learner.safetensors", "policies.safetensors"


def learn(
    config: LearnConfig,
    task: Task,
    run: Run,
    preemption: Preemption,
    *,
    condition: str = "",
    hyper: Hyper | None = None,
    policies: Sequence[RecurrentPolicy | None] = (),
    after: LearnerState | None = None,
) -> LearnerState:
    """Train from the latest checkpoint that verifies, or from the start, until done or asked to stop.

    Args:
        config: see `LearnConfig`.
        task: see `Task`.
        run: takes the rows of metrics (one for each seed, ``split`` "train" or "eval") and the checkpoints.
        preemption: once it is requested, the update is finished, a checkpoint written and the learner returned.
        condition: the name of this learner among several of a run: a label of its rows and a folder of checkpoints.
        hyper: instead of what the config says, every leaf with a leading axis [seeds].
        policies: for each role None, or policies to start from, stacked as `load_policies` gives them.
        after: learners of an earlier task, stacked, with the same networks and terms: weights, moments, normalisers and
            what the drives have learned are theirs, worlds and memories begin anew.

    Returns:
        the learners, stacked: every leaf has a leading axis [seeds].

    Raises:
        CarerError: a loss, gradient or reward is not finite, with update, seed and figure named (the state before
            that update is kept under ``faults/``); or a checkpoint is of another learner.

    """
    fresh = partial(started, config, task, hyper=hyper, policies=tuple(policies), after=after)
    checkpoints = run.checkpoints(condition, config.keep)
    latest = checkpoints.latest()
    learner = jax.jit(fresh)() if latest is None else load(latest / _LEARNER, jax.eval_shape(fresh))
    done = 0 if latest is None else step_of(latest)
    labels = {"condition": condition} if condition else {}
    run.truncate_metrics(lambda row: row["step"] <= done or any(row.get(key) != labels[key] for key in labels))
    if done >= config.ppo.updates:  # a program to go on with would take its time to compile
        return learner

    program = side_by_side(partial(update, config.ppo, task), learner)
    book = Logbook(config, task, run, labels, done)
    with Progress(config.ppo.updates, condition or task.world.name, console=run.console, done=done) as progress:
        asked, note = preemption.requested, ""
        while done < config.ppo.updates and not asked:
            before = learner
            learner, metrics = program(before)
            done += 1
            if bool((learner.fault >= 0).any()):
                raise fault(run, task, condition, before, learner, metrics)
            last, asked = done == config.ppo.updates, preemption.requested
            if last or asked or done % config.log_every == 0:
                note = book.train(done, metrics)
            if last or (config.evaluate_every and done % config.evaluate_every == 0):
                book.evaluate(done, learner.policies)
            if last or asked or done % config.checkpoint_every == 0:
                _commit(checkpoints, config, done, learner)
            progress.update(done, note)
    return learner


def load_policies(folder: Path, config: LearnConfig, task: Task) -> tuple[RecurrentPolicy, ...]:
    """The policies of a checkpoint that `learn` wrote, by role; every leaf has a leading axis [seeds].

    Raises:
        CarerError: they are of another network.

    """
    return load(folder / _POLICIES, jax.eval_shape(partial(started, config, task)).policies)


def started(
    config: LearnConfig,
    task: Task,
    hyper: Hyper | None = None,
    policies: tuple[RecurrentPolicy | None, ...] = (),
    after: LearnerState | None = None,
) -> LearnerState:
    """The learners before their first update, stacked; arguments as `learn` takes them."""
    keys = jax.vmap(partial(jax.random.fold_in, jax.random.key(config.seed)))(jnp.arange(config.seeds))
    fresh = jax.vmap(partial(init, config.ppo, task))(keys, hyper, policies)
    if after is None:
        return fresh
    roles = [replace(old, memory=new.memory) for old, new in zip(after.roles, fresh.roles, strict=True)]
    return replace(fresh, roles=tuple(roles))


def _commit(checkpoints: Checkpoints, config: LearnConfig, done: int, learner: LearnerState) -> None:
    staged = checkpoints.staging(done)
    save(staged / _LEARNER, learner)
    save(staged / _POLICIES, learner.policies)
    checkpoints.commit(done, staged, seeds=config.seeds)
