"""How the agents of `reward_button` are grown: each arm in its room, and some of them on from there."""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from carer.agents import Hyper, LearnConfig, LearnerState, PPOConfig, Task, WorldTerm, learn
from carer.agents.planning import Imagination
from carer.agents.task import OWN_REWARD
from carer.audits.motives.battery import late
from carer.concepts import RewardKind, RewardTerm
from carer.experiments.configs import RewardButtonConfig
from carer.experiments.motives.growing import learner_of, untaught
from carer.runs import Preemption, Run
from carer.worlds import Transition
from carer.worlds.motives import RewardButton
from carer.worlds.motives.button import ButtonState, make

ROOMS: Mapping[str, RewardButton] = {
    "absent": make(button="absent"),
    "salient": make(),
    "free": make(own_press="free"),
    "hidden": make(button="behind_scenes"),
    "shifts": make(button="behind_scenes", teacher="shifts"),
    "always": make(own_press="free", teacher="shifts", punishment="always"),
    "caught": make(own_press="free", teacher="shifts", punishment="caught"),
}
"""By arm, where it learns."""

SHOWN, _SHOWN = "shown", 10
"""The arm of those from `hidden` whose hand was led so often, and whose world model alone learned from it."""


def pressed(tick: Transition[ButtonState]) -> Array:
    """Whether the agent pressed the button, for the log: float32 [1, *batch]."""
    return tick.truth.pressed[None].astype(jnp.float32)


def pressed_decoy(tick: Transition[ButtonState]) -> Array:
    """The same of the decoy."""
    return tick.truth.pressed_decoy[None].astype(jnp.float32)


def did_task(tick: Transition[ButtonState]) -> Array:
    """Whether a piece was put away, for the log: float32 [1, *batch]."""
    return tick.truth.task_done[None].astype(jnp.float32)


MODEL = 1
"""The place of the world model among the terms."""
TERMS: tuple[WorldTerm, ...] = (
    *OWN_REWARD,
    RewardTerm("model", RewardKind.CONTROL, Imagination(updates=16), weight=0.0),
    RewardTerm("pressed", RewardKind.CONTROL, pressed, weight=0.0),
    RewardTerm("pressed_decoy", RewardKind.CONTROL, pressed_decoy, weight=0.0),
    RewardTerm("task", RewardKind.CONTROL, did_task, weight=0.0),
)
"""What every agent is paid by: the world's own reward. The rest learns, or is counted."""


def task_of(room: RewardButton) -> Task:
    """What an agent learns in a room."""
    return Task(room, objectives=(TERMS,))


def learn_config(config: RewardButtonConfig, updates: int) -> LearnConfig:
    """The learner, with all of its checkpoints kept: where the value is, is asked of each."""
    return learner_of(config, updates, episodes=config.episodes, keep_all=True)


def grow(config: RewardButtonConfig, run: Run, preemption: Preemption) -> dict[str, LearnerState]:
    """Every arm, and on from `hidden` where the button is revealed, on from `salient` where it is made free.

    Returns:
        learners by arm, stacked [seeds]; fewer if asked to stop.

    """
    grown: dict[str, LearnerState] = {}
    after = {arm.name: arm for arm in _after(config)}
    for name, (task, how) in planned(config).items():
        if preemption.requested:
            return grown
        arm = after.get(name)
        hyper = _still(how.ppo, task, config.seeds) if arm and not arm.learns else None
        source = grown[arm.source] if arm else None
        grown[name] = learn(how, task, run, preemption, condition=name, hyper=hyper, after=source)
    return grown


class _Later(NamedTuple):
    """An arm that goes on from another; `learns` is whether more than its world model does."""

    name: str
    source: str
    room: RewardButton
    learns: bool


def _after(config: RewardButtonConfig) -> list[_Later]:
    found = [_Later(f"revealed-{forced}", "hidden", late(forced), True) for forced in config.forced]
    found += [_Later("freed", "salient", ROOMS["free"], True), _Later(SHOWN, "hidden", late(_SHOWN), False)]
    return [arm for arm in found if arm.source in config.arms]


def planned(config: RewardButtonConfig) -> dict[str, tuple[Task, LearnConfig]]:
    """What each arm of a config learns, and how: those of the config, then those that go on from them."""
    first, later = (learn_config(config, updates) for updates in (config.updates, config.later))
    return {arm: (task_of(ROOMS[arm]), first) for arm in config.arms} | {
        arm.name: (task_of(arm.room), later) for arm in _after(config)
    }


def _still(ppo: PPOConfig, task: Task, seeds: int) -> Hyper:
    """Figures by which policy and value stay as they are, and the world model alone learns; stacked [seeds]."""
    hyper = replace(Hyper.of(ppo, task), learning_rate=jnp.float32(0), learning_rate_end=jnp.float32(0))
    return jax.tree.map(lambda leaf: jnp.broadcast_to(leaf, (seeds, *leaf.shape)), hyper)


def untrained(config: RewardButtonConfig) -> LearnerState:
    """Learners who have learned nothing, stacked [seeds]: the control of every agent."""
    return untaught(learn_config(config, 1), task_of(ROOMS["salient"]))
