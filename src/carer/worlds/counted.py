"""Counted randomness: every draw is a hash of who draws, when and what for.

No key is split and no stream is shared: ``word(tick) -> draw(word, entity, purpose)``. A draw costs one integer
hash, is the same on every device, and can be written down again in any language (the tests do, in plain Python).
The finaliser is Wellons' *lowbias32* (public domain).
"""

from collections.abc import Sequence

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

Indices = int | Sequence[int] | np.ndarray


def mix(word: Array) -> Array:
    """Scramble uint32 words: flipping any bit flips each output bit about half of the time."""
    word = word ^ (word >> 16)
    word = word * jnp.uint32(0x7FEB352D)
    word = word ^ (word >> 15)
    word = word * jnp.uint32(0x846CA68B)
    return word ^ (word >> 16)


def episode_words(key: Array) -> Array:
    """The words [2, *batch] of the episodes that begin with `key` [*batch]."""
    return jnp.moveaxis(_key_words(key), -1, 0)


def tick_word(key: Array, episode: Array, time: Array) -> Array:
    """The word [*batch] of one tick: of the step's key, the episode's words [2, *batch] and the tick."""
    first, second = episode_words(key)
    return mix(mix(mix(episode[0] ^ first) ^ episode[1] ^ second) + time.astype(jnp.uint32))


def successor_words(key: Array, episode: Array, time: Array) -> Array:
    """The words [2, *batch] of the episode that follows one that ends at `time`."""
    word = tick_word(key, episode, time)
    return jnp.stack([mix(word ^ jnp.uint32(0x632BE59B)), mix(word ^ jnp.uint32(0x1B56C4E9))])


def draw(word: Array, entity: Indices, purpose: Indices) -> Array:
    """Uint32 draws that belong to an entity and a purpose alone.

    Args:
        word: uint32 [*batch], of a tick or an episode.
        entity: a number below 1024 known when tracing, or an array of them.
        purpose: the same.

    Returns:
        uint32 [*shape, *batch], where `shape` is that of ``entity`` and ``purpose`` broadcast together.

    """
    stream = np.asarray(entity, np.uint32) * np.uint32(1024) + np.asarray(purpose, np.uint32) + np.uint32(1)
    constant = _mix_constants(stream)
    return mix(word ^ jnp.asarray(constant.reshape(constant.shape + (1,) * word.ndim)))


def chance(bits: Array, threshold: Array | int) -> Array:
    """True with probability ``threshold / 65536``, read from the upper half of a draw."""
    return (bits >> 16).astype(jnp.int32) < threshold


def below(bits: Array, n: Array | int) -> Array:
    """An int32 in ``[0, n)``, ``n <= 65536``, read from the upper half of a draw."""
    return ((bits >> 16) * jnp.asarray(n).astype(jnp.uint32) >> 16).astype(jnp.int32)


def threshold(probability: float) -> int:
    """A probability as `chance` takes it."""
    return round(probability * 65536)


def _mix_constants(words: np.ndarray) -> np.ndarray:
    """`mix` of numbers known when tracing."""
    with np.errstate(over="ignore"):
        words = words ^ (words >> np.uint32(16))
        words = words * np.uint32(0x7FEB352D)
        words = words ^ (words >> np.uint32(15))
        words = words * np.uint32(0x846CA68B)
        return np.asarray(words ^ (words >> np.uint32(16)), np.uint32)


def _key_words(key: Array) -> Array:
    if not jnp.issubdtype(key.dtype, jax.dtypes.prng_key):
        raise TypeError(f"a typed JAX key is needed, not {key.dtype}{list(key.shape)}: use jax.random.key(seed)")
    return jax.random.key_data(key)[..., -2:].astype(jnp.uint32)
