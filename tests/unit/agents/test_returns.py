import jax
import jax.numpy as jnp
import numpy as np
import pytest

from carer.agents.networks import Linear
from carer.agents.returns import Normaliser, gae, rescaled


def reference(reward, value, last, terminated, truncated, final, gamma, lam):
    """Advantages by the definition: a sum over what follows, episode by episode."""
    ticks, batch = reward.shape
    advantage = np.zeros((ticks, batch))
    for b in range(batch):
        for t in range(ticks):
            weight = 1.0
            for k in range(t, ticks):
                after = value[k + 1, b] if k + 1 < ticks else last[b]
                if terminated[k, b]:
                    after = 0.0
                elif truncated[k, b]:
                    after = final[k, b]
                advantage[t, b] += weight * (reward[k, b] + gamma * after - value[k, b])
                weight *= gamma * lam
                if terminated[k, b] or truncated[k, b]:
                    break
    return advantage


@pytest.mark.parametrize("seed", range(3))
def test_gae_is_the_definition_with_truncated_episodes_bootstrapped(seed: int) -> None:
    rng = np.random.default_rng(seed)
    reward, value, final = rng.normal(size=(3, 12, 5))
    last = rng.normal(size=5)
    ended = rng.random((2, 12, 5)) < 0.15
    terminated, truncated = ended[0], ended[1] & ~ended[0]
    expected = reference(reward, value, last, terminated, truncated, final, 0.97, 0.9)
    paid = reward + 0.97 * final * truncated
    reward, value, last, done = (jnp.asarray(one) for one in (paid, value, last, terminated | truncated))
    found = gae(reward, value, last, done, jnp.float32(0.97), jnp.float32(0.9))
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_rescaling_leaves_values_in_units_of_reward_as_they_were() -> None:
    old, new = Normaliser(jnp.float32(2.0), jnp.float32(13.0), jnp.int32(3)), Normaliser.create()
    for returns in (jnp.asarray([50.0, -70.0]), jnp.asarray([0.001, 0.002])):
        new = new.after(returns, jnp.float32(0.05))
        critic, hidden = Linear.create(jax.random.key(0), 1, 6, 1.0), jax.random.normal(jax.random.key(1), (6, 20))
        changed = rescaled(critic, old, new)
        np.testing.assert_allclose(old.real(critic(hidden)), new.real(changed(hidden)), rtol=1e-4, atol=1e-4)


def test_the_normaliser_averages_at_first_and_then_forgets() -> None:
    state = Normaliser.create()
    state = state.after(jnp.asarray([1.0, 3.0]), jnp.float32(0.25))
    assert float(state.mean) == 2.0
    assert float(state.deviation) == pytest.approx(1.0)
    state = state.after(jnp.asarray([4.0]), jnp.float32(0.25))
    assert float(state.mean) == 3.0  # half and half
    for _ in range(60):
        state = state.after(jnp.asarray([10.0]), jnp.float32(0.25))
    assert float(state.mean) == pytest.approx(10.0, abs=1e-3)
    assert float(state.deviation) >= 1e-4


def test_normal_and_real_undo_each_other() -> None:
    state = Normaliser.create().after(jnp.asarray([5.0, 9.0, 1.0]), jnp.float32(0.1))
    values = jnp.asarray([-3.0, 0.0, 100.0])
    np.testing.assert_allclose(state.real(state.normal(values)), values, rtol=1e-5)
