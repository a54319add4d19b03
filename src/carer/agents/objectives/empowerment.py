"""Empowerment of the other: the mother is paid for how much her baby's own next step decides what becomes of it.

Source: Myers et al. 2024, *Learning to assist humans without inferring rewards*: empowerment is the information between
an act of the other and the future, told by contrastive successor features. There each tick pays the pointwise
information of the act taken about a future drawn; here it pays the expected one, over even odds of the four steps and
a bank of futures met in the last rollout, so that it is known as the tick ends. The critic learns beside the policy
from what the baby really chose, and of its steps only: other acts it is not asked about.
"""

from dataclasses import dataclass, replace
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import optax
from jax import Array

from carer.agents.moment import Drive, Moment
from carer.agents.networks import RecurrentPolicy
from carer.agents.objectives.contrastive import FUTURE, STEPS, Encoders, Scene, contrast, drawn
from carer.agents.objectives.lives import for_mother
from carer.worlds import World
from carer.worlds.nursery import UNIT, Nursery, NurseryState
from carer.worlds.nursery.brains import choose
from carer.worlds.nursery.state import NORTH, OWN


class Critic(eqx.Module):
    """What is learned.

    Attributes:
        encoders: see `Encoders`.
        moments: Adam's.
        bank: float32 [6, futures], met in the last rollout; all alike before the first, so that nothing is paid.
    """

    encoders: Encoders
    moments: optax.OptState
    bank: Array


@dataclass(frozen=True)
class Empowerment(Drive):
    """How much the own baby's next step decides of its next ticks, from 0 to 1; 0 where it is dead.

    Attributes:
        gamma: of the futures, see `drawn`; at 0.5 they are two ticks ahead in the mean.
        pairs: scenes of one step of learning, and as many futures to tell apart.
        updates: steps of Adam after each rollout.
        futures: how many are in the bank.
        learning_rate: Adam's.
    """

    gamma: float = 0.5
    pairs: int = 256
    updates: int = 32
    futures: int = 128
    learning_rate: float = 3e-3

    def score(self, moment: Moment[Nursery]) -> Array:
        """Float32 [agents, *batch]."""
        world, state, critic = moment.world, moment.tick.state, moment.learned
        found = critic.encoders.empowerment(world.decode(world.view(state, OWN)).flat, critic.bank)
        return for_mother(moment.tick, jnp.where(state.alive[OWN], found, 0.0))

    def create(self, world: World[Any], policy: RecurrentPolicy, key: Array) -> Critic:
        """A critic that knows nothing yet."""
        del policy
        seen = world.observation
        flat = jax.eval_shape(world.decode, jax.ShapeDtypeStruct((*seen.shape, 1), seen.dtype)).flat
        encoders: Any = Encoders.create(key, flat.shape[0])
        return Critic(encoders, self._adam.init(encoders), jnp.zeros((FUTURE, self.futures)))

    def keep(self, moment: Moment[Nursery]) -> Scene:
        """What the baby saw, what its script chose there, and what became of it."""
        before, tick = moment.before, moment.tick
        hour = replace(before, hour=tick.state.hour)  # the script reads the hour of the tick
        act = choose(moment.world.params, moment.word, hour, moment.action)[OWN] - NORTH
        there = before.alive[OWN] & ~before.boxed[OWN] & (act >= 0) & (act < STEPS)
        return Scene(
            view=moment.world.view(before, OWN),
            step=jnp.where(there, act, -1),
            place=_place(before),
            after=jnp.concatenate([_place(tick.state), _condition(tick.state)]),
            ends=tick.terminated | tick.truncated | ~tick.state.alive[OWN],
        )

    def learn(self, world: World[Any], learned: Critic, kept: Scene, key: Array) -> tuple[Critic, dict[str, Array]]:
        """Tell the own future of a scene from those of others.

        Figures: ``loss`` in nats, log of `pairs` for who knows nothing, and ``of_step``, how much it rises where scenes
        are told another's step: what the critic knows of the steps.
        """
        learning, asking, banking = jax.random.split(key, 3)

        def step(carry: tuple[Any, Any], key: Array) -> tuple[tuple[Any, Any], None]:
            encoders, moments = carry
            slope = jax.grad(contrast)(encoders, drawn(world, kept, self.gamma, self.pairs, key))
            change, moments = self._adam.update(slope, moments)
            return (optax.apply_updates(encoders, change), moments), None

        start = learned.encoders, learned.moments
        (encoders, moments), _ = jax.lax.scan(step, start, jax.random.split(learning, self.updates))
        asked = drawn(world, kept, self.gamma, self.pairs, asking)
        loss = contrast(encoders, asked)
        lied = contrast(encoders, asked._replace(step=jnp.roll(asked.step, 1, axis=1)))
        bank = drawn(world, kept, self.gamma, self.futures, banking).future
        return Critic(encoders, moments, bank), {"loss": loss, "of_step": lied - loss}

    @property
    def _adam(self) -> optax.GradientTransformation:
        return optax.adam(self.learning_rate)


def _place(state: NurseryState) -> Array:
    return jnp.stack([state.x[OWN], state.y[OWN]]).astype(jnp.float32)


def _condition(state: NurseryState) -> Array:
    levels = jnp.stack([state.energy[OWN], state.warmth[OWN], state.health[OWN]]).astype(jnp.float32) / UNIT
    return jnp.concatenate([levels, state.alive[OWN][None].astype(jnp.float32)])
