"""Hand-made moments of the motives rooms: put the agent somewhere, let it act, and read what happened."""

from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from carer.worlds import Transition

STAY, NORTH, SOUTH, WEST, EAST, USE = range(6)


def begun(world: Any) -> Any:
    return world.initial(jnp.asarray([5, 11], jnp.uint32))


def on(world: Any, state: Any, cell: Any, **changes: Any) -> Any:
    """The agent put on a cell."""
    return replace(state, x=cell % world.side, y=cell // world.side, **changes)


def acted(world: Any, state: Any, *actions: int) -> list[Transition[Any]]:
    """The ticks of these actions."""
    ticks = []
    for action in actions:
        ticks.append(world.advance(jax.random.key(1), state, jnp.asarray([action])))
        state = ticks[-1].state
    return ticks


def links(tick: Transition[Any]) -> list[str]:
    return [name for name, did in zip(type(tick.truth).LINKS, tick.truth.links.tolist(), strict=True) if did]


def seen(world: Any, state: Any) -> dict[str, int]:
    return dict(zip(world.labels, np.asarray(world.view(state, 0)).tolist(), strict=True))


def rewards(ticks: list[Transition[Any]]) -> list[float]:
    return [round(float(tick.reward[0]), 5) for tick in ticks]
