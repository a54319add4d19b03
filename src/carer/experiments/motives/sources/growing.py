"""How the agents of `reward_sources` are grown: reward models first, then every arm by its own source."""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from carer.agents import LearnConfig, LearnerState, Task, learn
from carer.agents.reward_model import RewardLearner
from carer.experiments.configs import ONLINE, RewardSourcesConfig
from carer.experiments.motives.growing import learner_of, untaught, with_learned
from carer.experiments.motives.sources.pay import ROOM, judge_of, terms
from carer.experiments.motives.sources.showing import PARTLY, Fit, Shown, behaviours, fit, shown
from carer.runs import Preemption, Progress, Run

FITTED = "fitted"
"""The ``split`` of the rows with how well a reward model agrees on held-out pairs, before anybody learns from it."""
_TRAIN, _HELD, _FIT = 2**31 - 5, 2**31 - 6, 2**31 - 7


class Grown(NamedTuple):
    """Learners stacked [seeds].

    Attributes:
        arms: by arm, those who have learned from its source; fewer than asked for if asked to stop.
        untrained: who have learned nothing: the control, and shown to the judges.
        partly: who have learned a little, and were shown to the judges.
    """

    arms: Mapping[str, LearnerState]
    untrained: LearnerState
    partly: LearnerState


def task_of(config: RewardSourcesConfig, arm: str) -> Task:
    """What an arm learns: all in the same room."""
    return Task(ROOM, objectives=(terms(config, arm),))


def learn_config(config: RewardSourcesConfig, updates: int) -> LearnConfig:
    """The learner, the same for all arms."""
    return learner_of(config, updates, episodes=config.episodes)


def grow(config: RewardSourcesConfig, run: Run, preemption: Preemption) -> Grown:
    """Those who are shown, the reward models, and every arm."""
    how = learn_config(config, config.updates)
    untrained = untaught(how, task_of(config, "paid"))
    early = replace(learn_config(config, config.partly), seed=config.seed + 1)
    partly = learn(early, task_of(config, "paid"), run, preemption, condition=PARTLY)
    arms: dict[str, LearnerState] = {}
    models = {} if preemption.requested else _fitted(config, run, untrained, partly)
    for arm in config.arms:
        if preemption.requested:
            break
        task, after = task_of(config, arm), None
        if arm in models:  # who is paid by a reward model begins with one that knows what it was told
            after = with_learned(untaught(how, task, others=False), 0, models[arm])
        arms[arm] = learn(how, task, run, preemption, condition=arm, after=after)
    return Grown(arms, untrained, partly)


def _fitted(
    config: RewardSourcesConfig, run: Run, untrained: LearnerState, partly: LearnerState
) -> dict[str, RewardLearner]:
    """The reward model of each arm that has one; arms of one judge begin with the same."""
    run.truncate_metrics(lambda row: row.get("split") != FITTED)
    root = jax.random.key(config.seed)
    train, held = (
        _of_all_seeds(config, untrained, partly, jax.random.fold_in(root, stream)) for stream in (_TRAIN, _HELD)
    )
    known: dict[object, Fit] = {}
    with Progress(len(config.learned), "reward models", console=run.console) as progress:
        for arm in config.learned:
            judge = judge_of(config, arm)
            if judge not in known:
                known[judge] = fit(config, judge, train, held, jax.random.fold_in(root, _FIT))
            for seed in range(config.seeds):
                found = {"agrees/judge": known[judge].judge[seed], "agrees/utility": known[judge].utility[seed]}
                figures = {name: float(value) for name, value in found.items()}
                run.log(0, condition=arm, split=FITTED, seed=seed, **figures)
            progress.advance(note=f"{arm}: {float(known[judge].utility.mean()):.2f} of held-out pairs as meant")
    found = {arm: known[judge_of(config, arm)] for arm in config.learned}
    # Only who goes on learning keeps what it was told.
    return {arm: replace(one.learner, known=one.known if arm in ONLINE else None) for arm, one in found.items()}


def _of_all_seeds(config: RewardSourcesConfig, untrained: LearnerState, partly: LearnerState, root: Array) -> Shown:
    """What the judges of all seeds are shown, stacked."""
    found = [
        shown(config, behaviours(untrained, partly, seed), jax.random.fold_in(root, seed), config.shown)
        for seed in range(config.seeds)
    ]
    return jax.tree.map(lambda *leaves: jnp.stack(leaves), *found)
