"""Advantages, and values in their own units: generalised advantage estimation and PopArt."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jax import Array

from carer.agents.networks import Linear

_LEAST, _MOST = 1e-4, 1e6


def gae(reward: Array, value: Array, last: Array, done: Array, gamma: Array, gae_lambda: Array) -> Array:
    """Generalised advantage estimation (Schulman et al. 2016).

    Args:
        reward: float32 [T, ...]; where an episode was truncated, plus gamma times the value of its last state.
        value: float32 [T, ...], of the state acted on.
        last: float32 [...], the value of the state after the rollout.
        done: bool [T, ...], the episode ended with this tick; nothing flows back over it.
        gamma: discount.
        gae_lambda: decay of the traces.

    Returns:
        float32 [T, ...].

    """

    def back(carry: tuple[Array, Array], tick: tuple[Array, Array, Array]) -> tuple[tuple[Array, Array], Array]:
        advantage, after = carry
        reward, value, done = tick
        goes_on = 1.0 - done.astype(jnp.float32)
        error = reward + gamma * after * goes_on - value
        advantage = error + gamma * gae_lambda * advantage * goes_on
        return (advantage, value), advantage

    return jax.lax.scan(back, (jnp.zeros_like(last), last), (reward, value, done), reverse=True)[1]


class Normaliser(eqx.Module):
    """The running mean and deviation of returns (PopArt: van Hasselt et al. 2016).

    Attributes:
        mean: float32 [].
        square: float32 [], mean of squares.
        updates: int32 [], rollouts seen.
    """

    mean: Array
    square: Array
    updates: Array

    @classmethod
    def create(cls) -> "Normaliser":
        """Mean 0 and deviation 1, forgotten with the first rollout."""
        return cls(jnp.float32(0.0), jnp.float32(1.0), jnp.int32(0))

    @property
    def deviation(self) -> Array:
        """float32 []."""
        return jnp.clip(jnp.sqrt(jnp.maximum(self.square - self.mean**2, 0.0)), _LEAST, _MOST)

    def real(self, value: Array) -> Array:
        """Normalised values in units of reward."""
        return self.mean + self.deviation * value

    def normal(self, value: Array) -> Array:
        """Values in units of reward, normalised."""
        return (value - self.mean) / self.deviation

    def after(self, returns: Array, rate: Array) -> "Normaliser":
        """The same after more returns: their plain average at first, then a running one with share `rate`."""
        share = jnp.maximum(rate, 1.0 / (self.updates + 1).astype(jnp.float32))
        mean = self.mean + share * (returns.mean() - self.mean)
        square = self.square + share * (jnp.square(returns).mean() - self.square)
        return Normaliser(mean, square, self.updates + 1)


def rescaled(critic: Linear, old: Normaliser, new: Normaliser) -> Linear:
    """The critic changed so that its values in units of reward stay what they were."""
    ratio = old.deviation / new.deviation
    return Linear(critic.weight * ratio, critic.bias * ratio + (old.mean - new.mean) / new.deviation)
