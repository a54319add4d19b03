"""Choice: the mother is paid for how much her baby could do or become by steps of its own, whatever it wants.

Source: Franzmeyer et al. 2022, *Learning altruistic behaviours in reinforcement learning without external rewards*,
whose three estimates these are. Theirs are learned or counted from a leader's episodes; here the rules of the world
are known, and they are exact: of where the baby can stand, walls and what would kill it taken into account.
"""

import math
from dataclasses import dataclass
from typing import Literal

import jax.numpy as jnp
from jax import Array

from carer.agents.moment import Drive, Moment
from carer.agents.objectives.lives import for_mother
from carer.worlds.nursery import Nursery, NurseryParams, NurseryState
from carer.worlds.nursery.movement import speed
from carer.worlds.nursery.params import units
from carer.worlds.nursery.state import OWN, bush_kinds, carried, column, dangerous, diets

_WAYS = ((1, 0), (-1, 0), (1, 1), (-1, 1))
"""What a step moves a grid by: cells, and along which axis."""
_ACTS = 6
"""Staying, four steps, eating."""


@dataclass(frozen=True)
class Choice(Drive):
    """How much choice the own baby has after a tick, from 0 to 1; 0 where it is dead.

    Attributes:
        kind: ``discrete``, the cells it could stand on within `ticks`, of those in an open field; ``entropic``, the
            entropy of where it stands after `ticks` of random steps at its own speed, of the most there could be;
            ``immediate``, the logarithm of how many different outcomes its acts of the next tick have, of the most.
            Who is carried or boxed has one cell, and no choice.
        ticks: how far ahead.
    """

    kind: Literal["discrete", "entropic", "immediate"] = "discrete"
    ticks: int = 4

    def score(self, moment: Moment[Nursery]) -> Array:
        """Float32 [agents, *batch]."""
        p, s = moment.world.params, moment.tick.state
        found = {"discrete": self.cells, "entropic": self.entropy, "immediate": outcomes}[self.kind](p, s)
        return for_mother(moment.tick, jnp.where(s.alive[OWN], found, 0.0))

    @property
    def most(self) -> int:
        """Cells within `ticks` steps of one in an open field."""
        return 2 * self.ticks * (self.ticks + 1) + 1

    def cells(self, p: NurseryParams, s: NurseryState) -> Array:
        """Cells it could stand on within `ticks`, as a share of `most`: float32 [*batch]."""
        here, inside, deadly = _grid(p, s)
        reach = here
        for tick in range(1, self.ticks + 1):
            further = reach
            for way, axis in _WAYS:
                further = further | (jnp.roll(reach, way, axis) & inside & ~deadly)
            reach = jnp.where(_able(p, s, tick), further, reach)
        return reach.sum((0, 1)) / self.most

    def entropy(self, p: NurseryParams, s: NurseryState) -> Array:
        """Of where it is after `ticks` in which it stays or steps, each way as likely: float32 [*batch].

        What a pit would kill chooses nothing any more: that part of the odds is left out.
        """
        here, inside, deadly = _grid(p, s)
        step = speed(p, s.age[OWN]) / 65536 / (len(_WAYS) + 1)
        odds = here.astype(jnp.float32)
        for tick in range(1, self.ticks + 1):
            after = odds
            for way, axis in _WAYS:
                gone = odds * step * jnp.roll(inside, -way, axis)  # not where a wall stops it
                after = after - gone + jnp.roll(gone, way, axis)
            odds = jnp.where(_able(p, s, tick), jnp.where(deadly, 0.0, after), odds)
        return -(odds * jnp.log(jnp.maximum(odds, 1e-20))).sum((0, 1)) / math.log(self.most)


def outcomes(p: NurseryParams, s: NurseryState) -> Array:
    """The logarithm of how many different outcomes its next acts can have, as a share of the most: float32 [*batch]."""
    here, inside, deadly = _grid(p, s)
    count = jnp.ones(s.time.shape)
    for way, axis in _WAYS:
        count += (here & jnp.roll(inside & ~deadly, -way, axis)).any((0, 1)) & _able(p, s, 1)
    own_food = column([kind == diets(p)[OWN] for kind in bush_kinds(p)], s.bush_x)
    at_bush = own_food & (s.bush_x == s.x[OWN]) & (s.bush_y == s.y[OWN]) & (s.bush_wait == 0)
    count += at_bush.any(0) & (s.age[OWN] >= p.feeds_itself) & _able(p, s, 1)
    return jnp.log(count) / math.log(_ACTS)


def _able(p: NurseryParams, s: NurseryState, tick: int) -> Array:
    """Whether it can act so many ticks from now: free to move, and not starved before by what it has: bool [*batch]."""
    return ~carried(p, s)[OWN] & ~s.boxed[OWN] & (s.energy[OWN] > (tick - 1) * units(p.baby_burn))


def _grid(p: NurseryParams, s: NurseryState) -> tuple[Array, Array, Array]:
    """Where it stands, which cells no wall takes, and pits that would kill it: bool [size, size, *batch], x first."""
    ones = (1,) * s.time.ndim
    x = jnp.arange(p.size).reshape(p.size, 1, *ones)
    y = jnp.arange(p.size).reshape(1, p.size, *ones)
    here = (x == s.x[OWN]) & (y == s.y[OWN])
    inside = (x > 0) & (x < p.size - 1) & (y > 0) & (y < p.size - 1)
    pits = jnp.zeros_like(here)
    for pit in range(p.pits):
        pits = pits | ((x == s.pit_x[pit]) & (y == s.pit_y[pit]))
    return here, inside, pits & (dangerous(s, units(p.baby_pit)) >= s.health[OWN])
