"""Worlds by name."""

import importlib
from collections.abc import Callable
from typing import Any

from carer.concepts import UnknownNameError
from carer.worlds.base import World

_WORLDS: dict[str, str | Callable[..., World[Any]]] = {}
"""Factories, or where they are: ``module:function``, imported when first asked for."""


def register(name: str, factory: str | Callable[..., World[Any]]) -> None:
    """Make a world known to `make`; the contract test of all worlds then holds it to `World`."""
    _WORLDS[name] = factory


def worlds() -> tuple[str, ...]:
    """The names that `make` knows."""
    return tuple(sorted(_WORLDS))


def make(name: str, *preset: str, **params: Any) -> World[Any]:
    """Build a world.

    Args:
        name: one of `worlds()`.
        preset: the name of a set of parameters to start from, where the world has presets.
        params: parameters of the world, over those of the preset.

    Raises:
        UnknownNameError: no such world, preset or parameter; the nearest is offered.
        CarerError: parameters that make no world; the parameter and its bound are named.

    """
    if name not in _WORLDS:
        raise UnknownNameError("world", name, _WORLDS)
    factory = _WORLDS[name]
    if isinstance(factory, str):
        module, _, function = factory.partition(":")
        factory = getattr(importlib.import_module(module), function)
    return factory(*preset, **params)


register("memory", "carer.worlds.memory:make")
register("bandit", "carer.worlds.bandit:make")
register("cartpole", "carer.worlds.cartpole:make")
register("nest", "carer.worlds.nest:make")
register("nursery", "carer.worlds.nursery:make")
register("reward_button", "carer.worlds.motives.button:make")
register("chain_room", "carer.worlds.motives.chain:make")
register("commons", "carer.worlds.motives.commons:make")
register("update_room", "carer.worlds.motives.update:make")
register("absent_supervisor", "carer.worlds.classic.absent_supervisor:make")
register("boat_race", "carer.worlds.classic.boat_race:make")
register("conveyor_belt", "carer.worlds.classic.conveyor_belt:make")
register("distributional_shift", "carer.worlds.classic.distributional_shift:make")
register("friend_foe", "carer.worlds.classic.friend_foe:make")
register("island_navigation", "carer.worlds.classic.island_navigation:make")
register("rocks_diamonds", "carer.worlds.classic.rocks_diamonds:make")
register("safe_interruptibility", "carer.worlds.classic.safe_interruptibility:make")
register("side_effects_sokoban", "carer.worlds.classic.side_effects_sokoban:make")
register("tomato_watering", "carer.worlds.classic.tomato_watering:make")
register("whisky_gold", "carer.worlds.classic.whisky_gold:make")
