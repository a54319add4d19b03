"""Linear probes: whether a label can be read off recorded activations, beside what shuffled labels give.

Ridge regression on standardised units; half of the episodes teach it and the other half hold it to account. A label
that the observation tells as well is no sign of anything inside: ask `Recording.seen` the same.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from carer.concepts import CarerError

PENALTY = 0.01
"""Of the squared weights, with units and label scaled to deviation 1 and the error averaged over ticks."""


class Probe(NamedTuple):
    """What a probe found.

    Attributes:
        score: share of the label's variance told in held-out episodes; 1 is all, 0 or less is nothing.
        shuffled: the same where each episode has the labels of another: what the time of an episode tells alone.
        weights: float64 [units], of units scaled to deviation 1: by their size units may be ranked.
    """

    score: float
    shuffled: float
    weights: NDArray[np.float64]


def probe(activity: NDArray[np.float32], label: NDArray[Any], where: NDArray[np.bool_], *, key: int = 0) -> Probe:
    """Read a label off activations.

    Args:
        activity: [ticks, units, episodes], of a `Recording`.
        label: [ticks, episodes], true or false, or an amount.
        where: bool [ticks, episodes], the ticks to learn from and to be tested on.
        key: seeds the shuffling.

    Raises:
        CarerError: in either half of the episodes the label never changes, or there are no two ticks; or episodes that
            swap labels share too few ticks.

    """
    rng = np.random.default_rng(key)
    dealt = np.arange(label.shape[1])
    for half in (dealt[0::2], dealt[1::2]):  # no label crosses from the episodes that teach to those that test
        half[:] = rng.permutation(half)
    score, weights = _told(activity, label, where)
    try:
        shuffled, _ = _told(activity, label[:, dealt], where & where[:, dealt])
    except CarerError:
        raise CarerError("the episodes that swap labels share too few ticks.", "Record more episodes.") from None
    return Probe(score, shuffled, weights)


def _told(
    activity: NDArray[np.float32], label: NDArray[Any], where: NDArray[np.bool_]
) -> tuple[float, NDArray[np.float64]]:
    """The held-out share of variance, and the weights: episodes of even number teach, the others test."""
    (x, y), (unseen, truth) = (_rows(activity, label, where, part) for part in (0, 1))
    middle, spread = x.mean(0), x.std(0)
    spread = np.where(spread > 1e-6, spread, 1.0)
    x, unseen = (x - middle) / spread, (unseen - middle) / spread
    scale, centre = y.std(), y.mean()
    weights = np.linalg.solve(x.T @ x / len(x) + PENALTY * np.eye(x.shape[1]), x.T @ ((y - centre) / scale) / len(x))
    error = truth - (unseen @ weights * scale + centre)
    return float(1.0 - (error**2).sum() / ((truth - truth.mean()) ** 2).sum()), weights


def _rows(
    activity: NDArray[np.float32], label: NDArray[Any], where: NDArray[np.bool_], part: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The ticks of every other episode, from `part`: [n, units] and their labels [n]."""
    chosen = where[:, part::2]
    x = np.moveaxis(activity[:, :, part::2], 1, -1)[chosen].astype(np.float64)
    y = label[:, part::2][chosen].astype(np.float64)
    if len(y) < 2 or y.std() == 0:
        raise CarerError("the label never changes in the recorded ticks.", "Record more episodes, or ask another one.")
    return x, y
