"""What is read of the rows of metrics that the experiments on motives log: a figure of each seed."""

from collections.abc import Mapping, Sequence
from math import nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from carer.experiments.motives.growing import TRIAL

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
