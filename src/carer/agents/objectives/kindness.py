"""Kindness in a world: the carer is paid what she would expect for herself in the target's place.

Source: Hewson 2024, eq. 12 and 13: ``E[ RLHF(S M(M(s)) | S M(s)) ]``. The perspective switch S renders the world from
the target's seat after the carer's act, and what stands for the reward there is the carer's own: how long she would
live on, as she has learned it from her own life. There is no intrinsic reward in the nursery, so eq. 13's second term
is empty.

The value head of her policy cannot stand for it: it foretells what she is paid, which is the kindness itself, and the
reward would feed on its own forecast. So a head of its own reads the same network and learns from her own life alone.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import optax
from jax import Array

from carer.agents.moment import Drive, Moment
from carer.agents.networks import Linear, RecurrentPolicy
from carer.worlds import World

_STEPS = 16
"""Of Adam, after each rollout, over all of it."""


class OwnLife(eqx.Module):
    """What the carer expects of her own life, read from the memory of her network.

    Attributes:
        head: its sigmoid is the discounted share of the ticks ahead that she will live.
        moments: Adam's.
    """

    head: Linear
    moments: optax.OptState

    def expects(self, hidden: Array) -> Array:
        """From 0 to 1: float32 [...] of [H, ...]."""
        logit = self.head(hidden.reshape(hidden.shape[0], -1))
        return jax.nn.sigmoid(logit).reshape(hidden.shape[1:])


class Lived(NamedTuple):
    """What is kept of a tick: the memory after the act, and what became of her.

    Attributes:
        hidden: float32 [H, A, B].
        alive: bool [A, B], after the tick.
        done: bool [B], the episode ended with it.
    """

    hidden: Array
    alive: Array
    done: Array


@dataclass(frozen=True)
class Kindness(Drive):
    """What the carer expects of her own life, read from the target's seat; 0 where nobody lives there.

    Attributes:
        target: the seat cared for.
        gamma: discount of the own life ahead.
        learning_rate: of the head.
    """

    target: int
    gamma: float = 0.99
    learning_rate: float = 0.01

    def score(self, moment: Moment[Any]) -> Array:
        """``R(S s_{t+1})``: float32 [agents, *batch], from 0 to 1."""
        seen = moment.reader.activations("hidden", self.target)
        lives = moment.world.alive(moment.tick.state)[self.target]
        return moment.reader.paid(jnp.where(lives, moment.learned.expects(seen), 0.0))

    def create(self, world: World[Any], policy: RecurrentPolicy, key: Array) -> OwnLife:
        """A head that expects a half, whatever it reads."""
        del world
        head: Any = Linear.create(key, 1, policy.width, 0.0)
        return OwnLife(head, self._adam.init(head))

    def keep(self, moment: Moment[Any]) -> Lived:
        """Her own life, from her own seats."""
        tick, reader = moment.tick, moment.reader
        alive = moment.world.alive(tick.state)
        return Lived(reader.hidden, jnp.stack([alive[seat] for seat in reader.seats]), tick.terminated | tick.truncated)

    def learn(self, world: World[Any], learned: OwnLife, kept: Lived, key: Array) -> tuple[OwnLife, dict[str, Array]]:
        """Move the head towards what came; ``explained`` is the share of that variance it had foretold before."""
        del world, key
        before = jax.vmap(learned.expects)(kept.hidden)
        came = self.ahead(kept, before)
        rows = jnp.moveaxis(kept.hidden, 1, 0)  # [H, T, A, B]

        def loss(head: Linear) -> Array:
            logit = head(rows.reshape(rows.shape[0], -1)).reshape(came.shape)
            return optax.sigmoid_binary_cross_entropy(logit, came).mean()

        def step(carry: tuple[Any, Any], _: None) -> tuple[tuple[Any, Any], Array]:
            head, moments = carry
            value, slope = jax.value_and_grad(loss)(head)
            change, moments = self._adam.update(slope, moments)
            return (optax.apply_updates(head, change), moments), value

        (head, moments), losses = jax.lax.scan(step, (learned.head, learned.moments), length=_STEPS)
        explained = 1.0 - jnp.square(came - before).mean() / jnp.maximum(came.var(), 1e-12)
        return OwnLife(head, moments), {"loss": losses[-1], "explained": explained}

    def ahead(self, kept: Lived, expected: Array) -> Array:
        """The discounted share of the ticks ahead that she lived: float32 [T, A, B].

        Behind the rollout, and where an episode ends while she lives, stands what she expected there: her own life
        would have gone on.
        """

        def back(after: Array, tick: tuple[Lived, Array]) -> tuple[Array, Array]:
            row, here = tick
            ahead = 1.0 - self.gamma + self.gamma * jnp.where(row.done, here, after)
            found = jnp.where(row.alive, ahead, 0.0)
            return found, found

        return jax.lax.scan(back, expected[-1], (kept, expected), reverse=True)[1]

    @property
    def _adam(self) -> optax.GradientTransformation:
        return optax.adam(self.learning_rate)
