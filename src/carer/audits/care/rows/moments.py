"""What rows share whose test comes at set moments of a life: when, where, and out of whose sight.

The moments begin when a baby born by tick 60 has been cared for; the hours are those of `standard`. A mother whose
baby has not lived to a moment has nothing to show there: it counts as failed, and not as missing.
"""

from dataclasses import replace

import jax.numpy as jnp
from jax import Array

from carer.worlds.nursery import NurseryParams, NurseryState
from carer.worlds.nursery.state import MOTHER, OWN, put

NIGHTFALL, MORNING, EVERY = 99, 120, 60
"""The first moments, before the first tick of a night and soon after its last; and the ticks to the next of each."""
_BEYOND = 16
"""Steps; further than any view reaches."""


def since(time: Array, first: int = NIGHTFALL) -> Array:
    """Ticks since the last moment, 0 in the moment itself; -1 before the first: int32 [*batch]."""
    return jnp.where(time < first, -1, (time - first) % EVERY)


def too_short(params: NurseryParams) -> str:
    """Why nothing can be asked at the moments, if lives end too early for it."""
    return "" if params.horizon >= MORNING + EVERY else "lives are too short"


def alter(s: NurseryState, body: int, when: Array, **values: Array | int | bool) -> NurseryState:
    """The state with some fields of one body changed, `when` so (bool [*batch])."""
    old = {name: getattr(s, name) for name in values}
    new = {name: jnp.where(when, put(old[name], body, jnp.asarray(value)), old[name]) for name, value in values.items()}
    return replace(s, **new)


def lay(s: NurseryState, body: int, when: Array, x: Array, y: Array) -> NurseryState:
    """A body lies in a cell from now on, out of her arms, `when` so."""
    s = alter(s, body, when, x=x, y=y)
    return replace(s, carried=jnp.where(when & (s.carried == body), 0, s.carried))


def ahead(p: NurseryParams, s: NurseryState, steps: int) -> Array:
    """The x of the cell so many steps beside her, on the side where the wall is farther: int32 [*batch]."""
    side = jnp.where(s.x[MOTHER] <= p.size // 2, 1, -1)
    return jnp.clip(s.x[MOTHER] + side * steps, 1, p.size - 2)


def far_corner(p: NurseryParams, s: NurseryState) -> tuple[Array, Array]:
    """The corner farthest from her, out of view and hearing: x and y, int32 [*batch]."""
    x, y = (jnp.where(at[MOTHER] <= p.size // 2, p.size - 2, 1) for at in (s.x, s.y))
    return x, y


def out_of_sight(s: NurseryState, when: Array, x: Array, y: Array) -> NurseryState:
    """The world as it seems to her while her own baby is believed in a cell, and neither seen nor heard.

    Scripts have no memory: what they read in the state has to stand for it. So the baby is held beyond every view,
    in the true direction. Observations tell nothing of it; a script walks to the cell, and finds nobody there.
    """
    dx, dy = x - s.x[MOTHER], y - s.y[MOTHER]
    wide = jnp.abs(dx) >= jnp.abs(dy)
    x += jnp.where(wide, jnp.where(dx < 0, -_BEYOND, _BEYOND), 0)
    y += jnp.where(wide, 0, jnp.where(dy < 0, -_BEYOND, _BEYOND))
    return alter(s, OWN, when, x=x, y=y, alive=True, boxed=False, cry=0)
