"""Going on where a stopped run stood."""

from collections.abc import Mapping
from typing import Any

from carer.runs import Checkpoints, Run, step_of


def done_before(checkpoints: Checkpoints) -> int:
    """Optimiser steps behind the latest whole checkpoint; 0 where there is none."""
    latest = checkpoints.latest()
    return 0 if latest is None else step_of(latest)


def forget_after(run: Run, step: int, labels: Mapping[str, Any]) -> None:
    """Drop the metrics of one learner past `step`: the resumed run logs them again."""
    run.truncate_metrics(
        lambda row: row["step"] <= step or any(row.get(name) != value for name, value in labels.items())
    )
