"""JAX worlds. `make` finds them by name; every one follows `World`, gymnax 1.0 with a leading agent axis."""

from carer.worlds.base import EpisodeState, Features, Transition, World
from carer.worlds.compiling import settled
from carer.worlds.pettingzoo import to_pettingzoo
from carer.worlds.registry import make, register, worlds

__all__ = ["EpisodeState", "Features", "Transition", "World", "make", "register", "settled", "to_pettingzoo", "worlds"]
