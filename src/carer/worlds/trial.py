"""Trials: whole episodes of a player in a world, and whatever is counted in them.

The same key gives every player the same worlds, entity by entity, so that two players, or two worlds, are compared in
pairs. Nothing is learned in a trial, and an episode that is over is counted no further.
"""

from collections.abc import Callable
from typing import Any, Protocol

import equinox as eqx
import jax
import jax.numpy as jnp
from jax import Array

from carer.worlds.base import Transition, World
from carer.worlds.counted import tick_word

Count = Callable[[Any, Array, Transition[Any]], Any]
"""``(state before, the player's action int32 [episodes], tick) -> figures [..., episodes]``, summed over episodes."""
Befall = Callable[[Array, Any], Any]
"""``(word to draw from, state) -> state``: what befalls the world as a tick begins, before anyone acts."""


class Player(Protocol):
    """Who plays the first seat; a pytree, so that trained ones may be stacked."""

    def start(self, episodes: int) -> Any:
        """What it remembers at first."""
        ...

    def act(self, world: Any, memory: Any, word: Array, state: Any) -> tuple[Any, Array]:
        """Its memory after a tick, and its action int32 [episodes]; draws descend from `word` uint32 [episodes]."""
        ...


@eqx.filter_jit
def trial(world: World[Any], player: Player, key: Array, episodes: int, count: Count) -> Any:
    """Play the first seat, the others doing action 0, each episode to its end.

    Args:
        world: see `World`.
        player: see `Player`.
        key: a typed JAX key; with the same key every player meets the same worlds.
        episodes: how many, side by side.
        count: what to count; a module's function, or the program is compiled anew each time.

    Returns:
        the sums of `count` over each episode.

    """
    return lived(world, player, key, episodes, count)


def lived(
    world: World[Any], player: Player, key: Array, episodes: int, count: Count, befall: Befall | None = None
) -> Any:
    """What `trial` compiles; with `befall`, something happens to the world before each tick."""
    _, state = world.reset(jax.random.split(key, episodes))

    def tick(carry: tuple[Any, Any, Any], _: None) -> tuple[tuple[Any, Any, Any], None]:
        state, memory, so_far = carry
        word = tick_word(key, state.episode, state.time)
        state = state if befall is None else befall(word, state)
        memory, action = player.act(world, memory, word, state)
        idle = jnp.zeros((len(world.seats) - 1, episodes), jnp.int32)
        after = world.advance(key, state, jnp.concatenate([action[None], idle]))
        going = ~state.over
        so_far = jax.tree.map(lambda total, new: total + jnp.where(going, new, 0), so_far, count(state, action, after))
        if world.lives[0] > 1:  # whoever takes the seat remembers nothing of who held it
            new = world.newcomers(state, after.state)[0]
            memory = jax.tree.map(lambda own, old: jnp.where(new, own, old), player.start(episodes), memory)
        # An episode that is over stays as it ended.
        state = jax.tree.map(lambda new, old: jnp.where(going, new, old), after.state, state)
        return (state, memory, so_far), None

    idle = jnp.zeros((len(world.seats), episodes), jnp.int32)
    shapes = jax.eval_shape(lambda: count(state, idle[0], world.advance(key, state, idle)))
    nothing = jax.tree.map(lambda leaf: jnp.zeros(leaf.shape, _summed(leaf.dtype)), shapes)
    return jax.lax.scan(tick, (state, player.start(episodes), nothing), None, length=world.horizon)[0][2]


def _summed(dtype: Any) -> Any:
    return jnp.int32 if dtype == jnp.bool_ else dtype
