"""A cue, a delay, a question: what was shown at tick 0 must be recalled, which no network without a memory can."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from carer.worlds.base import EpisodeState, Features, Transition, World
from carer.worlds.counted import below, draw
from carer.worlds.settings import built, check

_CUE, _NOISE = 0, 1


class MemoryState(EpisodeState):
    """A moment.

    Attributes:
        cue: int32 [*batch], what is to be recalled.
        noise: uint32 [distractors, *batch], words that mean nothing.
    """

    cue: Array
    noise: Array


class MemoryTruth(NamedTuple):
    """Attributes: asked and right, bool [*batch], this was the tick of the question, and the answer was right."""

    asked: Array
    right: Array


@dataclass(frozen=True)
class Memory(World[MemoryState]):
    """Recall after a delay. Only the answer at tick `delay` counts: 1 if right, 0 if wrong. Guessing gives 1 / cues.

    Attributes:
        cues: how many different cues.
        delay: ticks from the cue to the question.
        distractors: words of random bits in every observation, drawn anew each tick.
    """

    cues: int = 2
    delay: int = 8
    distractors: int = 0

    def __post_init__(self) -> None:
        """Refuse what makes no such world."""
        check("cues", self.cues, 2, 30)
        check("delay", self.delay, 1, 10_000)
        check("distractors", self.distractors, 0, 512)

    @property
    def name(self) -> str:
        """The name under which `make` knows it."""
        return "memory"

    @property
    def seats(self) -> tuple[str, ...]:
        """One witness."""
        return ("witness",)

    @property
    def actions(self) -> tuple[str, ...]:
        """An answer for each cue; before the question they do nothing."""
        return tuple(f"answer {cue}" for cue in range(self.cues))

    @property
    def observation(self) -> jax.ShapeDtypeStruct:
        """uint32 [1 + distractors]: bit c for cue c at tick 0, bit 31 at the question; then the noise."""
        return jax.ShapeDtypeStruct((1 + self.distractors,), jnp.uint32)

    @property
    def horizon(self) -> int:
        """One tick more than is needed: an episode ends with the answer."""
        return self.delay + 2

    def initial(self, episode: Array) -> MemoryState:
        """The cue is shown."""
        word = episode[0] ^ episode[1]
        zero = jnp.zeros(word.shape, jnp.int32)
        return MemoryState(episode, zero, zero > 0, below(draw(word, 0, _CUE), self.cues), self._noise(word))

    def transition(self, word: Array, state: MemoryState, action: Array) -> Transition[MemoryState]:
        """Time passes; at the question the action is the answer."""
        asked = state.time == self.delay
        right = asked & (action[0] == state.cue)
        after = MemoryState(state.episode, state.time + 1, state.over, state.cue, self._noise(word))
        return Transition(after, right[None].astype(jnp.float32), asked, asked & False, MemoryTruth(asked, right))

    def view(self, state: MemoryState, seat: int) -> Array:
        """The cue at first, then nothing, then the question; and noise."""
        cue = jnp.where(state.time == 0, jnp.uint32(1) << state.cue.astype(jnp.uint32), jnp.uint32(0))
        question = (state.time == self.delay).astype(jnp.uint32) << 31
        return jnp.concatenate([(cue | question)[None], state.noise])

    def decode(self, observation: Array) -> Features:
        """Every bit as 0 or 1: flat [cues + 1 + 32 distractors]."""
        batch = observation.shape[1:]
        shifts = jnp.arange(32, dtype=jnp.uint32).reshape(32, *(1,) * len(batch))
        bits = ((observation[:, None] >> shifts) & 1).astype(jnp.float32)
        flat = jnp.concatenate([bits[0, : self.cues], bits[0, 31:], bits[1:].reshape(-1, *batch)])
        return Features(flat, jnp.zeros((0, 0, *batch), jnp.float32))

    def _noise(self, word: Array) -> Array:
        return draw(word, range(self.distractors), _NOISE)


def make(**params: Any) -> Memory:
    """A memory task; see `Memory` for its parameters.

    Raises:
        UnknownNameError: no such parameter.
        CarerError: a value out of bounds.

    """
    return built(Memory, params)
