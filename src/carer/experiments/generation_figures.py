"""What `figures.json` of a generations run holds; see `carer.report`."""

from dataclasses import asdict
from typing import Any

import numpy as np

from carer.concepts import Estimate
from carer.experiments.caring_figures import TRIAL
from carer.experiments.configs import LINES, GenerationsConfig
from carer.experiments.verdicts import bracket
from carer.runs import Run
from carer.stats import difference, interval

CHAIN = "chain"
"""The ``split`` of the rows that tell how the chains of the last generation went on."""

Scores = dict[str, np.ndarray]
"""For each line, the scores of its mothers: float64 [seeds, generations]."""


def figures(config: GenerationsConfig, run: Run) -> dict[str, Any]:
    """Tables, curves and verdicts from the rows of the trials and of the chains."""
    rows = run.metrics().to_dicts()
    scores = scores_of(config, rows)
    return {
        "title": "Generations",
        "lead": (
            "A chain of mothers in the nursery: each begins with her mother's weights and learns on, and agent n is "
            "paid for the life of agent n + 1. A control is paid for her own life. Does care decay?"
        ),
        "tables": [_drift(config, scores), _chains(config, rows)],
        "curves": [
            {
                "title": title,
                "note": note,
                "x": "generation",
                "y": y,
                "group": "condition",
                "split": TRIAL,
                "x_title": "generation",
                "y_title": y_title,
            }
            for title, note, y, y_title in (
                (
                    "Care over the generations",
                    "Frozen weights, in the same nurseries every time; 0 is the selfish script, 1 all skills.",
                    "score",
                    "score of the baby's life",
                ),
                ("The mother's own life", "In the same lives.", "mother_life", "ticks the mother lived"),
                ("How much they carry", "What is carried does not grow.", "carried", "share of the baby's life"),
            )
        ],
        "verdicts": verdicts(scores),
        "next": [f"carer report {run.path}"],
    }


def scores_of(config: GenerationsConfig, rows: list[dict[str, Any]]) -> Scores:
    """The scores in the rows of the trials."""
    found = {line: np.full((config.seeds, config.generations + 1), np.nan) for line in config.lines}
    for row in rows:
        if row.get("split") == TRIAL:
            found[row["condition"]][int(row["seed"]), int(row["generation"])] = row["score"]
    return found


def slopes(scores: np.ndarray) -> list[float]:
    """What each seed's score changes by from one generation to the next, by least squares: from [seeds, G]."""
    return np.polyfit(np.arange(scores.shape[1]), scores.T, 1)[0].tolist()


def drift(scores: np.ndarray) -> Estimate:
    """How far the last generation stands from the first mothers it comes from, seed by seed."""
    return difference(scores[:, -1].tolist(), scores[:, 0].tolist(), paired=True)


def verdicts(scores: Scores) -> list[str]:
    """Plain sentences, each as strong as its interval and no stronger."""
    said = []
    for line, of_line in scores.items():
        change, who = drift(of_line), f"The line '{line}' ({LINES[line]})"
        after = f"after {of_line.shape[1] - 1} generation(s)"
        if change.low is None or change.high is None:
            said.append(f"{who}: {change.value:+.2f} {after}, from {change.n} seed(s), too few for a claim.")
            continue
        word = "decays" if change.high < 0 else "grows" if change.low > 0 else "is not shown to change"
        said.append(f"{who}: care {word}: {change.value:+.2f}{bracket(change, '+.2f')} {after}, {change.n} seeds.")
    return said


def _drift(config: GenerationsConfig, scores: Scores) -> dict[str, Any]:
    return {
        "title": "Care over the generations",
        "note": (
            f"Score of the baby's life, 0 for the selfish script and 1 for the one with all skills in the same "
            f"nurseries; mean over {config.seeds} line(s) and 95 % interval. All lines have the same first mothers."
        ),
        "columns": ["line", "first mothers", "last generation", "change", "change per generation"],
        "rows": [
            [
                line,
                asdict(interval(of_line[:, 0].tolist())),
                asdict(interval(of_line[:, -1].tolist())),
                asdict(drift(of_line)),
                asdict(interval(slopes(of_line))),
            ]
            for line, of_line in scores.items()
        ],
    }


def _chains(config: GenerationsConfig, rows: list[dict[str, Any]]) -> dict[str, Any]:
    columns = ("successions", "as_child", "as_mother")
    table = [
        [
            line,
            *(
                asdict(interval([row[name] for row in rows if row.get("split") == CHAIN and row["condition"] == line]))
                for name in columns
            ),
        ]
        for line in config.lines
    ]
    return {
        "title": "The chains of the last generation",
        "note": (
            f"Whole episodes of {config.horizon} ticks in which a baby of age {config.adult_age} becomes the mother; "
            "at every succession it was checked that she has her own body and nothing of her mother's."
        ),
        "columns": ["line", "successions an episode", "her child's life as a child", "and as a mother"],
        "rows": table,
    }
