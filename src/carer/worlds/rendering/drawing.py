"""From a state to a picture."""

from typing import Any

import numpy as np

from carer.concepts import CarerError
from carer.worlds.base import World
from carer.worlds.nursery.scene import Scene, scene_of
from carer.worlds.nursery.world import Nursery
from carer.worlds.rendering.paint import paint

_CELLS = (12, 128)


def draw(world: World[Any], state: Any, *, cell: int = 32, reward: float | None = None, note: str = "") -> np.ndarray:
    """A picture of one episode's state.

    Args:
        world: a nursery; other worlds have no picture.
        state: of that world, without a batch axis.
        cell: pixels to a cell.
        reward: what the mother was paid so far, told in the strip.
        note: a line of words in the strip.

    Returns:
        uint8 [height, width, 3].

    Raises:
        CarerError: another world, a batch of states, or a cell too small or large.

    """
    if not isinstance(world, Nursery):
        raise CarerError(f"there are no pictures of {world.name}.", "Only the nursery is drawn.")
    if np.ndim(state.time) != 0:
        raise CarerError(
            f"a batch of {list(np.shape(state.time))} states is no picture.",
            "Take one episode: jax.tree.map(lambda leaf: leaf[..., 0], state).",
        )
    return draw_scene(scene_of(world.params, state), cell=cell, reward=reward, note=note)


def draw_scene(scene: Scene, *, cell: int = 32, reward: float | None = None, note: str = "") -> np.ndarray:
    """A picture of a scene; see `draw`."""
    if not _CELLS[0] <= cell <= _CELLS[1]:
        raise CarerError(f"cell = {cell}.", f"It must be between {_CELLS[0]} and {_CELLS[1]} pixels.")
    return np.asarray(paint(scene, cell, reward, note))
