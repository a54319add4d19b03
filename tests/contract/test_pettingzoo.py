"""Every registered world as a PettingZoo environment: the API's own test, and what this adapter promises beyond it."""

import sys
from functools import cache
from typing import Any

import numpy as np
import pytest
from pettingzoo.test import parallel_api_test

from carer.concepts import CarerError
from carer.worlds import make, to_pettingzoo, worlds
from carer.worlds.parallel_env import WorldEnv

SMALL = {"size": 7, "view": 3, "bushes": 4, "pits": 2, "foreign": 1, "night": 0}
ALONE = {**SMALL, "foreign": 0, "pits": 0, "predator_rate": 0.0, "birth_from": 1, "birth_to": 1}
NURSERIES: dict[str, tuple[str, dict[str, Any]]] = {
    "easy": ("easy", {"horizon": 60}),
    "harsh": ("harsh", {**SMALL, "horizon": 60}),
    "yoked": ("nest_like", {"size": 7, "view": 3, "yoked": True, "births": 3, "gap": 1}),
    "generations": ("standard", {**SMALL, "generations": True, "adult_age": 15, "horizon": 60, "cryosleep": True}),
}


@cache
def nursery(name: str) -> WorldEnv:
    preset, changes = NURSERIES[name]
    return to_pettingzoo(make("nursery", preset, **changes), 0)


@cache
def lonely() -> WorldEnv:
    """A mother who starves at tick 20, with a baby from tick 1 to 11 and one from 15 to 25."""
    return to_pettingzoo(make("nursery", **ALONE, mother_burn=0.05, baby_burn=0.1, births=2, horizon=60), 0)


def waits(env: WorldEnv) -> dict[str, int]:
    return dict.fromkeys(env.agents, 0)


# Not everybody who may be born is born in every episode.
@pytest.mark.filterwarnings("ignore:No agents present but not all possible_agents")
@pytest.mark.parametrize("name", [*worlds(), *(f"nursery {name}" for name in NURSERIES)])
def test_the_api_s_own_test(name: str) -> None:
    env = nursery(name.split()[1]) if " " in name else to_pettingzoo(make(name), 0)
    parallel_api_test(env, num_cycles=400)


def test_spaces_are_the_world_s() -> None:
    env = nursery("easy")
    assert env.possible_agents == ["mother", "baby"]
    for agent in env.possible_agents:
        space = env.observation_space(agent)
        assert (space.shape, space.dtype) == (env.world.observation.shape, np.uint32)
        assert env.action_space(agent).n == len(env.world.actions)
    observations, _ = env.reset(seed=1)
    assert env.observation_space("mother").contains(observations["mother"])
    with pytest.raises(CarerError, match="no agent 'nobody'"):
        env.action_space("nobody")
    childless = to_pettingzoo(make("nursery", birth="never", foreign=1, toys=1))
    assert childless.possible_agents == ["mother", "foreign_0"]
    assert nursery("yoked").possible_agents == ["mother", "baby", "baby_2", "baby_3"]


def test_a_seed_is_a_fate_and_no_seed_goes_on() -> None:
    env, again = nursery("harsh"), to_pettingzoo(nursery("harsh").world, 5)

    def walk(env: WorldEnv, seed: int | None) -> list[Any]:
        seen: list[Any] = [env.reset(seed=seed)[0]]
        for _ in range(10):
            seen.append(env.step(dict.fromkeys(env.agents, 2))[:2])
        return seen

    first = walk(env, 3)
    np.testing.assert_equal(walk(again, 3), first)
    following = walk(env, None)
    np.testing.assert_equal(walk(again, None), following)
    assert not np.array_equal(following[0]["mother"], first[0]["mother"])
    np.testing.assert_equal(walk(env, 3), first)


def test_rewards_are_the_world_s_and_the_truth_is_kept_apart() -> None:
    env = nursery("harsh")
    env.reset(seed=0)
    assert env.truth is None
    while env.agents:
        there = list(env.agents)
        observations, rewards, terminated, truncated, infos = env.step(waits(env))
        for agent, info in infos.items():
            assert set(info) == {"action_mask"}
            assert info["action_mask"].dtype == np.int8
            assert observations[agent].dtype == np.uint32
            assert env.action_space(agent).contains(env.action_space(agent).sample(info["action_mask"]))
        truth: Any = env.truth
        assert truth.harm.shape[0] == 6
        assert set(there) <= set(rewards) == set(terminated) == set(truncated)
        died = {agent for at, agent in enumerate(env.world.seats) if truth.died[at]} - {"mother"}
        assert died <= {agent for agent in there if terminated[agent]}
        assert all(rewards[agent] == pytest.approx(0.01) for agent in env.agents if agent != "mother")


def test_the_mother_stays_for_her_baby_s_sake_and_a_second_baby_is_another_agent() -> None:
    env = lonely()
    env.reset(seed=0)
    there: list[list[str]] = []
    ends: list[tuple[dict[str, bool], dict[str, bool]]] = []
    while env.agents:
        there.append(env.agents)
        _, rewards, *end, infos = env.step(waits(env))
        ends.append((end[0], end[1]))
        assert (infos["mother"]["action_mask"].tolist() == [1] + [0] * 10) == (len(there) >= 20)
        assert (rewards["mother"] > 0) == (rewards.get("baby", 0) > 0 or rewards.get("baby_2", 0) > 0)
    assert there == [
        ["mother"],
        *[["mother", "baby"]] * 10,
        *[["mother"]] * 4,
        *[["mother", "baby_2"]] * 10,
    ]
    assert ends[-1] == ({"mother": True, "baby_2": True}, {"mother": False, "baby_2": False})


def test_the_dead_are_paid_nothing_and_leave_at_once() -> None:
    env = lonely()
    env.reset(seed=0)
    for _ in range(10):
        env.step(waits(env))
    assert env.agents == ["mother", "baby"]
    _, rewards, terminated, truncated, _ = env.step(waits(env))
    assert env.agents == ["mother"]
    assert (rewards["baby"], terminated["baby"], truncated["baby"]) == (0, True, False)
    with pytest.raises(CarerError, match=r"name baby\..*There now: mother"):
        env.step({"mother": 0, "baby": 0})


def test_the_clock_truncates_everybody() -> None:
    env = to_pettingzoo(make("nursery", **ALONE, horizon=2), 0)
    env.reset(seed=0)
    env.step(waits(env))
    _, _, terminated, truncated, _ = env.step(waits(env))
    assert env.agents == []
    assert truncated == {"mother": True, "baby": True}
    assert not any(terminated.values())


@pytest.mark.parametrize(
    ("actions", "words"),
    [
        ({}, "the actions lack mother"),
        ({"mother": 0, "ghost": 1}, "the actions name ghost"),
        ({"mother": 11}, "the action of mother is 11"),
        ({"mother": -1}, "the action of mother is -1"),
        ({"mother": 1.0}, r"the action of mother is 1\.0"),
        ({"mother": True}, "the action of mother is True"),
        ({"mother": np.zeros(2, int)}, "the action of mother is"),
        ({"mother": None}, "the action of mother is None"),
    ],
)
def test_wrong_actions_are_named(actions: dict[str, Any], words: str) -> None:
    env = lonely()
    env.reset(seed=0)
    with pytest.raises(CarerError, match=words):
        env.step(actions)


def test_nobody_acts_before_reset_or_after_the_end() -> None:
    env = to_pettingzoo(lonely().world)
    with pytest.raises(CarerError, match="Call reset"):
        env.step({})
    with pytest.raises(CarerError, match="Call reset"):
        env.render()
    env.reset(seed=0)
    while env.agents:
        env.step(waits(env))
    with pytest.raises(CarerError, match="no agent of nursery is there"):
        env.step({"mother": 0})
    env.close()


def test_it_can_be_drawn() -> None:
    env = lonely()
    env.reset(seed=0)
    frame = env.render()
    assert frame.dtype == np.uint8
    assert frame.ndim == 3
    bare = to_pettingzoo(make("cartpole"))
    bare.reset()
    with pytest.raises(CarerError, match="no pictures of cartpole"):
        bare.render()


@pytest.mark.parametrize("key", ["seed", 1.5, True, None])
def test_a_key_is_a_seed_or_a_key(key: Any) -> None:
    with pytest.raises(CarerError, match="is no key"):
        to_pettingzoo(lonely().world, key)


@pytest.mark.parametrize("package", ["pettingzoo", "gymnasium"])
def test_a_missing_package_is_named_with_its_extra(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.delitem(sys.modules, "carer.worlds.parallel_env")
    with pytest.raises(CarerError, match=rf"{package}.*carer\[worlds\]"):
        to_pettingzoo(lonely().world)
