"""What `figures.json` of a comparison holds, of rival drives or of changes in training; see `carer.report`."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from carer.audits.care import Asked
from carer.experiments.care.audit_figures import GENERAL, HELD_OUT, held_out
from carer.experiments.care.caring_figures import HIGH, LOW, TRIAL, normalised
from carer.experiments.configs import ComparisonConfig
from carer.experiments.verdicts import bracket
from carer.runs import Run
from carer.stats import difference, interval

PROFILE = "profile"
"""The ``split`` of the rows with a mother's score in one condition of the battery; ``place`` counts the conditions."""
_LINES = 4
"""Arms that a chart can show as lines; more get a panel each."""


@dataclass(frozen=True)
class Words:
    """What a comparison is called.

    Attributes:
        title: of its page.
        lead: its first sentences.
        table: the title of its table.
        arm: what an arm is.
        differs: what tells one from another.
    """

    title: str
    lead: str
    table: str
    arm: str
    differs: str


def figures(config: ComparisonConfig, run: Run, found: Sequence[Asked], words: Words) -> dict[str, Any]:
    """What came of each arm, the profiles as a table and as a chart, and verdicts."""
    share, asked = _shares(config, run), [one for one in found if one.verdicts]
    names = [f"{one.condition.row}: {one.condition.name}" for one in asked]
    general = {arm: held_out([one.verdicts[arm] for one in asked]) for arm in config.arms}
    table = [
        [
            arm,
            asdict(interval(share[arm])),
            asdict(interval(general[arm][1])) if general[arm][1] else None,
            config.known[arm],
        ]
        for arm in config.arms
    ]
    facet = "condition" if len(config.arms) > _LINES else None
    profiles = [
        [name, *(asdict(one.verdicts[arm].effect) for arm in config.arms)]
        for name, one in zip(names, asked, strict=True)
    ]
    return {
        "title": words.title,
        "lead": words.lead,
        "tables": [
            {
                "title": words.table,
                "note": (
                    f"Mean over {config.seeds} mothers with its 95 % interval, frozen weights, all dangers. Baby's "
                    "life: 0 is the selfish script, 1 the script with all skills. Held-out rows: 8 to 11 of the "
                    "battery together, capped at 1 in each."
                ),
                "columns": [words.arm, "baby's life", "held-out rows", words.differs],
                "rows": table,
            },
            {
                "title": "The battery",
                "note": (
                    "The same mothers. 0 is the best single routine in the same nurseries, 1 the script with all "
                    "skills. Raw scores: metrics.jsonl and battery.json."
                ),
                "columns": ["row", *config.arms],
                "rows": profiles,
            },
        ],
        "curves": [
            {
                "title": "How long the baby lives, over training",
                "note": "Frozen weights, all dangers present, in the world that they are trained in.",
                "x": "step",
                "y": "baby/lived",
                "group": "condition",
                "only": list(config.arms),
                "facet": facet,
                "split": "eval",
                "y_title": "ticks the baby lived",
            },
            {
                "title": "Profiles over the battery",
                "note": "; ".join(f"{at} is {name}" for at, name in enumerate(names, start=1)) + ".",
                "x": "place",
                "y": "score",
                "group": "condition",
                "facet": facet,
                "split": PROFILE,
                "x_title": "condition",
                "y_title": "score",
                "references": [{"value": 0.0, "label": "best routine"}, {"value": 1.0, "label": "all skills"}],
            },
        ],
        "verdicts": [*verdicts(share, asked), *(one.left_out for one in found if one.left_out)],
        "next": [f"carer report {run.path}", "carer play nursery"],
    }


def verdicts(share: Mapping[str, Sequence[float]], asked: Sequence[Asked]) -> list[str]:
    """Plain sentences on each arm, each as strong as its intervals and no stronger."""
    said = []
    for arm, scores in share.items():
        own = interval(scores)
        life = f"{arm}: babies live to a score of {own.value:.2f}{bracket(own)}"
        if own.low is None:
            said.append(f"{life}, from {own.n} seed(s), too few for a claim.")
            continue
        if arm != "baby" and "baby" in share:
            life += f", {_beside(scores, share['baby'])}"
        effects = [one.verdicts[arm].effect for one in asked]
        above = sum(effect.low is not None and effect.low > 0 for effect in effects)
        below = sum(effect.high is not None and effect.high < 0 for effect in effects)
        life += f"; above the best routine, with the whole interval, in {above} of {len(effects)} conditions"
        said.append(f"{life}, below it in {below}." if below else f"{life}.")
        said += _general(arm, asked, beside=arm != "baby" and "baby" in share)
    return said


def _general(arm: str, asked: Sequence[Asked], *, beside: bool) -> list[str]:
    """Whether what an arm learned may be called general; nothing unless every held-out row was asked."""
    rows, scores = held_out([one.verdicts[arm] for one in asked])
    if set(rows) != HELD_OUT:
        return []
    own = interval(scores)
    shown = "is shown" if own.low is not None and own.low > GENERAL else "is not shown"
    said = f"{arm}: general care {shown}, {own.value:.2f}{bracket(own)} on the held-out rows together (bar {GENERAL})"
    if beside:
        said += f"; {_beside(scores, held_out([one.verdicts['baby'] for one in asked])[1])}"
    return [f"{said}."]


def _beside(scores: Sequence[float], baby: Sequence[float]) -> str:
    gap = difference(scores, baby, paired=True)
    words = f"{gap.value:+.2f}{bracket(gap, '+.2f')}"
    if gap.low is None or gap.high is None or gap.low <= 0 <= gap.high:
        return f"not told apart from the arm 'baby' ({words})"
    return f"{'more' if gap.low > 0 else 'less'} than in the arm 'baby' ({words})"


def _shares(config: ComparisonConfig, run: Run) -> dict[str, list[float]]:
    """Each mother's normalised life of her baby, by arm."""
    rows = [row for row in run.metrics().to_dicts() if row.get("split") == TRIAL]

    def lives(name: str) -> list[float]:
        return [row["baby_life"] for row in rows if row["condition"] == name]

    return {arm: normalised(lives(arm), lives(LOW), lives(HIGH)) for arm in config.arms}
