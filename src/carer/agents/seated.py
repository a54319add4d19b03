"""A trained policy in a seat of the nursery, to be tried: it acts from one seat, and may read from another."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jax import Array

from carer.agents.acting import allowed, evaluated
from carer.agents.networks import RecurrentPolicy, Tap, untouched
from carer.worlds import World


class Seated(eqx.Module):
    """Plays seat 0 from what is seen there; satisfies `carer.worlds.nursery.trial.Mother`.

    Attributes:
        policy: see `RecurrentPolicy`.
        reads: the seat whose view it is given while somebody lives there: with the baby's, the mother acts as if she
            were in its place (the perspective switch, Naive Kindness's S, in worlds).
        tap: see `Tap`.
    """

    policy: RecurrentPolicy
    reads: int = eqx.field(static=True, default=0)
    tap: Tap = eqx.field(static=True, default=untouched)

    def start(self, episodes: int) -> Array:
        """An empty memory: float32 [H, episodes]."""
        return jnp.zeros((self.policy.width, episodes), jnp.float32)

    def act(self, world: World[Any], memory: Array, word: Array, state: Any) -> tuple[Array, Array]:
        """The memory after the tick, and an action drawn from the policy: int32 [episodes]."""
        seen = world.view(state, 0)
        if self.reads:
            seen = jnp.where(world.alive(state)[self.reads], world.view(state, self.reads), seen)
        mask = allowed(world, state, (0,))
        memory, logits, _ = evaluated(self.policy, world, memory[:, None], seen[:, None], mask, self.tap)
        keys = jax.vmap(jax.random.key)(word)
        action = jax.vmap(jax.random.categorical, in_axes=(0, 1))(keys, logits[:, 0])
        return memory[:, 0], action.astype(jnp.int32)
