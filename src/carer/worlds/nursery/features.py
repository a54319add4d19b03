"""An observation of the nursery, unpacked for a network: every number lies between -2 and 2."""

import jax.numpy as jnp
from jax import Array

from carer.worlds.base import Features
from carer.worlds.nursery.observation import CHANNELS, map_words
from carer.worlds.nursery.params import NurseryParams

FLAT = (
    *("energy", "health", "warmth", "pain", "holds A", "holds B", "carries", "is carried", "night", "alive", "cue"),
    *("time of day", "size", *(f"own scent {at}" for at in range(8))),
)
"""What stands in `Features.flat` behind the bitmaps."""
TOKEN = (
    *("seen", "heard", "column", "row", "size", "hungry", "cold", "in pain", "cry", "carried"),
    *(*(f"looks {at}" for at in range(4)), *(f"scent {at}" for at in range(8))),
)
"""What is told of another body."""


def decode(p: NurseryParams, packed: Array) -> Features:
    """Unpack an observation.

    Args:
        p: parameters.
        packed: uint32 [words, *batch].

    Returns:
        `flat` float32 [7 view^2 + 21, *batch]: the bitmaps of `CHANNELS`, row by row, then `FLAT`; `tokens` float32
        [bodies - 1, 22, *batch]: `TOKEN` of each other body, all zero where nothing is told of one.

    """
    channels, n, others = len(CHANNELS), map_words(p), p.bodies - 1
    batch = packed.shape[1:]
    maps = packed[: channels * n].reshape(channels, n, 1, *batch)
    shifts = jnp.arange(32, dtype=jnp.uint32).reshape(32, *(1,) * len(batch))
    bits = ((maps >> shifts) & jnp.uint32(1)).astype(jnp.float32)
    bits = bits.reshape(channels, 32 * n, *batch)[:, : p.view**2].reshape(-1, *batch)
    about = packed[channels * n : channels * n + 4 * others].reshape(others, 4, *batch)
    own = packed[channels * n + 4 * others :]
    return Features(jnp.concatenate([bits, _self(own)]), _tokens(p, about))


def _self(own: Array) -> Array:
    flags = own[1]
    return jnp.stack(
        [
            *[_field(own[0], 8 * at, 8) / 255 for at in range(4)],
            *[(_field(flags, 0, 2) == kind).astype(jnp.float32) for kind in (1, 2)],
            *[_field(flags, at, 1) for at in (2, 3, 4, 5, 6)],
            _field(flags, 8, 6) / 63,
            _field(flags, 14, 4) / 15,
            *[_signed(own[2 + at // 4], at % 4) for at in range(8)],
        ]
    )


def _tokens(p: NurseryParams, about: Array) -> Array:
    word, reach = about[:, 0], p.view // 2
    there = ((word & jnp.uint32(3)) > 0).astype(jnp.float32)
    parts = [
        *[_field(word, at, 1) for at in (0, 1)],
        *[there * (_field(word, at, 4) - reach) / max(reach, 1) for at in (2, 6)],
        _field(word, 10, 4) / 15,
        *[(_field(word, 14, 2) == kind).astype(jnp.float32) for kind in (1, 2, 3)],
        _field(word, 16, 4) / 15,
        _field(word, 20, 1),
        *[_signed(about[:, 1], at) for at in range(4)],
        *[_signed(about[:, 2 + at // 4], at % 4) for at in range(8)],
    ]
    return jnp.stack(parts, axis=1)


def _field(word: Array, start: int, length: int) -> Array:
    return ((word >> start) & jnp.uint32((1 << length) - 1)).astype(jnp.float32)


def _signed(word: Array, at: int) -> Array:
    """A signed byte, 64 for 1.0."""
    return ((word << (24 - 8 * at)).astype(jnp.int32) >> 24).astype(jnp.float32) / 64
