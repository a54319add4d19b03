"""The nest as a world: what `carer.worlds.nest.optimum` solves, to be played and learned."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jax import Array

from carer.worlds.base import EpisodeState, Features, Transition, World
from carer.worlds.counted import chance, draw, threshold
from carer.worlds.nest.optimum import solve
from carer.worlds.nest.params import ABANDON, ACTIONS, NestParams
from carer.worlds.settings import check_known

NOBODY, HOME_WELL, HOME_ILL = 0, 1, 2
FLEDGED, ORPHANED = 1, 2

_MOTHER, _BABY, _AWAY = 0, 1, 8
_LIVES, _SICKENS, _RECOVERS = 0, 1, 2


class NestState(EpisodeState):
    """One moment, all int32 [*batch] but `away` and `mother`.

    Attributes:
        mother: bool [*batch], she lives.
        home: the baby in her care: 0 none, 1 well, 2 ill.
        age: its age.
        due: ticks to the next birth.
        left: births still to come.
        away: int32 [births, *batch], each child out of care: 0 none, 1 fledged, 2 orphaned.
        recovery: int32 [*batch], of 65536, as `NestParams` has it; a study may turn it, and it outlives an episode.
    """

    mother: Array
    home: Array
    age: Array
    due: Array
    left: Array
    away: Array
    recovery: Array


class NestTruth(NamedTuple):
    """What happened in one tick: bool [*batch] each.

    Attributes:
        abandoned, died, fledged, orphaned, born: of the baby at home.
    """

    abandoned: Array
    died: Array
    fledged: Array
    orphaned: Array
    born: Array


@dataclass(frozen=True)
class Nest(World[NestState]):
    """One mother, one baby at a time; each tick she keeps it or gives it up for good. See `NestParams`."""

    params: NestParams = field(default_factory=NestParams)

    @property
    def name(self) -> str:
        """The name under which `make` knows it."""
        return "nest"

    @property
    def seats(self) -> tuple[str, ...]:
        """The mother."""
        return ("mother",)

    @property
    def actions(self) -> tuple[str, ...]:
        """Keep and abandon; without a baby at home both mean nothing."""
        return ACTIONS

    @property
    def observation(self) -> jax.ShapeDtypeStruct:
        """int32 [5]: ticks left, births to come, the baby at home, its age, ticks to the next birth."""
        return jax.ShapeDtypeStruct((5,), jnp.int32)

    @property
    def horizon(self) -> int:
        """Ticks of a life."""
        return self.params.horizon

    def initial(self, episode: Array) -> NestState:
        """A newborn at home."""
        p, none = self.params, jnp.zeros(episode.shape[1:], jnp.int32)
        away = jnp.zeros((p.births, *none.shape), jnp.int32)
        due = none + (p.cycle if p.yoked else p.gap)
        return NestState(
            episode=episode,
            time=none,
            over=none > 0,
            mother=none == 0,
            home=none + HOME_WELL,
            age=none,
            due=due,
            left=none + p.births - 1,
            away=away,
            recovery=none + threshold(p.recovery),
        )

    def renewed(self, state: NestState, fresh: NestState) -> NestState:
        """The recovery outlives the episode."""
        return eqx.tree_at(lambda one: one.recovery, fresh, state.recovery)

    def transition(self, word: Array, state: NestState, action: Array) -> Transition[NestState]:
        """One tick: the children out of care, the baby in it, the mother, the next birth."""
        p, s = self.params, state
        here, ill = s.home > NOBODY, s.home == HOME_ILL
        abandoned = here & (action[0] == ABANDON)
        kept = here & ~abandoned

        lives = chance(draw(word, _BABY, _LIVES), jnp.where(ill, threshold(p.live_ill), threshold(p.live_well)))
        fledged = kept & lives & ~ill & (s.age + 1 >= p.age)
        burden = jnp.where(ill, threshold(p.mother_ill), threshold(p.mother_well))
        rate = jnp.where(kept, burden, threshold(p.mother_free))
        mother = s.mother & chance(draw(word, _MOTHER, _LIVES), rate)

        slot = self._slot(s)
        living, away = _out_of_care(p, word, jnp.where(slot & abandoned, ORPHANED, s.away))
        away = jnp.where(slot & fledged, FLEDGED, away)
        stays = kept & lives & ~fledged
        away = jnp.where(slot & stays & ~mother, ORPHANED, away)
        home, age = _health(p, word, s, stays & mother)

        ended = here & ~stays
        due = s.due - 1 if p.yoked else jnp.where(ended, p.gap, s.due - (~here & (s.due > 0)))
        born = mother & (s.left > 0) & (due == 0) & ((home == NOBODY) | p.yoked)
        displaced = born & (home > NOBODY)
        away = jnp.where(slot & displaced, ORPHANED, away)
        due = jnp.where(born | (due == 0), p.cycle if p.yoked else p.gap, due)
        after = NestState(
            episode=s.episode,
            time=s.time + 1,
            over=s.over,
            mother=mother,
            home=jnp.where(born, HOME_WELL, home),
            age=jnp.where(born, 0, age),
            due=due,
            left=s.left - born,
            away=away,
            recovery=s.recovery,
        )
        reward = (living + (kept & lives)).astype(jnp.float32)[None]
        nobody = (after.home == NOBODY) & (away == 0).all(0) & (~mother | (after.left == 0))
        truth = NestTruth(
            abandoned=abandoned,
            died=kept & ~lives,
            fledged=fledged,
            orphaned=displaced | (stays & ~mother),
            born=born,
        )
        return Transition(after, reward, nobody, nobody & False, truth)

    def view(self, state: NestState, seat: int) -> Array:
        """Everything but who is away."""
        return jnp.stack([self.params.horizon - state.time, state.left, state.home, state.age, state.due])

    def decode(self, observation: Array) -> Features:
        """Shares of their largest values, the baby's state as one of three: flat [7]."""
        p = self.params
        time, left, home, age, due = observation
        shares = [time / p.horizon, left / p.births, age / p.age, due / p.cycle]
        flat = jnp.stack([*shares, *(home == kind for kind in (NOBODY, HOME_WELL, HOME_ILL))]).astype(jnp.float32)
        return Features(flat, jnp.zeros((0, 0, *time.shape), jnp.float32))

    def alive(self, state: NestState) -> Array:
        """The mother acts while she lives."""
        return (state.mother & ~state.over)[None]

    def _slot(self, s: NestState) -> Array:
        """The place in `away` of the baby at home: bool [births, *batch]."""
        child = self.params.births - 1 - s.left
        return jnp.arange(self.params.births).reshape(-1, *(1,) * child.ndim) == child


def _out_of_care(p: NestParams, word: Array, away: Array) -> tuple[Array, Array]:
    """How many of those away lived through this tick [*batch], and who is there after it.

    An orphan must live through the tick to count; a fledged one counts, and then may die.
    """
    rate = jnp.where(away == FLEDGED, threshold(p.fledged), threshold(p.orphan))
    lives = chance(draw(word, range(_AWAY, _AWAY + p.births), _LIVES), rate)
    living = ((away == FLEDGED) | ((away == ORPHANED) & lives)).sum(0)
    return living, jnp.where(lives, away, 0)


def _health(p: NestParams, word: Array, s: NestState, stays: Array) -> tuple[Array, Array]:
    """The baby at home and its age after the tick: a well one grows and may fall ill, an ill one may recover."""
    ill = s.home == HOME_ILL
    sickens = chance(draw(word, _BABY, _SICKENS), threshold(p.illness))
    recovers = chance(draw(word, _BABY, _RECOVERS), s.recovery)
    home = jnp.where(jnp.where(ill, ~recovers, sickens), HOME_ILL, HOME_WELL)
    return jnp.where(stays, home, NOBODY), jnp.where(stays, s.age + ~ill, 0)


def place(p: NestParams, s: NestState) -> tuple[Array, Array, Array, Array, Array]:
    """Where a state with a baby at home stands in the tables of `Optimum`: int32 [*batch] each, numpy or JAX."""
    ill = (s.home == HOME_ILL).astype(jnp.int32)
    return p.horizon - s.time, s.left, ill, s.age, s.due - 1 if p.yoked else s.due * 0


def best_mother(p: NestParams) -> Callable[[NestState], Array]:
    """The mother that `solve` finds: from a state, her action [*batch]."""
    gives_up = jnp.asarray(solve(p).gives_up)
    return lambda s: gives_up[place(p, s)].astype(jnp.int32)


def make(**params: Any) -> Nest:
    """A nest; see `NestParams`.

    Raises:
        UnknownNameError: no such parameter.
        CarerError: a value out of bounds.

    """
    check_known("parameter of the nest", params, NestParams.__dataclass_fields__)
    return Nest(NestParams(**params))
