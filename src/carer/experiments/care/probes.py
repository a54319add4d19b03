"""What can be read off a caring mother: probes of her memory, beside all that a probe has to beat.

A label that the observation of the tick tells as well is no sign of anything kept inside; one that an untrained network
keeps as well is no sign of anything learned. Both are asked of the same lives.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from carer.agents import RecurrentPolicy
from carer.concepts import CarerError
from carer.dissect import Recording, probe, read_again
from carer.experiments.care.study import Subject, rank_correlation
from carer.stats import interval

Where = Callable[[Recording], NDArray[np.bool_]]


def _always(recording: Recording) -> NDArray[np.bool_]:
    return recording.lived


def _with_baby(recording: Recording) -> NDArray[np.bool_]:
    return recording.lived & recording.labels["own baby lives"]


def _beside_one(recording: Recording) -> NDArray[np.bool_]:
    labels = recording.labels
    return _with_baby(recording) & (labels["own baby nearest"] | labels["foreign baby nearest"])


PROBED: dict[str, Where] = {
    "own baby lives": _always,
    "own baby in view": _with_baby,
    "own baby's deficit": _with_baby,
    "own baby nearest": _beside_one,
    "predator near": _always,
    "her own energy": _always,
}
"""Labels of a recording, and the ticks on which each is asked. The nearest: own or foreign, where there is one."""


def probes(subjects: Sequence[Subject], untrained: Sequence[RecurrentPolicy]) -> dict[str, Any]:
    """A table: how well each label is read, with its interval over mothers.

    Args:
        subjects: the mothers.
        untrained: a fresh network for each.

    """
    fresh = [read_again(other, one.recording) for one, other in zip(subjects, untrained, strict=True)]
    rows, reasons = [], []
    for label, where in PROBED.items():
        try:
            found = [
                _asked(one, memory, label, where(one.recording)) for one, memory in zip(subjects, fresh, strict=True)
            ]
        except CarerError as why:
            reasons.append(f"{label} ({why.message.rstrip('.')})")
            continue
        rows.append([label, *(asdict(interval(column)) for column in np.array(found).T)])
    left_out = f" Left out: {'; '.join(reasons)}." if reasons else ""
    return {
        "title": "What can be read off their memory",
        "note": (
            "Linear probes: share of the label's variance told in held-out episodes, 1 is all, 0 or less nothing. To "
            "mean anything the memory has to beat the observation of the tick, an untrained memory in the same lives, "
            "and labels dealt among episodes. Last: rank correlation of the probe's weights with what each unit's "
            f"loss takes from care.{left_out}"
        ),
        "columns": ["label", "memory", "observation", "untrained memory", "shuffled", "weights and ablations"],
        "rows": rows,
    }


def _asked(
    subject: Subject, untrained: NDArray[np.float32], label: str, where: NDArray[np.bool_]
) -> tuple[float, float, float, float, float]:
    recording = subject.recording
    truth = recording.labels[label]
    memory = probe(recording.activations["hidden"], truth, where)
    observed, fresh = (probe(one, truth, where).score for one in (recording.seen, untrained))
    agree = rank_correlation(np.abs(memory.weights), subject.care["hidden"].lost)
    return memory.score, observed, fresh, memory.shuffled, agree
