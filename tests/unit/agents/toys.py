"""A small world of which everything is known: three agents, one of whom dies, and a clock that runs out."""

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from carer.agents import PPOConfig
from carer.worlds import EpisodeState, Features, Transition, World
from carer.worlds.counted import draw

SMALL = PPOConfig(updates=2, envs=8, steps=6, minibatches=2, width=8)


class TrioState(EpisodeState):
    death: Array
    hard: Array


@dataclass(frozen=True)
class Trio(World[TrioState]):
    """Each agent is paid its action's number; the first dies at a drawn tick; action 3 is never allowed.

    Odd draws end the episode at tick 4, the others run into the horizon. Tokens are shown as well.
    """

    limit: int = 5
    spoil: int = -1  # the tick at which the reward is NaN

    @property
    def name(self) -> str:
        return "trio"

    @property
    def seats(self) -> tuple[str, ...]:
        return ("first", "second", "third")

    @property
    def actions(self) -> tuple[str, ...]:
        return ("a", "b", "c", "forbidden")

    @property
    def observation(self) -> jax.ShapeDtypeStruct:
        return jax.ShapeDtypeStruct((3,), jnp.int32)

    @property
    def horizon(self) -> int:
        return self.limit

    def initial(self, episode: Array) -> TrioState:
        death = (draw(episode[0], 0, 0) >> 29).astype(jnp.int32)
        zero = jnp.zeros_like(death)
        return TrioState(episode, zero, zero > 0, death, zero.astype(jnp.float32))

    def renewed(self, state: TrioState, fresh: TrioState) -> TrioState:
        return TrioState(fresh.episode, fresh.time, fresh.over, fresh.death, state.hard)

    def transition(self, word: Array, state: TrioState, action: Array) -> Transition[TrioState]:
        after = TrioState(state.episode, state.time + 1, state.over, state.death, state.hard)
        reward = jnp.where(state.time == self.spoil, jnp.nan, action.astype(jnp.float32))
        ends = (after.time >= 4) & (state.death % 2 == 1)
        return Transition(after, reward, ends, ends & False, None)

    def view(self, state: TrioState, seat: int) -> Array:
        return jnp.stack([state.time, state.death, jnp.full_like(state.time, seat)])

    def decode(self, observation: Array) -> Features:
        flat = observation.astype(jnp.float32)
        return Features(flat, jnp.stack([flat[:2], flat[1:]]))

    def alive(self, state: TrioState) -> Array:
        always = ~state.over
        return jnp.stack([always & (state.time < state.death), always, always])

    def action_mask(self, state: TrioState) -> Array:
        allowed = jnp.asarray([True, True, True, False]).reshape(1, 4, *(1,) * state.time.ndim)
        return jnp.broadcast_to(allowed, (3, 4, *state.time.shape))


def same(a: Any, b: Any) -> bool:
    """Whether two trees are equal bit for bit."""
    pairs = zip(jax.tree.leaves(a), jax.tree.leaves(b), strict=True)
    return all(bool((_plain(x) == _plain(y)).all()) for x, y in pairs)


def _plain(leaf: Array) -> Array:
    return jax.random.key_data(leaf) if jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key) else leaf
