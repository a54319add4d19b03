"""A learned mind as a player: it acts from one seat, by its actor alone or after deliberation."""

from dataclasses import replace
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jax import Array

from carer.agents.acting import allowed, evaluated
from carer.agents.networks import RecurrentPolicy
from carer.agents.planning.model import WorldModel, laid_flat
from carer.agents.planning.search import searched
from carer.agents.planning.thinking import Deliberation, Mind, advice
from carer.agents.returns import Normaliser
from carer.agents.state import feature_shapes
from carer.worlds import World


class Planner(eqx.Module):
    """Plays seat 0; the same interface as `carer.agents.seated.Seated`.

    Attributes:
        policy: see `RecurrentPolicy`.
        model: see `WorldModel`; None for an agent without one, who acts by its actor.
        normaliser: of the values.
        how: see `Deliberation`; None to act by the actor alone.
        simulations: of a tree search in the place of advice, its actor's opinion left out; 0 for none.
    """

    policy: RecurrentPolicy
    model: WorldModel | None
    normaliser: Normaliser
    how: Deliberation | None = eqx.field(static=True, default=None)
    simulations: int = eqx.field(static=True, default=0)

    def start(self, episodes: int) -> Array:
        """An empty memory: float32 [H, episodes]."""
        return jnp.zeros((self.policy.width, episodes), jnp.float32)

    def mind(self, world: World[Any]) -> Mind:
        """What it thinks with in a world.

        Raises:
            ValueError: it has no world model.

        """
        if self.model is None:
            raise ValueError("an agent without a world model cannot deliberate")
        return Mind(self.policy, self.model, self.normaliser, feature_shapes(world))

    def read(self, world: World[Any], memory: Array, state: Any) -> tuple[Array, Array, Array]:
        """What it makes of a state before it thinks: memory [H, B], observation laid flat [S, B], logits [A, B]."""
        seen = world.view(state, 0)
        memory, logits, _ = evaluated(self.policy, world, memory[:, None], seen[:, None], allowed(world, state, (0,)))
        return memory[:, 0], laid_flat(world.decode(seen)), logits[:, 0]

    def act(self, world: World[Any], memory: Array, word: Array, state: Any) -> tuple[Array, Array]:
        """The memory after the tick, and an action drawn: int32 [episodes]."""
        memory, seen, logits = self.read(world, memory, state)
        if self.how is not None and self.simulations:
            # Nobody proposes: every action is as likely to be looked into as any other.
            blank = jax.tree.map(jnp.zeros_like, self.policy.actor)
            mind = self.mind(world)._replace(policy=replace(self.policy, actor=blank))
            forbidden = ~world.action_mask(state)[0].T
            key = jax.random.key(word.sum())
            found = searched(mind, self.how, memory, seen, key, simulations=self.simulations, forbidden=forbidden)
            return memory, found.action.astype(jnp.int32)
        if self.how is not None:
            # One key for all: which plans are thought of may be shared, what is done may not.
            logits = logits + advice(self.mind(world), self.how, memory, seen, jax.random.key(word.sum()))
        keys = jax.vmap(jax.random.key)(word)
        action = jax.vmap(jax.random.categorical, in_axes=(0, 1))(keys, logits)
        return memory, action.astype(jnp.int32)
