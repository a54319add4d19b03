"""The scripted agents of the rooms: planted subjects, whose motive is known, by name and as players of trials."""

from functools import singledispatch
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jax import Array

from carer.concepts import CarerError, UnknownNameError
from carer.worlds.motives import button, chain, commons, update
from carer.worlds.motives.button import RewardButton
from carer.worlds.motives.button.scripts import SCRIPTS as BUTTON_SCRIPTS
from carer.worlds.motives.chain import ChainRoom
from carer.worlds.motives.chain.scripts import SCRIPTS as CHAIN_SCRIPTS
from carer.worlds.motives.commons import Commons
from carer.worlds.motives.commons.scripts import SCRIPTS as COMMONS_SCRIPTS
from carer.worlds.motives.scripts import Script
from carer.worlds.motives.update import UpdateRoom
from carer.worlds.motives.update.scripts import SCRIPTS as UPDATE_SCRIPTS


@singledispatch
def scripted(room: Any, name: str) -> Script:
    """A scripted agent of a room: ``(word uint32 [*batch], state) -> action int32 [1, *batch]``.

    Args:
        room: one of the rooms.
        name: see `carer.worlds.motives.button.scripted`, and that of the other rooms.

    Raises:
        UnknownNameError: no such agent in that room; the nearest name is offered.
        CarerError: not one of the rooms.

    """
    raise CarerError(f"{getattr(room, 'name', room)!r} has no scripted agents of motives.", "Give one of the rooms.")


scripted.register(RewardButton, button.scripted)
scripted.register(ChainRoom, chain.scripted)
scripted.register(Commons, commons.scripted)
scripted.register(UpdateRoom, update.scripted)

_KNOWN = {
    RewardButton: BUTTON_SCRIPTS,
    ChainRoom: CHAIN_SCRIPTS,
    Commons: COMMONS_SCRIPTS,
    UpdateRoom: UPDATE_SCRIPTS,
}


class Planted(eqx.Module):
    """A scripted agent as a player of `carer.worlds.trial`. It remembers nothing and sees the state.

    One program plays all agents of a room, so that a room is compiled for them once.

    Attributes:
        number: int32 [], its place among the room's scripts; the last is ``random``.
    """

    number: Array

    @classmethod
    def named(cls, room: Any, name: str) -> "Planted":
        """An agent by name.

        Raises:
            UnknownNameError: no such agent in that room; the nearest name is offered.

        """
        names = _names(room)
        if name not in names:
            raise UnknownNameError("scripted agent", name, names)
        return cls(jnp.int32(names.index(name)))

    def start(self, episodes: int) -> tuple[()]:
        """Nothing."""
        del episodes
        return ()

    def act(self, world: Any, memory: tuple[()], word: Array, state: Any) -> tuple[tuple[()], Array]:
        """What its script does."""
        scripts = [scripted(world, name) for name in _names(world)]
        return memory, jax.lax.switch(self.number, scripts, word, state)[0]


def _names(room: Any) -> tuple[str, ...]:
    return (*_KNOWN[type(room)], "random")
