"""What each unit of the planted mother is good for is found, wherever it stands."""

import jax
import numpy as np
import pytest
from numpy.typing import NDArray
from planted import CRY, FETCHES, GIVES, HUNGRY, LEAVES, WIDTH
from planted_study import EPISODES, HOLDS, WORLD, elder, places, subjects

from carer.concepts import CarerError, UnknownNameError
from carer.dissect import Effects, ablations, random_like, top
from carer.experiments.care.study import Subject
from carer.worlds.nursery.trial import Lives, count_lives

AT_NEST = 3
"""The unit of her embedding that sees that she stands in the nest."""


@pytest.fixture(params=[0, 1], ids=["mother", "sister"], scope="module")
def subject(request: pytest.FixtureRequest) -> Subject:
    return subjects()[request.param]


def test_ablating_who_gives_and_fetches_costs_care_alone(subject: Subject) -> None:
    care, foraging = subject.care["hidden"], subject.foraging["hidden"]
    assert foraging.intact == 80.0  # the whole horizon
    assert care.intact > 70.0  # from its birth on
    for unit, least in zip(places(subject.policy, GIVES, FETCHES), (50, 20), strict=True):
        assert care.lost[unit] > least
        assert foraging.lost[unit] == 0.0


def test_ablating_who_leaves_and_is_hungry_costs_foraging(subject: Subject) -> None:
    care, foraging = subject.care["hidden"], subject.foraging["hidden"]
    for unit in places(subject.policy, LEAVES, HUNGRY):
        assert foraging.lost[unit] > 50
        assert care.lost[unit] > 5  # who starves feeds nobody
        assert subject.specific("hidden")[unit] < 0


def test_ablating_who_only_follows_the_day_costs_nothing(subject: Subject) -> None:
    idle = places(subject.policy, *range(4, WIDTH))
    assert not subject.care["hidden"].lost[idle].any()
    assert not subject.foraging["hidden"].lost[idle].any()
    assert not subject.specific("hidden")[idle].any()


def test_the_most_relevant_units_are_the_planted_ones(subject: Subject) -> None:
    for relevance, planted in (
        (subject.specific("hidden"), (GIVES, FETCHES)),
        (subject.foraging["hidden"].lost, (LEAVES, HUNGRY)),
        (subject.care["hidden"].lost, (GIVES, FETCHES, LEAVES, HUNGRY)),
    ):
        assert set(np.flatnonzero(top(relevance, len(planted)))) == set(places(subject.policy, *planted))


def test_in_the_embedding_hearing_a_cry_and_feeling_food_are_good_for_care_alone(subject: Subject) -> None:
    assert set(np.flatnonzero(top(subject.specific("embedding"), 2))) == {HOLDS, CRY}
    assert not subject.foraging["embedding"].lost[[HOLDS, CRY]].any()
    assert set(np.flatnonzero(subject.foraging["embedding"].lost > 50)) == {0, AT_NEST}


def _baby(lives: Lives) -> float:
    return float(lives.baby.mean())


def test_every_unit_is_held_at_what_was_given_in_the_same_episodes() -> None:
    mother, mean = elder(), subjects()[0].recording.mean("hidden")
    always_hungry = np.where(np.arange(WIDTH) == HUNGRY, 1.0, mean).astype(np.float32)

    def asked(to: NDArray[np.float32], key: int = 1) -> Effects:
        return ablations(WORLD, mother, "hidden", to, jax.random.key(key), EPISODES, count_lives, _baby)

    one, other = asked(mean), asked(always_hungry)
    assert np.flatnonzero(one.lost != other.lost).tolist() == [HUNGRY]
    assert other.lost[HUNGRY] < one.lost[HUNGRY] - 5  # she eats in time, whatever she feels
    assert one.intact == other.intact != asked(mean, 2).intact


def test_no_unit_of_an_unknown_site_is_held() -> None:
    mean = np.zeros(WIDTH, np.float32)
    with pytest.raises(UnknownNameError, match="unknown site 'logits'"):
        ablations(WORLD, elder(), "logits", mean, jax.random.key(0), EPISODES, count_lives, _baby)


def test_the_most_relevant_are_chosen_and_of_equals_the_first() -> None:
    relevance = np.array([0.1, -3.0, 2.0, 0.1, 2.0])
    chosen = [np.flatnonzero(top(relevance, count)).tolist() for count in range(6)]
    assert chosen == [[], [2], [2, 4], [0, 2, 4], [0, 2, 3, 4], [0, 1, 2, 3, 4]]


@pytest.mark.parametrize("count", [-1, 6])
def test_no_more_units_are_chosen_than_there_are(count: int) -> None:
    with pytest.raises(CarerError, match="Ask for no more than there are"):
        top(np.arange(5.0), count)


def test_random_units_are_as_many_and_weigh_about_as_much() -> None:
    weight = np.random.default_rng(0).exponential(size=64)
    for heavy in (True, False):
        units = top(weight if heavy else -weight, 12)
        drawn = np.array([random_like(units, weight, seed) for seed in range(8)])
        assert (drawn.sum(1) == 12).all()
        chance = np.array([random_like(units, np.ones(64), seed) @ weight for seed in range(8)])
        assert np.abs(drawn @ weight - units @ weight).mean() < np.abs(chance - units @ weight).mean() / 2
        assert len({tuple(one) for one in drawn}) == 8
    np.testing.assert_array_equal(drawn[3], random_like(units, weight, 3))


def test_the_random_units_of_none_are_none_and_of_all_are_all() -> None:
    weight = np.ones(5)
    assert not random_like(np.zeros(5, bool), weight, 0).any()
    assert random_like(np.ones(5, bool), weight, 0).all()


def test_any_unit_may_be_among_random_ones() -> None:
    units = np.arange(8) < 2
    drawn = np.array([random_like(units, np.ones(8), seed) for seed in range(60)])
    assert drawn.any(0).all()
    assert (drawn != units).any(1).all(), "but never just the units that they are compared with"
