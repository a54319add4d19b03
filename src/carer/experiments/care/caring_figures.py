"""What `figures.json` of a caring-drive run holds; see `carer.report`."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from carer.experiments.configs import CARING_ARMS, CaringDriveConfig
from carer.experiments.verdicts import against_bar, bracket
from carer.runs import Run
from carer.stats import difference, interval

TRIAL = "trial"
"""The ``split`` of the rows that the figures are made of: one for each mother."""
SCRIPTED = "scripted: "
LOW, HIGH, FEED = f"{SCRIPTED}selfish", f"{SCRIPTED}all_skills", f"{SCRIPTED}feed"

PROJECTION = "projection"
"""The mothers of the arm `never`, reading the world from their baby's place through the perspective switch."""
BAR = 0.7
"""The normalised life of her baby that a trained mother has to reach."""


def figures(config: CaringDriveConfig, run: Run) -> dict[str, Any]:
    """Tables, curves and verdicts from the rows of the trials."""
    scores = tried(run.metrics().to_dicts())
    lives = {name: [row["baby_life"] for row in per_seed] for name, per_seed in scores.items()}
    share = {name: normalised(of, lives[LOW], lives[HIGH]) for name, of in lives.items()}
    ends = {name: interval(lives[name]) for name in (LOW, FEED, HIGH)}
    return {
        "title": "The caring drive",
        "lead": (
            "Mothers in the nursery, grown by gradient descent. One is paid for each tick of her baby's life, and for "
            "nothing that she does: not for feeding, nearness or defence. What has she learned?"
        ),
        "tables": _tables(scores, share),
        "curves": [
            {
                "title": "How long the baby lives, over training",
                "note": "Frozen weights, all dangers present, in the arm's own world: without births it is 0.",
                "x": "step",
                "y": "baby/lived",
                "group": "condition",
                "only": list(config.arms),
                "split": "eval",
                "y_title": "ticks the baby lived",
                "references": [
                    {"value": end.value, "label": name.removeprefix(SCRIPTED).replace("_", " ")}
                    for name, end in ends.items()
                ],
            },
            {
                "title": "How long the mother lives, over training",
                "note": "The same episodes.",
                "x": "step",
                "y": "mother/lived",
                "group": "condition",
                "only": list(config.arms),
                "split": "eval",
                "y_title": "ticks the mother lived",
            },
        ],
        "verdicts": [*verdicts(config, share, lives), *_routine(scores)],
        "next": [f"carer report {run.path}", "carer play nursery"],
    }


def tried(rows: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """The rows of the trials among those of a run, one for each mother, by arm or script."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        if row.get("split") == TRIAL:
            found.setdefault(row["condition"], []).append(row)
    return found


def normalised(lives: Sequence[float], low: Sequence[float], high: Sequence[float]) -> list[float]:
    """Each mother's score in her own nurseries: 0 for the selfish script, 1 for the one with all skills."""
    return [(life - bottom) / (top - bottom) for life, bottom, top in zip(lives, low, high, strict=True)]


def verdicts(config: CaringDriveConfig, share: dict[str, list[float]], lives: dict[str, list[float]]) -> list[str]:
    """Plain sentences, each as strong as its intervals and no stronger."""
    if "baby" not in config.arms:
        return []
    said = [against_bar("babies of mothers paid for them live to a score of", interval(share["baby"]), BAR)]
    beside = {name: f"the arm '{name}' ({CARING_ARMS[name]})" for name in config.arms if name != "baby"}
    beside |= {
        FEED: "the scripted mother who only feeds",
        f"{SCRIPTED}nearest_baby": "the one for whom any baby will do",
    }
    if PROJECTION in share:
        beside[PROJECTION] = "mothers who act as they would in their baby's place"
    for name, who in beside.items():
        gap = difference(lives["baby"], lives[name], paired=True)
        if gap.low is None or gap.high is None:
            said.append(f"Against {who}: {gap.value:+.0f} ticks, from {gap.n} seed(s), too few for a claim.")
            continue
        spread = f"{gap.value:+.0f} ticks{bracket(gap, '+.0f')}"
        verdict = "longer" if gap.low > 0 else "shorter" if gap.high < 0 else "neither longer nor shorter"
        said.append(f"Their babies live {verdict} than those of {who}: {spread}.")
    return said


def _routine(scores: dict[str, list[dict[str, Any]]]) -> list[str]:
    """Whether they do one thing all the time."""
    if "baby" not in scores:
        return []
    own, skilled = (interval([row["carried"] for row in scores[name]]) for name in ("baby", HIGH))
    return [
        f"They carry their babies for {own.value:.0%}{bracket(own, '.0%')} of the babies' lives, the scripted mother "
        f"with all skills for {skilled.value:.0%}. What is carried does not grow."
    ]


def _tables(scores: dict[str, list[dict[str, Any]]], share: dict[str, list[float]]) -> list[dict[str, Any]]:
    """What becomes of mothers and babies, and what the mothers do."""

    def rows(*columns: str) -> list[list[Any]]:
        return [
            [name.replace("_", " "), *(cell([row[column] for row in per_seed]) for column in columns)]
            for name, per_seed in scores.items()
        ]

    lives = rows("baby_life", "mother_life")
    for row, name in zip(lives, scores, strict=True):
        row.insert(2, asdict(interval(share[name])))
    return [
        {
            "title": "Mothers",
            "note": (
                "Mean over mothers with its 95 % interval; the scripted ones met the same nurseries, and read the "
                "state. Score: 0 is the selfish script, 1 the one with all skills. Projection: the mothers of the arm "
                "'never', reading the world from their baby's place. An episode ends when no child is left to live "
                "for: a mother's life is counted up to there."
            ),
            "columns": ["mother", "baby's life (ticks)", "score", "mother's life"],
            "rows": lives,
        },
        {
            "title": "What they do",
            "note": "In the same lives. Energy: 1 is all that a baby can hold. What is carried does not grow.",
            "columns": [
                "mother",
                "energy fed per tick of its life",
                "share of her food for her own",
                "share of its life in her arms",
            ],
            "rows": rows("given", "own_share", "carried"),
        },
    ]


def cell(figures: Sequence[float | None]) -> dict[str, Any] | None:
    """The mean over those of whom there is a figure; blank where there is none of anybody."""
    there = [figure for figure in figures if figure is not None]
    return asdict(interval(there)) if there else None
