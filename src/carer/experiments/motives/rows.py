"""What is read of the rows of metrics that the experiments on motives log: a figure of each seed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from math import isfinite, nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from carer.stats import interval

TRIAL = "trial"
"""The ``split`` of the rows with what one agent did."""
Rows = Sequence[Mapping[str, Any]]
"""Metrics, as a run gives them."""


def rows_of(rows: Rows, **labels: str) -> list[Mapping[str, Any]]:
    """Those with all of the labels, by seed; of one seed in the order of logging."""
    found = [row for row in rows if all(row.get(name) == value for name, value in labels.items())]
    return sorted(found, key=lambda row: row["seed"])


def scores(rows: Rows, what: str, **labels: str) -> list[float]:
    """A figure of each seed, of the rows with all of the labels; NaN where it was logged as nothing."""
    return [nan if row[what] is None else row[what] for row in rows_of(rows, **labels)]


def tried(rows: Rows, arm: str, agent: str, what: str) -> list[float]:
    """A figure of the trials of each seed."""
    return scores(rows, what, split=TRIAL, condition=arm, agent=agent)


def logged(rows: Rows, arm: str, what: str) -> NDArray[np.float64]:
    """What was logged while an arm learned: [seeds, updates]."""
    by_seed: dict[int, list[float]] = {}
    for row in rows_of(rows, split="train", condition=arm):
        by_seed.setdefault(row["seed"], []).append(row[what])
    return np.array(list(by_seed.values()), np.float64)


def estimate(scores: Iterable[float]) -> dict[str, Any] | None:
    """A cell of a table: the mean over the seeds that have a figure, with its interval; None where none has."""
    there = [float(score) for score in scores if isfinite(score)]
    return asdict(interval(there)) if there else None


def slopes(doses: Sequence[int], found: NDArray[np.float64]) -> list[float]:
    """By how much a figure rises for each doubling of 1 + dose, by least squares: of each seed, of [doses, seeds]."""
    at = np.log2(1.0 + np.array(doses))
    centred = at - at.mean()
    return ((centred[:, None] * found).sum(0) / (centred**2).sum()).tolist()
