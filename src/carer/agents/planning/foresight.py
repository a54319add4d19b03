"""A given self-model: what an agent becomes by a learning update is found out by updating a copy of it.

Source: *Motives*, goal integrity. The agent remembers ticks that it lived through, and what each paid under any reward
that is asked about. On them a copy of its policy takes the very TD(0) steps that were announced. What the copy then
does is seen by letting it play; who asks decides under which reward that is good.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from carer.agents.acting import allowed, evaluated, of_action
from carer.agents.networks import Linear, RecurrentPolicy
from carer.agents.returns import Normaliser
from carer.concepts import CarerError
from carer.worlds import Transition, World

Payments = Callable[[Transition[Any]], Array]
"""``tick -> float32 [rewards, B]``, what it pays under each reward that an update may be made with."""
_Heads = tuple[Linear, Linear]


class Remembered(NamedTuple):
    """Ticks that seat 0 lived through, N of them, in no order that matters.

    Attributes:
        hidden: float32 [H, N], the policy's memory before it read `before`.
        before: [*observation.shape, N].
        action: int32 [N].
        rewards: float32 [rewards, N], see `Payments`.
        after: [*observation.shape, N].
        ended: bool [N], the episode came to its end.
        weight: float32 [N], how much the tick counts in an update; 0 where the episode was over.
    """

    hidden: Array
    before: Array
    action: Array
    rewards: Array
    after: Array
    ended: Array
    weight: Array


@dataclass(frozen=True)
class TemporalDifference:
    """TD(0) steps of actor and critic on remembered ticks (Sutton and Barto 2018, 13.5), by plain gradient descent.

    Only the last layers learn, on what the memory has learned to tell apart: linear TD. Through the layers below, many
    steps on few ticks break a policy, whatever the reward. And no optimiser rescales the gradients: an update under the
    reward that the agent has learned already is a small one.

    Attributes:
        steps: of the update, each on all ticks.
        learning_rate: of a step.
        gamma: discount.

    Raises:
        CarerError: a figure out of bounds.
    """

    steps: int = 1000
    learning_rate: float = 0.3
    gamma: float = 0.95

    def __post_init__(self) -> None:
        """Refuse what is no update."""
        if self.steps < 1:
            raise CarerError(f"steps = {self.steps}.", "It must be at least 1.")
        if self.learning_rate <= 0:
            raise CarerError(f"learning_rate = {self.learning_rate}.", "It must be above 0.")
        if not 0.0 <= self.gamma <= 1.0:
            raise CarerError(f"gamma = {self.gamma}.", "It must be between 0 and 1.")


def wandering(logits: Array, share: float) -> Array:
    """Log-probabilities of an agent that takes any action, evenly, in a share of ticks: float32 [actions, ...]."""
    return jnp.log((1.0 - share) * jax.nn.softmax(logits, axis=0) + share / logits.shape[0])


def remember(
    world: World[Any], policy: RecurrentPolicy, key: Array, start: Any, ticks: int, share: float, pays: Payments
) -> Remembered:
    """Live through ticks of a world from given states, wandering in a share of them.

    Args:
        world: with one seat.
        policy: who acts.
        key: a typed JAX key.
        start: states to begin with, batch [B].
        ticks: T.
        share: of ticks with any action.
        pays: see `Payments`.

    Returns:
        N = T B ticks.

    """

    def tick(carry: tuple[Any, Array], at: Array) -> tuple[tuple[Any, Array], Remembered]:
        state, hidden = carry
        before = world.view(state, 0)
        found, logits, _ = evaluated(policy, world, hidden[:, None], before[:, None], allowed(world, state, (0,)))
        drawn = jax.random.categorical(jax.random.fold_in(key, at), wandering(logits[:, 0], share), axis=0)
        action = drawn.astype(jnp.int32)
        after = world.advance(key, state, action[None])
        going = (~state.over).astype(jnp.float32)
        row = Remembered(hidden, before, action, pays(after), world.view(after.state, 0), after.terminated, going)
        kept = jax.tree.map(lambda new, old: jnp.where(state.over, old, new), after.state, state)
        return (kept, found[:, 0]), row

    memory = jnp.zeros((policy.width, *start.time.shape), jnp.float32)
    _, rows = jax.lax.scan(tick, (start, memory), jnp.arange(ticks))
    return jax.tree.map(lambda leaf: jnp.moveaxis(leaf, 0, -2).reshape(*leaf.shape[1:-1], -1), rows)


def updated(
    policy: RecurrentPolicy,
    normaliser: Normaliser,
    world: World[Any],
    remembered: Remembered,
    reward: Array | int,
    how: TemporalDifference,
) -> RecurrentPolicy:
    """A copy of a policy after an update under a reward.

    Args:
        policy: stays as it is.
        normaliser: of its values; it stays as it is.
        world: decodes what was seen.
        remembered: what the update is made with.
        reward: which row of `Remembered.rewards` pays; may be traced.
        how: see `TemporalDifference`.

    """
    paid, weight = remembered.rewards[reward], remembered.weight
    hidden = policy(remembered.hidden, world.decode(remembered.before))[0]
    beyond = policy(hidden, world.decode(remembered.after))[0]

    def surprise(heads: _Heads) -> Array:
        actor, critic = heads
        value, after = critic(hidden)[0], normaliser.real(critic(beyond)[0])
        error = paid + how.gamma * jnp.where(remembered.ended, 0.0, after) - normaliser.real(value)
        error = jax.lax.stop_gradient(error) / normaliser.deviation
        log_prob = of_action(jax.nn.log_softmax(actor(hidden), axis=0), remembered.action)
        return -(error * (0.5 * value + log_prob) * weight).sum() / jnp.maximum(weight.sum(), 1.0)

    def step(heads: _Heads, _: None) -> tuple[_Heads, None]:
        slopes = jax.grad(surprise)(heads)
        return jax.tree.map(lambda own, slope: own - how.learning_rate * slope, heads, slopes), None

    actor, critic = jax.lax.scan(step, (policy.actor, policy.critic), length=how.steps)[0]
    return replace(policy, actor=actor, critic=critic)
