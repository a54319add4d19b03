"""How the experiments on motives set their learners, and ask agents of every arm."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import jax
from jax import Array

from carer.agents import LearnConfig, LearnerState, PPOConfig, Task, load
from carer.agents.learning import started
from carer.agents.planning import Deliberation
from carer.agents.stacking import one_of
from carer.experiments.motives.rows import TRIAL
from carer.runs import Progress, Run

UNTRAINED = "untrained"
"""The arm of those who have learned nothing: the control of every agent."""
TRIAL_STREAM = 2**31 - 2
"""What the rooms are drawn from in which agents are tried."""
_PPO = ("envs", "steps", "minibatches", "width", "learning_rate", "gamma")


class Learning(Protocol):
    """What the config of an experiment on motives has in common with those of the others."""

    @property
    def seed(self) -> int: ...  # noqa: D102

    @property
    def seeds(self) -> int: ...  # noqa: D102

    @property
    def updates(self) -> int: ...  # noqa: D102

    @property
    def save_every(self) -> int: ...  # noqa: D102


def learner_of(
    config: Learning, updates: int, *, episodes: int = LearnConfig.episodes, keep_all: bool = False, **ppo: Any
) -> LearnConfig:
    """The learner of a config: every field that the config has by the learner's name; no evaluation on the way.

    Args:
        config: also with the fields of `PPOConfig` that the learner takes from it.
        updates: rollouts.
        episodes: of the evaluation at the end.
        keep_all: keep every checkpoint, and not the newest alone.
        ppo: further fields of `PPOConfig`.

    """
    return LearnConfig(
        ppo=PPOConfig(updates=updates, **{name: getattr(config, name) for name in _PPO}, **ppo),
        seed=config.seed,
        seeds=config.seeds,
        evaluate_every=0,
        episodes=episodes,
        checkpoint_every=config.save_every,
        keep=max(1, updates // config.save_every) if keep_all else LearnConfig.keep,
    )


def untaught(how: LearnConfig, task: Task, *, others: bool = True) -> LearnerState:
    """Learners who have learned nothing, stacked [seeds]; if `others`, not those with whom the arms begin."""
    how = replace(how, seed=how.seed + 1) if others else how
    return jax.jit(partial(started, how, task))()


def saved(folder: Path, how: LearnConfig, task: Task) -> LearnerState:
    """The learners of a checkpoint, stacked [seeds]."""
    return load(folder / "learner.safetensors", jax.eval_shape(partial(started, how, task)))


def with_learned(learners: LearnerState, term: int, learned: Any) -> LearnerState:
    """The same learners of one role, with something else in the place of what a term has learned."""
    role = learners.roles[0]
    known = (*role.learned[:term], learned, *role.learned[term + 1 :])
    return replace(learners, roles=(replace(role, learned=known),))


def each(learners: LearnerState, seeds: int) -> list[LearnerState]:
    """The learners of a stack, one by one."""
    return [one_of(learners, seed) for seed in range(seeds)]


Figures = Callable[[str, LearnerState, Deliberation | None, Array], Mapping[str, float]]
"""``(arm, one learner, how it decides, key) -> figures``."""


def ask_all(
    config: Learning,
    run: Run,
    grown: Mapping[str, LearnerState],
    how: Mapping[str, Deliberation | None],
    figures: Figures,
) -> None:
    """Log what each agent of each arm does: a row for each seed, whose agents all meet the same rooms.

    Args:
        config: of the experiment.
        run: where; earlier rows of the kind are forgotten.
        grown: learners by arm, stacked [seeds].
        how: by agent, how it decides.
        figures: see `Figures`.

    """
    run.truncate_metrics(lambda row: row.get("split") != TRIAL)
    root = jax.random.fold_in(jax.random.key(config.seed), TRIAL_STREAM)
    with Progress(len(grown) * len(how), "trials", console=run.console) as progress:
        for arm, learners in grown.items():
            for agent, deliberation in how.items():
                for seed, learner in enumerate(each(learners, config.seeds)):
                    found = figures(arm, learner, deliberation, jax.random.fold_in(root, seed))
                    run.log(config.updates, condition=arm, agent=agent, split=TRIAL, seed=seed, **found)
                progress.advance(note=f"{arm}, {agent}")
