"""What a carer said to a few held-out prompts before training and after it, kept for the report."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from carer.experiments.kindness.measure import Measured
from carer.experiments.kindness.training import Arm
from carer.runs import Run, read_jsonl

TRANSCRIPTS = "transcripts.jsonl"


def keep(arm: Arm, exchanges: Iterable[Mapping[str, Any]], run: Run) -> None:
    """Write the exchanges of an arm in the place of those that stand there for it."""
    path = run.path / TRANSCRIPTS
    kept = [row for row in read_jsonl(path) if not arm.owns(row)] if path.is_file() else []
    new = [{**arm.labels, **row} for row in exchanges]
    run.write_text(TRANSCRIPTS, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in (*kept, *new)))


def exchanges(
    rows: Sequence[Mapping[str, Any]], before: Measured, after: Measured, count: int
) -> list[Mapping[str, Any]]:
    """The first `count` prompts, each with what was said to it before and after."""
    return [
        {"id": row["id"], "prompt": row["prompt"], "before": _told(before, at), "after": _told(after, at)}
        for at, row in enumerate(rows[:count])
    ]


def _told(measured: Measured, at: int) -> Mapping[str, Any]:
    told: dict[str, Any] = {"reply": measured.replies[at].text, "target": measured.imagined[at].text}
    if measured.outcomes:
        outcome = measured.outcomes[at]
        told["truth"] = {
            "gain": round(outcome.target, 3),
            "third_party": round(outcome.third, 3),
            "deceives": outcome.deceives,
        }
    return told
