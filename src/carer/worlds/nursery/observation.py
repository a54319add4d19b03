"""What is seen from a seat, packed into words. `carer.worlds.nursery.features` unpacks it for a network.

One format for every seat, so that a mother's network can read the world from her baby's place: this is the
perspective switch in worlds. It holds features of what is there, never an identity.

======================  ===========================================================================================
words                   content
======================  ===========================================================================================
7 x ceil(view^2 / 32)   egocentric bitmaps, bit ``row * view + column``, of `CHANNELS`: the wall and what lies behind
                        it, pits, ripe bushes, the nest, the predator while it is there, the box
4 x (bodies - 1)        the others, the nearest first (ties by draw), all zero where neither seen nor heard: a word
                        of bits (below), looks (4 bytes), scent (8 bytes, within `scent_reach` steps)
4                       oneself: energy, health, warmth, pain (bytes); a word of bits (below); own scent (8 bytes)
======================  ===========================================================================================

Bits of another: 0 seen, 1 heard, 2-5 column less the left edge, 6-9 row less the upper one (at the edge of the view
where only heard); where seen, 10-13 size in fifteenths, 14-15 posture, 20 is carried; where heard, 16-19 cry. Looks are
told where seen, scent where seen or heard. Bits of oneself: 0-1 food in hand, 2 carries, 3 is carried, 4 night,
5 alive, 6 cue of a birth, 8-13 time of day in 63rds, 14-17 size.
"""

from functools import reduce

import jax.numpy as jnp
from jax import Array

from carer.worlds.compiling import settled
from carer.worlds.counted import draw
from carer.worlds.nursery.brains import is_night
from carer.worlds.nursery.params import UNIT, NurseryParams
from carer.worlds.nursery.state import NurseryState, carried, column, mothers, steps_between

CHANNELS = ("wall", "pit", "bush A", "bush B", "nest", "predator", "box")
_TIE = 160
_UNTOLD = 255
"""Steps to a body of which nothing is told: further than any other."""


def map_words(p: NurseryParams) -> int:
    """Words of one bitmap."""
    return -(-p.view * p.view // 32)


def words(p: NurseryParams) -> int:
    """Words of one observation."""
    return len(CHANNELS) * map_words(p) + 4 * (p.bodies - 1) + 4


def views(p: NurseryParams, s: NurseryState, seats: slice) -> Array:
    """What is seen from each of the `seats`, a slice of the bodies: uint32 [seats, words, *batch]."""
    return jnp.concatenate(settled([*_maps(p, s, seats), _others(p, s, seats), *_selves(p, s, seats)]), axis=1)


def _maps(p: NurseryParams, s: NurseryState, seats: slice) -> list[Array]:
    """The bitmaps: uint32 [seats, words of a map, *batch] each."""
    left, top = s.x[seats] - p.view // 2, s.y[seats] - p.view // 2
    edge = p.bushes
    ripe = s.bush_wait == 0
    present = (s.predator_left > 0)[None]
    return [
        _outside(p, left, top),
        _points(p, left, top, s.pit_x, s.pit_y, None),
        _points(p, left, top, s.bush_x[:edge], s.bush_y[:edge], ripe[:edge]),
        _points(p, left, top, s.bush_x[edge:], s.bush_y[edge:], ripe[edge:]),
        _square(p, left, top, p.size // 2 - p.nest, p.size // 2 + p.nest),
        _points(p, left, top, s.predator_x[None], s.predator_y[None], present),
        _points(p, left, top, s.box_x[None][: p.cryosleep], s.box_y[None][: p.cryosleep], None),
    ]


def _points(p: NurseryParams, left: Array, top: Array, x: Array, y: Array, shown: Array | None) -> Array:
    """A bitmap of the cells [N, *batch] that are `shown` and within view."""
    column_, row = (x[:, None] - left).astype(jnp.uint32), (y[:, None] - top).astype(jnp.uint32)
    inside = (column_ < p.view) & (row < p.view)
    if shown is not None:
        inside &= shown[:, None]
    bit = row * jnp.uint32(p.view) + column_
    flag, word = settled((jnp.uint32(1) << (bit & jnp.uint32(31)), jnp.where(inside, bit >> 5, jnp.uint32(99))))
    place = column(range(map_words(p)), left).astype(jnp.uint32)
    found = jnp.zeros((left.shape[0], map_words(p), *left.shape[1:]), jnp.uint32)
    for at in range(x.shape[0]):
        found = found | jnp.where(word[at][:, None] == place, flag[at][:, None], jnp.uint32(0))
    return found


def _square(p: NurseryParams, left: Array, top: Array, low: int, high: int) -> Array:
    """A bitmap of the square of cells from `low` to `high`, both included."""
    columns = settled(_columns(p, left, low, high))
    return _from_rows(p, [jnp.where(_within(top + row, low, high), columns, jnp.uint32(0)) for row in range(p.view)])


def _outside(p: NurseryParams, left: Array, top: Array) -> Array:
    """A bitmap of wall and what lies behind it."""
    full = jnp.uint32((1 << p.view) - 1)
    beside = settled(_columns(p, left, 1, p.size - 2) ^ full)
    return _from_rows(p, [jnp.where(_within(top + row, 1, p.size - 2), beside, full) for row in range(p.view)])


def _columns(p: NurseryParams, left: Array, low: int, high: int) -> Array:
    bits = [jnp.where(_within(left + at, low, high), jnp.uint32(1 << at), jnp.uint32(0)) for at in range(p.view)]
    return reduce(jnp.bitwise_or, bits)


def _within(value: Array, low: int, high: int) -> Array:
    return (value - low).astype(jnp.uint32) <= jnp.uint32(high - low)


def _from_rows(p: NurseryParams, rows: list[Array]) -> Array:
    """Rows of `view` bits each [seats, *batch], laid end to end into words."""
    found = [jnp.zeros(rows[0].shape, jnp.uint32) for _ in range(map_words(p))]
    for at, row in enumerate(rows):
        word, offset = divmod(at * p.view, 32)
        found[word] = found[word] | (row << offset)
        if offset + p.view > 32:
            found[word + 1] = found[word + 1] | (row >> (32 - offset))
    return jnp.stack(settled(found), axis=1)


def _others(p: NurseryParams, s: NurseryState, seats: slice) -> Array:
    """Four words of each other body, nearest first: uint32 [seats, 4 (bodies - 1), *batch]."""
    distance, parts = settled(_told(p, s, seats))
    word = s.episode[0] + s.time.astype(jnp.uint32)
    # The index makes keys unique; the draws before it see to it that it tells nothing.
    tie = (draw(word, range(p.bodies), _TIE) >> 17).astype(jnp.int32)
    key = settled((distance << 20) | (tie << 4) | column(range(p.bodies), tie))
    before = [(key[:, at, None] < key).astype(jnp.int32) for at in range(p.bodies)]
    rank = settled(reduce(jnp.add, before))
    slots = []
    for place in range(p.bodies - 1):  # the last place is one's own
        for part in parts:
            mine = [jnp.where(rank[:, at] == place, part[:, at], jnp.uint32(0)) for at in range(p.bodies)]
            slots.append(reduce(jnp.bitwise_or, mine))
    return jnp.stack(settled(slots), axis=1)


def _told(p: NurseryParams, s: NurseryState, seats: slice) -> tuple[Array, list[Array]]:
    """Steps from each seat to each body [seats, M, *batch], and four words [seats, M, *batch] about it."""
    reach = p.view // 2
    x, y = s.x[seats][:, None], s.y[seats][:, None]
    dx, dy = s.x - x + reach, s.y - y + reach
    numbers = column(range(p.bodies), s.x)
    oneself = column([[body == seat for body in range(p.bodies)] for seat in range(p.bodies)[seats]], dx[0])
    there = (s.alive | (numbers >= p.agents)) & ~oneself
    seen = there & (dx.astype(jnp.uint32) < p.view) & (dy.astype(jnp.uint32) < p.view)
    distance = steps_between(s.x, s.y, x, y)
    heard = there & (s.cry > 0) & (distance <= p.hearing)
    told = seen | heard
    bits = (
        seen.astype(jnp.uint32)
        | (heard.astype(jnp.uint32) << 1)
        | (jnp.clip(dx, 0, p.view - 1).astype(jnp.uint32) << 2)
        | (jnp.clip(dy, 0, p.view - 1).astype(jnp.uint32) << 6)
        | jnp.where(seen, (_size(p, s) << 10) | (s.posture.astype(jnp.uint32) << 14), jnp.uint32(0))
        | jnp.where(heard, s.cry.astype(jnp.uint32) << 16, jnp.uint32(0))
        | jnp.where(seen & carried(p, s), jnp.uint32(1 << 20), jnp.uint32(0))
    )
    smelt = told & (distance <= p.scent_reach)
    shown = [(told, bits), (seen, s.looks), (smelt, s.scent[0]), (smelt, s.scent[1])]
    distance = jnp.where(oneself, 2 * _UNTOLD, jnp.where(told, distance, _UNTOLD))
    return distance, [jnp.where(when, part, jnp.uint32(0)) for when, part in shown]


def _selves(p: NurseryParams, s: NurseryState, seats: slice) -> list[Array]:
    """The four words about oneself: uint32 [seats, 1, *batch] each."""
    levels = [s.energy, s.health, s.warmth, jnp.minimum(s.hurt, UNIT)]
    # 6685 / 2^18 is 255 / UNIT, in whole numbers.
    bytes_ = [(level * 6685 >> 18).astype(jnp.uint32) << (8 * at) for at, level in enumerate(levels)]
    mother, number = mothers(p, s.x), column(range(p.bodies), s.x)
    bits = (
        jnp.where(mother, s.food.astype(jnp.uint32), jnp.uint32(0))
        | ((mother & (s.carried > 0)).astype(jnp.uint32) << 2)
        | ((~mother & (s.carried == number)).astype(jnp.uint32) << 3)
        | (is_night(p, s).astype(jnp.uint32) << 4)
        | (s.alive.astype(jnp.uint32) << 5)
        | ((mother & s.cue).astype(jnp.uint32) << 6)
        | ((s.hour * round(63 * 65536 / p.day) >> 16).astype(jnp.uint32) << 8)
        | (_size(p, s) << 14)
    )
    parts = [reduce(jnp.bitwise_or, bytes_), bits, s.scent[0], s.scent[1]]
    return [part[seats][:, None] for part in parts]


def _size(p: NurseryParams, s: NurseryState) -> Array:
    """Growth in fifteenths: uint32 [M, *batch]."""
    scale = 15 * 65536 // p.growth + 1
    return (jnp.minimum(s.age, p.growth) * scale >> 16).astype(jnp.uint32)
