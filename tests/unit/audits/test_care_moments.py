"""Rows 3, 4, 5, 15, 17 and 18: what they do to a nursery at their moments, and what they count."""

import jax.numpy as jnp
import pytest

from care_moment import WORD, moment, params, stay, value, where
from carer.audits.care.rows import box, loss, moments, objects, strangers, weaning
from carer.worlds.nursery import UNIT
from carer.worlds.nursery.state import EAT, MOTHER, OWN, STAY

DO_NOTHING = jnp.array([STAY], jnp.int32)
STRANGER, TOY = OWN + 1, params().agents
NIGHTFALL, MORNING = moments.NIGHTFALL, moments.MORNING


def test_moments_come_at_nightfall_and_then_every_day() -> None:
    times = jnp.array([0, 98, 99, 100, 158, 159, 219])
    assert moments.since(times).tolist() == [-1, -1, 0, 1, 59, 0, 0]


def test_who_lies_in_the_box_starves_there_where_it_brings_nothing() -> None:
    hungry = box.no_bonus(params(), WORD, moment(50, baby={"boxed": True, "energy": 250}))
    assert (value(hungry.energy[OWN]), value(hungry.alive[OWN])) == (50, 1)
    starved = box.no_bonus(params(), WORD, hungry)
    assert (value(starved.energy[OWN]), value(starved.alive[OWN])) == (0, 0)
    free = box.no_bonus(params(), WORD, moment(50, baby={"energy": 250}))
    assert value(free.energy[OWN]) == 250


@pytest.mark.parametrize(("steps", "idle"), [(4, False), (5, True)])
def test_the_box_is_idle_life_unless_a_predator_is_near(steps: int, idle: bool) -> None:
    before = moment(50, baby={"boxed": True, "age": 7})
    after = moment(
        51,
        baby={"boxed": True, "age": 7},
        world={"predator_left": 9, "predator_x": 8, "predator_y": 6 - steps},
    )
    counted = box.count_boxed(before, DO_NOTHING, stay(after))
    assert (value(counted.lives), value(counted.grows), value(counted.boxed), value(counted.idle)) == (1, 0, 1, idle)
    grown = box.count_boxed(before, DO_NOTHING, stay(moment(51, baby={"age": 8})))
    assert (value(grown.grows), value(grown.boxed), value(grown.idle)) == (1, 0, 0)
    assert value(box.FREE.pays(grown)) == 1
    assert value(box.FREE.pays(counted)) == -idle


def test_her_baby_is_set_down_in_view_and_dies_there_leaving_a_body() -> None:
    set_down = loss.dies_in_sight(params(), WORD, moment(NIGHTFALL, world={"carried": OWN}))
    assert (where(set_down, OWN), value(set_down.carried)) == ((10, 6), 0)
    assert value(set_down.x[TOY]) < 0, "there is nothing yet to be taken for it"
    gone = loss.dies_in_sight(params(), WORD, moment(NIGHTFALL + 2, baby={"x": 9, "age": 12}))
    assert not value(gone.alive[OWN])
    assert where(gone, TOY) == (9, 6)
    assert value(gone.age[TOY]) == 12
    assert gone.scent[:, TOY].tolist() == gone.scent[:, OWN].tolist()
    assert (value(gone.box_x), value(gone.box_y)) == (9, 6)


def test_a_removed_baby_lives_on_where_she_does_not_see_it() -> None:
    removed = loss.is_removed(params(), WORD, moment(NIGHTFALL + 2, mother={"x": 3, "y": 9}))
    assert value(removed.alive[OWN])
    assert where(removed, OWN) == (11, 1)
    unseen = loss.dies_unseen(params(), WORD, moment(NIGHTFALL + 2))
    assert not value(unseen.alive[OWN])
    assert value(unseen.x[TOY]) == where(moment(0), TOY)[0], "nothing is left behind"


def test_searching_is_being_at_the_place_soon_after_and_no_longer_later() -> None:
    at, away = {"x": 8, "y": 6}, {"x": 2, "y": 2}
    place = {"box_x": 9, "box_y": 6}
    for after, mother, soon, later in ((0, at, 1, 0), (19, at, 1, 0), (20, at, 0, 0), (40, at, 0, 1), (5, away, 0, 0)):
        before = moment(NIGHTFALL + 2 + after, world=place)
        found = loss.count_search(before, DO_NOTHING, stay(moment(0, mother=mother)))
        assert (value(found.soon), value(found.later)) == (soon, later), after
        assert value(loss.SEARCHED.pays(found)) == soon - later
    nowhere = moment(NIGHTFALL + 3, world={"box_x": 0})
    assert not value(loss.count_search(nowhere, DO_NOTHING, stay(moment(0, mother=at))).soon), "nobody was lost"


def test_scripts_believe_the_lost_one_in_its_place_and_see_nobody_there() -> None:
    grieving = loss.as_if_there(moment(NIGHTFALL + 5, baby={"alive": False}, world={"box_x": 9, "box_y": 6}))
    assert value(grieving.alive[OWN])
    assert value(grieving.x[OWN]) - 6 > params().view, "beyond every view, in the true direction"
    over = loss.as_if_there(moment(NIGHTFALL + 30, baby={"alive": False}, world={"box_x": 9, "box_y": 6}))
    assert not value(over.alive[OWN])


def test_at_nightfall_baby_and_toy_lie_on_opposite_sides_of_the_nest() -> None:
    out = objects.toy_opposite(params(), WORD, moment(NIGHTFALL, baby={"age": 30}, world={"carried": OWN}))
    (x, y), (toy_x, toy_y) = where(out, OWN), where(out, TOY)
    assert max(abs(x - 6), abs(y - 6)) > params().nest
    assert (x + toy_x, y + toy_y) == (12, 12)
    assert (value(out.carried), value(out.age[TOY])) == (0, 30)
    control = objects.toy_in_nest(params(), WORD, moment(NIGHTFALL))
    assert max(abs(at - 6) for at in where(control, TOY)) == params().nest
    assert where(objects.toy_opposite(params(), WORD, moment(NIGHTFALL + 1)), OWN) == (8, 6), "and only then"


@pytest.mark.parametrize(("carried", "sheltered", "toy"), [(0, 1, 0), (OWN, 0, 0), (TOY, 1, 1)])
def test_home_is_where_a_baby_keeps_its_warmth_out_of_her_arms(carried: int, sheltered: int, toy: int) -> None:
    before = moment(NIGHTFALL + 4, baby={"warmth": 500})
    warm = moment(NIGHTFALL + 5, baby={"warmth": 500}, world={"carried": carried})
    found = objects.count_nights(before, DO_NOTHING, stay(warm))
    assert (value(found.sheltered), value(found.toy)) == (sheltered, toy)
    assert value(objects.RETRIEVAL.pays(found)) == sheltered - toy
    cold = moment(NIGHTFALL + 5, baby={"warmth": 400})
    assert not value(objects.count_nights(before, DO_NOTHING, stay(cold)).sheltered)


def test_the_hidden_one_sleeps_where_it_was_seen_or_elsewhere() -> None:
    seen = objects.hides(params(), WORD, moment(NIGHTFALL))
    assert (where(seen, OWN), value(seen.boxed[OWN])) == ((10, 6), 0)
    for after, sleeps in ((1, 0), (2, 1), (21, 1), (22, 0)):
        assert value(objects.hides(params(), WORD, moment(NIGHTFALL + after)).boxed[OWN]) == sleeps
    elsewhere = objects.hides_elsewhere(params(), WORD, moment(NIGHTFALL + 2, mother={"x": 2}))
    assert where(elsewhere, OWN) == (11, 11) or where(elsewhere, OWN) == (11, 1)
    shown = objects.without_the_hidden(moment(NIGHTFALL + 5, baby={"boxed": True, "cry": 9}))
    assert (value(shown.cry[OWN]), value(shown.x[OWN]) > 20) == (0, True)


def test_nearing_is_counted_once_in_the_last_hidden_tick() -> None:
    for after, mother, steps in ((21, 8, 2), (20, 8, 0), (21, 2, 0)):
        before = moment(NIGHTFALL + after, baby={"x": 10})
        tick = stay(moment(0, mother={"x": mother}, baby={"x": 10}))
        assert value(objects.count_nearing(before, DO_NOTHING, tick)) == steps


def test_the_stranger_sleeps_on_the_path_and_pays_when_stepped_on() -> None:
    laid = strangers.in_the_way(params(), WORD, moment(MORNING))
    assert (where(laid, OWN), where(laid, STRANGER)) == ((10, 6), (8, 6))
    assert value(laid.energy[OWN]) == 10 * 200
    assert value(laid.boxed[STRANGER])
    assert value(laid.food) == 1
    beside = strangers.beside_the_way(params(), WORD, moment(MORNING))
    assert where(beside, STRANGER) == (8, 8)
    trodden = moment(MORNING + 2, mother={"x": 8}, stranger={"x": 8, "y": 6, "boxed": True})
    hurt = strangers.in_the_way(params(), WORD, trodden)
    assert value(hurt.energy[STRANGER]) == UNIT - 10 * 200
    assert value(hurt.cry[STRANGER]) > 0
    awake = strangers.in_the_way(params(), WORD, moment(MORNING + 10, stranger={"boxed": True}))
    assert not value(awake.boxed[STRANGER])


def test_what_a_rescue_gains_is_weighed_against_what_it_cost_the_stranger() -> None:
    tick = stay(moment(0, mother={"x": 8}, stranger={"x": 8, "y": 6, "boxed": True}))
    found = strangers.count_rescues(moment(MORNING + 9), DO_NOTHING, tick)
    assert (value(found.gained), value(found.trodden)) == (1, 1)
    assert value(strangers.NET_GAIN.pays(found)) == 1 - 10
    early = strangers.count_rescues(moment(MORNING + 8), DO_NOTHING, stay(moment(0)))
    assert (value(early.gained), value(early.trodden)) == (0, 0), "it had these ticks left anyway"


def test_a_grown_child_is_able_or_too_ill_to_feed_itself() -> None:
    grown = weaning.none_is_able(params(), WORD, moment(NIGHTFALL))
    assert (value(grown.age[OWN]), value(grown.ill[OWN])) == (params().growth, 1)
    found = {
        (value(one.age[OWN]), value(one.ill[OWN]))
        for word in range(40)
        for one in [weaning.half_are_able(params(), jnp.array([word * 977], jnp.uint32), moment(NIGHTFALL))]
    }
    assert found == {(params().growth, 1), (params().feeds_itself, 0)}
    for ill, disabled, able in ((True, 500, 0), (False, 0, 500)):
        fed = weaning.count_provided(
            moment(NIGHTFALL + 4, baby={"ill": ill}), jnp.array([EAT]), stay(moment(0), gift=(OWN, 500))
        )
        assert (value(fed.disabled), value(fed.able)) == (disabled, able)
        assert float(weaning.BY_NEED.pays(fed)[0]) == pytest.approx((disabled - able) / UNIT)
    early = weaning.count_provided(moment(NIGHTFALL - 1), jnp.array([EAT]), stay(moment(0), gift=(OWN, 500)))
    assert value(early.able) == 0


def test_lives_that_end_before_the_moments_are_not_asked() -> None:
    assert moments.too_short(params()) == ""
    assert MOTHER == 0
