"""Linear probes find what is there, and nothing where there is nothing."""

import numpy as np
import pytest
from numpy.typing import NDArray

from carer.concepts import CarerError
from carer.dissect import Probe, probe

TICKS, UNITS, EPISODES = 20, 6, 40
EVERYWHERE = np.ones((TICKS, EPISODES), bool)


def noise(*shape: int, seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


ACTIVITY = noise(TICKS, UNITS, EPISODES)


def asked(label: NDArray[np.generic], where: NDArray[np.bool_] = EVERYWHERE) -> Probe:
    return probe(ACTIVITY, label, where)


def test_an_amount_that_units_carry_is_read_off_them_whatever_its_scale() -> None:
    told = 3.0 * ACTIVITY[:, 1] - ACTIVITY[:, 4]
    for label in (told, 1000.0 * told + 7.0):
        found = asked(label)
        assert found.score > 0.999
        assert found.shuffled < 0.05
        np.testing.assert_array_equal(np.argsort(-np.abs(found.weights))[:2], [1, 4])
        assert found.weights[1] > 0 > found.weights[4]


def test_the_size_of_a_unit_does_not_make_it_matter() -> None:
    scaled = ACTIVITY * np.array([1, 1e-3, 1, 1, 1, 1], np.float32)[:, None]
    found = probe(scaled, ACTIVITY[:, 1] + ACTIVITY[:, 4], EVERYWHERE)
    assert found.score > 0.999
    assert found.weights[1] == pytest.approx(found.weights[4], rel=0.05)


def test_a_unit_that_never_moves_is_no_fault() -> None:
    still = ACTIVITY.copy()
    still[:, 3] = 0.7
    found = probe(still, ACTIVITY[:, 1] > 0, EVERYWHERE)
    assert 0.5 < found.score < 0.8  # a line tells of a sign what a line can
    assert found.weights[3] == 0.0


def test_what_no_unit_carries_is_not_found_in_episodes_held_out() -> None:
    """There are units enough to learn the taught ticks by heart."""
    few, many = (2, 4), noise(2, 40, 4)
    found = probe(many, noise(*few, seed=1), np.ones(few, bool))
    assert found.score < 0.1
    assert asked(noise(TICKS, EPISODES, seed=2)).score < 0.05


def test_what_only_the_time_tells_is_told_as_well_by_shuffled_labels() -> None:
    clock = np.tile(np.linspace(-1.0, 1.0, TICKS)[:, None], (1, EPISODES))
    timed = ACTIVITY.copy()
    timed[:, 0] = clock
    found = probe(timed, clock, EVERYWHERE)
    assert found.score > 0.99
    assert found.shuffled > 0.99


def test_no_episode_teaches_and_tests() -> None:
    """A label that holds for an episode as a whole is known by the noise of that episode alone: that is no reading."""
    of_episode = np.tile(noise(EPISODES, seed=3), (TICKS, 1))
    fingerprint = np.tile(noise(200, EPISODES, seed=4), (TICKS, 1, 1))
    found = probe(fingerprint, of_episode, EVERYWHERE)
    assert found.score < 0.3
    assert found.shuffled < 0.3


def test_ticks_that_are_left_out_make_no_difference() -> None:
    where = np.arange(TICKS)[:, None] % 2 == np.zeros(EPISODES, int)
    label = ACTIVITY[:, 2] > 0
    spoilt = np.where(where, label, ~label)
    assert asked(spoilt, where).score == asked(label, where).score > 0.5
    assert asked(spoilt).score < 0.3


def test_the_key_seeds_the_shuffling_and_nothing_else() -> None:
    label = ACTIVITY[:, 0] + noise(TICKS, EPISODES, seed=5)
    first, again, other = (probe(ACTIVITY, label, EVERYWHERE, key=key) for key in (0, 0, 1))
    assert first.shuffled == again.shuffled != other.shuffled
    assert first.score == other.score


@pytest.mark.parametrize("half", [0, 1], ids=["taught", "tested"])
def test_a_label_that_never_changes_in_one_half_is_refused(half: int) -> None:
    label = noise(TICKS, EPISODES) > 0
    label[:, half::2] = True
    with pytest.raises(CarerError, match="the label never changes in the recorded ticks"):
        asked(label)


@pytest.mark.parametrize("ticks", [0, 1])
def test_fewer_than_two_ticks_are_refused(ticks: int) -> None:
    where = np.zeros((TICKS, EPISODES), bool)
    where[:ticks, 0] = where[:, 1] = True
    with pytest.raises(CarerError, match="Record more episodes"):
        asked(ACTIVITY[:, 0], where)
