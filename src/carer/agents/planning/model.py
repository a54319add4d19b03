"""The world model: what will be seen next, what will be paid, and whether it goes on. Features first, batch last."""

from math import prod
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jax import Array

from carer.agents.networks import Linear
from carer.worlds import Features


class Imagined(NamedTuple):
    """What a world model expects of a tick, for N agents.

    Attributes:
        seen: float32 [S, N], the next observation, decoded and laid flat.
        reward: float32 [N].
        going: float32 [N], the logit of the episode's going on.
    """

    seen: Array
    reward: Array
    going: Array


class WorldModel(eqx.Module):
    """Two layers between what the policy remembers, sees and does, and what comes of it.

    Memory is the policy's own: a world that is not seen whole is predicted from what the actor keeps of it, and in
    imagination the actor goes on remembering.

    Attributes:
        first: the layer that reads memory, observation and action.
        second: the layer after it.
        change: what the observation changes by.
        paid: the reward.
        going: see `Imagined`.
    """

    first: Linear
    second: Linear
    change: Linear
    paid: Linear
    going: Linear

    @classmethod
    def create(cls, key: Array, seen: int, actions: int, memory: int, width: int) -> "WorldModel":
        """A model that expects nothing to change, no reward, and even odds of going on."""
        first, second, change, paid, going = jax.random.split(key, 5)
        return cls(
            first=Linear.create(first, width, memory + seen + actions, 2**0.5),
            second=Linear.create(second, width, width, 2**0.5),
            change=Linear.create(change, seen, width, 0.01),
            paid=Linear.create(paid, 1, width, 0.01),
            going=Linear.create(going, 1, width, 0.01),
        )

    def __call__(self, hidden: Array, seen: Array, action: Array) -> Imagined:
        """One tick of imagination.

        Args:
            hidden: float32 [H, N], the policy's memory once it has read `seen`.
            seen: float32 [S, N].
            action: int32 [N].

        """
        actions = self.first.weight.shape[-1] - hidden.shape[0] - seen.shape[0]
        done = (jnp.arange(actions)[:, None] == action).astype(jnp.float32)
        x = jax.nn.relu(self.first(jnp.concatenate([hidden, seen, done])))
        x = jax.nn.relu(self.second(x))
        return Imagined(seen + self.change(x), self.paid(x)[0], self.going(x)[0])


def laid_flat(features: Features) -> Array:
    """Flat [F, N] and tokens [K, T, N] as one column: float32 [F + K T, N]."""
    tokens = features.tokens.reshape(prod(features.tokens.shape[:2]), *features.tokens.shape[2:])
    return jnp.concatenate([features.flat, tokens])


def stood_up(seen: Array, like: Features) -> Features:
    """The reverse of `laid_flat`; `like` has the shapes, of any batch."""
    flat, (count, parts) = like.flat.shape[0], like.tokens.shape[:2]
    return Features(seen[:flat], seen[flat:].reshape(count, parts, *seen.shape[1:]))
