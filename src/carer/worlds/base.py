"""What every world is: gymnax 1.0's signature with a leading agent axis, and the batch, if any, last.

State and observation leaves have the shape ``[entity, ..., *batch]``. A key of shape ``()`` makes one episode; an
array of keys of shape ``[B]`` makes ``B`` of them with the batch as the *last* axis, which is what CPUs vectorise
best: the code of a world is written once, entities in front, and whatever stands behind them is the batch.
`jax.vmap` works as well.

::

    world = make("nursery", "standard", foreign=2)
    obs, state = world.reset(jax.random.split(key, 512))        # obs [agents, words, 512]
    obs, state, reward, terminated, truncated, info = world.step(key, state, action)   # action [agents, 512]

Randomness is counted, not split (see `carer.worlds.counted`): every entity draws from its own stream of
``(key, episode, tick, entity, purpose)``, so that one more birth changes no other entity's fate.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, NamedTuple, TypeVar

import equinox as eqx
import jax
import jax.numpy as jnp
from jax import Array
from jax.core import Tracer

from carer.concepts import CarerError
from carer.worlds.counted import episode_words, successor_words, tick_word
from carer.worlds.rare import anywhere


class EpisodeState(eqx.Module):
    """What every state holds.

    Attributes:
        episode: uint32 [2, *batch], the words that all draws of the episode descend from.
        time: int32 [*batch], ticks since the episode began.
        over: bool [*batch], the episode has ended and must not be stepped.
    """

    episode: Array
    time: Array
    over: Array


S = TypeVar("S", bound=EpisodeState)


class Features(NamedTuple):
    """An observation as a network reads it.

    Attributes:
        flat: float [F, *batch].
        tokens: float [K, T, *batch] of a set of K things, in no telling order; K may be 0.
    """

    flat: Array
    tokens: Array


class Transition(NamedTuple, Generic[S]):
    """One tick, before any auto-reset.

    Attributes:
        state: the state after the tick.
        reward: float32 [agents, *batch], the proxy: what a learner is paid by default.
        terminated: bool [*batch], the episode came to its end.
        truncated: bool [*batch], the clock ran out; what comes after is worth its value.
        truth: what really happened, kept apart from reward and observation.
    """

    state: S
    reward: Array
    terminated: Array
    truncated: Array
    truth: Any


def carried_out(led: Array | None, decided: Array) -> Array:
    """What is done of what was decided, where `led` (see `World.led`) has its say: int32, of the shape of both."""
    return decided if led is None else jnp.where(led >= 0, led, decided)


@dataclass(frozen=True)
class World(ABC, Generic[S]):
    """A multi-agent world. Frozen and hashable: `jax.jit` takes it as a static argument.

    A world implements `initial`, `transition`, `view` and the figures below; `reset`, `step` and `observe` follow.
    """

    @property
    @abstractmethod
    def name(self) -> str:
        """The name under which `make` knows it."""

    @property
    @abstractmethod
    def seats(self) -> tuple[str, ...]:
        """The agents by name, in the order of the agent axis."""

    @property
    @abstractmethod
    def actions(self) -> tuple[str, ...]:
        """The actions by name; an action is an index into them."""

    @property
    @abstractmethod
    def observation(self) -> jax.ShapeDtypeStruct:
        """Shape and dtype of one seat's observation of one episode."""

    @property
    @abstractmethod
    def horizon(self) -> int:
        """Ticks after which an episode is truncated."""

    @property
    def lives(self) -> tuple[int, ...]:
        """For each seat, how many agents may hold it in one episode, one after another."""
        return (1,) * len(self.seats)

    @abstractmethod
    def initial(self, episode: Array) -> S:
        """The first state of an episode, from its words [2, *batch]."""

    @abstractmethod
    def transition(self, word: Array, state: S, action: Array) -> Transition[S]:
        """One tick. `word` uint32 [*batch] is what this tick's draws descend from; `action` int32 [agents, *batch]."""

    @abstractmethod
    def view(self, state: S, seat: int) -> Array:
        """What is seen from a seat: [*observation.shape, *batch]."""

    @abstractmethod
    def decode(self, observation: Array) -> Features:
        """An observation [*observation.shape, *batch], unpacked for a network."""

    def alive(self, state: S) -> Array:
        """Which agents act, bool [agents, *batch]; the actions of the others mean nothing."""
        return jnp.broadcast_to(~state.over, (len(self.seats), *state.over.shape))

    def action_mask(self, state: S) -> Array:
        """Which actions can have an effect by rule, bool [agents, actions, *batch]."""
        return jnp.ones((len(self.seats), len(self.actions), *state.over.shape), bool)

    def led(self, state: S) -> Array | None:
        """What seats do whatever they decide, int32 [agents, *batch], -1 where they are free; None where all are."""
        del state
        return None

    def holder(self, state: S) -> Array:
        """The how-manieth of the episode holds each seat: int32 [agents, *batch]."""
        return jnp.zeros((len(self.seats), *state.time.shape), jnp.int32)

    def newcomers(self, before: S, after: S) -> Array:
        """Which seats somebody new has taken between two states of an episode: bool [agents, *batch].

        Whoever is new remembers nothing of who held the seat before.
        """
        return self.holder(after) != self.holder(before)

    def renewed(self, state: S, fresh: S) -> S:
        """`fresh`, with whatever outlives an episode (a curriculum's settings) taken over from `state`."""
        del state
        return fresh

    @partial(jax.jit, static_argnums=0)
    def reset(self, key: Array) -> tuple[Array, S]:
        """Begin an episode for each key.

        Args:
            key: a typed JAX key, shape () or [B].

        Returns:
            observations [agents, *observation.shape, *batch] and the state.

        """
        state = self.initial(episode_words(key))
        return self.observe_all(state), state

    @partial(jax.jit, static_argnums=0)
    def step(self, key: Array, state: S, action: Array) -> tuple[Array, S, Array, Array, Array, dict[str, Any]]:
        """One tick, with auto-reset.

        Args:
            key: a typed JAX key, shape () or one for each episode. One key serves a whole batch.
            state: from `reset` or `step`.
            action: integers [agents, *batch].

        Returns:
            observations [agents, *observation.shape, *batch] of the state to act on next, that state, reward,
            terminated and truncated [agents, *batch], and info: ``truth``, ``final_observation`` (of the state
            before the auto-reset) and ``alive`` (who acted).

        Raises:
            CarerError: an action of the wrong shape or dtype.

        """
        tick = self.advance(key, state, action)
        fresh = self.renew(key, tick.state, tick.terminated | tick.truncated)
        info = {
            "truth": tick.truth,
            "final_observation": self.observe_all(tick.state),
            "alive": self.alive(state),
        }
        agents = (len(self.seats), *tick.terminated.shape)
        ended = jnp.broadcast_to(tick.terminated, agents), jnp.broadcast_to(tick.truncated, agents)
        return self.observe_all(fresh), fresh, tick.reward, *ended, info

    def advance(self, key: Array, state: S, action: Array) -> Transition[S]:
        """One tick without auto-reset: what learners and paired rollouts are built from.

        Raises:
            CarerError: an action of the wrong shape or dtype; outside of `jax.jit`, a finished episode too.

        """
        self._check(state, action)
        tick = self.transition(tick_word(key, state.episode, state.time), state, action)
        truncated = ~tick.terminated & (tick.state.time >= self.horizon)
        after = eqx.tree_at(lambda one: one.over, tick.state, tick.terminated | truncated)
        return tick._replace(state=after, truncated=truncated)

    def renew(self, key: Array, state: S, done: Array) -> S:
        """`state`, with a new episode in the place of each that is `done` (bool [*batch])."""

        def begin(state: S) -> S:
            fresh = self.renewed(state, self.initial(successor_words(key, state.episode, state.time)))
            return jax.tree.map(lambda new, old: jnp.where(done, new, old), fresh, state)

        return jax.lax.cond(anywhere(done), begin, lambda state: state, state)

    def observe(self, state: S, seat: int | str) -> Array:
        """The perspective switch: the state as read from a seat, the same format for all of them.

        Raises:
            CarerError: there is no such seat.

        """
        return self.view(state, self.seat(seat))

    def observe_all(self, state: S) -> Array:
        """Every seat's observation [agents, *observation.shape, *batch]."""
        return jnp.stack([self.view(state, seat) for seat in range(len(self.seats))])

    def seat(self, seat: int | str) -> int:
        """The index of a seat, given by index or name."""
        names = self.seats
        index = names.index(seat) if seat in names else seat
        if not isinstance(index, int) or not 0 <= index < len(names):
            raise CarerError(
                f"{self.name} has no seat {seat!r}.", f"It has {', '.join(names)} (0 to {len(names) - 1})."
            )
        return index

    def _check(self, state: S, action: Array) -> None:
        shape = (len(self.seats), *state.time.shape)
        if not hasattr(action, "shape") or action.shape != shape or not jnp.issubdtype(action.dtype, jnp.integer):
            found = f"{getattr(action, 'dtype', type(action).__name__)}{list(getattr(action, 'shape', ()))}"
            raise CarerError(
                f"an action of {self.name} is {found}.",
                f"It must be integers {list(shape)}: one for each of {', '.join(self.seats)}"
                + (", the batch last." if len(shape) > 1 else "."),
            )
        if not isinstance(state.over, Tracer) and bool(state.over.all()):
            raise CarerError(f"this episode of {self.name} is finished.", "Call reset, or step, which resets itself.")
