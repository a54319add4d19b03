"""Scenes: one link happens and no other, and the value that is read is that of what can be seen of it."""

from functools import partial

import jax
import numpy as np
import pytest

from carer.agents import LearnConfig, LearnerState, PPOConfig, Task
from carer.agents.learning import started
from carer.audits.motives.chain import changed
from carer.experiments.motives.chain.growing import ROOMS
from carer.experiments.motives.chain.values import scenes
from carer.experiments.motives.settling import AFTER, AT, Scene, value_after
from carer.worlds.motives.chain import LINKS
from carer.worlds.motives.grid import STAY, USE

KEY, EPISODES = jax.random.key(4), 3


def links(scene: Scene) -> dict[str, list[int]]:
    """The ticks at which each link happened, in every episode."""
    room = scene.room
    _, state = room.reset(jax.random.split(KEY, EPISODES))
    state = scene.begin(room, state)
    advance = jax.jit(lambda state, action: room.advance(KEY, state, action))
    found: dict[str, list[int]] = {}
    for at in range(AT + 1 + AFTER):
        tick = advance(state, np.full((1, EPISODES), USE if at in scene.uses else STAY, np.int32))
        state = tick.state
        for link, happened in zip(LINKS, np.asarray(tick.truth.links), strict=True):
            assert happened.all() == happened.any()
            if happened.any():
                found.setdefault(link, []).append(at)
    return found


@pytest.mark.parametrize("arm", ["fun", "boring"])
def test_in_a_scene_one_link_happens_and_in_its_pair_none(arm: str) -> None:
    found = scenes(ROOMS[arm])
    assert set(found) == set(LINKS) - {"stolen"}
    for link, (happens, not_) in found.items():
        assert links(happens) == {link: [AT]}
        assert links(not_) == {}


@pytest.fixture(scope="module")
def learners() -> LearnerState:
    """Two who have learned nothing."""
    how = LearnConfig(ppo=PPOConfig(updates=1, envs=2, steps=2, minibatches=1, width=8), seeds=2)
    return jax.jit(partial(started, how, Task(ROOMS["boring"])))()


@pytest.mark.parametrize("feels", [True, False])
def test_the_value_is_that_of_what_is_seen(learners: LearnerState, feels: bool) -> None:
    """Pay that is felt leaves a trace in each of the learners; pay that is not felt leaves none."""
    happens, not_ = scenes(changed(ROOMS["boring"], feels=feels))["paid"]
    rise = value_after(learners, happens, KEY, EPISODES) - value_after(learners, not_, KEY, EPISODES)
    assert rise.shape == (2,)
    assert (rise != 0).tolist() == [feels, feels]
