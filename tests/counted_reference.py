"""Counted randomness in plain Python, as docs/nursery.md has it under "Numbers" and "Draws"."""

import math
import struct
from collections.abc import Sequence

Words = tuple[int, int]


def mix(word: int) -> int:
    word ^= word >> 16
    word = word * 0x7FEB352D & 0xFFFFFFFF
    word ^= word >> 15
    word = word * 0x846CA68B & 0xFFFFFFFF
    return word ^ (word >> 16)


def tick_word(key: Words, episode: Words, time: int) -> int:
    return mix(mix(mix(episode[0] ^ key[0]) ^ episode[1] ^ key[1]) + time & 0xFFFFFFFF)


def successor(key: Words, episode: Words, time: int) -> Words:
    word = tick_word(key, episode, time)
    return mix(word ^ 0x632BE59B), mix(word ^ 0x1B56C4E9)


def chance(drawn: int, threshold: int) -> bool:
    return drawn >> 16 < threshold


def below(drawn: int, count: int) -> int:
    return (drawn >> 16) * count >> 16


def odds(probability: float) -> int:
    return round(65536 * probability)


def clip(value: int, low: int, high: int) -> int:
    return max(low, min(high, value))


def single(value: float) -> float:
    """A number as 32 bits hold it."""
    return struct.unpack("f", struct.pack("f", value))[0]


def normalised(vector: Sequence[float]) -> list[float]:
    length = math.sqrt(sum(value * value for value in vector))
    return [value / length for value in vector]


def to_bytes(vector: Sequence[float]) -> list[int]:
    return [clip(round(64 * value), -127, 127) for value in vector]
