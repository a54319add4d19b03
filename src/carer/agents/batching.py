"""Masks over actions as bits."""

import jax
from jax import Array


def pack(mask: Array) -> Array:
    """A mask over actions as bits: bool [A, ...] -> uint32 [ceil(A / 32), ...]."""
    words = []
    for first in range(0, mask.shape[0], 32):
        bits = [one.astype("uint32") << at for at, one in enumerate(mask[first : first + 32])]
        words.append(sum(bits[1:], bits[0]))
    return jax.numpy.stack(words)


def unpack(words: Array, actions: int) -> Array:
    """The reverse of `pack`: uint32 [W, ...] -> bool [actions, ...]."""
    shifts = jax.numpy.arange(32, dtype="uint32").reshape(32, *(1,) * (words.ndim - 1))
    bits = (words[:, None] >> shifts) & 1
    return bits.reshape(-1, *words.shape[1:])[:actions].astype(bool)
