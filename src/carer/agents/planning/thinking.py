"""Thoughts: plans unrolled in the world model, and what value, imagined reward or a rule make of each.

Two ways to judge the ticks of a plan: *override*, the reward expected of each replaces the guess; *defer*, the guess at
the plan's end stands alone (of a plan that ends the episode it is 0: who defers alone is blind to a last reward).
`Deliberation.override` goes from one to the other. Plans come from the actor (the thought
generator) or from anybody who has some; every score is given back, not the winner's alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from carer.agents.networks import RecurrentPolicy
from carer.agents.planning.model import WorldModel, stood_up
from carer.agents.returns import Normaliser
from carer.concepts import CarerError
from carer.worlds import Features

_Carry = tuple[Array, Array, Array, Array]
Rule = Callable[[Array, Array, Array], Array]
"""A reward that is known and not learned: ``(seen [S, N], action [N], seen next [S, N]) -> reward [N]``."""


class Mind(NamedTuple):
    """All that a thought passes through.

    Attributes:
        policy: proposes, remembers and values.
        model: imagines.
        normaliser: of the values.
        features: shapes of a decoded observation, of any batch.
    """

    policy: RecurrentPolicy
    model: WorldModel
    normaliser: Normaliser
    features: Features


@dataclass(frozen=True)
class Deliberation:
    """How plans are made and judged. Static: it shapes the program.

    Attributes:
        depth: ticks of a plan.
        thoughts: plans for each first action; after it the actor goes on as it likes.
        override: weight of the expected rewards of a plan's ticks; 0 leaves all to the value at its end.
        rule: judges the ticks instead of the expected reward (a planner with the current reward function).
        value: weight of the value at a plan's end.
        temperature: of the choice, in units of reward; what one plan has over another divided by it is added to the
            actor's logits.
        gamma: discount.

    Raises:
        CarerError: nothing to think, or nothing that judges.
    """

    depth: int = 4
    thoughts: int = 1
    override: float = 1.0
    rule: Rule | None = None
    value: float = 1.0
    temperature: float = 0.1
    gamma: float = 0.995

    def __post_init__(self) -> None:
        """Refuse what decides nothing."""
        for name in ("depth", "thoughts"):
            if getattr(self, name) < 1:
                raise CarerError(f"{name} = {getattr(self, name)}.", "It must be at least 1.")
        if self.temperature <= 0:
            raise CarerError(f"temperature = {self.temperature}.", "It must be above 0.")
        if not self.override and not self.value:
            raise CarerError("override and value are both 0.", "Something has to judge the plans.")


class Thoughts(NamedTuple):
    """Plans of D ticks as they were imagined, for N thinkers; leading axes are those of the plans.

    Attributes:
        action: int32 [D, N].
        seen: float32 [D, S, N], after each tick.
        reward: float32 [D, N], expected, or by the rule.
        going: float32 [D, N], the probability that the episode has not ended by then.
        value: float32 [N], of the last state, in units of reward; 0 so far as the episode has ended.
        score: float32 [N], what the plan is held to be worth.
    """

    action: Array
    seen: Array
    reward: Array
    going: Array
    value: Array
    score: Array


def think(mind: Mind, how: Deliberation, hidden: Array, seen: Array, first: Array, key: Array) -> Thoughts:
    """Imagine plans that begin with an action and go on as the actor likes.

    Args:
        mind: see `Mind`.
        how: see `Deliberation`.
        hidden: float32 [H, N], the memory after reading `seen`.
        seen: float32 [S, N].
        first: int32 [N].
        key: a typed JAX key, of the actor's draws.

    """

    def proposed(at: Array, logits: Array, key: Array) -> Array:
        drawn = jax.random.categorical(key, logits, axis=0).astype(jnp.int32)
        return jnp.where(at == 0, first, drawn)

    return _unrolled(mind, how, hidden, seen, proposed, key)


def consider(mind: Mind, how: Deliberation, hidden: Array, seen: Array, plans: Array) -> Thoughts:
    """Imagine given plans, every one from every state.

    Args:
        mind: see `Mind`.
        how: see `Deliberation`; its depth and thoughts do not count here.
        hidden: float32 [H, N], the memories after reading `seen`.
        seen: float32 [S, N].
        plans: int32 [D, K].

    Returns:
        the thoughts; in every leaf the last axis N becomes the two axes K, N.

    """
    count, size = plans.shape[1], seen.shape[1]
    spread = jnp.repeat(plans, size, axis=1)

    def given(at: Array, logits: Array, key: Array) -> Array:
        del logits, key
        return spread[at]

    copies = jnp.tile(hidden, (1, count)), jnp.tile(seen, (1, count))
    found = _unrolled(mind, how, *copies, given, jax.random.key(0), depth=plans.shape[0])
    return jax.tree.map(lambda leaf: leaf.reshape(*leaf.shape[:-1], count, size), found)


def advice(mind: Mind, how: Deliberation, hidden: Array, seen: Array, key: Array) -> Array:
    """What deliberation adds to the actor's logits: float32 [actions, N], the best plan of each action, 0 for the best.

    No gradient passes: the actor is not taught to be persuaded.
    """
    actions, size = mind.policy.actor.bias.shape[0], seen.shape[1]
    copies = actions * how.thoughts

    def repeated(leaf: Array) -> Array:
        return jnp.tile(leaf, (1, copies))

    first = jnp.repeat(jnp.tile(jnp.arange(actions, dtype=jnp.int32), how.thoughts), size)
    found = think(mind, how, repeated(hidden), repeated(seen), first, key).score
    best = found.reshape(how.thoughts, actions, size).max(0)
    return jax.lax.stop_gradient((best - best.max(0)) / how.temperature)


def _unrolled(
    mind: Mind,
    how: Deliberation,
    hidden: Array,
    seen: Array,
    choose: Callable[[Array, Array, Array], Array],
    key: Array,
    depth: int | None = None,
) -> Thoughts:
    policy, model = mind.policy, mind.model
    size = seen.shape[1]

    def tick(carry: _Carry, at: Array) -> tuple[_Carry, tuple[Array, ...]]:
        hidden, seen, logits, alive = carry
        action = choose(at, logits, jax.random.fold_in(key, at))
        found = model(hidden, seen, action)
        reward = found.reward if how.rule is None else how.rule(seen, action, found.seen)
        paid = alive * reward  # of a tick that may end the episode, the reward is still paid
        after = alive * jax.nn.sigmoid(found.going)
        hidden, logits, value = policy(hidden, stood_up(found.seen, mind.features))
        carry = hidden, found.seen, logits, after
        return carry, (action, found.seen, paid, after, mind.normaliser.real(value))

    length = how.depth if depth is None else depth
    start = hidden, seen, jnp.zeros((policy.actor.bias.shape[0], size)), jnp.ones(size)
    _, (action, imagined, reward, going, value) = jax.lax.scan(tick, start, jnp.arange(length))
    discount = how.gamma ** jnp.arange(length, dtype=jnp.float32)
    worth = going[-1] * value[-1]
    total = how.override * (discount[:, None] * reward).sum(0) + how.value * how.gamma**length * worth
    return Thoughts(action, imagined, reward, going, worth, total)
