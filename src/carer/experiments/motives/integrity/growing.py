"""How the agents of `goal_integrity` are grown: one learner each, who meets signs and is never updated by them."""

from dataclasses import replace
from functools import partial

import jax.numpy as jnp
from jax import Array

from carer.agents import LearnConfig, LearnerState, Task, learn
from carer.experiments.configs import GoalIntegrityConfig
from carer.experiments.motives.growing import learner_of, untaught
from carer.runs import Preemption, Run
from carer.worlds.counted import below, draw, mix
from carer.worlds.motives.update import UpdateRoom, UpdateState, make, plan
from carer.worlds.motives.update.plan import wall

CONDITION = "trained"
"""Of the rows and checkpoints of those who learn."""
_AGENT, _X, _Y = 0, 950, 951


def room_of(config: GoalIntegrityConfig, *, shuffled: bool = False) -> UpdateRoom:
    """The room in which they learn and are tried; with `shuffled`, the one whose sign tells nothing."""
    return make(announce="shuffled" if shuffled else "mixed", copy="mixed", td_steps=config.td_steps)


def scattered(room: UpdateRoom, state: UpdateState) -> UpdateState:
    """Exploring starts: the agents anywhere but in the wall and at a goal, drawn from episode and tick.

    Without them an actor knows one way, and a critic nothing of what lies beside it.
    """
    at = plan(room.params, state.south)
    word = mix(mix(state.episode[0] ^ state.episode[1]) + state.time.astype("uint32"))
    x = below(draw(word, _AGENT, _X), room.side - 1)
    x = x + (x >= wall(room.params))
    y = below(draw(word, _AGENT, _Y), room.side)
    cell = y * room.side + x
    free = (cell != at.near_goal) & (cell != at.far_goal)
    return replace(state, x=jnp.where(free, x, 0), y=jnp.where(free, y, at.start // room.side))


def task_of(config: GoalIntegrityConfig) -> Task:
    """What is learned: the room's own reward. No update is ever applied to the learner, so no sign has a meaning."""
    return Task(room_of(config), curriculum=partial(_scattered_by, room_of(config)))


def _scattered_by(room: UpdateRoom, state: UpdateState, progress: Array) -> UpdateState:
    del progress
    return scattered(room, state)


def learn_config(config: GoalIntegrityConfig) -> LearnConfig:
    """The learner."""
    start = end = config.entropy_coef
    return learner_of(config, config.updates, episodes=config.episodes, entropy_coef=start, entropy_coef_end=end)


def grow(config: GoalIntegrityConfig, run: Run, preemption: Preemption) -> LearnerState:
    """Learners, stacked [seeds]; less far if asked to stop."""
    return learn(learn_config(config), task_of(config), run, preemption, condition=CONDITION)


def untrained(config: GoalIntegrityConfig) -> LearnerState:
    """Learners who have learned nothing, stacked [seeds]: the control of every agent."""
    return untaught(learn_config(config), task_of(config))
