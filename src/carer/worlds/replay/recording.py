"""Recording: one episode, tick by tick."""

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from carer.concepts import CarerError
from carer.worlds.base import Transition, World
from carer.worlds.counted import tick_word
from carer.worlds.nursery.params import UNIT
from carer.worlds.nursery.scene import layout_of, scene_of
from carer.worlds.nursery.state import CAUSES, MOTHER, OWN, NurseryState, Truth
from carer.worlds.nursery.world import Nursery
from carer.worlds.replay.episode import Event, Replay

Policy = Callable[[Array, NurseryState], Any]
"""``(word uint32 [] to draw from, state) -> integers [agents]``. It is called once a tick: it may look with
`World.observe`, and a recurrent one may keep its memory."""


class Recorder:
    """An episode in the making: `step` it to its end, then take the `replay`.

    Attributes:
        world: the nursery.
        state: the state now, without a batch axis.
        word: what draws of this tick descend from.
    """

    def __init__(self, world: World[Any], key: Array) -> None:
        if not isinstance(world, Nursery):
            raise CarerError(f"there are no replays of {world.name}.", "Only the nursery is recorded.")
        if key.shape != ():
            raise CarerError(f"a replay has one episode, but there are {list(key.shape)} keys.", "Give one key.")
        self.world, self._key = world, key
        _, self.state = world.reset(key)
        self._layout = layout_of(world.params, jax.device_get(self.state))
        self._scenes = [scene_of(world.params, jax.device_get(self.state), self._layout)]
        self._actions: list[np.ndarray] = []
        self._paid: list[np.ndarray] = []
        self._events: list[Event] = []

    @property
    def word(self) -> Array:
        """The word of the coming tick, uint32 []."""
        return _word(self._key, self.state.episode, self.state.time)

    @property
    def over(self) -> bool:
        """Whether the episode has ended."""
        return bool(self.state.over)

    def step(self, action: Any) -> list[Event]:
        """One tick; returns what truly happened.

        Raises:
            CarerError: actions of the wrong shape or kind, or the episode has ended.

        """
        action = jnp.asarray(action)
        if self.over:
            raise CarerError("this episode is finished.", "Take its replay.")
        tick = _advance(self.world, self._key, self.state, action)
        self.state = tick.state
        state, truth, reward = jax.device_get((tick.state, tick.truth, tick.reward))
        p = self.world.params
        self._scenes.append(scene_of(p, state, self._layout))
        self._actions.append(np.asarray(action))
        self._paid.append(np.rint(reward / p.pay).astype(int) if p.pay else np.zeros(p.agents, int))
        happened = _events(int(state.time), truth)
        self._events += happened
        return happened

    def warm_up(self) -> None:
        """Compile the tick now, so that no player waits for the first."""
        _advance(self.world, self._key, self.state, jnp.zeros(self.world.params.agents, jnp.int32))

    def replay(self, caption: str = "") -> Replay:
        """The episode as far as it went."""
        shape = (-1, self.world.params.agents)
        return Replay(
            params=self.world.params,
            caption=caption,
            scenes=tuple(self._scenes),
            actions=np.asarray(self._actions, int).reshape(shape),
            paid=np.asarray(self._paid, int).reshape(shape),
            events=tuple(self._events),
        )


def record(world: World[Any], policy: Policy, key: Array, *, caption: str = "") -> Replay:
    """Play one episode to its end and keep it.

    Args:
        world: a nursery.
        policy: see `Policy`; `carer.worlds.nursery.cast.scripted_cast` makes one of a script.
        key: a typed JAX key of shape (): the same one, the same episode.
        caption: what it shows, in words.

    Raises:
        CarerError: another world, several keys, or actions of the wrong shape.

    """
    recorder = Recorder(world, key)
    while not recorder.over:
        recorder.step(policy(recorder.word, recorder.state))
    return recorder.replay(caption)


_word = jax.jit(tick_word)


@partial(jax.jit, static_argnums=0)
def _advance(world: Nursery, key: Array, state: NurseryState, action: Array) -> Transition[NurseryState]:
    """`World.advance`, compiled once for all recorders of a world."""
    return world.advance(key, state, action)


def _events(tick: int, truth: Truth) -> list[Event]:
    """A tick's truth as events, births last."""
    found: list[Event] = []

    def note(kind: str, body: int, amount: int = 0) -> None:
        found.append(Event(tick, kind, body, amount))

    for cause, harm in zip(CAUSES, truth.harm, strict=True):
        for body in np.flatnonzero(harm):
            note(cause, int(body), _percent(harm[body]))
    for kind, energy in (("fed", truth.gift), ("ate", truth.meal)):
        for body in np.flatnonzero(energy):
            note(kind, int(body), _percent(energy[body]))
    for kind, body in (("lifted", int(truth.lifted)), ("put down", int(truth.laid))):
        if body:
            note(kind, body)
    if truth.defended:
        note("drove off" if truth.defended == 2 else "defended", MOTHER)
    for body in np.flatnonzero(truth.died):
        note("died", int(body))
    for kind in ("succeeded", "fledged", "abandoned", "born", "sham"):
        if getattr(truth, kind):
            note(kind, MOTHER if kind == "sham" else OWN)
    return found


def _percent(value: Any) -> int:
    return max(1, round(100 * int(value) / UNIT))
