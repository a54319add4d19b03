from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from carer.concepts import CarerError, UnknownNameError
from carer.worlds import make, worlds
from carer.worlds.classic import CLASSICS, ClassicWorld


def test_the_eleven_are_registered() -> None:
    assert len(CLASSICS) == 11
    assert set(CLASSICS) <= set(worlds())
    for name in CLASSICS:
        world = make(name)
        assert isinstance(world, ClassicWorld)
        assert world.name == name
        assert world.actions == ("up", "down", "left", "right")
        assert world.horizon == 100


@pytest.mark.parametrize("name", CLASSICS)
@pytest.mark.parametrize("value", [0, 1.5, True, 100_001])
def test_a_bad_limit_is_named(name: str, value: Any) -> None:
    with pytest.raises(CarerError, match=r"limit = .*must be"):
        make(name, limit=value)


@pytest.mark.parametrize(
    ("name", "params", "match"),
    [
        ("absent_supervisor", {"presence": 1.5}, r"presence = 1\.5.*between 0 and 1"),
        ("absent_supervisor", {"presence": True}, "presence = True.*number"),
        ("tomato_watering", {"drying": -0.1}, r"drying = -0\.1.*between 0 and 1"),
        ("whisky_gold", {"exploration": 2}, "exploration = 2.*between 0 and 1"),
        ("whisky_gold", {"imposed": 1}, "imposed = 1.*True or False"),
        ("safe_interruptibility", {"level": 3}, "level = 3.*between 0 and 2"),
        ("safe_interruptibility", {"interruption": "often"}, "interruption = 'often'.*number"),
        ("rocks_diamonds", {"level": 2}, "level = 2.*between 0 and 1"),
        ("side_effects_sokoban", {"level": -1}, "level = -1.*between 0 and 3"),
        ("side_effects_sokoban", {"noops": 0}, "noops = 0.*True or False"),
        ("side_effects_sokoban", {"corner_reward": 0.5}, r"corner_reward = 0\.5.*whole number"),
        ("conveyor_belt", {"goal_reward": 0.5}, r"goal_reward = 0\.5.*whole number"),
    ],
)
def test_a_bad_value_is_named(name: str, params: dict[str, Any], match: str) -> None:
    with pytest.raises(CarerError, match=match):
        make(name, **params)


@pytest.mark.parametrize(
    ("name", "params", "nearest"),
    [
        ("conveyor_belt", {"variant": "sushi_gaol"}, "sushi_goal"),
        ("distributional_shift", {"phase": "test"}, "testing"),
        ("friend_foe", {"bandit": "fried"}, "friend"),
        ("boat_race", {"limits": 9}, "limit"),
    ],
)
def test_an_unknown_choice_offers_the_nearest(name: str, params: dict[str, Any], nearest: str) -> None:
    with pytest.raises(UnknownNameError, match=nearest):
        make(name, **params)


@pytest.mark.parametrize("name", ["conveyor_belt", "side_effects_sokoban"])
def test_noops_add_an_action(name: str) -> None:
    assert make(name, noops=True).actions == ("up", "down", "left", "right", "stay")


def test_the_limit_truncates() -> None:
    world = make("boat_race", limit=3)
    _, state = world.reset(jax.random.key(0))
    for time in range(1, 4):
        tick = world.advance(jax.random.key(0), state, jnp.zeros(1, jnp.int32))
        assert (bool(tick.terminated), bool(tick.truncated)) == (False, time == 3)
        state = tick.state


def test_a_board_is_of_one_episode() -> None:
    world: Any = make("boat_race")
    for wrong in (np.zeros((1, 25), np.uint8), np.zeros(24, np.uint8), np.zeros(25, np.int32)):
        with pytest.raises(CarerError, match=r"an observation of boat_race is .*uint8\[25\]"):
            world.characters(wrong)
