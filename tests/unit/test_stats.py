import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from carer.stats import difference, interval, iqm, permutation_test, stratified_bootstrap

SCORES = [0.61, 0.72, 0.70, 0.66, 0.79]


def test_interval_is_the_mean_with_a_seeded_interval_around_it():
    first, again, other = interval(SCORES), interval(SCORES), interval(SCORES, key=1)
    assert first == again
    assert first.value == pytest.approx(np.mean(SCORES))
    assert first.low is not None
    assert first.high is not None
    assert min(SCORES) <= first.low < first.value < first.high <= max(SCORES)
    assert (other.low, other.high) != (first.low, first.high)
    assert first.n == 5


@pytest.mark.parametrize("n", [1, 2])
def test_fewer_than_three_seeds_have_no_interval(n: int):
    assert interval(SCORES[:n]).low is None
    assert interval(SCORES[:n]).high is None
    assert difference(SCORES[:n], SCORES).low is None


@pytest.mark.parametrize("n", [3, 4])
def test_three_or_four_seeds_use_students_t(n: int):
    low, high = scipy_stats.t.interval(0.95, n - 1, np.mean(SCORES[:n]), scipy_stats.sem(SCORES[:n]))
    estimate = interval(SCORES[:n])
    assert (estimate.low, estimate.high) == (pytest.approx(low), pytest.approx(high))


def test_many_seeds_agree_with_students_t_where_scores_are_normal():
    scores = np.random.default_rng(0).normal(2.0, 1.0, size=60)
    low, high = scipy_stats.t.interval(0.95, 59, scores.mean(), scipy_stats.sem(scores))
    estimate = interval(scores)
    assert (estimate.low, estimate.high) == (pytest.approx(low, abs=0.03), pytest.approx(high, abs=0.03))


@pytest.mark.parametrize(("n", "least"), [(3, 0.92), (5, 0.90), (10, 0.92)])
def test_intervals_cover_the_truth_nearly_as_often_as_they_say(n: int, least: float):
    rng = np.random.default_rng(3)
    hits = 0
    for key in range(600):
        estimate = interval(rng.normal(0, 1, n), key=key, resamples=1000)
        assert estimate.low is not None
        assert estimate.high is not None
        hits += estimate.low <= 0 <= estimate.high
    assert least <= hits / 600 <= 0.985


@given(st.floats(-1e6, 1e6), st.integers(3, 9))
def test_equal_scores_have_an_interval_of_no_width(value: float, n: int):
    estimate = interval([value] * n, resamples=50)
    assert estimate.low == pytest.approx(value)
    assert estimate.high == pytest.approx(value)


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_score_that_is_not_finite_is_named(bad: float):
    with pytest.raises(ValueError, match="score 1 of 3"):
        interval([0.1, bad, 0.3])
    with pytest.raises(ValueError, match="no scores"):
        interval([])


def test_difference_paired_is_narrower_where_seeds_share_their_luck():
    luck = np.array([0.0, 0.4, -0.3, 0.2, -0.1, 0.5])
    a, b = 1.0 + luck + [0.01, -0.02, 0.0, 0.02, -0.01, 0.0], 0.8 + luck
    paired, loose = difference(a, b, paired=True), difference(a, b)
    assert paired.value == pytest.approx(loose.value) == pytest.approx(0.2)
    assert paired.low is not None
    assert loose.low is not None
    assert paired.low > 0 > loose.low


def test_difference_of_few_seeds_is_welchs():
    a, b = [1.0, 1.2, 1.1], [0.2, 0.5, 0.9, 0.1]
    welch = scipy_stats.ttest_ind(a, b, equal_var=False).confidence_interval(0.95)
    estimate = difference(a, b)
    assert (estimate.low, estimate.high) == (pytest.approx(welch.low), pytest.approx(welch.high))
    assert estimate.n == 3


def test_pairs_of_unequal_number_are_refused():
    with pytest.raises(ValueError, match="a has 2, b has 3"):
        difference([1, 2], [1, 2, 3], paired=True)
    with pytest.raises(ValueError, match="a has 2, b has 3"):
        permutation_test([1, 2], [1, 2, 3], paired=True)


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=40))
def test_iqm_is_the_trimmed_mean_of_the_middle_half(scores: list[float]):
    assert iqm(scores) == pytest.approx(scipy_stats.trim_mean(scores, 0.25), abs=1e-9)


def test_iqm_shrugs_off_one_wild_score():
    assert iqm([1.0, 1.0, 1.0, 1.0, 1000.0]) == 1.0


def test_stratified_bootstrap_resamples_within_strata():
    # Strata far apart: were runs dealt across strata, the mean would wander by units.
    scores = np.array([[0.0, 0.1, 0.05, 0.02], [100.0, 100.1, 100.05, 100.02]])
    estimate = stratified_bootstrap(scores, lambda table: float(table.mean()))
    assert estimate.value == pytest.approx(scores.mean())
    assert estimate.low is not None
    assert estimate.high is not None
    assert 0 < estimate.high - estimate.low < 0.2
    assert estimate == stratified_bootstrap(scores, lambda table: float(table.mean()))
    assert stratified_bootstrap(scores[:, :2]).low is None
    with pytest.raises(ValueError, match="strata, runs"):
        stratified_bootstrap(np.zeros(3))


def test_permutation_test_is_exact_for_few_scores():
    # 1 of the 20 ways to split six distinct scores, and its mirror image.
    assert permutation_test([4, 5, 6], [1, 2, 3]) == pytest.approx(2 / 20)
    # All five differences point one way: 2 of 2^5 sign patterns.
    assert permutation_test([2, 3, 4, 5, 6], [1, 1, 1, 1, 1], paired=True) == pytest.approx(2 / 32)
    assert permutation_test([1, 2, 3], [1, 2, 3]) == 1.0


def test_permutation_test_of_many_scores_is_near_the_exact_test_and_never_zero():
    rng = np.random.default_rng(5)
    a, b = rng.normal(0.5, 1, 30), rng.normal(0, 1, 30)
    t = (a.mean() - b.mean()) / np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / 30)
    assert permutation_test(a, b) == pytest.approx(2 * scipy_stats.t.sf(abs(t), 58), abs=0.02)
    assert 0 < permutation_test(a + 50, b, resamples=200) <= 1 / 201 + 1e-9
    assert 0 < permutation_test(a + 50, b, paired=True, resamples=200) <= 1 / 201 + 1e-9
