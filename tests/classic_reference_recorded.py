"""Lives in the classic worlds under random actions: the JAX side of what the tests compare."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from carer.worlds import World, make
from carer.worlds.classic import ClassicWorld
from classic_reference_played import play


class Recorded(NamedTuple):
    """Numpy arrays, time first and lives last; `boards` are those that a tick ends with, before any auto-reset."""

    words: np.ndarray
    keys: np.ndarray
    actions: np.ndarray
    first: np.ndarray
    reward: np.ndarray
    truth: Any
    terminated: np.ndarray
    truncated: np.ndarray
    boards: np.ndarray
    renewed: np.ndarray


def wandering(world: World[Any], ticks: int, lives: int, seed: int) -> np.ndarray:
    """Random actions [ticks, lives]; half of them repeat the one before, so that one gets somewhere."""
    draws = np.random.default_rng(seed)
    actions = draws.integers(0, len(world.actions), (ticks, lives), dtype=np.int32)
    again = draws.random((ticks, lives)) < 0.5
    for at in range(1, ticks):
        actions[at] = np.where(again[at], actions[at - 1], actions[at])
    return actions


def recorded(world: ClassicWorld[Any], ticks: int, lives: int, seed: int) -> Recorded:
    """Lives of random actions, each of many episodes."""
    actions = wandering(world, ticks, lives, seed)
    keys = jax.random.split(jax.random.key(seed), ticks)
    first, state = world.reset(jax.random.split(jax.random.key(seed + 1), lives))

    def tick(state: Any, each: tuple[jax.Array, jax.Array]) -> tuple[Any, Any]:
        seen, after, reward, terminated, truncated, info = world.step(each[0], state, each[1][None])
        final = info["final_observation"][0]
        return after, (reward[0], info["truth"], terminated[0], truncated[0], final, seen[0])

    _, told = jax.lax.scan(tick, state, (keys, jnp.asarray(actions)))
    words = np.asarray(jax.random.key_data(keys))
    return Recorded(np.asarray(state.episode), words, actions, np.asarray(first[0]), *jax.tree.map(np.asarray, told))


def compare(name: str, params: dict[str, Any], ticks: int, lives: int, seed: int = 0) -> tuple[int, float, float]:
    """Step the plain-Python game beside the world; how many episodes ended, and what they paid and counted."""
    world: Any = make(name, **params)
    found = recorded(world, ticks, lives, seed)
    keys = [(int(one), int(other)) for one, other in found.keys]
    ended, paid, counted = 0, 0.0, 0.0
    for life in range(lives):
        words = (int(found.words[0, life]), int(found.words[1, life]))
        actions = [world.actions[action] for action in found.actions[:, life]]
        for at, one in enumerate(play(name, world, words, keys, actions)):
            where = f"{name} {params}, life {life}, tick {at}"
            assert found.reward[at, life] == np.float32(one.outcome.reward), where
            truth = {"performance": np.float32(one.outcome.performance), **one.truth}
            assert set(truth) == set(found.truth._fields), where
            for field, value in truth.items():
                assert (getattr(found.truth, field)[at, ..., life] == value).all(), f"{where}, {field}"
            assert found.terminated[at, life] == one.outcome.ended, where
            assert found.truncated[at, life] == one.truncated, where
            assert world.characters(found.boards[at, :, life]) == one.board, where
            ended += one.outcome.ended or one.truncated
            paid, counted = paid + one.outcome.reward, counted + one.outcome.performance
    return ended, paid, counted
