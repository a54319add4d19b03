"""A learned self-model: what becomes of an agent after an update, learned from updates that it lived through.

Source: *Motives*, goal integrity. Nothing of TD learning is known to it: it is told what a sign said and what was
done, and what the episodes that came after paid, and it learns to expect the one from the other.
"""

from functools import partial
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import optax
from jax import Array

from carer.agents.networks import Linear


class SelfModel(eqx.Module):
    """One hidden layer between what was announced and done, and what is expected to be paid after.

    Attributes:
        first: reads the facts.
        last: the expected return.
    """

    first: Linear
    last: Linear

    @classmethod
    def create(cls, key: Array, facts: int, width: int) -> "SelfModel":
        """A model that expects almost nothing of anything."""
        first, last = jax.random.split(key)
        return cls(Linear.create(first, width, facts, 2**0.5), Linear.create(last, 1, width, 0.01))

    def __call__(self, facts: Array) -> Array:
        """The return to be expected: float32 [facts, N] -> [N]."""
        return self.last(jax.nn.relu(self.first(facts)))[0]


@partial(jax.jit, static_argnames=("updates", "learning_rate"))
def fitted(
    model: SelfModel, facts: Array, returns: Array, updates: int, learning_rate: float
) -> tuple[SelfModel, Array]:
    """The model after Adam on what was lived through, all of it at each step.

    Args:
        model: to begin with.
        facts: float32 [facts, N].
        returns: float32 [N].
        updates: steps.
        learning_rate: Adam's.

    Returns:
        the model, and the mean squared error before each step, float32 [updates].

    """
    adam = optax.adam(learning_rate)

    def miss(model: SelfModel) -> Array:
        return jnp.square(model(facts) - returns).mean()

    def step(carry: tuple[Any, Any], _: None) -> tuple[tuple[Any, Any], Array]:
        model, moments = carry
        error, slope = jax.value_and_grad(miss)(model)
        change, moments = adam.update(slope, moments)
        return (optax.apply_updates(model, change), moments), error

    learned: Any = model
    (learned, _), errors = jax.lax.scan(step, (learned, adam.init(learned)), length=updates)
    return learned, errors
