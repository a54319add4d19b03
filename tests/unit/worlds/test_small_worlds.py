from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from carer.concepts import CarerError, UnknownNameError
from carer.worlds import World, make

BATCH = 64


def begun(world: World[Any], batch: int = BATCH) -> Any:
    return world.reset(jax.random.split(jax.random.key(0), batch))[1]


def flat(world: World[Any], state: Any) -> np.ndarray:
    return np.asarray(world.decode(world.view(state, 0)).flat)


def test_memory_shows_the_cue_once_and_asks_once() -> None:
    world = make("memory", cues=3, delay=4)
    state = begun(world)
    cue = np.asarray(state.cue)
    assert set(cue) == {0, 1, 2}
    for tick in range(5):
        shown = flat(world, state)
        np.testing.assert_array_equal(shown[:3], (np.arange(3)[:, None] == cue) * (tick == 0))
        np.testing.assert_array_equal(shown[3], tick == 4)
        answer = jnp.where(jnp.arange(BATCH) < 32, state.cue, (state.cue + 1) % 3)[None]
        step = world.advance(jax.random.key(1), state, answer)
        np.testing.assert_array_equal(step.terminated, tick == 4)
        np.testing.assert_array_equal(step.reward[0], (tick == 4) & (np.arange(BATCH) < 32))
        np.testing.assert_array_equal(step.truth.right, step.reward[0] > 0)
        assert not bool(step.truncated.any())
        state = step.state


def test_distractors_change_every_tick_and_say_nothing() -> None:
    world = make("memory", distractors=3)
    state = begun(world)
    assert world.observation.shape == (4,)
    first = flat(world, state)
    assert first.shape == (2 + 1 + 96, BATCH)
    second = flat(world, world.advance(jax.random.key(1), state, jnp.zeros((1, BATCH), jnp.int32)).state)
    assert 0.4 < first[3:].mean() < 0.6
    assert 0.4 < (first[3:] != second[3:]).mean() < 0.6


def test_a_fixed_bandit_pays_what_it_says() -> None:
    world = make("bandit", arms=4, pulls=50)
    state = begun(world, 256)
    assert flat(world, state).sum() == 0
    paid: list[np.ndarray] = []
    steps: list[Any] = []
    for _ in range(50):
        step = world.advance(jax.random.key(1), state, jnp.full((1, 256), 2))
        paid.append(np.asarray(step.reward))
        steps.append(step)
        state = step.state
        np.testing.assert_array_equal(flat(world, state)[:4, 0], [0, 0, 1, 0])
        np.testing.assert_array_equal(flat(world, state)[4], step.reward[0])
    assert [bool(step.terminated.all()) for step in steps] == [False] * 49 + [True]
    np.testing.assert_allclose(steps[0].truth.pulled, 0.6, atol=1e-4)
    np.testing.assert_allclose(steps[0].truth.best, 0.8, atol=1e-4)
    assert np.mean(paid) == pytest.approx(0.6, abs=4 * (0.24 / 12800) ** 0.5)


def test_redrawn_arms_differ_between_episodes_and_not_within_one() -> None:
    world = make("bandit", arms=3, redrawn=True)
    state = begun(world, 2000)
    odds = np.asarray(state.odds) / 65536
    assert odds.mean() == pytest.approx(0.5, abs=0.02)
    assert abs(np.corrcoef(odds[0], odds[1]).min()) < 0.1
    after = world.advance(jax.random.key(1), state, jnp.zeros((1, 2000), jnp.int32)).state
    np.testing.assert_array_equal(after.odds, state.odds)


def test_cartpole_moves_as_gymnasiums_does() -> None:
    gymnasium = pytest.importorskip("gymnasium")
    theirs = gymnasium.make("CartPole-v1").unwrapped
    world = make("cartpole")
    rng = np.random.default_rng(0)
    state = begun(world, 8)
    assert (np.abs(state.motion) <= 0.05).all()
    assert np.asarray(state.motion).std() == pytest.approx(0.1 / 12**0.5, abs=0.01)
    for _ in range(60):
        action = rng.integers(0, 2, (1, 8))
        before = np.asarray(state.motion, np.float64)
        step = world.advance(jax.random.key(1), state, jnp.asarray(action))
        for pole in range(8):
            if bool(state.over[pole]):
                continue
            theirs.reset()
            theirs.state = before[:, pole]
            expected, reward, fell, _, _ = theirs.step(int(action[0, pole]))
            np.testing.assert_allclose(step.state.motion[:, pole], expected, atol=1e-6)
            assert reward == float(step.reward[0, pole]) == 1.0
            assert fell == bool(step.terminated[pole])
        state = step.state
        if bool(state.over.all()):
            break
    assert bool(state.over.any())


def test_cartpole_is_truncated_at_its_limit() -> None:
    world = make("cartpole", limit=3)
    state = begun(world, 4)
    truncated = []
    for tick in range(3):
        step = world.advance(jax.random.key(1), state, jnp.full((1, 4), tick % 2))
        assert not bool(step.terminated.any())
        truncated.append(bool(step.truncated.all()))
        state = step.state
    assert truncated == [False, False, True]


@pytest.mark.parametrize(
    ("name", "params", "words"),
    [
        ("memory", {"delay": 0}, "delay = 0.*between 1 and 10000"),
        ("memory", {"cues": 31}, "cues = 31.*between 2 and 30"),
        ("memory", {"cues": 2.0}, "cues = 2.0.*whole number"),
        ("bandit", {"arms": 1}, "arms = 1.*between 2 and 512"),
        ("bandit", {"redrawn": 1}, "redrawn = 1.*True or False"),
        ("cartpole", {"limit": True}, "limit = True.*whole number"),
    ],
)
def test_bad_parameters_are_refused_with_their_bound(name: str, params: dict[str, Any], words: str) -> None:
    with pytest.raises(CarerError, match=words):
        make(name, **params)


@pytest.mark.parametrize(
    ("name", "wrong", "near"), [("memory", "dely", "delay"), ("bandit", "arm", "arms"), ("cartpole", "limt", "limit")]
)
def test_unknown_parameters_are_refused_and_the_nearest_is_offered(name: str, wrong: str, near: str) -> None:
    with pytest.raises(UnknownNameError, match=f"parameter of {name} '{wrong}'.*'{near}'"):
        make(name, **{wrong: 3})
