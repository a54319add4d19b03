"""Robust summaries of scores."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Scores = Sequence[float] | NDArray[np.float64]


def checked(scores: Scores, what: str = "score") -> NDArray[np.float64]:
    """Return `scores` as a flat float array; ValueError where there are none, or one is not finite."""
    array = np.asarray(scores, dtype=np.float64).ravel()
    if array.size == 0:
        raise ValueError(f"no {what}s: an estimate needs at least one")
    bad = np.flatnonzero(~np.isfinite(array))
    if bad.size:
        raise ValueError(f"{what} {int(bad[0])} of {array.size} is {array[bad[0]]}: every {what} must be finite")
    return array


def iqm(scores: Scores | NDArray[np.float64]) -> float:
    """Return the interquartile mean: the mean of the middle half of all scores, of any shape.

    A quarter of the scores, rounded down, is cut at each end, as Agarwal et al. (2021) do for runs of agents.
    """
    ordered = np.sort(checked(scores))
    cut = ordered.size // 4
    return float(ordered[cut : ordered.size - cut].mean())
