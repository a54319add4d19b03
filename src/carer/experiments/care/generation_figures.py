"""What `figures.json` of a generations run holds; see `carer.report`."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from carer.concepts import Estimate
from carer.experiments.care.caring_figures import TRIAL
from carer.experiments.configs import LINES, GenerationsConfig
from carer.experiments.verdicts import bracket
from carer.runs import Run
from carer.stats import difference, interval

CARES = 0.2
"""The score from which one may speak of care: about that of the script that only feeds."""
CHAIN = "chain"
"""The ``split`` of the rows that tell how the chains of the last generation went on."""

Scores = dict[str, np.ndarray]
"""For each line, the scores of its mothers: float64 [seeds, generations]."""


def figures(config: GenerationsConfig, run: Run) -> dict[str, Any]:
    """Tables, curves and verdicts from the rows of the trials and of the chains."""
    rows = run.metrics().to_dicts()
    scores = scores_of(config, rows)
    chains = {
        line: [row for row in rows if row.get("split") == CHAIN and row["condition"] == line] for line in config.lines
    }
    return {
        "title": "Generations",
        "lead": (
            "A chain of mothers in the nursery: each begins with her mother's weights and learns on, and agent n is "
            "paid for the life of agent n + 1. A control is paid for her own life. Does care decay?"
        ),
        "tables": [_drift(config, scores), _chains(config, chains)],
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
        "verdicts": verdicts(scores, chains),
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


def verdicts(scores: Scores, chains: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[str]:
    """Plain sentences, each as strong as its interval and no stronger.

    Args:
        scores: see `Scores`.
        chains: for each line, how the chains of its last generation went on; see `CHAIN`.

    """
    return [*_decay(scores), *_followed(chains)]


def _decay(scores: Scores) -> list[str]:
    (first, *_), said = (interval(of_line[:, 0].tolist()) for of_line in scores.values()), []
    if (first.value if first.low is None else first.low) < CARES:
        return [
            f"The first mothers score {first.value:.2f}{bracket(first)}: with less than {CARES}, about what feeding "
            "alone comes to, there is no care that could decay, and nothing is said of decay."
        ]
    for line, of_line in scores.items():
        change, who = drift(of_line), f"The line '{line}' ({LINES[line]})"
        after = f"after {of_line.shape[1] - 1} generation(s)"
        if change.low is None or change.high is None:
            said.append(f"{who}: {change.value:+.2f} {after}, from {change.n} seed(s), too few for a claim.")
            continue
        word = "decays" if change.high < 0 else "grows" if change.low > 0 else "is not shown to change"
        said.append(f"{who}: care {word}: {change.value:+.2f}{bracket(change, '+.2f')} {after}, {change.n} seeds.")
    for line in [one for one in scores if one != "own" and "own" in scores]:
        kept = difference(scores[line][:, -1].tolist(), scores["own"][:, -1].tolist(), paired=True)
        if kept.low is not None and kept.high is not None:
            word = "more" if kept.low > 0 else "less" if kept.high < 0 else "no more and no less, as far as is shown,"
            said.append(
                f"In the end the line '{line}' cares {word} than 'own': {kept.value:+.2f}{bracket(kept, '+.2f')}."
            )
    return said


def _followed(chains: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[str]:
    said = []
    for line, rows in chains.items():
        if not sum(row["checked"] for row in rows):
            said.append(f"In the line '{line}' no child ever followed its mother: no succession could be checked.")
        elif not sum(row["successions"] for row in rows):
            said.append(f"In the line '{line}' no child lives to follow its mother but in a shelter without dangers.")
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


def _chains(config: GenerationsConfig, chains: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, Any]:
    columns = ("successions", "as_child", "as_mother")
    return {
        "title": "The chains of the last generation",
        "note": (
            f"Whole episodes of {config.horizon} ticks in which a baby of age {config.adult_age} becomes the mother. "
            "Checked: at so many successions, those in a shelter without dangers included, she had her own body and "
            "nothing of her mother's."
        ),
        "columns": ["line", "successions an episode", "her child's life as a child", "and as a mother", "checked"],
        "rows": [
            [
                line,
                *(asdict(interval([row[name] for row in rows])) for name in columns),
                int(sum(row["checked"] for row in rows)),
            ]
            for line, rows in chains.items()
        ],
    }
