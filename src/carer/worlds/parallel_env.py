"""The environment behind `carer.worlds.to_pettingzoo`."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from gymnasium import spaces
from jax import Array
from pettingzoo import ParallelEnv

from carer.concepts import CarerError
from carer.worlds.base import Transition, World


class WorldEnv(ParallelEnv[str, np.ndarray, np.int64]):
    """One episode of a world after another; see `carer.worlds.to_pettingzoo`.

    Attributes:
        world: the world.
        agents: who is there now, in the order of the seats.
        possible_agents: everyone who may ever be.
        truth: what truly happened in the last tick, numpy arrays; None before the first one of an episode.
    """

    render_mode = "rgb_array"

    def __init__(self, world: World[Any], key: Array | int = 0) -> None:
        self.world = world
        self.metadata = {"name": f"carer_{world.name}", "render_modes": [self.render_mode], "is_parallelizable": True}
        self._lives = world.lives
        self.possible_agents = [
            _name(seat, life) for seat, lives in zip(world.seats, self._lives, strict=True) for life in range(lives)
        ]
        self._observation_spaces = {agent: _box(world) for agent in self.possible_agents}
        self._action_spaces = {agent: spaces.Discrete(len(world.actions)) for agent in self.possible_agents}
        self._root, self._episodes = _key(key), 0
        self.agents: list[str] = []
        self.truth: Any = None
        self._state: Any = None
        self._seat_of: dict[str, int] = {}
        self._born = [0] * len(world.seats)

    def observation_space(self, agent: str) -> spaces.Box:
        """The space of an agent's observations, always the same object.

        Raises:
            CarerError: there is no such agent.

        """
        return self._of(self._observation_spaces, agent)

    def action_space(self, agent: str) -> spaces.Discrete:
        """The space of an agent's actions, always the same object.

        Raises:
            CarerError: there is no such agent.

        """
        return self._of(self._action_spaces, agent)

    def reset(
        self, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, np.ndarray], dict[str, dict[str, Any]]]:
        """Begin an episode: the same one for the same seed; without a seed, the next one of the current stream.

        Args:
            seed: begins a new stream of episodes.
            options: not used.

        Returns:
            observations and infos of the agents that are there at the start.

        """
        del options
        if seed is not None:
            self._root, self._episodes = _key(seed), 0
        self._key = jax.random.fold_in(self._root, self._episodes)
        self._episodes += 1
        observations, self._state = self.world.reset(self._key)
        acts, masks = jax.device_get(_look(self.world, self._state))
        self.truth, self._seat_of, self._born = None, {}, [0] * len(self.world.seats)
        for seat in range(len(self.world.seats)):
            if acts[seat] or seat == 0:
                self._enter(seat)
        self._settle()
        return self._told(np.asarray(observations), masks, acts, self.agents)

    def step(
        self, actions: Mapping[str, Any]
    ) -> tuple[dict[str, np.ndarray], dict[str, float], dict[str, bool], dict[str, bool], dict[str, dict[str, Any]]]:
        """One tick.

        Args:
            actions: a whole number for each agent that is there, whether it can act just now or not.

        Returns:
            observations, rewards, terminated, truncated and infos, of every agent that was there before the tick or
            is after it.

        Raises:
            CarerError: nobody is there, an agent is missing or unknown, or an action is none.

        """
        if not self.agents:
            raise CarerError(f"no agent of {self.world.name} is there to act.", "Call reset: a new episode begins.")
        out = jax.device_get(_tick(self.world, self._key, self._state, jnp.asarray(self._chosen(actions))))
        tick, newcomers, observations, acts, masks = out
        self._state, self.truth = tick.state, tick.truth
        over = bool(tick.terminated) or bool(tick.truncated)
        told, gone = list(self.agents), self._leaving(tick, newcomers, acts)
        held = {seat for agent, seat in self._seat_of.items() if agent not in gone}
        for seat in range(len(self.world.seats)):
            if acts[seat] and seat not in held and not over and self._born[seat] < self._lives[seat]:
                told.append(self._enter(seat))
        terminated = {agent: agent in gone or bool(tick.terminated) for agent in told}
        truncated = {agent: bool(tick.truncated) and not terminated[agent] for agent in told}
        rewards = {agent: 0.0 if agent in gone else float(tick.reward[self._seat_of[agent]]) for agent in told}
        seen, infos = self._told(observations, masks, acts, told)
        for agent in told if over else gone:
            del self._seat_of[agent]
        self._settle()
        return seen, rewards, terminated, truncated, infos

    def render(self) -> np.ndarray:
        """The world as a picture, uint8 [height, width, 3].

        Raises:
            CarerError: no episode has begun, or the world cannot be drawn.

        """
        if self._state is None:
            raise CarerError("there is nothing to draw yet.", "Call reset first.")
        from carer.worlds.rendering import draw

        return draw(self.world, self._state)

    def close(self) -> None:
        """Nothing is held open."""

    def _enter(self, seat: int) -> str:
        """The next life of a seat."""
        agent = _name(self.world.seats[seat], self._born[seat])
        self._born[seat] += 1
        self._seat_of[agent] = seat
        return agent

    def _settle(self) -> None:
        self.agents = sorted(self._seat_of, key=self._seat_of.__getitem__)

    def _leaving(self, tick: Transition[Any], newcomers: np.ndarray, acts: np.ndarray) -> list[str]:
        """Who has died or left in this tick: neither acts nor is paid, or has a successor in its seat."""
        stays = [bool(acts[seat]) or tick.reward[seat] != 0 or seat == 0 for seat in range(len(self.world.seats))]
        return [agent for agent, seat in self._seat_of.items() if not stays[seat] or newcomers[seat]]

    def _told(
        self, observations: np.ndarray, masks: np.ndarray, acts: np.ndarray, agents: list[str]
    ) -> tuple[dict[str, np.ndarray], dict[str, dict[str, Any]]]:
        seen, infos = {}, {}
        for agent in agents:
            seat = self._seat_of[agent]
            # Whoever cannot act now has action 0, which then means nothing.
            mask = masks[seat] if acts[seat] else np.arange(len(self.world.actions)) == 0
            seen[agent] = np.array(observations[seat])
            infos[agent] = {"action_mask": mask.astype(np.int8)}
        return seen, infos

    def _chosen(self, actions: Mapping[str, Any]) -> np.ndarray:
        """Actions by seat, int32 [agents]."""
        there, given = self._seat_of.keys(), actions.keys()
        for names, fault in ((there - given, "lack"), (given - there, "name")):
            if names:
                raise CarerError(f"the actions {fault} {', '.join(sorted(names))}.", f"There now: {', '.join(there)}.")
        chosen = np.zeros(len(self.world.seats), np.int32)
        for agent, action in actions.items():
            whole = isinstance(action, int | np.integer) or (isinstance(action, np.ndarray) and action.shape == ())
            if not whole or isinstance(action, bool) or not self._action_spaces[agent].contains(np.int64(action)):
                raise CarerError(
                    f"the action of {agent} is {action!r}.",
                    f"It must be a whole number from 0 to {len(self.world.actions) - 1}: "
                    f"{', '.join(self.world.actions)}.",
                )
            chosen[self._seat_of[agent]] = action
        return chosen

    def _of(self, table: dict[str, Any], agent: str) -> Any:
        if agent not in table:
            raise CarerError(f"{self.world.name} has no agent {agent!r}.", f"It has {', '.join(table)}.")
        return table[agent]


@partial(jax.jit, static_argnums=0)
def _tick(
    world: World[Any], key: Array, state: Any, action: Array
) -> tuple[Transition[Any], Array, Array, Array, Array]:
    """One tick, `World.newcomers`, and after it the observations [agents, ...], `World.alive` and `action_mask`."""
    tick = world.advance(key, state, action)
    return tick, world.newcomers(state, tick.state), world.observe_all(tick.state), *_look(world, tick.state)


@partial(jax.jit, static_argnums=0)
def _look(world: World[Any], state: Any) -> tuple[Array, Array]:
    return world.alive(state), world.action_mask(state)


def _name(seat: str, life: int) -> str:
    return seat if life == 0 else f"{seat}_{life + 1}"


def _box(world: World[Any]) -> spaces.Box:
    dtype = np.dtype(world.observation.dtype)
    low, high = (-np.inf, np.inf)
    if np.issubdtype(dtype, np.integer):
        low, high = np.iinfo(dtype).min, np.iinfo(dtype).max
    return spaces.Box(low, high, world.observation.shape, dtype.type)


def _key(key: Array | int) -> Array:
    if isinstance(key, jax.Array) and jnp.issubdtype(key.dtype, jax.dtypes.prng_key) and key.shape == ():
        return key
    if isinstance(key, bool) or not isinstance(key, int | np.integer):
        raise CarerError(f"{key!r} is no key.", "Give a whole number, or one typed key: jax.random.key(0).")
    return jax.random.key(int(key) % 2**63)
