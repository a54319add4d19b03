"""Who moves where, and who falls."""

import jax.numpy as jnp
import numpy as np
from jax import Array

from carer.worlds.compiling import settled
from carer.worlds.counted import chance, draw
from carer.worlds.nursery.params import NurseryParams, units
from carer.worlds.nursery.state import (
    EAST,
    MOTHER,
    NORTH,
    NurseryState,
    carried,
    column,
    dangerous,
    mothers,
    offset,
)

_SPEED = 110


def move(p: NurseryParams, word: Array, s: NurseryState, action: Array) -> tuple[Array, Array, Array]:
    """Where everybody stands after this tick's steps: x, y, and who entered a cell (bool), each [M, *batch].

    A baby's step succeeds with the speed of its age. Who is carried goes where the mother goes; walls stop.
    Several bodies may share a cell.
    """
    held = carried(p, s)
    able = mothers(p, s.x) | chance(draw(word, range(p.bodies), _SPEED), speed(p, s.age))
    walks = (action >= NORTH) & (action <= EAST) & able & ~held
    dx, dy = offset(action)
    x = jnp.clip(s.x + jnp.where(walks, dx, 0), 1, p.size - 2)
    y = jnp.clip(s.y + jnp.where(walks, dy, 0), 1, p.size - 2)
    x, y, entered = settled((x, y, walks & ((x != s.x) | (y != s.y))))
    return jnp.where(held, x[MOTHER], x), jnp.where(held, y[MOTHER], y), entered


def speed(p: NurseryParams, age: Array) -> Array:
    """Probability of 65536 that a step succeeds at an age: from `speed_young` to `speed_grown` over `growth` ticks."""
    young, grown = round(p.speed_young * 65536), round(p.speed_grown * 65536)
    slope = np.int32((grown - young) * 64 // p.growth)
    return young + (jnp.minimum(age, p.growth) * slope >> 6)


def fall(p: NurseryParams, s: NurseryState, entered: Array) -> Array:
    """Health that pits cost those who `entered` one: int32 [M, *batch]. A curriculum may make them milder."""
    at_pit = jnp.zeros(entered.shape, bool)
    for pit in range(p.pits):
        at_pit = at_pit | ((s.x == s.pit_x[pit]) & (s.y == s.pit_y[pit]))
    cost = column([units(p.mother_pit if body == MOTHER else p.baby_pit) for body in range(p.bodies)], s.x)
    return jnp.where(entered & at_pit & s.alive, dangerous(s, cost), 0)
