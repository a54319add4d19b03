"""A reward model learned from preferences between segments of behaviour, by the odds of Bradley and Terry.

Source: Christiano et al. 2017, *Deep reinforcement learning from human preferences*: a segment is worth the sum of what
the model pays for its ticks, and the odds of its being preferred are the logistic of the difference. Only differences
between segments of one length are told, so that a constant for each tick is never learned; where all episodes are
equally long it changes nothing.
"""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import optax
from jax import Array

from carer.agents.networks import Linear
from carer.agents.planning.model import laid_flat
from carer.agents.preferences import Preferences, drawn
from carer.agents.state import feature_shapes
from carer.worlds import World


class RewardModel(eqx.Module):
    """A small network that pays for what is seen and done in a tick. Features first, batch last.

    Attributes:
        first: the layer that reads the features.
        second: the layer after it.
        paid: the reward.
    """

    first: Linear
    second: Linear
    paid: Linear

    @classmethod
    def create(cls, key: Array, inputs: int, width: int) -> "RewardModel":
        """A model of so many features that pays next to nothing for anything."""
        first, second, paid = jax.random.split(key, 3)
        return cls(
            first=Linear.create(first, width, inputs, 2**0.5),
            second=Linear.create(second, width, width, 2**0.5),
            paid=Linear.create(paid, 1, width, 0.01),
        )

    def __call__(self, ticks: Array) -> Array:
        """What each of N ticks pays: float32 [F, N] -> [N]."""
        return self.paid(jax.nn.relu(self.second(jax.nn.relu(self.first(ticks)))))[0]

    def sums(self, segments: Array) -> Array:
        """What each of S segments pays: float32 [F, L, S] -> [S]."""
        inputs, length, _ = segments.shape
        return self(segments.reshape(inputs, -1)).reshape(length, -1).sum(0)


class RewardLearner(eqx.Module):
    """A reward model that is being learned.

    Attributes:
        model: see `RewardModel`.
        moments: Adam's.
        known: what it was told first, and goes on learning from beside what is new; None for nothing.
    """

    model: RewardModel
    moments: optax.OptState
    known: Preferences | None = None

    @classmethod
    def create(cls, key: Array, inputs: int, width: int) -> "RewardLearner":
        """One who has been told nothing."""
        model: Any = RewardModel.create(key, inputs, width)
        return cls(model, optax.scale_by_adam().init(model))


def features(world: World[Any], state: Any, action: Array) -> Array:
    """What a tick is judged by, the first seat's observation and its action int32 [N]: float32 [F, N]."""
    seen = laid_flat(world.decode(world.view(state, 0)))
    done = (jnp.arange(len(world.actions))[:, None] == action).astype(jnp.float32)
    return jnp.concatenate([seen, done])


def inputs_of(world: World[Any]) -> int:
    """How many features a tick of a world has."""
    return jax.eval_shape(laid_flat, feature_shapes(world)).shape[0] + len(world.actions)


def surprise(model: RewardModel, known: Preferences) -> Array:
    """The mean surprise at the answers, in nats; log 2 knows nothing: float32 []."""
    first, second = model.sums(known.segments)[known.pairs]
    return optax.sigmoid_binary_cross_entropy(first - second, known.answers).mean()


def fitted(
    learner: RewardLearner, known: Preferences, key: Array, *, steps: int, batch: int, learning_rate: float
) -> tuple[RewardLearner, Array]:
    """Adam on pairs drawn at random. A pure function: vmap it over learners, preferences and keys of several seeds.

    Args:
        learner: see `RewardLearner`.
        known: see `Preferences`; `checked` before, on the host.
        key: a typed JAX key.
        steps: of Adam.
        batch: pairs of a step.
        learning_rate: Adam's.

    Returns:
        the learner, and the surprise at each step's pairs, in nats: float32 [steps].

    """
    adam = optax.scale_by_adam()

    def step(carry: tuple[Any, Any], key: Array) -> tuple[tuple[Any, Any], Array]:
        model, moments = carry
        told, slope = jax.value_and_grad(surprise)(model, drawn(known, key, batch))
        change, moments = adam.update(slope, moments)
        change = jax.tree.map(lambda leaf: -learning_rate * leaf, change)
        return (optax.apply_updates(model, change), moments), told

    start: Any = learner.model, learner.moments
    (model, moments), told = jax.lax.scan(step, start, jax.random.split(key, steps))
    return RewardLearner(model, moments, learner.known), told


def accuracy(model: RewardModel, known: Preferences) -> Array:
    """Share of the pairs with one preferred that the model ranks the same, NaN where there is none: float32 []."""
    first, second = model.sums(known.segments)[known.pairs]
    told = known.answers != 0.5
    right = ((first > second) == (known.answers > 0.5)) & (first != second)
    return jnp.where(told.any(), (right & told).sum() / jnp.maximum(told.sum(), 1), jnp.nan)
