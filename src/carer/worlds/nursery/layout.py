"""The first state of an episode: where things stand, and who smells and looks how."""

from functools import reduce

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from carer.worlds.compiling import settled
from carer.worlds.counted import below, draw, mix
from carer.worlds.nursery.params import UNIT, NurseryParams
from carer.worlds.nursery.state import (
    BOX,
    BUSH,
    FAMILY,
    MOTHER,
    OWN,
    PIT,
    Knobs,
    NurseryState,
    column,
    put,
)

# Purposes of the draws of a body, and of the family.
_PLACE_X, _PLACE_Y, _BIRTH = 1, 2, 3
_SCENT, _KIN, _SMELL, _LOOKS = 16, 24, 32, 40

_DEVIATION = 147.8
"""Of the sum of four random bytes: `_bell` divided by it is close to a normal draw."""


def start(p: NurseryParams, episode: Array) -> NurseryState:
    """The first state, from the episode's words [2, *batch]."""
    word = settled(mix(mix(episode[0]) ^ episode[1]))
    zero = jnp.zeros(word.shape, jnp.int32)
    cell_x, cell_y = scatter(p, word)
    bushes = p.bushes + p.bushes_b
    first = max(p.birth_from, 1)
    due = first + below(draw(word, FAMILY, _BIRTH), max(p.birth_to, first) - first + 1)
    everyone = jnp.broadcast_to(zero, (p.bodies, *word.shape))
    others = column([body > OWN for body in range(p.bodies)], everyone)
    x = jnp.where(others, 1 + below(draw(word, range(p.bodies), _PLACE_X), p.size - 2), p.size // 2)
    y = jnp.where(others, 1 + below(draw(word, range(p.bodies), _PLACE_Y), p.size - 2), p.size // 2)
    return NurseryState(
        episode=episode,
        time=zero,
        over=zero < 0,
        x=x,
        y=y,
        alive=jnp.broadcast_to(column([body != OWN for body in range(p.bodies)], everyone), everyone.shape),
        energy=everyone + UNIT,
        health=everyone + UNIT,
        warmth=everyone + UNIT,
        hurt=everyone,
        age=put(everyone, MOTHER, zero + p.growth),
        ill=everyone < 0,
        boxed=everyone < 0,
        cry=everyone,
        posture=everyone,
        scent=first_scents(p, word),
        looks=looks_of(word, range(p.bodies), [2 + p.foreign <= body < p.agents for body in range(p.bodies)]),
        food=zero,
        carried=zero,
        hour=zero,
        bush_x=cell_x[:bushes],
        bush_y=cell_y[:bushes],
        bush_wait=jnp.zeros((bushes, *word.shape), jnp.int32),
        pit_x=cell_x[bushes : bushes + p.pits],
        pit_y=cell_y[bushes : bushes + p.pits],
        predator_x=zero,
        predator_y=zero,
        predator_left=zero,
        box_x=cell_x[-1] if p.cryosleep else zero,
        box_y=cell_y[-1] if p.cryosleep else zero,
        birth_at=jnp.full_like(zero, -1) if p.birth == "never" else due,
        births_left=zero + p.births,
        cue=zero < 0,
        away=jnp.zeros((p.births, *word.shape), jnp.int32),
        generation=zero,
        knobs=Knobs(grown=zero, danger=zero + 65536, provided=zero),
    )


def scatter(p: NurseryParams, word: Array) -> tuple[Array, Array]:
    """Cells for bushes, pits and the box, each set of cells outside the nest equally likely: [things, *batch] twice.

    Drawn without replacement: the i-th draw is among the cells left, and steps over those taken before it, which are
    kept in rising order.
    """
    streams = [BUSH + i for i in range(p.bushes + p.bushes_b)] + [PIT + i for i in range(p.pits)] + [BOX] * p.cryosleep
    width, side = p.size - 2, 2 * p.nest + 1
    room, corner = width * width - side * side, p.size // 2 - 1 - p.nest
    if not streams:
        nowhere = jnp.zeros((0, *word.shape), jnp.int32)
        return nowhere, nowhere
    bits = settled(draw(word, streams, 0))
    never = jnp.int32(1 << 20)
    taken = jnp.full((len(streams), *word.shape), never)
    cells = []
    for i in range(len(streams)):
        cell = below(bits[i], room - i)
        for before in range(i):
            cell = cell + (cell >= taken[before])
        cell = settled(cell)
        below_it = jnp.concatenate([jnp.full((1, *word.shape), -1), taken[:-1]])
        taken = settled(jnp.minimum(taken, jnp.maximum(settled(below_it), cell)))
        cells.append(cell)
    cell = settled(jnp.stack(cells))
    for row in range(side):  # and over the nest
        cell = cell + jnp.where(cell >= (corner + row) * width + corner, side, 0)
    cell = settled(cell)
    row = jax.lax.div(cell, jnp.int32(width))
    return cell - row * width + 1, row + 1


def first_scents(p: NurseryParams, word: Array) -> Array:
    """The mother's scent, and those of other mothers' young and of toys: uint32 [2, M, *batch]. See `kin_scent`.

    The mother's is a direction in eight dimensions, anew in every life; toys smell of nothing.
    """
    mother = _packed(_unit(_bells(word, MOTHER, _SCENT)))[:, None]
    strangers = range(OWN + 1, p.agents)
    found = [mother, jnp.zeros_like(mother)]
    if strangers:
        found.append(_packed(_kin(p, _unit(_bells(word, strangers, _SCENT)), word, strangers)))
    return jnp.concatenate(settled([*found, *[jnp.zeros_like(mother)] * p.toys]), axis=1)


def kin_scent(p: NurseryParams, mother: Array, word: Array) -> Array:
    """The scent of the mother's newborn: normalise(.8 u + .6 v) + N(0, noise), u her scent and v its own.

    Args:
        p: parameters.
        mother: uint32 [2, *batch].
        word: of the tick of its birth.

    Returns:
        uint32 [2, *batch].

    """
    return _packed(_kin(p, unpacked(mother), word, OWN))


def looks_of(word: Array, body: int | range, other: bool | list[bool] = False) -> Array:
    """How one looks: three signed bytes of its own, one of its kind: uint32 [*shape, *batch]."""
    own = [jnp.clip(_bell(draw(word, body, _LOOKS + i)) >> 3, -127, 127) for i in range(3)]
    kind = np.where(other, -64, 64)
    return _word([*own, jnp.asarray(kind.reshape(kind.shape + (1,) * word.ndim))])


def with_knobs(state: NurseryState, knobs: Knobs) -> NurseryState:
    """`state` with a curriculum's settings."""
    return eqx.tree_at(lambda one: one.knobs, state, knobs)


def _kin(p: NurseryParams, mother: Array, word: Array, body: int | range) -> Array:
    own = _unit(_bells(word, body, _KIN))
    return _unit(0.8 * mother + 0.6 * own) + p.scent_noise * _bells(word, body, _SMELL)


def _bell(bits: Array) -> Array:
    """Nearly normal whole numbers of deviation 147.8: four random bytes, summed, around 0."""
    pairs = (bits & jnp.uint32(0x00FF00FF)) + ((bits >> 8) & jnp.uint32(0x00FF00FF))
    return ((pairs & jnp.uint32(0xFFFF)) + (pairs >> 16)).astype(jnp.int32) - 510


def _bells(word: Array, body: int | range, purpose: int) -> Array:
    """Eight nearly normal draws for each body: float32 [8, *shape, *batch]."""
    uses = np.arange(8).reshape(8, *(1,) * np.ndim(np.asarray(body))) + purpose
    return _bell(draw(word, np.asarray(body), uses)).astype(jnp.float32) / _DEVIATION


def _unit(vector: Array) -> Array:
    vector = settled(vector)
    square = reduce(jnp.add, [vector[at] * vector[at] for at in range(8)])
    return vector / jnp.sqrt(square + 1e-6)


def _packed(vector: Array) -> Array:
    """Eight floats as signed bytes, 64 for 1.0: uint32 [2, ...] from [8, ...]."""
    whole = settled(jnp.clip(jnp.round(vector * 64), -127, 127).astype(jnp.int32))
    return jnp.stack([_word([whole[at] for at in range(4)]), _word([whole[at] for at in range(4, 8)])])


def unpacked(words: Array) -> Array:
    """Scents as floats, the reverse of how a state keeps them: float32 [8, ...] from uint32 [2, ...]."""
    parts = [((words[at // 4] >> (8 * (at % 4))) & jnp.uint32(0xFF)).astype(jnp.int32) for at in range(8)]
    return jnp.stack([jnp.where(part > 127, part - 256, part) for part in parts]).astype(jnp.float32) / 64


def _word(values: list[Array]) -> Array:
    bytes_ = [(value & 0xFF).astype(jnp.uint32) for value in values]
    return bytes_[0] | (bytes_[1] << 8) | (bytes_[2] << 16) | (bytes_[3] << 24)
