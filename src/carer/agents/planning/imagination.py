"""How the world model is learned: beside the policy, after each rollout, from what the rollout went through."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import optax
from jax import Array

from carer.agents.moment import Drive, Moment
from carer.agents.networks import RecurrentPolicy
from carer.agents.planning.model import WorldModel, laid_flat
from carer.agents.state import feature_shapes
from carer.worlds import World


class Learned(eqx.Module):
    """What is learned.

    Attributes:
        model: see `WorldModel`.
        moments: Adam's.
    """

    model: WorldModel
    moments: optax.OptState


class Tick(NamedTuple):
    """What is kept of a tick to learn from; every leaf may have axes in front.

    Attributes:
        hidden: float32 [H, B], the policy's memory when it acted.
        before: [*observation.shape, B], what it saw.
        action: int32 [B].
        reward: float32 [B], the ground truth.
        after: [*observation.shape, B], what it saw next, before any auto-reset.
        ended: bool [B], the episode came to its end; not that the clock ran out.
        alive: bool [B], it acted.
    """

    hidden: Array
    before: Array
    action: Array
    reward: Array
    after: Array
    ended: Array
    alive: Array


@dataclass(frozen=True)
class Imagination(Drive):
    """A term that pays nothing and learns what the role's first seat may expect: put it among a role's terms.

    The reward that it learns is the world's own, `Transition.reward`: the ground truth of the seat.

    Attributes:
        width: units of a layer of the model.
        updates: steps of Adam after each rollout.
        ticks: how many ticks a step learns from.
        learning_rate: Adam's.
    """

    width: int = 64
    updates: int = 32
    ticks: int = 512
    learning_rate: float = 1e-3

    def score(self, moment: Moment[Any]) -> Array:
        """Nothing: float32 [agents, *batch]."""
        return jnp.zeros_like(moment.tick.reward)

    def create(self, world: World[Any], policy: RecurrentPolicy, key: Array) -> Learned:
        """A model that knows nothing yet."""
        size = jax.eval_shape(laid_flat, feature_shapes(world)).shape[0]
        model: Any = WorldModel.create(key, size, len(world.actions), policy.width, self.width)
        return Learned(model, self._adam.init(model))

    def keep(self, moment: Moment[Any]) -> Tick:
        """What the seat went through."""
        world, seat, tick = moment.world, moment.reader.seats[0], moment.tick
        return Tick(
            hidden=moment.reader.hidden[:, 0],
            before=world.view(moment.before, seat),
            action=moment.action[seat],
            reward=tick.reward[seat],
            after=world.view(tick.state, seat),
            ended=tick.terminated,
            alive=world.alive(moment.before)[seat],
        )

    def learn(self, world: World[Any], learned: Learned, kept: Tick, key: Array) -> tuple[Learned, dict[str, Array]]:
        """Adam on ticks drawn from the rollout.

        Figures, means over the last step's ticks: ``seen`` and ``reward``, squared errors, and ``going``, nats.
        """

        def step(carry: tuple[Any, Any], key: Array) -> tuple[tuple[Any, Any], dict[str, Array]]:
            model, moments = carry
            slope, told = jax.grad(_miss, has_aux=True)(model, world, drawn(kept, self.ticks, key))
            change, moments = self._adam.update(slope, moments)
            return (optax.apply_updates(model, change), moments), told

        start: Any = learned.model, learned.moments
        (model, moments), told = jax.lax.scan(step, start, jax.random.split(key, self.updates))
        return Learned(model, moments), {name: figures[-1] for name, figures in told.items()}

    @property
    def _adam(self) -> optax.GradientTransformation:
        return optax.adam(self.learning_rate)


def drawn(kept: Tick, count: int, key: Array) -> Tick:
    """Ticks drawn from a rollout, of every leaf [T, ..., B]: [..., count]."""
    ticks, batch = kept.action.shape
    at = jax.random.randint(key, (2, count), 0, jnp.array([[ticks], [batch]]))
    return jax.tree.map(lambda leaf: jnp.moveaxis(leaf[at[0], ..., at[1]], 0, -1), kept)


def _miss(model: WorldModel, world: World[Any], some: Tick) -> tuple[Array, dict[str, Array]]:
    """The loss of the model on ticks [..., N], and its parts. What was seen after an end is of no use to anybody."""
    before, after = laid_flat(world.decode(some.before)), laid_flat(world.decode(some.after))
    found = model(some.hidden, before, some.action)
    lived = some.alive.astype(jnp.float32)
    total = jnp.maximum(lived.sum(), 1.0)
    of_seen = (jnp.square(found.seen - after).mean(0) * jnp.where(some.ended, 0.0, lived)).sum() / total
    of_reward = (jnp.square(found.reward - some.reward) * lived).sum() / total
    of_going = (optax.sigmoid_binary_cross_entropy(found.going, (~some.ended).astype(jnp.float32)) * lived).sum()
    parts = {"seen": of_seen, "reward": of_reward, "going": of_going / total}
    return sum(parts.values(), jnp.float32(0.0)), parts
