"""The nursery's rules one by one, in moments set up by hand.

Every moment is stepped by JAX and by the plain-Python reference, and has to come out the same in all fields.
"""

from functools import cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from carer.worlds.nursery import CAUSES, Nursery
from carer.worlds.nursery.params import params_of
from nursery_reference import ABANDON, CRY, DEFEND, EAT, GIVE, LIFT, NORTH, SOUTH, STAY, Episode
from nursery_reference_start import FULL
from nursery_replay import QUICK, as_state, same, same_outcome

MOTHER, OWN, FOREIGN, SECOND, OTHER, TOY = range(6)
# A predator is there only where a moment has one, and what could go by chance goes as it can.
WORLD: dict[str, Any] = {
    "brain": "policy",
    "view": 5,
    "bushes": 3,
    "bushes_b": 1,
    "pits": 2,
    "other_species": 1,
    "toys": 1,
    "cryosleep": True,
    "abandon": True,
    "generations": True,
    "adult_age": 150,
    "births": 3,
    "foreign_fed": 0.0,
    "warming": 0.0,
    "speed_young": 1.0,
    "posture_truth": 1.0,
    "predator_rate": 1e-9,
    "predator_speed": 1.0,
    "defend_success": 1.0,
}
PAY = float(np.float32(0.01))


@cache
def world() -> tuple[Nursery, Any]:
    nursery = Nursery(params_of("standard", **WORLD))
    return nursery, jax.jit(nursery.advance, compiler_options=QUICK)


def moment() -> Episode:
    """By day, her baby two steps from the mother, everybody else in a corner of their own."""
    e = Episode(world()[0].params, (3, 4))
    e.time = e.hour = 20
    e.births_left, e.has_borne, e.birth_at = 2, True, -1
    e.own.alive = True
    for body, (x, y) in zip(e.bodies, [(6, 6), (8, 6), (1, 1), (1, 11), (11, 1), (11, 11)], strict=True):
        body.x, body.y = x, y
    for thing, (x, y) in zip([*e.bushes, *e.pits], [(3, 3), (9, 9), (3, 9), (9, 3), (6, 3), (6, 9)], strict=True):
        thing.x, thing.y = x, y
    e.box_x, e.box_y = 2, 6
    return e


def tick(e: Episode, **actions: int) -> Any:
    """One tick by JAX and by the reference, which have to agree; returns JAX's transition as lists."""
    seats = world()[0].seats
    row = [actions.get(seat, STAY) for seat in seats]
    key = jax.random.key(e.time)
    before = as_state([e])
    words = np.asarray(jax.random.key_data(key))[-2:].tolist()
    after = world()[1](key, before, jnp.array(row, jnp.int32)[:, None])
    lists = jax.tree.map(lambda leaf: np.asarray(leaf)[..., 0].tolist(), after)
    e.step(words, row)
    same(e, lists.state, "after")
    same_outcome(e, lists, "after")
    return lists


def lost(result: Any, cause: str) -> list[int]:
    return result.truth.harm[CAUSES.index(cause)]


def put(e: Episode, body: int, x: int, y: int) -> None:
    e.bodies[body].x, e.bodies[body].y = x, y


def test_who_enters_a_pit_pays_once() -> None:
    e = moment()
    put(e, MOTHER, 6, 4)
    put(e, OWN, 6, 8)
    assert lost(tick(e, mother=NORTH, baby=SOUTH), "pit") == [2500, 1500, 0, 0, 0, 0]
    assert lost(tick(e), "pit") == [0] * 6


def test_who_is_carried_into_a_pit_pays_when_put_down() -> None:
    e = moment()
    put(e, MOTHER, 6, 4)
    put(e, OWN, 6, 4)
    e.carried = OWN
    assert lost(tick(e, mother=NORTH), "pit") == [2500, 0, 0, 0, 0, 0]
    assert lost(tick(e, mother=LIFT), "pit") == [0, 1500, 0, 0, 0, 0]


@pytest.mark.parametrize(("mother", "baby"), [((6, 8), (6, 8)), ((6, 9), (6, 7))])
def test_a_baby_caught_in_her_arms_does_not_fall(mother: tuple[int, int], baby: tuple[int, int]) -> None:
    e = moment()
    put(e, MOTHER, *mother)
    put(e, OWN, *baby)
    result = tick(e, mother=LIFT, baby=SOUTH)
    assert result.truth.lifted == OWN
    assert lost(result, "pit") == [0] * 6


@pytest.mark.parametrize(("takers", "winner"), [((MOTHER, FOREIGN, SECOND), MOTHER), ((FOREIGN, SECOND), FOREIGN)])
def test_of_several_at_one_bush_the_first_gets_it(takers: tuple[int, ...], winner: int) -> None:
    e = moment()
    for body in takers:
        put(e, body, 3, 3)
        e.bodies[body].age, e.bodies[body].energy = 200, 1000
    result = tick(e, mother=EAT, foreign_0=EAT, foreign_1=EAT)
    assert [body for body, energy in enumerate(result.truth.meal) if energy] == [winner] * (winner > MOTHER)
    assert result.state.food == (winner == MOTHER)
    assert result.state.bush_wait == [30, 0, 0, 0]


def test_wrong_food_harms_and_the_right_food_feeds() -> None:
    e = moment()
    e.food = 2
    put(e, OWN, 7, 6)
    result = tick(e, mother=GIVE)
    assert (lost(result, "food"), result.truth.gift, result.state.food) == ([0, 1500, 0, 0, 0, 0], [0] * 6, 0)
    e.food, e.bodies[OTHER].energy = 2, 3000
    put(e, OWN, 8, 6)
    put(e, OTHER, 6, 7)
    result = tick(e, mother=GIVE)
    assert (lost(result, "food"), result.truth.gift) == ([0] * 6, [0, 0, 0, 0, 5000, 0])


def test_a_baby_at_a_bush_of_the_wrong_kind_is_harmed() -> None:
    e = moment()
    e.own.age = 149
    put(e, OWN, 9, 3)
    assert lost(tick(e, baby=EAT), "food") == [0] * 6, "too young to feed itself"
    e = moment()
    e.bodies[FOREIGN].age = 150
    put(e, FOREIGN, 9, 3)
    assert lost(tick(e, foreign_0=EAT), "food") == [0, 0, 1500, 0, 0, 0]


@pytest.mark.parametrize("carried", [OWN, FOREIGN, TOY])
def test_the_arms_fall_empty_when_she_dies(carried: int) -> None:
    e = moment()
    e.carried, e.mother.energy = carried, 1
    put(e, carried, 6, 6)
    result = tick(e)
    assert result.truth.died[MOTHER]
    assert result.state.carried == 0
    assert (result.state.x[carried], result.state.y[carried]) == (6, 6)


@pytest.mark.parametrize("carried", [OWN, FOREIGN])
def test_the_arms_fall_empty_when_the_carried_one_dies(carried: int) -> None:
    e = moment()
    e.carried, e.bodies[carried].energy = carried, 1
    put(e, carried, 6, 6)
    assert tick(e).state.carried == 0


def test_the_episode_goes_on_after_her_death_while_a_child_lives() -> None:
    e = moment()
    e.mother.alive = False
    result = tick(e, mother=LIFT)
    assert not result.terminated
    assert result.reward[:2] == [PAY, PAY], "she is paid for her child's life"
    e.own.energy = 1
    result = tick(e)
    assert result.terminated
    assert result.reward[0] == 0


def test_she_is_paid_for_her_own_life_until_the_first_birth_and_then_for_her_children() -> None:
    e = moment()
    e.own.alive, e.births_left, e.has_borne, e.birth_at = False, 3, False, 22
    result = tick(e)
    assert (result.truth.lives, result.reward) == (0, [PAY, 0, PAY, PAY, PAY])
    result = tick(e)
    assert (result.truth.born, result.state.cue, result.reward) == (True, True, [PAY, PAY, PAY, PAY, PAY])
    assert (result.state.births_left, result.state.birth_at) == (2, -1)
    e.away = [1, 0, 0]
    assert tick(e).reward[0] == float(np.float32(0.01) * np.float32(2))
    e.away, e.own.energy = [0, 0, 0], 1
    result = tick(e)
    assert result.reward[:2] == [0, 0], "nothing for her own life"
    assert result.state.birth_at == e.time + 4


def test_who_lies_in_the_box_neither_acts_nor_ages_nor_is_harmed() -> None:
    e = moment()
    e.own.boxed, e.own.energy, e.own.warmth, e.own.ill, e.hour = True, 1, 0, True, 50
    put(e, OWN, 2, 6)
    e.predator_x, e.predator_y, e.predator_left = 2, 5, 9
    before = (e.own.energy, e.own.health, e.own.age)
    result = tick(e, baby=CRY)
    state = result.state
    assert (state.energy[OWN], state.health[OWN], state.age[OWN]) == before
    assert (state.cry[OWN], state.posture[OWN], state.hurt[OWN]) == (0, 0, 0)
    assert result.reward[OWN] == PAY


def test_a_baby_is_laid_into_the_box_and_lifted_out_of_it() -> None:
    e = moment()
    put(e, MOTHER, 2, 6)
    put(e, OWN, 2, 6)
    e.carried = OWN
    assert tick(e, mother=LIFT).state.boxed[OWN]
    result = tick(e, mother=LIFT)
    assert (result.truth.lifted, result.state.boxed[OWN]) == (OWN, False)
    e.carried = TOY
    assert not tick(e, mother=LIFT).state.boxed[TOY]


def test_a_grown_baby_takes_her_place_and_her_other_children_are_not_its_own() -> None:
    e = moment()
    e.own.age, e.own.energy, e.food, e.cue, e.away = 149, 7000, 1, True, [2, 0, 0]
    scent = list(e.own.scent)
    result = tick(e)
    state = result.state
    assert (result.truth.succeeded, state.generation, state.away, state.births_left) == (True, 1, [0, 0, 0], 3)
    assert (state.x[MOTHER], state.y[MOTHER], state.energy[MOTHER], state.age[MOTHER]) == (8, 6, 6800, 150)
    assert (state.food, state.cue, state.alive[:2]) == (0, False, [True, False])
    assert e.mother.scent == scent
    assert (result.truth.lives, result.reward[0], result.terminated) == (0, 0, False)


def test_she_defends_within_reach_at_a_cost() -> None:
    e = moment()
    e.predator_x, e.predator_y, e.predator_left = 6, 3, 9
    result = tick(e, mother=DEFEND)
    assert (result.truth.defended, lost(result, "defence")[MOTHER]) == (0, 0)
    e.predator_x, e.predator_y = 5, 5
    result = tick(e, mother=DEFEND)
    assert (result.truth.defended, lost(result, "defence")[MOTHER], result.state.predator_left) == (2, 800, 0)


def test_a_predator_goes_for_the_nearest_and_bites_on_its_last_tick_too() -> None:
    e = moment()
    put(e, TOY, 9, 8)
    e.predator_x, e.predator_y, e.predator_left = 8, 8, 1
    result = tick(e)
    assert (result.state.predator_x, result.state.predator_y, result.state.predator_left) == (8, 7, 0)
    assert lost(result, "bite") == [0, 1500, 0, 0, 0, 0]
    assert lost(tick(e), "bite") == [0] * 6


def test_nights_are_cold_outside_the_nest() -> None:
    e = moment()
    e.hour, e.own.warmth, e.bodies[FOREIGN].warmth, e.bodies[SECOND].warmth = 39, 5000, 5000, 1000
    put(e, FOREIGN, 5, 5)
    result = tick(e)
    assert result.state.warmth == [FULL, 4000, 5000, 0, 9000, FULL]
    assert lost(result, "cold") == [0, 0, 0, 500, 0, 0]


def test_carrying_costs_and_keeps_a_baby_from_growing() -> None:
    e = moment()
    put(e, OWN, 6, 6)
    e.carried = OWN
    result = tick(e)
    assert (result.truth.spent, result.state.energy[MOTHER]) == (200, FULL - 300)
    assert result.state.age[1:4] == [0, 1, 1]


def test_an_abandoned_baby_lives_on_out_of_sight() -> None:
    e = moment()
    result = tick(e, mother=ABANDON)
    assert (result.truth.abandoned, result.truth.lives, result.state.alive[OWN]) == (True, 1, False)
    assert (result.state.away, result.state.birth_at, result.reward[0]) == ([2, 0, 0], e.time + 4, PAY)


def test_babies_of_the_policy_cry_only_when_they_act_so_and_give_nothing() -> None:
    e = moment()
    e.own.energy = e.bodies[FOREIGN].energy = 1000
    state = tick(e, baby=CRY, foreign_0=GIVE, foreign_1=LIFT).state
    assert state.cry[OWN] > 8
    assert state.cry[FOREIGN] == 0
    assert state.posture[1:3] == [1, 1]
    assert state.carried == 0
