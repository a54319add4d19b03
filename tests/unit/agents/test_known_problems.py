"""Problems whose optimum is known, learnt in seconds."""

import dataclasses
from typing import Any

import jax
import numpy as np
import pytest

from carer.agents import Evaluation, PPOConfig, Task, evaluate, train
from carer.worlds import World, make

LONG = True

CONFIG = PPOConfig(
    updates=60, envs=128, steps=18, width=32, learning_rate=4e-3, entropy_coef=0.01, entropy_coef_end=0.0
)


def learnt(config: PPOConfig, world: World[Any], *, greedy: bool = True, seed: int = 0) -> Evaluation:
    """How a policy trained from scratch does on 400 new episodes."""
    task = Task(world)

    def whole(key: jax.Array) -> Evaluation:
        learner, _ = train(config, task, key)
        return evaluate(task, learner.policies, jax.random.fold_in(key, 1), 400, greedy=greedy)

    return jax.tree.map(np.asarray, jax.jit(whole)(jax.random.key(seed)))


@pytest.mark.parametrize("recurrent", [True, False])
def test_recall_takes_a_memory(recurrent: bool) -> None:
    config = dataclasses.replace(CONFIG, recurrent=recurrent)
    right = learnt(config, make("memory", cues=4, delay=8)).returns.mean()
    if recurrent:
        assert right > 0.95
    else:
        assert right < 0.35  # guessing is right a quarter of the time


def test_the_best_arm_is_found() -> None:
    world = make("bandit", arms=5, pulls=20)
    found = learnt(dataclasses.replace(CONFIG, updates=40, steps=20), world, greedy=False)
    assert found.returns.mean() / 20 == pytest.approx(5 / 6, abs=0.02)


@pytest.mark.slow
def test_arms_drawn_anew_are_explored_within_an_episode() -> None:
    config = dataclasses.replace(CONFIG, updates=300, steps=40, width=64)
    found = learnt(config, make("bandit", arms=2, pulls=40, redrawn=True), greedy=False)
    # A pull of any arm pays 0.5, staying with what just paid 0.59, Thompson sampling 0.617, the best arm 0.667.
    assert found.returns.mean() / 40 > 0.62


def test_the_pole_is_balanced() -> None:
    config = PPOConfig(updates=100, envs=64, steps=64, width=64, learning_rate=2e-3, gamma=0.99)
    assert learnt(config, make("cartpole")).length.mean() >= 450
