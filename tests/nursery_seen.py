"""What is seen in a nursery, in plain Python: packed words from a state, and what they say unpacked.

Both are read from the docstring of `carer.worlds.nursery.observation`.
"""

from dataclasses import dataclass, field

from carer.worlds.nursery.params import NurseryParams
from counted_reference import clip, mix
from nursery_reference import Episode
from nursery_reference_start import FULL, Body

CHANNELS = ("wall", "pit", "bush A", "bush B", "nest", "predator", "box")
Cells = set[tuple[int, int]]


@dataclass
class Other:
    """What is told of another body; column and row within the view."""

    seen: int
    heard: int
    column: int
    row: int
    size: int
    posture: int
    cry: int
    carried: int
    looks: int
    scent: tuple[int, int]


@dataclass
class Seen:
    """An observation unpacked: cells (column, row) of each channel, others in their order, oneself."""

    cells: dict[str, Cells] = field(default_factory=dict)
    others: list[Other] = field(default_factory=list)
    levels: tuple[int, ...] = ()
    flags: dict[str, int] = field(default_factory=dict)
    scent: tuple[int, int] = (0, 0)


SELF_BITS = {
    "food": (0, 2),
    "carries": (2, 1),
    "is carried": (3, 1),
    "night": (4, 1),
    "alive": (5, 1),
    "cue": (6, 1),
    "day": (8, 6),
    "size": (14, 4),
}
OTHER_BITS = {
    "seen": (0, 1),
    "heard": (1, 1),
    "column": (2, 4),
    "row": (6, 4),
    "size": (10, 4),
    "posture": (14, 2),
    "cry": (16, 4),
    "carried": (20, 1),
}


def field_of(word: int, place: tuple[int, int]) -> int:
    return word >> place[0] & ((1 << place[1]) - 1)


def unpacked(p: NurseryParams, words: list[int]) -> Seen:
    """What the words of one seat say. Bits that nothing is said of are asserted to be 0."""
    each = -(-p.view * p.view // 32)
    seen = Seen()
    for at, channel in enumerate(CHANNELS):
        bits = sum(word << 32 * i for i, word in enumerate(words[at * each : (at + 1) * each]))
        assert bits >> p.view * p.view == 0, channel
        seen.cells[channel] = {(bit % p.view, bit // p.view) for bit in range(p.view * p.view) if bits >> bit & 1}
    rest = words[len(CHANNELS) * each :]
    assert len(rest) == 4 * (p.bodies - 1) + 4
    for slot in range(p.bodies - 1):
        bits, looks, *scent = rest[4 * slot : 4 * slot + 4]
        assert bits >> 21 == 0
        told = {name: field_of(bits, place) for name, place in OTHER_BITS.items()}
        if told["seen"] or told["heard"]:
            seen.others.append(Other(**told, looks=looks, scent=(scent[0], scent[1])))
        else:
            assert rest[4 * slot : 4 * p.bodies - 4] == [0] * (4 * (p.bodies - 1 - slot)), (
                "nothing is told after nothing"
            )
            break
    levels, bits, *scent = rest[-4:]
    assert bits >> 18 == 0
    assert field_of(bits, (7, 1)) == 0
    seen.levels = tuple(levels.to_bytes(4, "little"))
    seen.flags = {name: field_of(bits, place) for name, place in SELF_BITS.items()}
    seen.scent = (scent[0], scent[1])
    return seen


def packed(e: Episode, seat: int) -> list[int]:
    """What is seen from a seat, as words."""
    return [*_maps(e, e.bodies[seat]), *_others(e, e.bodies[seat]), *_self(e, e.bodies[seat])]


def word_of(values: list[int]) -> int:
    """Four signed bytes, the lowest first."""
    return int.from_bytes(bytes(value & 255 for value in values), "little")


def _maps(e: Episode, me: Body) -> list[int]:
    p, reach = e.p, e.p.view // 2
    around = [(me.x - reach + i % p.view, me.y - reach + i // p.view) for i in range(p.view * p.view)]
    inside, centre = range(1, p.size - 1), p.size // 2
    ripe = [bush for bush in e.bushes if bush.wait == 0]
    cells: dict[str, Cells] = {
        "wall": {(x, y) for x, y in around if x not in inside or y not in inside},
        "pit": {(pit.x, pit.y) for pit in e.pits},
        "bush A": {(bush.x, bush.y) for bush in ripe if bush.food == 1},
        "bush B": {(bush.x, bush.y) for bush in ripe if bush.food == 2},
        "nest": {(x, y) for x, y in around if max(abs(x - centre), abs(y - centre)) <= p.nest},
        "predator": {(e.predator_x, e.predator_y)} if e.predator_left else set(),
        "box": {(e.box_x, e.box_y)} if p.cryosleep else set(),
    }
    words: list[int] = []
    for channel in CHANNELS:
        bits = sum(1 << i for i, cell in enumerate(around) if cell in cells[channel])
        words += [bits >> 32 * i & 0xFFFFFFFF for i in range(-(-p.view * p.view // 32))]
    return words


def _others(e: Episode, me: Body) -> list[int]:
    p, reach = e.p, e.p.view // 2
    told: list[tuple[int, int, int, list[int]]] = []
    for other in e.bodies:
        if other is me or not other.alive:
            continue
        column, row, steps = other.x - me.x + reach, other.y - me.y + reach, other.steps_to(me.x, me.y)
        seen = 0 <= column < p.view and 0 <= row < p.view
        heard = other.cry > 0 and steps <= p.hearing
        if not seen and not heard:
            continue
        bits = seen | heard << 1 | clip(column, 0, p.view - 1) << 2 | clip(row, 0, p.view - 1) << 6
        if seen:
            bits |= size(p, other) << 10 | other.posture << 14 | (0 < other.number == e.carried) << 20
        if heard:
            bits |= other.cry << 16
        scent = [word_of(other.scent[:4]), word_of(other.scent[4:])] if steps <= p.scent_reach else [0, 0]
        word = (e.episode[0] + e.time) & 0xFFFFFFFF
        tie = mix(word ^ mix(1024 * other.number + 161)) >> 17
        told.append((steps, tie, other.number, [bits, word_of(other.looks) if seen else 0, *scent]))
    words = [word for *_, four in sorted(told) for word in four]
    return words + [0] * (4 * (p.bodies - 1) - len(words))


def _self(e: Episode, me: Body) -> list[int]:
    mother = me.number == 0
    levels = [level * 6685 >> 18 for level in (me.energy, me.health, me.warmth, min(me.hurt, FULL))]
    values = {
        "food": e.food * mother,
        "carries": mother and e.carried > 0,
        "is carried": not mother and e.carried == me.number,
        "night": e.is_night(),
        "alive": me.alive,
        "cue": mother and e.cue,
        "day": e.hour * round(63 * 65536 / e.p.day) >> 16,
        "size": size(e.p, me),
    }
    bits = sum(int(value) << SELF_BITS[name][0] for name, value in values.items())
    return [word_of(levels), bits, word_of(me.scent[:4]), word_of(me.scent[4:])]


def size(p: NurseryParams, body: Body) -> int:
    """Growth in fifteenths."""
    return min(body.age, p.growth) * (15 * 65536 // p.growth + 1) >> 16
