"""Recurrent PPO as pure functions of a state: `update` is one rollout and its optimisation, `train` a scan of them.

Schulman et al. 2017 with purejaxrl's habits, and these differences: minibatches split the episodes and never time,
gradients flow back through a whole rollout, truncated episodes are bootstrapped from their last state, values are
normalised by PopArt, and whoever is dead is neither pushed nor praised for what it cannot do.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import optax
from jax import Array

from carer.agents.config import Hyper, PPOConfig, between
from carer.agents.loss import Rows, loss, normalised, part_of
from carer.agents.moment import Drive
from carer.agents.returns import gae, rescaled
from carer.agents.rollout import Experience, Rollout, rollout
from carer.agents.state import LearnerState, RoleState, init, optimiser
from carer.agents.task import Task, WorldTerm
from carer.worlds import World

Metrics = dict[str, Array]

GUARDED = ("loss/policy", "loss/value", "entropy", "grad_norm")
"""The figures of an optimisation that must be finite; the raw means of reward terms must be, too."""


def train(config: PPOConfig, task: Task, key: Array, hyper: Hyper | None = None) -> tuple[LearnerState, Metrics]:
    """Learn from scratch: `init` and `config.updates` times `update`.

    A pure function: jit it with `config` and `task` static, vmap it over keys and over leaves of `hyper`.

    Returns:
        the learner, and the metrics of every update [updates].

    """
    learner = init(config, task, key, hyper)
    return jax.lax.scan(lambda one, _: update(config, task, one), learner, length=config.updates)


def update(config: PPOConfig, task: Task, learner: LearnerState) -> tuple[LearnerState, Metrics]:
    """One rollout, and what is learnt from it.

    Where a loss, a gradient or a reward is not finite nothing is learnt, by no role and from then on;
    `LearnerState.fault` says when.

    Returns:
        the learner, and float32 scalars named ``<label of the role>/<figure>``: ``return`` of the episodes that
        ended (NaN where none did), ``reward/<term>`` (raw mean of a tick), ``loss/policy``, ``loss/value``,
        ``entropy``, ``approx_kl``, ``clip_fraction``, ``grad_norm``, ``explained_variance``, ``value/mean``,
        ``value/deviation``, and what a `Drive` tells as ``<term>/<figure>``; and ``episodes`` and
        ``episode_length`` of all.

    """
    progress = learner.update / max(config.updates - 1, 1)
    if task.curriculum is not None:
        learner = replace(learner, world=task.curriculum(learner.world, progress))
    hidden = [role.memory.hidden for role in learner.roles]
    # The ticks of the rollout draw from the keys below.
    key = jax.random.fold_in(jax.random.fold_in(learner.key, learner.update), config.steps)
    learner, played = rollout(config, task, learner)

    metrics = _tallied(task, played)
    roles, sound = list(learner.roles), jnp.bool_(True)
    for number in task.learning:
        role, experience, last = learner.roles[number], played.experiences[number], played.last[number]
        assert experience is not None
        assert last is not None
        learnt, found = _learn(config, task.world, learner.hyper, progress, role, hidden[number], experience, last)
        own_key = jax.random.fold_in(key, number)
        learned, told = _learn_terms(task.world, task.terms[number], role, played.kept[number], own_key)
        found |= told
        terms = played.tally.terms[number]
        whole = jnp.isfinite(jnp.stack([found[name] for name in GUARDED])).all() & jnp.isfinite(terms).all()
        roles[number] = replace(learnt, learned=learned)
        sound &= whole
        metrics |= {f"{task.labels[number]}/{name}": value for name, value in found.items()}
    sound &= learner.fault < 0
    kept = jax.tree.map(lambda new, old: jnp.where(sound, new, old), tuple(roles), learner.roles)
    fault = jnp.where(sound | (learner.fault >= 0), learner.fault, learner.update)
    learner = replace(learner, roles=kept, update=learner.update + 1, fault=fault)
    return learner, metrics


def _learn(
    config: PPOConfig,
    world: World[Any],
    hyper: Hyper,
    progress: Array,
    role: RoleState,
    hidden: Array,
    experience: Experience,
    last: Array,
) -> tuple[RoleState, Metrics]:
    """Optimise one role on its experience, which began with the memory `hidden` [H, A, B]."""
    advantage = gae(experience.reward, experience.value, last, experience.done[:, None], hyper.gamma, hyper.gae_lambda)
    returns = advantage + experience.value
    normaliser = role.normaliser.after(returns, hyper.value_rate)
    policy: Any = replace(role.policy, critic=rescaled(role.policy.critic, role.normaliser, normaliser))
    rows = Rows(experience, normalised(advantage, experience.alive), normaliser.normal(returns))

    entropy_coef = between(hyper.entropy_coef, hyper.entropy_coef_end, progress)
    adam = optimiser(hyper, between(hyper.learning_rate, hyper.learning_rate_end, progress))

    def descend(carry: tuple[Any, Any], part: Array) -> tuple[tuple[Any, Any], Metrics]:
        policy, state = carry
        start, some = part_of((hidden, rows), part, config.minibatches)
        gradient, found = jax.grad(loss, has_aux=True)(policy, world, hyper, entropy_coef, start, some)
        change, state = adam.update(gradient, state)
        found |= {"grad_norm": optax.tree.norm(gradient)}
        return (optax.apply_updates(policy, change), state), found

    parts = jnp.tile(jnp.arange(config.minibatches), config.epochs)
    (policy, moments), found = jax.lax.scan(descend, (policy, role.optimiser), parts)
    metrics = {name: value.mean() for name, value in found.items()}
    metrics["explained_variance"] = 1.0 - advantage.var() / jnp.maximum(returns.var(), 1e-12)
    metrics["value/mean"], metrics["value/deviation"] = normaliser.mean, normaliser.deviation
    return replace(role, policy=policy, optimiser=moments, normaliser=normaliser), metrics


def _learn_terms(
    world: World[Any], terms: Sequence[WorldTerm], role: RoleState, kept: Sequence[Any], key: Array
) -> tuple[tuple[Any, ...], Metrics]:
    """What the terms of a role have learned after a rollout, of which each kept what it learns from."""
    after, metrics = list(role.learned), {}
    for at, term in enumerate(terms):
        if isinstance(term.score, Drive):
            after[at], told = term.score.learn(world, role.learned[at], kept[at], jax.random.fold_in(key, at))
            metrics |= {f"{term.name}/{figure}": value for figure, value in told.items()}
    return tuple(after), metrics


def _tallied(task: Task, played: Rollout) -> Metrics:
    """What the rollout itself tells."""
    tally = played.tally
    ended = tally.ended.sum()
    metrics = {
        "episodes": ended.astype(jnp.float32),
        "episode_length": tally.length.sum() / ended,  # NaN where none ended
    }
    for label, terms, means, returns in zip(task.labels, task.terms, tally.terms, tally.returns, strict=True):
        metrics[f"{label}/return"] = returns.sum(0).mean() / ended
        metrics |= {f"{label}/reward/{term.name}": means[:, at].mean() for at, term in enumerate(terms)}
    return metrics
