"""Trials in any world: every episode once, to its end, and in the same worlds for all players."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from carer.worlds import Transition
from carer.worlds.trial import trial
from corridor import CRUMB, FEAST, Corridor
from line import LEFT, RIGHT, STAY

WORLD, KEY, EPISODES = Corridor(), jax.random.key(3), 32


class Always(eqx.Module):
    """Does one thing, and counts how often it was asked."""

    action: Array

    def start(self, episodes: int) -> Array:
        return jnp.zeros(episodes, jnp.int32)

    def act(self, world: Any, memory: Array, word: Array, state: Any) -> tuple[Array, Array]:
        return memory + 1, jnp.broadcast_to(self.action, word.shape)


def meals(before: Any, action: Array, tick: Transition[Any]) -> dict[str, Array]:
    return {
        "paid": tick.reward[0],
        "ticks": jnp.ones_like(before.time),
        "started": jnp.where(before.time == 0, before.x, 0),
    }


def ask(action: int) -> dict[str, np.ndarray]:
    return jax.tree.map(np.asarray, trial(WORLD, Always(jnp.int32(action)), KEY, EPISODES, meals))


def test_each_episode_is_played_to_its_end_and_no_further() -> None:
    left, right, waits = ask(LEFT), ask(RIGHT), ask(STAY)
    np.testing.assert_allclose(left["paid"], CRUMB, rtol=1e-6)
    np.testing.assert_allclose(right["paid"], FEAST, rtol=1e-6)
    np.testing.assert_array_equal(left["ticks"], left["started"])
    np.testing.assert_array_equal(right["ticks"], WORLD.cells - 1 - right["started"])
    assert (waits["ticks"] == WORLD.horizon).all()
    assert not waits["paid"].any()


def test_all_players_meet_the_same_worlds_and_another_key_gives_others() -> None:
    np.testing.assert_array_equal(ask(LEFT)["started"], ask(RIGHT)["started"])
    assert len(set(ask(LEFT)["started"].tolist())) > 1
    other = trial(WORLD, Always(jnp.int32(LEFT)), jax.random.key(4), EPISODES, meals)
    assert (np.asarray(other["started"]) != ask(LEFT)["started"]).any()
