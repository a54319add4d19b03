"""What the experiments in the nursery share: how their learners are set, and grown arm by arm."""

import time
from collections.abc import Mapping

from carer.agents import NOT_LEARNED, LearnConfig, PPOConfig, RecurrentPolicy, Task, WorldTerm, learn
from carer.experiments.configs import CaringDriveConfig, NurserySurvivalConfig
from carer.runs import Preemption, Run
from carer.worlds.nursery import Nursery
from carer.worlds.nursery.curriculum import Hardening


def mother_alone(world: Nursery) -> tuple[int, ...]:
    """The roles of a world in which the mother learns and no one else."""
    return (0, *[NOT_LEARNED] * (len(world.seats) - 1))


def learn_config(config: NurserySurvivalConfig | CaringDriveConfig) -> LearnConfig:
    """The learner of an experiment's config."""
    ppo = {name: getattr(config, name) for name in PPOConfig.__dataclass_fields__ if hasattr(config, name)}
    return LearnConfig(
        ppo=PPOConfig(**ppo),
        seed=config.seed,
        seeds=config.seeds,
        evaluate_every=config.evaluate_every,
        episodes=config.episodes,
        checkpoint_every=config.save_every,
    )


def paid_by(config: CaringDriveConfig, terms: tuple[WorldTerm, ...], world: Nursery) -> Task:
    """A mother alone learns in a nursery that hardens, and is paid by these terms."""
    hardening = Hardening(config.easy_until, config.hard_from, provided=config.provided)
    return Task(world, roles=mother_alone(world), objectives=(terms,), curriculum=hardening)


def grow(
    config: CaringDriveConfig, tasks: Mapping[str, Task], run: Run, preemption: Preemption
) -> tuple[dict[str, RecurrentPolicy], dict[str, float]]:
    """Train arm after arm, each to its end or until asked to stop.

    Returns:
        the mothers' policies of each arm that was begun, stacked [seeds], and seconds by stage.

    """
    grown, spent = {}, {}
    for name, task in tasks.items():
        if preemption.requested:
            break
        began = time.monotonic()
        grown[name] = learn(learn_config(config), task, run, preemption, condition=name).policies[0]
        spent[f"training {name}"] = time.monotonic() - began
    return grown, spent
