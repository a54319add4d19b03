"""Whole episodes of scripted mothers: how long they and their babies live. The scale that learners are held against."""

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from carer.worlds.counted import tick_word
from carer.worlds.nursery.mothers import scripted
from carer.worlds.nursery.state import MOTHER, OWN, NurseryState
from carer.worlds.nursery.world import Nursery


class Lives(NamedTuple):
    """How whole episodes went.

    Attributes:
        mother: int32 [episodes], ticks that the mother lived.
        baby: int32 [episodes], ticks that her own baby lived.
        harm: int32 [causes, episodes], health that the baby lost, in the order of `CAUSES`; 10,000 is 1.0.
    """

    mother: Array
    baby: Array
    harm: Array


@partial(jax.jit, static_argnums=(0, 1, 3))
def lives_of(world: Nursery, mother: str, key: Array, episodes: int) -> Lives:
    """Play a scripted mother, the babies by the world's script, each episode to its end.

    Args:
        world: the nursery.
        mother: see `carer.worlds.nursery.mothers.scripted`.
        key: a typed JAX key; with the same key every mother meets the same worlds.
        episodes: how many, side by side.

    Raises:
        UnknownNameError: no such mother.

    """
    choose = scripted(mother)
    _, state = world.reset(jax.random.split(key, episodes))

    def tick(carry: tuple[NurseryState, Lives], _: None) -> tuple[tuple[NurseryState, Lives], None]:
        state, lives = carry
        action = choose(world.params, tick_word(key, state.episode, state.time), state)
        idle = jnp.zeros((len(world.seats) - 1, episodes), jnp.int32)
        after = world.advance(key, state, jnp.concatenate([action[None], idle]))
        going = ~state.over
        lives = Lives(
            lives.mother + (going & after.state.alive[MOTHER]),
            lives.baby + (going & after.state.alive[OWN]),
            lives.harm + jnp.where(going, after.truth.harm[:, OWN], 0),
        )
        # An episode that is over stays as it ended.
        state = jax.tree.map(lambda new, old: jnp.where(going, new, old), after.state, state)
        return (state, lives), None

    none = jnp.zeros(episodes, jnp.int32)
    start = Lives(none, none, jnp.zeros((6, episodes), jnp.int32))
    return jax.lax.scan(tick, (state, start), None, length=world.horizon)[0][1]
