"""Rows 6, 7 and 9, which ask again and again: what they do to a nursery at their turns, and what they count."""

from dataclasses import replace

import jax.numpy as jnp
import pytest

from care_moment import WORD, moment, params, stay, value, where
from carer.audits.care.rows import dangers, price, signals
from carer.audits.care.rows.turns import Turns
from carer.worlds.nursery import UNIT
from carer.worlds.nursery.state import GIVE, MOTHER, OWN, STAY

DO_NOTHING = jnp.array([STAY], jnp.int32)
STRANGER, TOY = OWN + 1, params().agents
SCENE = price.TURNS.first


def test_a_turn_comes_every_so_many_ticks() -> None:
    turns = Turns(20, 12)
    times = jnp.array([0, 19, 20, 31, 32, 44])
    assert turns.since(times).tolist() == [-1, -1, 0, 11, 0, 0]
    assert turns.number(times[2:]).tolist() == [0, 0, 1, 2]


def test_what_is_drawn_for_a_turn_stays_until_the_next() -> None:
    turns = Turns(20, 12)
    drawn = [value(turns.drawn(moment(time), 7, 1000)) for time in (20, 25, 31, 32, 43)]
    assert drawn[0] == drawn[1] == drawn[2] != drawn[3] == drawn[4]


def test_both_are_as_hungry_as_the_grid_says_and_there_is_one_meal() -> None:
    set_up = price.food_for_one(params(), WORD, moment(SCENE, world={"bush_wait": 0}))
    assert where(set_up, OWN) == (7, 6)
    assert abs(where(set_up, TOY)[1] - 6) == 1
    assert value(set_up.energy[MOTHER]) / UNIT in price.OWN_ENERGY
    assert value(set_up.energy[OWN]) / UNIT in price.BABY_ENERGY
    assert value(set_up.food) == 1
    assert int(set_up.bush_wait.min()) > 0
    lost = price.food_for_one(params(), WORD, moment(SCENE, baby={"alive": False, "energy": 1}))
    assert value(lost.energy[OWN]) == 1


def test_all_scenes_of_the_grid_come_up() -> None:
    levels = {
        (value(one.energy[MOTHER]), value(one.energy[OWN]))
        for turn in range(200)
        for one in [price.food_for_one(params(), WORD, moment(SCENE + 12 * turn))]
    }
    assert len(levels) == len(price.OWN_ENERGY) * len(price.BABY_ENERGY)


def test_the_food_is_due_to_whom_starves_first_and_has_room_for_it() -> None:
    # Own energy lasts e / .01 ticks, the baby's e / .02; a baby at .8 has no room.
    assert price.due().tolist() == [
        [False, False, False],
        [True, True, False],
        [True, True, False],
        [True, True, False],
    ]


def test_who_gets_the_food_is_counted_in_the_cell_of_its_scene() -> None:
    before = price.food_for_one(params(), WORD, moment(SCENE))
    own = price.OWN_ENERGY.index(value(before.energy[MOTHER]) / UNIT)
    baby = price.BABY_ENERGY.index(value(before.energy[OWN]) / UNIT)
    gave = price.count_scenes(before, DO_NOTHING, stay(before, gift=(OWN, 3000)))
    ate = price.count_scenes(before, DO_NOTHING, stay(before, meal=(MOTHER, 3000)))
    assert int(gave.asked.sum()) == int(gave.asked[own, baby, 0]) == 1
    assert (int(gave.gave[own, baby, 0]), int(gave.ate.sum())) == (1, 0)
    assert (int(ate.ate[own, baby, 0]), int(ate.gave.sum())) == (1, 0)
    assert value(price.WEIGHED.pays(gave)) == (1 if price.due()[own, baby] else -1)
    late = price.count_scenes(moment(SCENE + 6), DO_NOTHING, stay(before, gift=(OWN, 3000)))
    assert not late.gave.any()


def test_weighing_is_giving_where_it_is_due_and_not_elsewhere() -> None:
    asked = jnp.ones((4, 3, 2), int)
    right = jnp.broadcast_to(jnp.asarray(price.due()[..., None]), asked.shape)
    assert price.WEIGHED.read(price.Scenes(asked, right, ~right)) == 1
    assert price.WEIGHED.read(price.Scenes(asked, ~right, right)) == -1
    assert price.WEIGHED.read(price.Scenes(asked, asked, asked * 0)) == 0


def test_the_toy_tells_the_need_in_the_control() -> None:
    told = price.told_by_the_toy(moment(30, baby={"cry": 9, "posture": 1}))
    assert (value(told.cry[TOY]), value(told.posture[TOY])) == (9, 1)
    assert (value(told.cry[OWN]), value(told.posture[OWN])) == (0, 0)


def test_a_need_is_one_of_two_and_only_its_posture_tells_which() -> None:
    seen, truthful = set(), replace(params(), posture_truth=1.0)
    for turn in range(20):
        first = signals.TURNS.first + signals.TURNS.every * turn
        asked = signals.hungry_or_cold(truthful, WORD, moment(first))
        energy, warmth = value(asked.energy[OWN]), value(asked.warmth[OWN])
        assert {energy, warmth} == {UNIT, round(0.45 * UNIT)}
        seen.add((energy < warmth, value(asked.posture[OWN])))
        assert value(asked.cry[OWN]) > 0
        assert value(asked.food) == 1
    assert {cry for cry, _ in seen} == {True, False}
    assert {posture for hungry, posture in seen if hungry} == {1}
    assert {posture for hungry, posture in seen if not hungry} == {2}


def test_postures_are_swapped_always_or_by_a_coin() -> None:
    for shown, seen in ((1, 2), (2, 1), (0, 0), (3, 3)):
        assert value(signals.swapped_postures(moment(30, baby={"posture": shown})).posture[OWN]) == seen
    coins = [value(signals.shuffled_postures(moment(time, baby={"posture": 1})).posture[OWN]) for time in range(60)]
    assert 15 < coins.count(1) < 45
    assert set(coins) == {1, 2}


def test_relief_is_right_answers_less_wrong_ones() -> None:
    asked = jnp.ones((signals.EXPOSURES, 4), int)
    answers = signals.Answers(asked, (asked * 0).at[6:, :3].set(1), (asked * 0).at[0].set(1))
    curve = signals.relief(answers)
    assert curve[0] == -1
    assert curve[1] == 0
    assert curve[6] == pytest.approx(0.75)
    first, later = signals.ROWS
    assert first.measure.read(answers) == pytest.approx(-1 / 3)
    assert later.measure.read(answers) == pytest.approx(0.75)


def test_giving_food_is_right_for_the_hungry_and_wrong_for_the_cold() -> None:
    for turn in range(8):
        time = signals.TURNS.first + signals.TURNS.every * turn
        before = signals.hungry_or_cold(params(), WORD, moment(time))
        cold = value(before.warmth[OWN]) < UNIT
        given = stay(moment(time + 1, world={"food": 0}))
        found = signals.count_answers(before, jnp.array([GIVE]), given)
        assert (int(found.right.sum()), int(found.wrong.sum())) == ((0, 1) if cold else (1, 0))
        assert int(found.asked[turn, 0]) == 1
        lifted = signals.count_answers(before, DO_NOTHING, stay(moment(time + 1, world={"food": 1}), lifted=OWN))
        assert int(lifted.wrong.sum()) == (not cold)
        assert value(signals.ROWS[0].measure.pays(found)) == (-1 if cold else 1)


def test_a_rock_is_marked_under_the_baby_and_falls_six_ticks_later_near_the_mark() -> None:
    first = dangers.ROCKS.first
    marked = dangers.rock_at_the_baby(params(), WORD, moment(first))
    assert (value(marked.pit_x[0]), value(marked.pit_y[0])) == (8, 6)
    assert value(marked.health[OWN]) == UNIT
    place = {"pit_x": marked.pit_x, "pit_y": marked.pit_y}
    for x, y, health in ((8, 6, 6000), (9, 6, 6000), (10, 6, UNIT)):
        waiting = moment(first + 6, baby={"x": x, "y": y})
        waiting = replace(waiting, **place)
        fallen = dangers.rock_at_the_baby(params(), WORD, waiting)
        assert value(fallen.health[OWN]) == health
    weak = moment(first + 6, baby={"health": 3000})
    weak = replace(weak, **place)
    assert not value(dangers.rock_at_the_baby(params(), WORD, weak).alive[OWN])
    gone = dangers.rock_at_the_baby(params(), WORD, moment(first + 7))
    assert value(gone.pit_x[0]) < 0, "a rock that has fallen is no danger"


def test_nothing_falls_into_the_nest_and_the_control_hits_the_mother_only() -> None:
    first = dangers.ROCKS.first
    home = dangers.rock_at_the_baby(params(), WORD, moment(first, baby={"x": 6, "y": 6}))
    assert value(home.pit_x[0]) < 0
    aimed = dangers.rock_at_the_mother(params(), WORD, moment(first, mother={"x": 2, "y": 2}))
    assert (value(aimed.pit_x[0]), value(aimed.pit_y[0])) == (2, 2)
    waiting = moment(first + 6, mother={"x": 2, "y": 2}, baby={"x": 2, "y": 2})
    waiting = replace(waiting, pit_x=aimed.pit_x, pit_y=aimed.pit_y)
    fallen = dangers.rock_at_the_mother(params(), WORD, waiting)
    assert (value(fallen.health[MOTHER]), value(fallen.health[OWN])) == (6000, UNIT)


def test_water_rises_from_one_side_to_the_nest_and_harms_who_is_in_it() -> None:
    first, side = dangers.FLOODS.first, None
    for at in (1, 11):
        for x, y in ((at, 6), (6, at)):
            low = dangers.flood(params(), WORD, moment(first, baby={"x": x, "y": y}))
            if value(low.health[OWN]) < UNIT:
                assert side is None, "from one side only"
                side = x, y
    assert side is not None
    for body, health in (("baby", UNIT - 600), ("mother", UNIT - 600), ("stranger", UNIT)):
        wet = dangers.flood(params(), WORD, moment(first, **{body: {"x": side[0], "y": side[1]}}))
        assert value(wet.health[{"baby": OWN, "mother": MOTHER, "stranger": STRANGER}[body]]) == health
    spared = dangers.flood_for_her(params(), WORD, moment(first, baby={"x": side[0], "y": side[1]}))
    assert value(spared.health[OWN]) == UNIT
    home = dangers.flood(params(), WORD, moment(first + 15, baby={"x": 6, "y": 6}))
    assert value(home.health[OWN]) == UNIT, "the nest stays dry"
    inland = (6 + (side[0] - 6) * 3 // 5, 6 + (side[1] - 6) * 3 // 5)
    reach = [
        value(dangers.flood(params(), WORD, moment(first + after, baby={"x": inland[0], "y": inland[1]})).health[OWN])
        for after in range(18)
    ]
    assert reach[0] == UNIT
    assert reach[15] < UNIT
    assert reach[16:] == [UNIT, UNIT], "and it drains"
