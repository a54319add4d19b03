"""Tests of a difference between two groups of seeds."""

from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

from carer.stats.robust import Scores, checked


def permutation_test(a: Scores, b: Scores, *, paired: bool = False, key: int = 0, resamples: int = 10_000) -> float:
    """Return the two-sided p-value of ``mean(a) - mean(b)`` under exchangeable labels.

    Every arrangement is counted where there are at most `resamples` of them (the p-value is then exact);
    otherwise that many are drawn, and the observed one is counted with them so that p is never 0.

    Raises:
        ValueError: an empty group, a score that is not finite, or pairs of unequal number.
    """
    first, second = checked(a, "score of a"), checked(b, "score of b")
    if paired and first.size != second.size:
        raise ValueError(f"paired scores come in pairs: a has {first.size}, b has {second.size}")
    rng = np.random.default_rng(key)
    if paired:
        nulls, exact = _flipped(first - second, rng, resamples)
        observed = abs(float((first - second).mean()))
    else:
        nulls, exact = _relabelled(first, second, rng, resamples)
        observed = abs(float(first.mean() - second.mean()))
    # The tolerance keeps arrangements that equal the observed one from being lost to rounding.
    scale = max(float(np.abs(first).max()), float(np.abs(second).max()), 1e-300)
    extreme = int(np.count_nonzero(np.abs(nulls) >= observed - 1e-12 * scale))
    return extreme / nulls.size if exact else (1 + extreme) / (1 + nulls.size)


def _flipped(gaps: NDArray[np.float64], rng: np.random.Generator, resamples: int) -> tuple[NDArray[np.float64], bool]:
    """Mean gaps with each pair's labels kept or exchanged: [arrangements]; whether all of them."""
    exact = 2**gaps.size <= resamples
    if exact:
        bits = (np.arange(2**gaps.size)[:, None] >> np.arange(gaps.size)) & 1
    else:
        bits = rng.integers(0, 2, size=(resamples, gaps.size))
    return ((2 * bits - 1) * gaps).mean(axis=1), exact


def _relabelled(
    a: NDArray[np.float64], b: NDArray[np.float64], rng: np.random.Generator, resamples: int
) -> tuple[NDArray[np.float64], bool]:
    """Differences of means with the labels dealt anew: [arrangements]; whether all of them."""
    pool = np.concatenate([a, b])
    exact = comb(pool.size, a.size) <= resamples
    if exact:
        members = np.array(list(combinations(range(pool.size), a.size)))
    else:
        members = rng.permuted(np.tile(np.arange(pool.size), (resamples, 1)), axis=1)[:, : a.size]
    sums = pool[members].sum(axis=1)
    return sums / a.size - (pool.sum() - sums) / b.size, exact
