"""Scripted mothers: oracles, baselines and planted subjects. They read the state, not an observation.

Every one looks after herself; beside that each has one routine, and ``all_skills`` has all of them. What a mother
does is the first of her rules that applies.
"""

from collections.abc import Callable
from functools import reduce
from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from carer.concepts import UnknownNameError
from carer.worlds.counted import below, draw
from carer.worlds.nursery.brains import in_nest
from carer.worlds.nursery.params import UNIT, NurseryParams, units
from carer.worlds.nursery.state import (
    DEFEND,
    EAT,
    GIVE,
    LIFT,
    MOTHER,
    NORTH,
    OWN,
    STAY,
    STEP_X,
    STEP_Y,
    NurseryState,
    any_of,
    babies,
    bush_kinds,
    chosen,
    column,
    diets,
    nearest,
    settled,
    steps_between,
)

Rule = tuple[Array, Array]
"""When it applies (bool [*batch]), and the action then (int32 [*batch])."""

_TIES = 700


class Ward(NamedTuple):
    """Whom a mother looks after: what a rule needs to know of it, [*batch] each."""

    number: Array
    x: Array
    y: Array
    energy: Array
    there: Array
    sheltered: Array
    diet: Array


def scripted(name: str) -> Callable[[NurseryParams, Array, NurseryState], Array]:
    """A scripted mother by name: ``(params, word, state) -> action [*batch]``.

    Args:
        name: ``random``, ``selfish``, ``feed``, ``guard``, ``rescue``, ``carry_forever``, ``carry_and_feed``,
            ``nearest_baby`` or ``all_skills``.

    Raises:
        UnknownNameError: no such mother; the nearest name is offered.

    """
    if name not in MOTHERS:
        raise UnknownNameError("scripted mother", name, MOTHERS)
    return MOTHERS[name]


def _random(p: NurseryParams, word: Array, s: NurseryState) -> Array:
    return below(draw(word, MOTHER, _TIES + 1), DEFEND + 1)


def _selfish(p: NurseryParams, word: Array, s: NurseryState) -> Array:
    return _first([*_survival(p, word, s, units(0.75))])


def _feed(p: NurseryParams, word: Array, s: NurseryState) -> Array:
    return _first([*_survival(p, word, s, units(0.35)), *_feeding(p, word, s, _own(p, s)), *_stock(p, word, s)])


def _guard(p: NurseryParams, word: Array, s: NurseryState) -> Array:
    own = _own(p, s)
    return _first([*_survival(p, word, s, units(0.35)), *_guarding(p, word, s, own), _near(p, word, s, own, 1)])


def _rescue(p: NurseryParams, word: Array, s: NurseryState) -> Array:
    return _first([*_survival(p, word, s, units(0.35)), *_rescuing(p, word, s, _own(p, s))])


def _carry(p: NurseryParams, word: Array, s: NurseryState) -> Array:
    return _first([_lifting(p, word, s, _own(p, s)), *_survival(p, word, s, units(0.75))])


def _carry_and_feed(p: NurseryParams, word: Array, s: NurseryState) -> Array:
    """Everything with the baby in her arms: trained mothers find this where the load is light."""
    own, well = _own(p, s), s.energy[MOTHER] >= units(0.5)
    centre = jnp.full(s.hour.shape, p.size // 2)
    far = steps_between(s.x[MOTHER], s.y[MOTHER], centre, centre)
    night = s.hour + far >= p.day - p.night if p.night else s.hour < 0
    shelter = night & own.there & well & (own.energy >= units(0.15))
    return _first(
        [
            _self_defence(p, s),
            *_survival(p, word, s, units(0.5)),
            _lifting(p, word, s, own),
            (shelter, walk(p, word, s, centre, centre)),
            *_feeding(p, word, s, own),
            *_survival(p, word, s, units(0.9)),
            *_stock(p, word, s),
        ]
    )


def _nearest_baby(p: NurseryParams, word: Array, s: NurseryState) -> Array:
    return _skilled(p, word, s, _closest(p, word, s))


def _all_skills(p: NurseryParams, word: Array, s: NurseryState) -> Array:
    return _skilled(p, word, s, _own(p, s))


def _skilled(p: NurseryParams, word: Array, s: NurseryState, ward: Ward) -> Array:
    return _first(
        [
            _self_defence(p, s),
            *_survival(p, word, s, units(0.2)),
            *_guarding(p, word, s, ward),
            *_rescuing(p, word, s, ward),
            *_feeding(p, word, s, ward),
            *_survival(p, word, s, units(0.6)),
            *_stock(p, word, s),
            _near(p, word, s, ward, 1),
        ]
    )


MOTHERS: dict[str, Callable[[NurseryParams, Array, NurseryState], Array]] = {
    "random": _random,
    "selfish": _selfish,
    "feed": _feed,
    "guard": _guard,
    "rescue": _rescue,
    "carry_forever": _carry,
    "carry_and_feed": _carry_and_feed,
    "nearest_baby": _nearest_baby,
    "all_skills": _all_skills,
}


def freeze(p: NurseryParams, word: Array, s: NurseryState) -> Array:
    """Lay the baby into the cryosleep box and look after herself: what pays most where nothing but life is paid.

    Not one of `MOTHERS`, since it is a routine in no nursery but those with a box.
    """
    own, carries = _own(p, s), s.carried == OWN
    there = (s.x[MOTHER] == s.box_x) & (s.y[MOTHER] == s.box_y)
    return _first(
        [
            (carries & there, jnp.full(there.shape, LIFT)),
            (carries, walk(p, word, s, s.box_x, s.box_y)),
            _lifting(p, word, s, own),
            *_survival(p, word, s, units(0.75)),
        ]
    )


def walk(p: NurseryParams, word: Array, s: NurseryState, to_x: Array, to_y: Array) -> Array:
    """The step that comes nearest to a cell and into no pit if it can be helped; `STAY` there: [*batch]."""
    x, y = s.x[MOTHER], s.y[MOTHER]
    best = jnp.full(x.shape, jnp.iinfo(jnp.int32).max)
    for way in range(NORTH, NORTH + 4):
        new_x = jnp.clip(x + STEP_X[way], 1, p.size - 2)
        new_y = jnp.clip(y + STEP_Y[way], 1, p.size - 2)
        pits = [(s.pit_x[pit] == new_x) & (s.pit_y[pit] == new_y) for pit in range(p.pits)]
        falls = reduce(jnp.logical_or, pits, x < 0)
        blocked = (new_x == x) & (new_y == y)
        cost = steps_between(new_x, new_y, to_x, to_y) + jnp.where(falls, 40, 0) + jnp.where(blocked, 80, 0)
        tie = (draw(word, MOTHER, _TIES + 8 + way) >> 20).astype(jnp.int32)
        best = jnp.minimum(best, (cost << 16) | (tie << 4) | way)
    return jnp.where((to_x == x) & (to_y == y), STAY, settled(best) & 15)


def _first(rules: list[Rule]) -> Array:
    """The action of the first rule that applies."""
    action = jnp.full(rules[0][0].shape, STAY)
    for applies, what in reversed(rules):
        action = settled(jnp.where(applies, what, action))
    return action


def _survival(p: NurseryParams, word: Array, s: NurseryState, below_: int) -> list[Rule]:
    """With less energy than `below_`: eat what is in hand, else get food."""
    needy = s.energy[MOTHER] < below_
    return [(needy & (s.food > 0), jnp.full(needy.shape, EAT)), _get(p, word, s, needy, s.food * 0)]


def _get(p: NurseryParams, word: Array, s: NurseryState, when: Array, kind: Array) -> Rule:
    """Go to the nearest ripe bush (of `kind`, 0 for any), and pick."""
    ripe = s.bush_wait <= steps_between(s.bush_x, s.bush_y, s.x[MOTHER], s.y[MOTHER])
    ripe &= (kind == 0) | (column(bush_kinds(p), s.bush_x) == kind)
    distance = steps_between(s.bush_x, s.bush_y, s.x[MOTHER], s.y[MOTHER])
    target = nearest(distance, draw(word, MOTHER, range(_TIES + 64, _TIES + 64 + s.bush_x.shape[0])), ripe)
    there = any_of(target & (distance == 0))
    action = jnp.where(there, EAT, walk(p, word, s, chosen(target, s.bush_x), chosen(target, s.bush_y)))
    return when & (s.food == 0) & any_of(target), action


def _feeding(p: NurseryParams, word: Array, s: NurseryState, ward: Ward) -> list[Rule]:
    """Bring food to a ward that has room for most of a meal."""
    hungry = ward.there & (ward.energy < UNIT - units(p.baby_meal) * 9 // 10)
    right, wrong = hungry & (s.food == ward.diet), hungry & (s.food > 0) & (s.food != ward.diet)
    close = steps_between(s.x[MOTHER], s.y[MOTHER], ward.x, ward.y) <= 1
    gives = jnp.where(close, GIVE, walk(p, word, s, ward.x, ward.y))
    return [(right, gives), (wrong, jnp.full(right.shape, EAT)), _get(p, word, s, hungry, ward.diet)]


def _stock(p: NurseryParams, word: Array, s: NurseryState) -> list[Rule]:
    """Have food in hand."""
    return [_get(p, word, s, s.food == 0, s.food * 0)]


def _guarding(p: NurseryParams, word: Array, s: NurseryState, ward: Ward) -> list[Rule]:
    """Face a predator that comes near the ward, or stand by."""
    threat = (s.predator_left > 0) & ward.there
    threat &= steps_between(ward.x, ward.y, s.predator_x, s.predator_y) <= 4
    close = steps_between(s.x[MOTHER], s.y[MOTHER], s.predator_x, s.predator_y) <= p.reach
    able = s.health[MOTHER] > units(2 * p.defend_cost)
    return [(threat & able, jnp.where(close, DEFEND, walk(p, word, s, s.predator_x, s.predator_y)))]


def _self_defence(p: NurseryParams, s: NurseryState) -> Rule:
    """Face a predator that is about to bite her, while she can afford it."""
    close = (s.predator_left > 0) & (steps_between(s.x[MOTHER], s.y[MOTHER], s.predator_x, s.predator_y) <= p.reach)
    return close & (s.health[MOTHER] > units(p.defend_cost)), jnp.full(close.shape, DEFEND)


def _rescuing(p: NurseryParams, word: Array, s: NurseryState, ward: Ward) -> list[Rule]:
    """Carry the ward to the nest when night comes or a pit is a step away, and put it down there."""
    centre = jnp.full(s.hour.shape, p.size // 2)
    far = steps_between(s.x[MOTHER], s.y[MOTHER], ward.x, ward.y) + steps_between(ward.x, ward.y, centre, centre)
    dusk = s.hour + far >= p.day - p.night if p.night else s.hour < 0
    pits = [steps_between(ward.x, ward.y, s.pit_x[pit], s.pit_y[pit]) <= 1 for pit in range(p.pits)]
    endangered = reduce(jnp.logical_or, pits, s.hour < 0) & (ward.number != s.carried)
    carries = ward.there & (s.carried == ward.number) & (s.carried > 0)
    home = (s.x[MOTHER] == centre) & (s.y[MOTHER] == centre)
    needs = ward.there & (s.carried == 0) & ((dusk & ~ward.sheltered) | endangered)
    close = steps_between(s.x[MOTHER], s.y[MOTHER], ward.x, ward.y) <= 1
    return [
        (carries & home, jnp.full(home.shape, LIFT)),
        (carries, walk(p, word, s, centre, centre)),
        (needs, jnp.where(close, LIFT, walk(p, word, s, ward.x, ward.y))),
    ]


def _lifting(p: NurseryParams, word: Array, s: NurseryState, ward: Ward) -> Rule:
    """Have the ward in her arms."""
    close = steps_between(s.x[MOTHER], s.y[MOTHER], ward.x, ward.y) <= 1
    return ward.there & (s.carried == 0), jnp.where(close, LIFT, walk(p, word, s, ward.x, ward.y))


def _near(p: NurseryParams, word: Array, s: NurseryState, ward: Ward, steps: int) -> Rule:
    """Stay by the ward."""
    far = ward.there & (steps_between(s.x[MOTHER], s.y[MOTHER], ward.x, ward.y) > steps)
    return far, walk(p, word, s, ward.x, ward.y)


def _own(p: NurseryParams, s: NurseryState) -> Ward:
    own = jnp.full(s.hour.shape, OWN)
    diet = jnp.full(s.hour.shape, diets(p)[OWN])
    there = s.alive[OWN] & ~s.boxed[OWN]
    return Ward(own, s.x[OWN], s.y[OWN], s.energy[OWN], there, in_nest(p, s)[OWN], diet)


def _closest(p: NurseryParams, word: Array, s: NurseryState) -> Ward:
    """The nearest living baby, whosever it is."""
    possible = s.alive & ~s.boxed & babies(p, s.x)
    distance = steps_between(s.x, s.y, s.x[MOTHER], s.y[MOTHER])
    it = nearest(distance, draw(word, range(p.bodies), _TIES + 2), possible)
    numbers = jnp.broadcast_to(column(range(p.bodies), s.x), s.x.shape)
    kinds = jnp.broadcast_to(column(diets(p), s.x), s.x.shape)
    return Ward(
        number=chosen(it, numbers),
        x=chosen(it, s.x),
        y=chosen(it, s.y),
        energy=chosen(it, s.energy),
        there=any_of(it),
        sheltered=any_of(it & in_nest(p, s)),
        diet=chosen(it, kinds),
    )
