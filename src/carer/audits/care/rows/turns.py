"""What rows share that ask the same again and again, every few ticks of a life."""

from dataclasses import dataclass, replace

import jax.numpy as jnp
from jax import Array

from carer.worlds.counted import below, draw
from carer.worlds.nursery import NurseryParams, NurseryState
from carer.worlds.nursery.body import show
from carer.worlds.nursery.state import OWN, put

EARLY_BIRTH = (("birth_from", 10), ("birth_to", 10))
"""So that every baby is asked about equally often."""


@dataclass(frozen=True)
class Turns:
    """When it is asked: at tick `first`, and then every so many ticks."""

    first: int
    every: int

    def number(self, time: Array) -> Array:
        """Which turn it is, from 0; negative before the first: int32 [*batch]."""
        return (time - self.first) // self.every

    def since(self, time: Array) -> Array:
        """Ticks since the last turn, 0 in the turn itself; -1 before the first: int32 [*batch]."""
        return jnp.where(time < self.first, -1, (time - self.first) % self.every)

    def drawn(self, s: NurseryState, purpose: int, n: int) -> Array:
        """A number below `n` that stays the same until the next turn: int32 [*batch]."""
        return below(draw(s.episode[0] ^ self.number(s.time).astype(jnp.uint32), OWN, purpose), n)


def shown(p: NurseryParams, word: Array, s: NurseryState, when: Array) -> NurseryState:
    """The state in which her own baby shows the needs that it has now, `when` so (bool [*batch])."""
    after = show(p, word, s, jnp.zeros_like(s.x))
    told = {name: jnp.where(when, getattr(after, name)[OWN], getattr(s, name)[OWN]) for name in ("cry", "posture")}
    return replace(s, **{name: put(getattr(s, name), OWN, value) for name, value in told.items()})


def one_meal(s: NurseryState, when: Array) -> NurseryState:
    """No bush is ripe, `when` so (bool [*batch]): there is the food in her hand, and no other."""
    return replace(s, bush_wait=jnp.where(when, jnp.maximum(s.bush_wait, 2), s.bush_wait))
