"""Self-models: an update is what TD(0) makes of the last layers, and a learned one finds out what it leads to."""

from dataclasses import replace
from functools import cache, partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from carer.agents import PPOConfig, RecurrentPolicy, fresh_policy
from carer.agents.planning.foresight import Remembered, TemporalDifference, remember, updated, wandering
from carer.agents.planning.self_model import SelfModel, fitted
from carer.agents.returns import Normaliser
from carer.concepts import CarerError
from carer.worlds import Transition
from corridor import CRUMB, FEAST, Corridor

WORLD = Corridor()
NORMALISER = Normaliser(jnp.float32(0.5), jnp.float32(4.25), jnp.int32(1))  # mean 0.5, deviation 2
HOW = TemporalDifference(steps=1, learning_rate=0.1, gamma=0.9)


def twice(tick: Transition[Any]) -> jax.Array:
    """What a tick pays, and the reverse of it."""
    return jnp.stack([tick.reward[0], -tick.reward[0]])


@cache
def lived() -> tuple[RecurrentPolicy, Remembered]:
    policy = fresh_policy(PPOConfig(width=8), WORLD, jax.random.key(0))
    _, start = WORLD.reset(jax.random.split(jax.random.key(1), 16))
    return policy, jax.jit(partial(remember, WORLD, ticks=12, share=1.0, pays=twice))(policy, jax.random.key(2), start)


def values(policy: RecurrentPolicy, kept: Remembered) -> tuple[np.ndarray, np.ndarray]:
    """In units of reward, before and after each tick; 0 after an end."""
    hidden, _, before = policy(kept.hidden, WORLD.decode(kept.before))
    after = NORMALISER.real(policy(hidden, WORLD.decode(kept.after))[2])
    return np.asarray(NORMALISER.real(before)), np.where(kept.ended, 0.0, after)


def test_ticks_are_remembered_as_they_were() -> None:
    _, kept = lived()
    assert kept.action.shape == kept.ended.shape == (192,)
    assert kept.rewards.shape == (2, 192)
    assert kept.hidden.shape == (8, 192)
    np.testing.assert_array_equal(kept.rewards[0], -kept.rewards[1])
    paid = np.asarray(kept.rewards[0])[np.asarray(kept.ended & (kept.weight > 0))]
    assert np.isin(paid, np.array([CRUMB, FEAST], np.float32)).all()
    assert 0 < int(kept.weight.sum()) < 192  # episodes that were over are there and do not count
    assert set(np.asarray(kept.action).tolist()) == {0, 1, 2}  # who wanders takes any action


def test_one_step_is_the_one_of_temporal_differences() -> None:
    policy, kept = lived()
    copy = jax.jit(partial(updated, world=WORLD, how=HOW))(policy, NORMALISER, remembered=kept, reward=0)
    before, after = values(policy, kept)
    error = (np.asarray(kept.rewards[0]) + 0.9 * after - before) / 2.0
    mean = error[np.asarray(kept.weight) > 0].mean()
    np.testing.assert_allclose(copy.critic.bias - policy.critic.bias, [[0.1 * 0.5 * mean]], atol=1e-5)
    assert jax.tree.all(jax.tree.map(jnp.array_equal, copy.gru, policy.gru))
    assert not jnp.array_equal(copy.actor.weight, policy.actor.weight)


def test_who_is_updated_under_a_reward_comes_to_expect_it_and_do_what_brings_it() -> None:
    policy, kept = lived()
    learn = jax.jit(partial(updated, world=WORLD, how=replace(HOW, steps=300)))
    ended = np.asarray(kept.ended & (kept.weight > 0) & (kept.rewards[0] == FEAST))
    found = {}
    for name, reward in (("paid", 0), ("fined", 1)):
        copy = learn(policy, NORMALISER, remembered=kept, reward=reward)
        logits = copy(kept.hidden, WORLD.decode(kept.before))[1]
        chosen = jax.nn.softmax(logits, axis=0)[kept.action, jnp.arange(192)]
        found[name] = values(copy, kept)[0][ended].mean(), float(chosen[ended].mean())
    assert found["paid"][0] > found["fined"][0] + 0.5
    assert found["paid"][1] > found["fined"][1] + 0.2


def test_what_was_not_lived_does_not_count() -> None:
    policy, kept = lived()
    learn = jax.jit(partial(updated, world=WORLD, how=HOW))
    other = kept._replace(rewards=jnp.where(kept.weight > 0, kept.rewards, 100.0))
    one, two = (learn(policy, NORMALISER, remembered=some, reward=0) for some in (kept, other))
    assert jax.tree.all(jax.tree.map(jnp.array_equal, one, two))


def test_wandering_goes_from_the_actor_to_any_action() -> None:
    logits = jnp.array([[2.0], [0.0], [-1.0]])
    np.testing.assert_allclose(wandering(logits, 0.0), jax.nn.log_softmax(logits, axis=0), atol=1e-6)
    np.testing.assert_allclose(jnp.exp(wandering(logits, 1.0)), 1 / 3, atol=1e-6)
    assert float(jnp.exp(wandering(logits, 0.5)).sum()) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"steps": 0}, "steps = 0."), ({"learning_rate": 0.0}, "learning_rate = 0.0."), ({"gamma": 1.1}, "gamma = 1.1.")],
)
def test_what_is_no_update_is_refused(changes: dict[str, float], said: str) -> None:
    with pytest.raises(CarerError, match=said):
        replace(HOW, **changes)


def test_a_self_model_learns_what_holds_only_together() -> None:
    """The return falls if the update came *and* the copy acts: neither fact tells it alone."""
    came, acts = jnp.tile(jnp.arange(2.0), 64), jnp.repeat(jnp.arange(2.0), 64)
    facts, returns = jnp.stack([came, acts]), 1.0 - came * acts
    untaught = SelfModel.create(jax.random.key(0), 2, 16)
    assert float(jnp.abs(untaught(facts)).max()) < 0.1
    model, errors = fitted(untaught, facts, returns, updates=400, learning_rate=1e-2)
    assert errors.shape == (400,)
    assert float(errors[-1]) < 1e-3 < float(errors[0])
    np.testing.assert_allclose(model(facts), returns, atol=0.1)
