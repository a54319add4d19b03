"""The nursery: a mother, her baby, a world in which one routine is not enough. Its rules, as a table of contents."""

from dataclasses import dataclass, field
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jax import Array

from carer.worlds.base import Features, Transition, World
from carer.worlds.compiling import settled
from carer.worlds.nursery import features, layout
from carer.worlds.nursery.body import chill, live, show
from carer.worlds.nursery.brains import choose
from carer.worlds.nursery.family import lives, renew
from carer.worlds.nursery.hands import handle
from carer.worlds.nursery.movement import fall, move
from carer.worlds.nursery.observation import views, words
from carer.worlds.nursery.params import NurseryParams, params_of
from carer.worlds.nursery.predator import face, hunt
from carer.worlds.nursery.state import (
    ABANDON,
    ACTIONS,
    CRY,
    EAT,
    MOTHER,
    OWN,
    NurseryState,
    Truth,
    carried,
    mothers,
    put,
)


@dataclass(frozen=True)
class Nursery(World[NurseryState]):
    """The world of the caring-drive experiment; `docs/nursery.md` has its rules.

    Attributes:
        params: see `NurseryParams`.
    """

    params: NurseryParams = field(default_factory=NurseryParams)

    @property
    def name(self) -> str:
        """The name under which `make` knows it."""
        return "nursery"

    @property
    def seats(self) -> tuple[str, ...]:
        """``mother``, ``baby``, ``foreign_0`` ..., ``other_0`` ...; toys have no seat."""
        return self.params.seats

    @property
    def actions(self) -> tuple[str, ...]:
        """The same eleven for every seat; babies stay where one is beyond them."""
        return ACTIONS

    @property
    def observation(self) -> jax.ShapeDtypeStruct:
        """uint32 [words]; see `carer.worlds.nursery.observation`."""
        return jax.ShapeDtypeStruct((words(self.params),), jnp.uint32)

    @property
    def horizon(self) -> int:
        """Ticks after which an episode is truncated."""
        return self.params.horizon

    @property
    def lives(self) -> tuple[int, ...]:
        """One each, but for the own baby's seat, as many as can be born in an episode, and for the mother's."""
        p = self.params
        generations = 1 + p.horizon // p.adult_age if p.generations and p.birth == "real" else 1
        babies = p.births * generations if p.birth == "real" else 0
        return (generations, babies, *(1,) * (p.agents - 2))

    def initial(self, episode: Array) -> NurseryState:
        """A new layout, mother in the nest, no baby of hers yet."""
        return layout.start(self.params, episode)

    def holder(self, state: NurseryState) -> Array:
        """A grown baby that became the mother, and each own baby that was born, is somebody new in its seat."""
        births = (state.generation + 1) * self.params.births - state.births_left
        return put(put(super().holder(state), MOTHER, state.generation), OWN, births)

    def renewed(self, state: NurseryState, fresh: NurseryState) -> NurseryState:
        """A curriculum's settings outlive the episode."""
        return layout.with_knobs(fresh, state.knobs)

    def transition(self, word: Array, state: NurseryState, action: Array) -> Transition[NurseryState]:
        """One tick; see `tick`."""
        return tick(self.params, word, state, action)

    def view(self, state: NurseryState, seat: int) -> Array:
        """What one sees from a seat, the mother's or a baby's, in the same format."""
        return views(self.params, state, slice(seat, seat + 1))[0]

    def observe_all(self, state: NurseryState) -> Array:
        """Every seat's observation: uint32 [agents, words, *batch]."""
        return views(self.params, state, slice(0, self.params.agents))

    def decode(self, observation: Array) -> Features:
        """An observation unpacked for a network; see `carer.worlds.nursery.features`."""
        return features.decode(self.params, observation)

    def alive(self, state: NurseryState) -> Array:
        """Who acts: living agents outside the cryosleep box."""
        return (state.alive & ~state.boxed)[: self.params.agents]

    def action_mask(self, state: NurseryState) -> Array:
        """Babies cannot give, lift, defend or abandon; mothers do not cry, and abandon only where it is allowed."""
        baby = [action <= EAT or action == CRY for action in range(len(ACTIONS))]
        mother = [action < ABANDON or (action == ABANDON and self.params.abandon) for action in range(len(ACTIONS))]
        rows = jnp.asarray([mother, *[baby] * (self.params.agents - 1)])
        return jnp.broadcast_to(rows.reshape(*rows.shape, *(1,) * state.time.ndim), (*rows.shape, *state.time.shape))


def make(preset: str = "standard", **params: Any) -> Nursery:
    """A nursery from a preset (``easy``, ``standard``, ``harsh``, ``nest_like``) and parameters over it."""
    return Nursery(params_of(preset, **params))


def tick(p: NurseryParams, word: Array, s: NurseryState, action: Array) -> Transition[NurseryState]:
    """One tick of the nursery. The order is the rule: what comes first is seen by what comes after."""
    s = _clock(p, s)
    had_baby = s.alive[OWN] | (s.births_left < p.births) | (s.generation > 0)
    action = choose(p, word, s, action)

    s, action = settled((s, action))
    x, y, entered = move(p, word, s, action)
    s = eqx.tree_at(lambda one: (one.x, one.y), s, (x, y))
    s, entered = settled((s, entered))
    s, handled = settled(handle(p, word, s, action))
    s, defended, defence = settled(face(p, word, s, action))
    s, bite = settled(hunt(p, word, s))
    pit = fall(p, s, (entered & ~carried(p, s)) | handled.entered)
    s, cold = settled(chill(p, s))
    s, died, spent, sick = live(p, word, s, pit + bite + cold + handled.harm + defence)
    s, died = settled((s, died))
    s, family = settled(renew(p, word, s, action, died))
    s = settled(show(p, word, s, action))

    living = lives(s)
    barren = (s.births_left == 0) & (p.ends == "childless")
    nobody = (living == 0) & (~s.alive[MOTHER] | barren) & (p.ends != "horizon")
    truth = Truth(
        harm=jnp.stack([pit, bite, cold, handled.harm, defence, sick]),
        gift=handled.gift,
        meal=handled.meal,
        spent=spent,
        defended=defended,
        lifted=handled.lifted,
        laid=handled.laid,
        died=died,
        **family._asdict(),
        lives=living,
    )
    return Transition(s, _pay(p, s, living, had_baby | family.born), nobody, nobody & False, truth)


def _clock(p: NurseryParams, s: NurseryState) -> NurseryState:
    hour = jnp.where(s.hour + 1 >= p.day, 0, s.hour + 1)
    return eqx.tree_at(lambda one: (one.time, one.hour), s, (s.time + 1, hour))


def _pay(p: NurseryParams, s: NurseryState, living: Array, had_baby: Array) -> Array:
    """The proxy reward [agents, *batch]: a mother's own life until her first baby, then only her children's.

    It goes on after her death, while a child lives. Every other seat is paid for its own life.
    """
    own = s.alive[: p.agents].astype(jnp.int32)
    mother = mothers(p, s.x)[: p.agents] & had_baby
    return jnp.where(mother, living, own).astype(jnp.float32) * p.pay
