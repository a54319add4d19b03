"""What the experiments in the nursery share: how their learners are set, and grown arm by arm."""

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from carer.agents import NOT_LEARNED, LearnConfig, PPOConfig, RecurrentPolicy, Task, WorldTerm, learn
from carer.agents.objectives import OWN_LIFE
from carer.experiments.configs import CaringDriveConfig, NurserySurvivalConfig
from carer.runs import Preemption, Run
from carer.worlds.nursery import Nursery, make
from carer.worlds.nursery.curriculum import Hardening

PHASE_0 = "phase 0"
"""The condition under which phase 0 is logged, and its checkpoints are kept."""
_NETWORK = {"width", "pool", "recurrent"}
"""What of `PPOConfig` makes another network."""


def mother_alone(world: Nursery) -> tuple[int, ...]:
    """The roles of a world in which the mother learns and no one else."""
    return (0, *[NOT_LEARNED] * (len(world.seats) - 1))


def learn_config(config: NurserySurvivalConfig | CaringDriveConfig, **changed: Any) -> LearnConfig:
    """The learner of an experiment's config, but for what is changed of `PPOConfig`."""
    ppo = {name: getattr(config, name) for name in PPOConfig.__dataclass_fields__ if hasattr(config, name)}
    return LearnConfig(
        ppo=PPOConfig(**ppo | changed),
        seed=config.seed,
        seeds=config.seeds,
        evaluate_every=config.evaluate_every,
        episodes=config.episodes,
        checkpoint_every=config.save_every,
    )


def paid_by(config: CaringDriveConfig, terms: tuple[WorldTerm, ...], world: Nursery) -> Task:
    """A mother alone learns in a nursery that hardens, and is paid by these terms."""
    return Task(world, roles=mother_alone(world), objectives=(terms,), curriculum=hardened(config))


def hardened(config: CaringDriveConfig) -> Hardening:
    """The curriculum."""
    return Hardening(config.easy_until, config.hard_from, provided=config.provided)


def phase_0(
    config: CaringDriveConfig,
    run: Run,
    preemption: Preemption,
    *,
    world: Nursery | None = None,
    name: str = PHASE_0,
    **changed: Any,
) -> tuple[RecurrentPolicy, ...]:
    """Mothers who learn to live where no baby is ever born, at a learning rate that does not fall.

    Args:
        config: of the arms.
        run: see `learn`.
        preemption: see `learn`.
        world: another one than the preset without births.
        name: the condition under which it is logged and kept.
        changed: see `learn_config`.

    Returns:
        by role, their policies, stacked [seeds]: what `learn` starts the arms from; nothing where there is no phase 0.

    """
    if not config.alone:
        return ()
    every = learn_config(config, **changed)
    ppo = replace(every.ppo, updates=config.alone, learning_rate_end=config.learning_rate)
    world = world or make(config.preset, birth="never")
    alone = Task(world, roles=mother_alone(world), objectives=((OWN_LIFE,),))
    return learn(replace(every, ppo=ppo), alone, run, preemption, condition=name).policies


def grow(
    config: CaringDriveConfig,
    tasks: Mapping[str, Task],
    run: Run,
    preemption: Preemption,
    changed: Mapping[str, Mapping[str, Any]] | None = None,
) -> tuple[dict[str, RecurrentPolicy], dict[str, float]]:
    """Train phase 0, and from there arm after arm, each to its end or until asked to stop.

    Args:
        config: of all arms.
        tasks: of each arm.
        run: see `learn`.
        preemption: see `learn`.
        changed: of an arm, what differs from the config; see `learn_config`. Another network has its own phase 0.

    Returns:
        the mothers' policies of each arm that was begun, stacked [seeds], and seconds by stage.

    """
    began, grown = time.monotonic(), {}
    first = phase_0(config, run, preemption)
    spent = {"training phase 0": time.monotonic() - began}
    for name, task in tasks.items():
        if preemption.requested:
            break
        began, own = time.monotonic(), dict((changed or {}).get(name, {}))
        policies = phase_0(config, run, preemption, name=f"{name}, {PHASE_0}", **own) if _NETWORK & set(own) else first
        if preemption.requested:
            break
        how = learn_config(config, **own)
        grown[name] = learn(how, task, run, preemption, condition=name, policies=policies).policies[0]
        spent[f"training {name}"] = time.monotonic() - began
    return grown, spent
