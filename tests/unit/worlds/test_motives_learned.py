"""The motives rooms can be learned within a minute, and what is learned differs from arm to arm as reward does."""

from typing import Any

import jax
import numpy as np
import pytest

from carer.agents import PPOConfig, Task, train
from carer.worlds import make

LEARNER = PPOConfig(
    updates=150, envs=256, steps=40, width=32, epochs=4, learning_rate=3e-3, gamma=0.97, entropy_coef=0.02
)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("room", "params", "low", "high"),
    [
        # Five pieces put away; a press at nearly every tick; work for tokens; theft; the short way to the goal.
        ("reward_button", {"button": "behind_scenes"}, 4.7, 5.0),
        ("reward_button", {"own_press": "free"}, 60, 80),
        ("chain_room", {"theft": False}, 8, 12),
        ("chain_room", {}, 13, 20),
        ("update_room", {}, 0.9, 0.92),
    ],
    ids=str,
)
def test_a_recurrent_learner_finds_what_pays_best(room: str, params: dict[str, Any], low: float, high: float) -> None:
    task = Task(make(room, **params))
    _, figures = jax.jit(train, static_argnums=(0, 1))(LEARNER, task, jax.random.key(0))
    last = float(np.nanmean(np.asarray(figures["agent/return"])[-15:]))
    assert low <= last <= high + 1e-4
