"""What `figures.json` of a rivals run holds; see `carer.report`."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from carer.concepts import Verdict
from carer.experiments.caring_figures import HIGH, LOW, TRIAL, normalised
from carer.experiments.configs import RIVALS, RivalsConfig
from carer.experiments.verdicts import bracket
from carer.runs import Run
from carer.stats import difference, interval

PROFILE = "profile"
"""The ``split`` of the rows with a mother's score in one condition of the battery; ``place`` counts the conditions."""

Asked = Mapping[str, Verdict]
"""What one condition of the battery found of each arm."""


def figures(config: RivalsConfig, run: Run, asked: Sequence[Asked], left_out: Sequence[str]) -> dict[str, Any]:
    """One table, the profiles as a chart, and verdicts."""
    share = _shares(config, run)
    names = [f"{next(iter(one.values())).details['row']}: {next(iter(one.values())).audit}" for one in asked]
    table = [
        [arm, asdict(interval(share[arm])), *(asdict(one[arm].effect) for one in asked), RIVALS[arm]]
        for arm in config.arms
    ]
    return {
        "title": "Rival drives",
        "lead": (
            "The same learner in the same nursery with the same budget, one flag apart: what a mother is paid for once "
            "her baby is born. Which drives make her keep it alive, and is what they make care?"
        ),
        "tables": [
            {
                "title": "What each drive makes of a mother",
                "note": (
                    f"Mean over {config.seeds} mothers with its 95 % interval, frozen weights, all dangers. Baby's "
                    "life: 0 is the selfish script, 1 the script with all skills. Rows of the battery: 0 is the best "
                    "single routine in the same nurseries, 1 all skills. Raw scores: metrics.jsonl and battery.json."
                ),
                "columns": ["drive", "baby's life", *names, "what it pays"],
                "rows": table,
            }
        ],
        "curves": [
            {
                "title": "How long the baby lives, over training",
                "note": "Frozen weights, all dangers present.",
                "x": "step",
                "y": "baby/lived",
                "group": "condition",
                "only": list(config.arms),
                "split": "eval",
                "y_title": "ticks the baby lived",
            },
            {
                "title": "Profiles over the battery",
                "note": "; ".join(f"{at} is {name}" for at, name in enumerate(names, start=1)) + ".",
                "x": "place",
                "y": "score",
                "group": "condition",
                "split": PROFILE,
                "x_title": "condition",
                "y_title": "score",
                "references": [{"value": 0.0, "label": "best routine"}, {"value": 1.0, "label": "all skills"}],
            },
        ],
        "verdicts": [*verdicts(share, asked), *left_out],
        "next": [f"carer report {run.path}", "carer play nursery"],
    }


def verdicts(share: Mapping[str, Sequence[float]], asked: Sequence[Asked]) -> list[str]:
    """Plain sentences on each drive, each as strong as its intervals and no stronger."""
    said = []
    for arm, scores in share.items():
        own = interval(scores)
        life = f"{arm}: babies live to a score of {own.value:.2f}{bracket(own)}"
        if own.low is None:
            said.append(f"{life}, from {own.n} seed(s), too few for a claim.")
            continue
        if arm != "baby" and "baby" in share:
            life += f", {_beside(scores, share['baby'])}"
        effects = [(one[arm].effect, one[arm].audit) for one in asked]
        above = sum(effect.low is not None and effect.low > 0 for effect, _ in effects)
        below = [name for effect, name in effects if effect.high is not None and effect.high < 0]
        life += f"; above the best routine, with the whole interval, in {above} of {len(effects)} conditions"
        said.append(life + (f", below it in: {'; '.join(below)}." if below else "."))
    return said


def _beside(scores: Sequence[float], baby: Sequence[float]) -> str:
    gap = difference(scores, baby, paired=True)
    words = f"{gap.value:+.2f}{bracket(gap, '+.2f')}"
    if gap.low is None or gap.high is None or gap.low <= 0 <= gap.high:
        return f"not told apart from the arm 'baby' ({words})"
    return f"{'more' if gap.low > 0 else 'less'} than in the arm 'baby' ({words})"


def _shares(config: RivalsConfig, run: Run) -> dict[str, list[float]]:
    """Each mother's normalised life of her baby, by arm."""
    rows = [row for row in run.metrics().to_dicts() if row.get("split") == TRIAL]

    def lives(name: str) -> list[float]:
        return [row["baby_life"] for row in rows if row["condition"] == name]

    return {arm: normalised(lives(arm), lives(LOW), lives(HIGH)) for arm in config.arms}
