"""Regret in a world with known plans: whichever part of a planted mind is wrong, that part alone is blamed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import Array

from carer.agents.networks import Linear
from carer.agents.planning import Deliberation, Imagined, Planner, Rule
from carer.agents.returns import Normaliser
from carer.audits.motives import TERMS
from carer.experiments.motives.button.growing import ROOMS
from carer.experiments.motives.button.plans import (
    TAIL,
    Course,
    Way,
    Weighed,
    carried_out,
    course,
    on_imagined,
    on_true,
    reached,
    weighed,
)
from carer.experiments.motives.button.regret import parts
from carer.worlds import Transition
from carer.worlds.motives import Planted
from corridor import CRUMB, FEAST, Corridor, CorridorTruth
from line import LEFT, RIGHT, STAY, LineState

KEY, STATES, TICKS, CELLS = jax.random.key(3), 16, 6, Corridor().cells
"""Six ticks reach either end from anywhere."""
HOW = Deliberation(depth=TICKS, value=0.0, gamma=0.9)


@pytest.fixture(autouse=True, scope="module")
def quick_compiling() -> Iterator[None]:
    """Half the time to compile: the programs of these tests run for milliseconds."""
    before = jax.config.values["jax_disable_most_optimizations"]
    jax.config.update("jax_disable_most_optimizations", True)
    yield
    jax.config.update("jax_disable_most_optimizations", before)


@dataclass(frozen=True)
class Honest(Corridor):
    """A corridor in which what is paid is what was meant."""

    def transition(self, word: Array, state: LineState, action: Array) -> Transition[LineState]:
        tick = super().transition(word, state, action)
        return tick._replace(truth=CorridorTruth(tick.reward[0]))


class Leaning(eqx.Module):
    """A policy that always wants to do one thing, with a value for each cell."""

    actor: Linear
    worth: Array
    width: int = eqx.field(static=True, default=1)

    def __call__(self, hidden: Array, features: Any, tap: Any = None) -> tuple[Array, Array, Array]:
        del tap
        size = features.flat.shape[1]
        return hidden + 1.0, jnp.tile(self.actor.bias, (1, size)), self.worth @ features.flat


class Mirror(eqx.Module):
    """The corridor as a world model: `turn` 1 has it right, -1 takes left for right."""

    turn: Array

    def __call__(self, hidden: Array, seen: Array, action: Array) -> Imagined:
        del hidden
        x = jnp.clip(seen.argmax(0) + self.turn * (action - STAY), 0, CELLS - 1)
        reward = jnp.where(x == CELLS - 1, FEAST, jnp.where(x == 0, CRUMB, 0.0))
        return Imagined(jax.nn.one_hot(x, CELLS, axis=0), reward, jnp.where(reward > 0, -30.0, 30.0))


class Steady(eqx.Module):
    """A script that does one thing."""

    action: Array

    def start(self, episodes: int) -> tuple[()]:
        del episodes
        return ()

    def act(self, world: Any, memory: tuple[()], word: Array, state: Any) -> tuple[tuple[()], Array]:
        del world, word
        return memory, jnp.broadcast_to(self.action, state.time.shape)


def planted(does: int, turn: int = 1, worth: Array | None = None) -> Planner:
    """An agent who does one thing by itself."""
    bias = jnp.where(jnp.arange(3) == does, 50.0, 0.0)[:, None]
    policy: Any = Leaning(Linear(jnp.zeros((3, 1)), bias), jnp.zeros(CELLS) if worth is None else worth)
    model: Any = Mirror(jnp.int32(turn))
    return Planner(policy, model, Normaliser.create())


def wanting(cell: int) -> Rule:
    """A rule that pays for being at a cell."""
    return lambda seen, action, after: after[cell]


CRUMBS, FEASTS = wanting(0), wanting(CELLS - 1)


@cache
def program(world: Corridor, *ways: Way) -> Callable[[Planner], Weighed]:
    scripts = Steady(jnp.array([LEFT, RIGHT]))
    sizes = {"episodes": STATES, "ticks": TICKS, "gamma": HOW.gamma}
    return jax.jit(lambda mind: weighed(world, mind, ways, scripts, KEY, **sizes))


def regret_of(world: Corridor, mind: Planner, rule: Rule) -> tuple[dict[str, float], dict[str, float]]:
    """Of who deliberates by a rule, and of the bare actor beside it."""
    how = replace(HOW, rule=rule)
    found = jax.device_get(program(world, Way(how, how), Way(None, how))(mind))
    assert found.utility.shape == found.reward.shape == (5, STATES)
    return parts(found, 0), parts(found, 1)


@pytest.mark.parametrize(
    ("guilty", "world", "does", "turn", "rule"),
    [
        ("nobody", Honest(), RIGHT, 1, FEASTS),
        ("outer", Corridor(), RIGHT, 1, FEASTS),
        ("inner", Honest(), LEFT, 1, CRUMBS),
        ("world_model", Honest(), LEFT, -1, FEASTS),
        ("actor", Honest(), LEFT, 1, FEASTS),
    ],
)
def test_the_part_that_is_wrong_is_blamed_and_no_other(
    guilty: str, world: Corridor, does: int, turn: int, rule: Rule
) -> None:
    found, alone = regret_of(world, planted(does, turn), rule)
    for term in TERMS:
        assert found[term] > 0.5 if term == guilty else found[term] == pytest.approx(0.0, abs=1e-6), term
    assert found["total"] == pytest.approx(sum(found[term] for term in TERMS))
    assert found["hidden"] == pytest.approx(0.0, abs=1e-6)
    assert alone["world_model"] == 0.0  # who imagines nothing imagines nothing wrong
    assert alone["outer"] == found["outer"]  # the same plans, paid the same


def test_a_feast_that_is_not_wanted_is_two_errors_and_no_loss() -> None:
    found, _ = regret_of(Corridor(), planted(LEFT), CRUMBS)
    assert found["outer"] == pytest.approx(-found["inner"])
    assert found["outer"] > 1.0
    assert found["total"] == pytest.approx(0.0, abs=1e-6)
    assert found["hidden"] == pytest.approx(2 * found["outer"])


def test_with_an_exact_model_the_true_states_are_those_that_were_imagined() -> None:
    world, worth = Corridor(), jnp.linspace(-1.0, 2.0, CELLS)
    whole = replace(HOW, value=1.0)
    hows = [whole, replace(whole, override=0.0), replace(whole, depth=2), replace(whole, rule=CRUMBS), HOW]

    @jax.jit
    def scores(mind: Planner) -> list[tuple[Array, Array]]:
        memory, state = reached(world, mind, KEY, STATES, 8)
        plans = jax.random.randint(KEY, (TICKS, 5, STATES), 0, 3)
        hidden, seen, _ = mind.read(world, memory, state)
        found, thinker = carried_out(world, KEY, state, plans), mind.mind(world)
        return [
            (on_true(thinker, how, hidden, seen, plans, found), on_imagined(thinker, how, hidden, seen, plans))
            for how in hows
        ]

    for true, imagined in scores(planted(STAY, worth=worth)):
        np.testing.assert_allclose(true, imagined, rtol=1e-5, atol=1e-6)
        assert np.ptp(np.asarray(true)) > 0.1
    for true, imagined in scores(planted(STAY, -1, worth)):
        assert np.abs(true - imagined).max() > 0.1


def test_plans_are_carried_out_as_the_world_has_it_and_no_further_than_the_end() -> None:
    world = Corridor()
    plans = jnp.stack([jnp.full((TICKS, 2), LEFT), jnp.full((TICKS, 2), RIGHT)], axis=1)
    state = LineState(jnp.zeros((2, 2), jnp.uint32), jnp.zeros(2, jnp.int32), jnp.zeros(2, bool), jnp.array([2, 5]))
    found = jax.jit(lambda: carried_out(world, KEY, state, plans))()
    for plan, (meal, ticks) in enumerate(((CRUMB, (2, 5)), (FEAST, (4, 1)))):
        for episode in range(2):
            paid = np.where(np.arange(TICKS) == ticks[episode] - 1, np.float32(meal), 0.0)
            np.testing.assert_array_equal(found.reward[:, plan, episode], paid)
            np.testing.assert_array_equal(found.utility[:, plan, episode], (paid > 0) & (meal == CRUMB))
            np.testing.assert_array_equal(found.going[:, plan, episode], np.arange(1, TICKS + 1) < ticks[episode])
            assert int(found.seen[-1, :, plan, episode].argmax()) == (0 if plan == 0 else CELLS - 1)


def test_states_are_reached_at_many_ticks_and_never_after_the_end() -> None:
    world, latest = Corridor(), 8
    memory, state = jax.jit(lambda: reached(world, planted(STAY), KEY, 256, latest))()
    assert set(np.asarray(state.time).tolist()) == set(range(latest + 1))
    np.testing.assert_array_equal(memory[0], state.time)  # it has read every state but the last
    _, state = jax.jit(lambda: reached(world, planted(RIGHT), KEY, 256, latest))()
    assert not state.over.any()
    assert int(state.x.max()) == CELLS - 2


def test_what_is_due_at_the_end_of_a_plan_is_paid_in_its_tail() -> None:
    """In the room where all is seen, reward comes three ticks after a piece was put away."""
    room, worker = ROOMS["salient"], Planted.named(ROOMS["salient"], "task_valuer")

    @jax.jit
    def done(worker: Planted) -> Course:
        _, state = room.reset(jax.random.split(KEY, 32))
        plan = course(room, worker, KEY, (), state, 16)
        return carried_out(room, KEY, state, jnp.concatenate([plan, jnp.zeros_like(plan[:TAIL])])[:, None])

    found = done(worker)
    np.testing.assert_array_equal(found.reward.sum(0), found.utility.sum(0))
    assert found.utility[-TAIL - 1].sum() > 0  # some of them at the last tick
    assert (found.utility[-TAIL:] == 0).all()


def test_of_plans_that_are_paid_the_same_any_may_be_the_first() -> None:
    rng = np.random.default_rng(0)
    utility = np.tile(np.array([[0.0], [1.0], [2.0], [2.0], [3.0]]), 4000)
    noise = rng.normal(size=(1, *utility.shape))
    found = parts(Weighed(*map(jnp.asarray, (utility, np.zeros_like(utility), noise, noise))), 0)
    assert found["outer"] == pytest.approx(1.0, abs=0.05)  # as a plan drawn at random
    assert np.isnan(found["ranks_out"])
    assert found["gaming"] == 0.0
    assert found["stake"] == 1.0
    assert found["total"] == 0.0  # the last plan was carried out, and it is the best


def test_where_nothing_is_at_stake_there_is_no_regret() -> None:
    same = jnp.ones((4, 3))
    found = parts(Weighed(same, same, same[None], same[None]), 0)
    assert found.pop("stake") == 0.0
    assert all(np.isnan(value) for value in found.values())
