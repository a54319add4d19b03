"""A chain of mothers: what each is paid for, and that a daughter has her own body and nothing of her mother's."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import Array

from carer.agents import LearnerState, PPOConfig, init
from carer.agents.acting import evaluated, of_action
from carer.agents.loss import unroll
from carer.agents.rollout import Rollout, rollout
from carer.concepts import CarerError
from carer.experiments.care.generation_figures import drift, slopes, verdicts
from carer.experiments.care.generations import first_mothers, later_config, own_life, task_of
from carer.experiments.care.succession import chains, sheltered
from carer.experiments.configs import LINES, GenerationsConfig
from carer.worlds import Transition, to_pettingzoo
from carer.worlds.nursery import UNIT, Nursery, NurseryState, make
from carer.worlds.nursery.chain import Chain, chain
from carer.worlds.nursery.state import EAT, MOTHER, OWN, STAY
from carer.worlds.nursery.trial import trial

EPISODES, TICKS, AGE = 16, 48, 8
PPO = PPOConfig(updates=1, envs=EPISODES, steps=TICKS, minibatches=2, width=4)
# Nobody starves before two have followed each other, and mothers differ from what a default would give them.
PARAMS: dict[str, Any] = {
    "size": 7, "view": 3, "foreign": 1, "pits": 2, "baby_burn": 0.005, "birth_from": 1, "birth_to": 3,
}  # fmt: skip
NURSERY = make("easy", **PARAMS)
WORLD = chain(NURSERY, AGE, TICKS)
SAME = replace(task_of(GenerationsConfig(), "same"), world=WORLD, roles=(0, -1, -1, 0))


@pytest.fixture(scope="module", autouse=True)
def quick_compiling() -> Iterator[None]:
    """Half the time to compile: the programs of these tests run for milliseconds."""
    before = jax.config.values["jax_disable_most_optimizations"]
    jax.config.update("jax_disable_most_optimizations", True)
    yield
    jax.config.update("jax_disable_most_optimizations", before)


@pytest.fixture(scope="module")
def played() -> tuple[LearnerState, Rollout]:
    """A rollout of untrained mothers."""
    learner = init(PPO, SAME, jax.random.key(0))
    return jax.jit(partial(rollout, PPO, SAME))(learner)


def test_a_new_mother_begins_with_an_empty_memory(played: tuple[LearnerState, Rollout]) -> None:
    learner, found = played
    was, policy = found.experiences[0], learner.roles[0].policy
    assert was is not None
    heir = np.asarray(was.forgets[:, 1] & ~was.done)
    assert heir.sum() >= EPISODES  # there were successions
    assert not np.asarray(was.forgets[:, 0] & ~was.done).any()  # the first mother is one and the same
    empty = jnp.zeros((policy.width, 2, EPISODES))

    def first_tick(observation: Array, mask: Array, action: Array) -> Array:
        logits = evaluated(policy, WORLD, empty, observation, mask)[1]
        return of_action(jax.nn.log_softmax(logits, axis=0), action)

    fresh = np.asarray(jax.vmap(first_tick)(was.observation, was.mask, was.action))
    own = np.asarray(was.log_prob)
    follows = np.zeros_like(heir)
    follows[1:] = heir[:-1]
    np.testing.assert_allclose(fresh[:, 1][follows], own[:, 1][follows], rtol=1e-5)
    later = np.asarray(was.alive)[:, 1] & ~follows & ~np.roll(np.asarray(was.done), 1, axis=0)
    assert np.abs(fresh[:, 1] - own[:, 1])[later].max() > 1e-4  # and elsewhere memories tell
    # What is learned from was read with the same memories.
    logits, _ = unroll(policy, WORLD, empty, was)
    again = jax.vmap(of_action)(jax.nn.log_softmax(logits, axis=1), was.action)
    np.testing.assert_allclose(again, own, rtol=1e-4, atol=1e-5)


@dataclass(frozen=True)
class Remembering(Chain):
    """Nobody is ever new."""

    def holder(self, state: NurseryState) -> Array:
        return super().holder(state) * 0


@dataclass(frozen=True)
class Defaulting(Nursery):
    """A daughter begins as an episode's first mother does, full of energy and with her mother's scent."""

    def transition(self, word: Array, state: NurseryState, action: Array) -> Transition[NurseryState]:
        tick = super().transition(word, state, action)
        new, s = tick.truth.succeeded, tick.state
        energy = jnp.where(new, s.energy.at[MOTHER].set(UNIT), s.energy)
        scent = jnp.where(new, s.scent.at[:, MOTHER].set(state.scent[:, MOTHER]), s.scent)
        return tick._replace(state=eqx.tree_at(lambda one: (one.energy, one.scent), s, (energy, scent)))


def followed(world: Chain) -> Any:
    task = replace(SAME, world=world)
    policy = init(PPO, task, jax.random.key(0)).policies[0]
    return chains(task, [policy], jax.random.key(1), EPISODES)


def test_a_daughter_has_what_is_hers_and_nothing_else() -> None:
    found = followed(WORLD)
    assert found.successions.sum() >= EPISODES
    assert found.successions.max() >= 2
    assert found.child.max() >= AGE
    assert found.mother.max() > AGE
    assert not any(count.any() for count in found.broken.values())


@pytest.mark.slow
def test_what_is_not_hers_is_named() -> None:
    with pytest.raises(CarerError, match=r"her own energy \(\d+ times\), memory \(\d+ times\), scent \(\d+ times\)\."):
        followed(Remembering(Defaulting(WORLD.nursery.params)))


@pytest.fixture(scope="module")
def ticks() -> Transition[NurseryState]:
    """Every tick of some episodes in which the mothers rest: leaves [TICKS, ..., EPISODES]."""
    _, state = WORLD.reset(jax.random.split(jax.random.key(2), EPISODES))
    idle = jnp.full((len(WORLD.seats), EPISODES), STAY)

    def tick(state: NurseryState, _: None) -> tuple[NurseryState, Transition[NurseryState]]:
        after = WORLD.advance(jax.random.key(2), state, idle)
        return after.state, after

    return jax.tree.map(np.asarray, jax.jit(lambda: jax.lax.scan(tick, state, None, length=TICKS)[1])())


def test_each_is_paid_for_the_life_of_the_next(ticks: Transition[NurseryState]) -> None:
    """The chain of each episode, followed by hand."""
    pay, followers = WORLD.nursery.params.pay, 0
    for episode in range(EPISODES):
        born, lives = False, {0: True, 1: False}  # whether agents 0 and 1 are in the world and alive
        for at in range(TICKS):
            alive = ticks.state.alive[at, :, episode]
            generation = int(ticks.state.generation[at, episode])
            born |= bool(ticks.truth.born[at, episode]) and generation == 0
            lives[1] = bool(alive[OWN]) if generation == 0 else generation == 1 and bool(alive[MOTHER])
            lives[0] = bool(alive[MOTHER]) and generation == 0
            paid_for = lives[1] if born else lives[0]
            reward = ticks.reward[at, :, episode]
            assert reward[MOTHER] == pytest.approx(pay * paid_for)
            if generation == 0:
                assert reward[-1] == 0.0
            elif ticks.state.births_left[at, episode]:  # an heir without a child yet
                assert reward[-1] == pytest.approx(pay * bool(alive[MOTHER]))
            else:
                assert reward[-1] == pytest.approx(pay * bool(alive[OWN]))
                followers += 1
            if ticks.terminated[at, episode]:
                assert not lives[1]
                break
    assert followers > 0


def test_whoever_is_paid_for_her_own_life_is_paid_for_nobody_else_s(ticks: Transition[NurseryState]) -> None:
    shape = ticks.reward.shape
    moments: Any = jax.tree.map(lambda leaf: jnp.moveaxis(jnp.asarray(leaf), 0, -1), ticks)
    paid = np.moveaxis(np.asarray(own_life(moments)), -1, 0)
    assert paid.shape == shape
    first, mother = ticks.state.generation == 0, ticks.state.alive[:, MOTHER]
    np.testing.assert_allclose(paid[:, 0], 0.01 * (mother & first), rtol=1e-6)
    np.testing.assert_allclose(paid[:, -1], 0.01 * (mother & ~first), rtol=1e-6)
    np.testing.assert_allclose(paid[:, OWN], 0.01 * ticks.state.alive[:, OWN], rtol=1e-6)


class Patient(eqx.Module):
    """Eats once she has waited for 16 ticks: longer than anyone here is a mother before her child follows."""

    def start(self, episodes: int) -> Array:
        return jnp.zeros(episodes, jnp.int32)

    def act(self, world: Nursery, memory: Array, word: Array, state: NurseryState) -> tuple[Array, Array]:
        return memory + 1, jnp.where(memory >= 16, EAT, STAY)


def _waited(before: NurseryState, action: Array, tick: Transition[NurseryState]) -> Array:
    """Heirs who eat within their first 12 ticks, as counted by the birth they still wait for or have just had."""
    early = (before.generation > 0) & (before.age[MOTHER] < AGE + 1) & (before.births_left == 1)
    return jnp.stack([early & (action == EAT), early])


def test_a_trial_empties_her_memory_too() -> None:
    ate, there = np.asarray(trial(WORLD.nursery, Patient(), jax.random.key(3), EPISODES, _waited))
    assert there.sum() > 0
    assert not ate.any()


@pytest.mark.slow
def test_an_heir_is_another_agent_of_the_pettingzoo() -> None:
    env = to_pettingzoo(WORLD.nursery, 0)
    assert [agent for agent in env.possible_agents if agent.startswith("mother")][:2] == ["mother", "mother_2"]
    assert env.possible_agents == list(dict.fromkeys(env.possible_agents))
    env.reset(seed=0)
    gone: dict[str, bool] = {}
    while "mother_2" not in env.agents:
        gone = env.step(dict.fromkeys(env.agents, STAY))[2]
    assert gone["mother"]
    assert gone["baby"]
    assert not gone["mother_2"]


def test_in_a_shelter_nothing_costs_or_harms() -> None:
    harsh = chain(make("harsh"), AGE, TICKS)
    params = sheltered(harsh).nursery.params
    assert (params.baby_burn, params.bite, params.baby_pit, params.freezing, params.mother_burn) == (0.0,) * 5
    assert sheltered(harsh).observation == harsh.observation  # the same policies can read it


def test_a_nursery_without_a_chain_is_refused() -> None:
    for changes in ({}, {"generations": True, "births": 2}, {"generations": True, "birth": "never"}):
        with pytest.raises(CarerError, match="no chain of mothers"):
            Chain(make("easy", **changes))


def test_every_line_goes_on_as_it_says() -> None:
    config = GenerationsConfig()
    tasks = {line: task_of(config, line) for line in LINES}
    assert {line: task.roles for line, task in tasks.items()} == {
        "same": (0, -1, -1, -1, 0), "copy": (0, -1, -1, -1, 1), "own": (0, -1, -1, -1, 0),
    }  # fmt: skip
    assert {line: task.frozen for line, task in tasks.items()} == {"same": (), "copy": (1,), "own": ()}
    assert {line: task.terms[0][0].name for line, task in tasks.items()} == {
        "same": "reward", "copy": "reward", "own": "own_life",
    }  # fmt: skip
    first, later = first_mothers(config), later_config(config, 2)
    assert (first.arms, first.updates, later.ppo.updates) == (("baby",), config.updates, config.later_updates)
    assert len({later_config(config, one).seed for one in range(1, 9)} | {first.seed}) == 9


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"lines": ("sam",)}, "sam"),
        ({"lines": ("own", "own")}, "Name each line once"),
        ({"generations": 0}, "generations = 0."),
        ({"later_learning_rate": 0.0}, "later_learning_rate"),
        ({"easy_until": 0.9}, "easy_until <= hard_from"),
        ({"alone": -1}, "alone = -1."),
    ],
)
def test_what_cannot_be_bred_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(CarerError, match=said):
        GenerationsConfig(**changes)


def test_decay_is_claimed_as_its_interval_says() -> None:
    falling = np.array([[0.9, 0.6, 0.3], [0.8, 0.55, 0.2], [0.95, 0.6, 0.4]])
    level = np.array([[0.9, 0.7, 0.95], [0.8, 0.9, 0.75], [0.95, 0.9, 0.96]])
    assert slopes(falling) == pytest.approx([-0.3, -0.3, -0.275])
    assert drift(falling).value == pytest.approx(-0.5833, abs=1e-3)
    said = verdicts({"own": falling, "same": level}, {})
    assert "care decays: -0.58 [" in said[0]
    assert "care is not shown to change" in said[1]
    assert said[2].startswith("In the end the line 'same' cares more than 'own': +0.59 [")
    assert len(said) == 3
    assert "too few for a claim" in verdicts({"own": falling[:2]}, {})[0]


def test_care_that_is_not_there_does_not_decay_and_an_empty_check_says_so() -> None:
    none = np.array([[0.08, 0.05, 0.04], [0.07, 0.06, 0.03], [0.06, 0.05, 0.04]])
    followed = {"successions": 0.5, "checked": 40}
    only_sheltered, never = {"successions": 0.0, "checked": 16}, {"successions": 0.0, "checked": 0}
    said = verdicts({"own": none}, {"own": [followed], "same": [only_sheltered], "copy": [never, never]})
    assert said[0].startswith("The first mothers score 0.07 [")
    assert "nothing is said of decay" in said[0]
    assert "but in a shelter" in said[1]
    assert "no succession could be checked" in said[2]
    assert len(said) == 3
