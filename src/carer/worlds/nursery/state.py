"""The nursery's state, what is drawn for it, and the record of what truly happened."""

from functools import reduce
from typing import NamedTuple

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jax import Array

from carer.worlds.base import EpisodeState
from carer.worlds.compiling import settled
from carer.worlds.nursery.params import NurseryParams

MOTHER, OWN = 0, 1
FOOD_A, FOOD_B = 1, 2

STAY, NORTH, SOUTH, WEST, EAST, EAT, GIVE, LIFT, DEFEND, ABANDON, CRY = range(11)
ACTIONS = ("stay", "north", "south", "west", "east", "eat", "give", "lift", "defend", "abandon", "cry")
STEP_X = (0, 0, 0, -1, 1)
STEP_Y = (0, -1, 1, 0, 0)

# Streams of counted randomness (see `carer.worlds.counted`): bodies draw under their index.
BUSH, PIT, PREDATOR, BOX, FAMILY = 32, 128, 256, 257, 258

# What can take health or life, the rows of `Truth.harm`.
CAUSES = ("pit", "bite", "cold", "food", "defence", "illness")


class Knobs(eqx.Module):
    """What a curriculum may turn: the world and its start only, never a reward. They outlive an episode.

    Attributes:
        grown: int32 [*batch], percent of the growth that a baby is born with.
        danger: int32 [*batch], how dangerous predators, pits and the cold are, and how heavy a load; 65536 for fully.
        provided: int32 [*batch], probability of 65536 that the mother has food in hand at a birth.
    """

    grown: Array
    danger: Array
    provided: Array


class NurseryState(EpisodeState):
    """One moment. M bodies: mother, own baby, foreign babies, young of another kind, toys; ``10000`` is 1.0.

    Attributes:
        x, y: int32 [M], cells; the wall stands at 0 and ``size - 1``.
        alive: bool [M], in the world; a toy always is.
        energy, health, warmth: int32 [M].
        hurt: int32 [M], health lost in the last tick.
        age: int32 [M], ticks of growth.
        ill: bool [M].
        boxed: bool [M], lies in the cryosleep box.
        cry: int32 [M], 0 to 15.
        posture: int32 [M], 0 none, 1 hunger, 2 cold, 3 pain.
        scent: uint32 [2, M], eight signed bytes; 64 is 1.0. looks: uint32 [M], four signed bytes.
        food: int32, what the mother holds: 0 nothing, 1 A, 2 B.
        carried: int32, the body that she carries, 0 for none.
        hour: int32, tick of the day.
        bush_x, bush_y, bush_wait: int32 [K], ticks until ripe; food A first, then B.
        pit_x, pit_y: int32 [P].
        predator_x, predator_y, predator_left: int32, ticks it stays, 0 for absent.
        box_x, box_y: int32.
        birth_at: int32, tick of the next birth, -1 for none due.
        births_left: int32.
        cue: bool, the mother's inner cue of a birth.
        away: int32 [births], 0 nobody, 1 fledged, 2 orphaned: children that live on out of sight.
        generation: int32.
        knobs: see `Knobs`.
    """

    x: Array
    y: Array
    alive: Array
    energy: Array
    health: Array
    warmth: Array
    hurt: Array
    age: Array
    ill: Array
    boxed: Array
    cry: Array
    posture: Array
    scent: Array
    looks: Array
    food: Array
    carried: Array
    hour: Array
    bush_x: Array
    bush_y: Array
    bush_wait: Array
    pit_x: Array
    pit_y: Array
    predator_x: Array
    predator_y: Array
    predator_left: Array
    box_x: Array
    box_y: Array
    birth_at: Array
    births_left: Array
    cue: Array
    away: Array
    generation: Array
    knobs: Knobs


class Truth(NamedTuple):
    """What truly happened in one tick; no reward and no observation is made of it.

    Attributes:
        harm: int32 [6, M], health lost by cause, in the order of `CAUSES`.
        gift: int32 [M], energy that the mother's food brought.
        meal: int32 [M], energy from food eaten by itself.
        spent: int32, the energy that carrying cost the mother.
        defended: int32, 0 not tried, 1 in vain, 2 drove the predator away.
        lifted: int32, the body lifted, 0 for none. laid: int32, the body put down, 0 for none.
        died: bool [M].
        born: bool. sham: bool, the cue came without a baby.
        fledged, abandoned, succeeded: bool, the own baby left, was given up, took its mother's place.
        lives: int32, of the mother's children, how many live now, the ones away included.
    """

    harm: Array
    gift: Array
    meal: Array
    spent: Array
    defended: Array
    lifted: Array
    laid: Array
    died: Array
    born: Array
    sham: Array
    fledged: Array
    abandoned: Array
    succeeded: Array
    lives: Array


def column(values: object, like: Array) -> Array:
    """Constants, one for each entity, shaped to stand beside `like` [entities, *batch]."""
    array = np.asarray(values)
    return jnp.asarray(array.reshape(array.shape + (1,) * (like.ndim - 1)))


def among(index: Array, count: int) -> Array:
    """Which of `count` entities `index` [*batch] points at: bool [count, *batch]."""
    return index == jnp.arange(count).reshape(count, *(1,) * index.ndim)


def put(array: Array, entity: int, value: Array) -> Array:
    """`array` [entities, *batch] with one entity's row replaced; cheaper for XLA than a scatter."""
    return jnp.where(column([at == entity for at in range(array.shape[0])], array), value, array)


def diets(p: NurseryParams) -> list[int]:
    """The food each body lives on; the mother takes both, toys none."""
    own = FOOD_A if p.own_diet == "A" else FOOD_B
    return [0, *[own] * (1 + p.foreign), *[FOOD_A + FOOD_B - own] * p.other_species, *[0] * p.toys]


def bush_kinds(p: NurseryParams) -> list[int]:
    """The food of each bush."""
    return [FOOD_A] * p.bushes + [FOOD_B] * p.bushes_b


def babies(p: NurseryParams, like: Array) -> Array:
    """Which bodies are young: bool, to stand beside `like` [M, *batch]."""
    return column([MOTHER < body < p.agents for body in range(p.bodies)], like)


def mothers(p: NurseryParams, like: Array) -> Array:
    """Which body is the mother: bool, to stand beside `like` [M, *batch]."""
    return column([body == MOTHER for body in range(p.bodies)], like)


def carried(p: NurseryParams, s: NurseryState) -> Array:
    """Who is carried: bool [M, *batch]."""
    return among(s.carried, p.bodies) & (s.carried > 0)


def dangerous(s: NurseryState, amount: Array | int) -> Array:
    """A probability, a harm or a cost, made milder by the curriculum's danger."""
    return amount * (s.knobs.danger >> 4) >> 12


def offset(way: Array) -> tuple[Array, Array]:
    """What a step changes x and y by; nothing where `way` is no step."""
    dx = jnp.where(way == EAST, 1, 0) - jnp.where(way == WEST, 1, 0)
    dy = jnp.where(way == SOUTH, 1, 0) - jnp.where(way == NORTH, 1, 0)
    return dx, dy


def steps_between(x: Array, y: Array, to_x: Array, to_y: Array) -> Array:
    """Steps from one cell to another."""
    return jnp.abs(x - to_x) + jnp.abs(y - to_y)


def nearest(distance: Array, bits: Array, possible: Array) -> Array:
    """The nearest of N, ties broken by draw: bool [N, *batch], all false where none is possible.

    Args:
        distance: int32 [N, *batch], below 128.
        bits: uint32 [N, *batch], a draw for each.
        possible: bool [N, *batch].

    """
    n = distance.shape[0]
    key = (distance << 23) | ((bits >> 16).astype(jnp.int32) << 7) | column(range(n), distance)
    key = settled(jnp.where(possible, key, jnp.iinfo(jnp.int32).max))
    least = reduce(jnp.minimum, [key[at] for at in range(n)])
    return settled((key == least) & (least < jnp.iinfo(jnp.int32).max))


def chosen(mask: Array, values: Array) -> Array:
    """The value that a one-hot mask picks, 0 where it picks none: [*batch]."""
    return reduce(jnp.bitwise_or, [jnp.where(mask[at], values[at], 0) for at in range(mask.shape[0])])


def any_of(mask: Array) -> Array:
    """Whether any entity is meant: bool [*batch], from bool [N, *batch]."""
    return reduce(jnp.logical_or, [mask[at] for at in range(mask.shape[0])])
