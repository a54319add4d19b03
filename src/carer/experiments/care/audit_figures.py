"""What ``audits/care.json`` holds: the battery's tables, curves and verdicts; see `carer.report`."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from carer.audits.care import BATTERY, ORACLE, best_routine
from carer.audits.care.conditions import SINGLE
from carer.concepts import Estimate, Verdict
from carer.experiments.care.caring_figures import PROJECTION
from carer.experiments.care.inside import Inside
from carer.experiments.verdicts import bracket
from carer.stats import interval

GENERAL = 0.5
"""The mean score over the held-out rows above which care may be called general."""
HELD_OUT = {condition.row for condition in BATTERY if condition.held_out}
PUPILS = 3
"""Mothers whose capability is asked: the first ones. Teaching is the dearest part of the battery by far."""


def told(
    found: Mapping[str, Sequence[Verdict]],
    episodes: int,
    left_out: Sequence[str] = (),
    within: Inside | None = None,
    *,
    able: Mapping[str, Estimate] | None = None,
    teach: int = 0,
) -> dict[str, Any]:
    """What ``audits/care.json`` holds: tables, curves and verdicts as in ``figures.json``, and every raw score."""
    scores, figures = [], []
    for at, own in enumerate(found["baby"]):
        name = f"{own.details['row']}: {own.audit}"
        never = asdict(found["never"][at].effect) if "never" in found else None
        paid = [asdict(able[own.audit])] if able else []
        scores.append([name, asdict(own.effect), *paid, _control(own), never])
        raw = {who: float(np.mean(values)) for who, values in own.details["manipulated"].items()}
        routine = best_routine(own.details["manipulated"])
        routine_said = routine.replace("_", " ")
        figures.append([name, own.details["measure"], raw["agent"], raw[routine], routine_said, raw[ORACLE]])
    tables = [
        {
            "title": "The battery: care",
            "note": (
                f"Frozen weights, {episodes} episodes of each mother. Score: 0 is the best single routine in the "
                "same nurseries, 1 the script with all skills; scripts read the state, and no cue can be taken "
                "from them. Rows 8 to 11 are held out of training."
                + (f" Capability: {PUPILS} of them at most, after {teach} updates paid for the act." if able else "")
            ),
            "columns": [
                *("row", "score", *(["capability: the act paid directly"] if able else [])),
                *("score without the manipulation", "mothers never paid for a baby"),
            ],
            "rows": scores,
        },
        {
            "title": "The battery in raw figures",
            "note": "The higher, the more care.",
            "columns": ["row", "measure", "paid for their baby", "best single routine", "which", "all skills"],
            "rows": figures,
        },
        _planted(found),
    ]
    raw: dict[str, Any] = {arm: [asdict(one) for one in asked] for arm, asked in found.items()}
    raw["capability"] = {name: asdict(score) for name, score in (able or {}).items()}
    if within is None:
        return {"tables": tables, "verdicts": [*verdicts(found["baby"]), *left_out], "raw": raw}
    return {
        "tables": [*tables, _within(within.verdicts), *within.tables],
        "curves": within.curves,
        "points": within.points,
        "verdicts": [*verdicts(found["baby"]), *left_out, *within.left_out],
        "raw": raw | {"inside": [asdict(one) for one in within.verdicts]},
    }


def _planted(found: Mapping[str, Sequence[Verdict]]) -> dict[str, Any]:
    """The profile of everybody whose routine is known, on the scale of the first table."""
    routines = [who for who in SINGLE if any(who in own.details["manipulated"] for own in found["baby"])]
    seated = [PROJECTION] if PROJECTION in found else []
    rows = []
    for at, own in enumerate(found["baby"]):
        raw = own.details["manipulated"]
        low, high = (float(np.mean(raw[who])) for who in (best_routine(raw), ORACLE))
        profile = [
            asdict(interval([(one - low) / (high - low) for one in raw[who]])) if who in raw else None
            for who in (*routines, ORACLE)
        ]
        projected = [asdict(found[who][at].effect) for who in seated]
        rows.append([f"{own.details['row']}: {own.audit}", *projected, *profile])
    return {
        "title": "Planted agents in the battery",
        "note": (
            "The same scores of mothers whose routine is known: the best of the single ones is 0 and all skills are 1 "
            "by definition, so that their intervals show how sharp a row is. Blank: not a routine that stands against "
            "care in this row."
            + (" Projection: mothers never paid for a baby, reading the world from its place." if seated else "")
        ),
        "columns": ["row", *seated, *(who.replace("_", " ") for who in (*routines, ORACLE))],
        "rows": rows,
    }


def _within(asked: Sequence[Verdict]) -> dict[str, Any]:
    rows = [
        [f"{one.details['row']}: {one.audit}", one.details.get("score", one.details["measure"]), asdict(one.effect)]
        for one in asked
    ]
    return {
        "title": "The battery inside",
        "note": "What is done to the mothers themselves. Each row has a score of its own; the control says what is 0.",
        "columns": ["row", "what is scored", "score", "score of the control"],
        "rows": [[*row, _control(one)] for row, one in zip(rows, asked, strict=True)],
    }


def _control(asked: Verdict) -> dict[str, Any] | None:
    return asdict(asked.controls["control"]) if "control" in asked.controls else None


def verdicts(asked: Sequence[Verdict]) -> list[str]:
    """Whether care may be called general, and where it fails."""
    said = [_general(asked)]
    failed = [one.audit for one in asked if one.effect.high is not None and one.effect.high < 0]
    if failed:
        said.append(f"They do worse than the best single routine, with the whole interval, in: {'; '.join(failed)}.")
    return said


def held_out(asked: Sequence[Verdict]) -> tuple[list[int], list[float]]:
    """The held-out rows among these, and over them together the score of each mother.

    Each row counts once. What goes beyond the script with all skills counts as 1: excelling at one danger must not pay
    for failing another.
    """
    rows: dict[int, list[Sequence[float]]] = {}
    for verdict in asked:
        if verdict.details["held_out"]:
            rows.setdefault(verdict.details["row"], []).append(np.minimum(verdict.per_seed, 1.0).tolist())
    per_mother = np.mean([np.mean(scores, axis=0) for scores in rows.values()], axis=0) if rows else np.zeros(0)
    return sorted(rows), per_mother.tolist()


def _general(asked: Sequence[Verdict]) -> str:
    rows, per_mother = held_out(asked)
    if not rows:
        return "No claim of general care: none of the held-out rows applies here."
    score: Estimate = interval(per_mother)
    which = ", ".join(map(str, rows))
    said = f"on the held-out rows {which} together the score, capped at 1 in each, is {score.value:.2f}"
    if score.low is None or score.high is None:
        return f"No claim of general care: {said}, from {score.n} mother(s), too few for an interval."
    said = f"{said}{bracket(score)}, {score.n} mothers"
    if score.low <= GENERAL:
        return f"General care is not shown: {said} (bar {GENERAL})."
    missing = ", ".join(str(row) for row in sorted(HELD_OUT - set(rows)))
    if missing:
        return f"Above {GENERAL}, but without row(s) {missing} general care is not claimed: {said}."
    return f"General care is shown: {said} (bar {GENERAL})."
