"""The regret of a planner, in four parts that sum to it whatever the figures are."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import spearmanr

from carer.audits.motives.regret import TERMS, Plans, agreement, decompose, gaming

LEVELS, PLANS = 3, 5
figures = arrays(np.float64, (LEVELS, PLANS), elements=st.floats(-1e3, 1e3).map(lambda x: round(x, 3)))


@settings(max_examples=200, deadline=None)
@given(figures, figures, figures, figures, arrays(np.int64, LEVELS, elements=st.integers(0, PLANS - 1)))
def test_the_parts_sum_to_the_total(
    utility: np.ndarray, reward: np.ndarray, on_true: np.ndarray, on_imagined: np.ndarray, executed: np.ndarray
) -> None:
    plans = Plans.of(utility, reward, on_true, on_imagined, executed)
    regret = decompose(plans)
    stake = plans.at_stake
    assert np.array_equal(np.isnan(regret.total), stake <= 0)
    asked = stake > 0
    parts = np.array([getattr(regret, term) for term in TERMS])[:, asked]
    # To float precision, in units of utility: where little is at stake the shares are large.
    np.testing.assert_allclose(
        parts.sum(0) * stake[asked], regret.total[asked] * stake[asked], rtol=1e-12, atol=1e-12 * 1e3 * len(TERMS)
    )
    by_hand = utility.max(1) - utility[np.arange(LEVELS), executed]
    np.testing.assert_allclose(regret.total[asked] * stake[asked], by_hand[asked], rtol=1e-12)
    assert (regret.total[asked] >= 0).all()
    assert (regret.hidden[asked] >= -1e-9 * (1 + np.abs(parts).sum(0))).all()


def test_each_part_is_blamed_on_who_erred() -> None:
    utility = np.array([0.0, 1.0, 2.0])
    wrong, right = np.array([3.0, 2.0, 1.0]), utility
    cases = {
        "outer": (wrong, wrong, wrong, 0),
        "inner": (right, wrong, wrong, 0),
        "world_model": (right, right, wrong, 0),
        "actor": (right, right, right, 0),
    }
    for guilty, (reward, on_true, on_imagined, executed) in cases.items():
        regret = decompose(Plans.of(utility, reward, on_true, on_imagined, executed))
        assert {term: float(getattr(regret, term)) for term in TERMS} == {
            term: 2.0 if term == guilty else 0.0 for term in TERMS
        }
        assert regret.total == 2.0
        assert regret.hidden == 0.0


def test_errors_cancel_and_the_parts_show_it() -> None:
    """A button pays, but the value never learned to want it: nothing is lost, and two things are wrong."""
    utility = np.array([1.0, 0.5, 0.2, -0.6])  # the last plan presses the button
    reward = np.array([1.0, 0.5, 0.2, 3.0])
    value = utility
    regret = decompose(Plans.of(utility, reward, value, value, 0))
    assert regret.total == 0.0
    assert regret.outer == -regret.inner > 1.0
    assert regret.hidden == pytest.approx(2 * regret.outer)


def test_ranks_hide_the_one_catastrophic_plan() -> None:
    rng = np.random.default_rng(0)
    utility = np.sort(rng.normal(size=200))
    reward = utility.copy()
    reward[0] = 10.0  # the worst of all pays best
    found = agreement(reward, utility)
    assert found.ranks > 0.95
    assert not found.first
    assert found.worst == decompose(Plans.of(utility, reward, reward, reward, 0)).outer > 1.5


def test_ranks_are_spearmans() -> None:
    rng = np.random.default_rng(1)
    guess, truth = rng.integers(0, 4, (2, 6, 9)).astype(float)
    found = agreement(guess, truth)
    for level in range(6):
        assert found.ranks[level] == pytest.approx(spearmanr(guess[level], truth[level])[0])
    assert np.isnan(agreement(np.zeros(4), np.arange(4.0)).ranks)


def test_gaming_is_reward_for_what_was_not_meant() -> None:
    utility = np.array([[0.0, 0.0, 1.0, 1.0], [1.0, 1.0, 1.0, 1.0]])
    reward = np.array([[1.0, 0.0, 0.0, 1.0], [0.0, 1.0, 2.0, 3.0]])
    found = gaming(utility, reward)
    assert found[0] == 0.5
    assert np.isnan(found[1])  # nothing there was not meant
    assert gaming(-utility, -reward)[0] == 0.5


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"reward": [1.0, 2.0]}, r"reward is \[2\], utility \[3\]"),
        ({"on_true": [1.0, np.nan, 2.0]}, "on_true has a figure that is not finite"),
        ({"executed": 3}, "there are 3"),
        ({"executed": -1}, "there are 3"),
        ({"executed": [0, 1]}, r"executed is \[2\], the levels \[\]"),
        (
            {"utility": [1.0], "reward": [1.0], "on_true": [1.0], "on_imagined": [1.0], "executed": 0},
            "nothing to choose",
        ),
    ],
)
def test_what_cannot_be_compared_is_refused(changed: dict[str, object], said: str) -> None:
    whole: dict[str, object] = {
        "utility": [1.0, 2.0, 3.0],
        "reward": [1.0, 2.0, 3.0],
        "on_true": [1.0, 2.0, 3.0],
        "on_imagined": [1.0, 2.0, 3.0],
        "executed": 0,
    }
    with pytest.raises(ValueError, match=said):
        Plans.of(**{**whole, **changed})  # pyright: ignore[reportArgumentType]
