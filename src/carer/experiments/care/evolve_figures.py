"""What `figures.json` of an evolve run holds; see `carer.report`."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from carer.audits.care import Asked
from carer.concepts import Estimate
from carer.experiments.care.caring_figures import HIGH, LOW, normalised, tried
from carer.experiments.care.evolution import CARING, PLANTED, Arm, genome
from carer.experiments.care.evolving import PLANTED_SPLIT, SEARCH
from carer.experiments.configs import EvolveConfig
from carer.experiments.verdicts import bracket
from carer.runs import Run
from carer.stats import difference, interval
from carer.worlds.nursery.signals import SIGNALS


def care_of(genomes: ArrayLike) -> np.ndarray:
    """How far rewards point in the direction of care: the cosine, [...] from [..., K]."""
    direction = np.asarray(genome(CARING), float)
    given = np.asarray(genomes, float)
    size = np.linalg.norm(given, axis=-1) * np.linalg.norm(direction)
    return given @ direction / np.maximum(size, 1e-12)


def figures(config: EvolveConfig, run: Run, genomes: Mapping[str, ArrayLike]) -> dict[str, Any]:
    """Tables, curves and verdicts.

    Args:
        config: of the run.
        run: with the rows of the search and of the trials.
        genomes: of each arm, the mean genomes of its populations: [seeds, K].

    """
    rows = run.metrics().to_dicts()
    care = {name: care_of(found).tolist() for name, found in genomes.items()}
    return {
        "title": "Evolved rewards",
        "lead": (
            "Reward functions over what a mother can sense are selected by how long the children live of those who "
            "learned by them; that count itself is never a reward. Does a caring drive evolve, and where?"
        ),
        "tables": [_genomes(config, genomes, care), _lifetimes(config, rows), _mothers(rows)],
        "curves": [
            {
                "title": title,
                "note": note,
                "x": "generation",
                "y": y,
                "group": "condition",
                "split": SEARCH,
                "x_title": "generation",
                "y_title": y_title,
            }
            for title, note, y, y_title in (
                ("Fitness", "Ticks that all children of a mother live; mean of a population.", "fitness", "ticks"),
                ("One's own baby in sight", "Weight in the direction of the mean genome.", "gene/own_baby", "weight"),
                ("One's own baby crying", "The same.", "gene/own_cry", "weight"),
                ("A scent like one's own", "The same.", "gene/kin_scent", "weight"),
                ("One's own life", "The same.", "gene/own_life", "weight"),
            )
        ],
        "verdicts": [
            *verdicts(config, care, _fitness(config, rows)),
            *_visible(config, rows),
            *grown(config, _lives(rows)),
        ],
        "next": [f"carer report {run.path}"],
    }


def verdicts(
    config: EvolveConfig, care: Mapping[str, Sequence[float]], fitness: Mapping[str, Sequence[float]]
) -> list[str]:
    """Plain sentences, each as strong as its interval and no stronger."""
    said, gained = [], {}
    for food in config.foods:
        chosen, neutral = Arm(food, True).name, Arm(food, False).name
        gained[food] = np.subtract(care[chosen], care[neutral])
        said.append(_against(f"Food {food}: care in the selected rewards (a cosine)", care[chosen], care[neutral]))
        said.append(_against(f"Food {food}: ticks that children live", fitness[chosen], fitness[neutral], ".0f"))
    if len(config.foods) == 2:
        one, other = config.foods
        gap = difference(gained[one].tolist(), gained[other].tolist(), paired=True)
        said.append(_said(f"What selection adds to care where food is {one}, less the same where it is {other}", gap))
    return said


def grown(config: EvolveConfig, lives: Mapping[str, Sequence[float]]) -> list[str]:
    """How the mothers of selected rewards stand beside those paid for their babies' lives.

    Args:
        config: of the run.
        lives: of each kind of mother in the trials, how long the babies of each one live, in ticks.

    """
    said = []
    for food in config.foods:
        selected, baby = (normalised(lives[name], lives[LOW], lives[HIGH]) for name in (Arm(food, True).name, "baby"))
        what = (
            f"Food {food}: score of the babies of mothers whom selected rewards grow, against those paid for their life"
        )
        said.append(_said(what, difference(selected, baby, paired=True)))
    return said


def battery_of(found: Sequence[Asked], names: Sequence[str], episodes: int) -> dict[str, Any]:
    """What ``audits/care.json`` holds: one table, what could not be asked, and every raw score."""
    return {
        "tables": [
            {
                "title": "The battery: care",
                "note": (
                    f"Frozen weights, {episodes} episodes of each mother. Score: 0 is the best single routine in the "
                    "same nurseries, 1 the script with all skills. 'baby' was paid for her baby's life."
                ),
                "columns": ["row", *names],
                "rows": [
                    [
                        f"{one.condition.row}: {one.condition.name}",
                        *(asdict(one.verdicts[name].effect) for name in names),
                    ]
                    for one in found
                    if one.verdicts
                ],
            }
        ],
        "verdicts": [one.left_out for one in found if one.left_out],
        "raw": {name: [asdict(one.verdicts[name]) for one in found if one.verdicts] for name in names},
    }


def _against(what: str, chosen: Sequence[float], neutral: Sequence[float], style: str = ".2f") -> str:
    """Population `i` of every arm began with the same genomes: in pairs."""
    return _said(f"{what}, against neutral ones", difference(chosen, neutral, paired=True), style)


def _said(what: str, gap: Estimate, style: str = ".2f") -> str:
    style = f"+{style}"
    if gap.low is None or gap.high is None:
        return f"{what}: {gap.value:{style}}, from {gap.n} population(s), too few for a claim."
    word = "more" if gap.low > 0 else "less" if gap.high < 0 else "not told apart"
    return f"{what}: {word}, {gap.value:{style}}{bracket(gap, style)}, {gap.n} populations."


def _fitness(config: EvolveConfig, rows: Sequence[Mapping[str, Any]]) -> dict[str, list[float]]:
    """Of each arm, the fitness of its populations in the last generation."""
    found: dict[str, list[float]] = {}
    for row in rows:
        if row.get("split") == SEARCH and row["generation"] == config.generations - 1:
            found.setdefault(row["condition"], []).append(row["fitness"])
    return found


def _planted(rows: Sequence[Mapping[str, Any]], food: str, reward: str, column: str = "fitness") -> list[float]:
    """What became of the children of those who learned by a planted reward, for each population."""
    return [
        row[column]
        for row in rows
        if row.get("split") == PLANTED_SPLIT and (row["condition"], row["reward"]) == (food, reward)
    ]


def _visible(config: EvolveConfig, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Whether a lifetime makes so much of a caring reward that selection could find it."""
    said = []
    for food in config.foods:
        caring, selfish = (_planted(rows, food, reward) for reward in ("care and her own life", "her own life"))
        what = f"Food {food}: ticks that children live where care is planted beside her own life, against her own life"
        said.append(_said(f"{what} alone", difference(caring, selfish, paired=True), ".0f"))
    return said


def _lifetimes(config: EvolveConfig, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    columns, told = ("fitness", "born", "fledged"), []
    for food in config.foods:
        per_column = {reward: [_planted(rows, food, reward, column) for column in columns] for reward in PLANTED}
        for what, at in (("selected, first generation", 0), ("selected, last generation", config.generations - 1)):
            own = [row for row in rows if row.get("split") == SEARCH and row["condition"] == Arm(food, True).name]
            per_column[what] = [[row[column] for row in own if row["generation"] == at] for column in columns]
        told += [[f"{food}: {what}", *(asdict(interval(one)) for one in found)] for what, found in per_column.items()]
    return {
        "title": "What a lifetime makes of a reward",
        "note": (
            f"Of those who learned by it for {config.updates} updates from nothing: ticks that all their children live "
            f"in an episode, how many are born and leave home. Rewards that were planted, {config.seeds} learner(s) of "
            "each, beside the populations. Selection can only find what differs here."
        ),
        "columns": ["reward", "ticks that children live", "born", "left home"],
        "rows": told,
    }


def _genomes(
    config: EvolveConfig, genomes: Mapping[str, ArrayLike], care: Mapping[str, Sequence[float]]
) -> dict[str, Any]:
    return {
        "title": "The rewards that evolved",
        "note": (
            f"The direction of a population's mean genome after {config.generations} generation(s); mean over "
            f"{config.seeds} population(s) and 95 % interval. Care: the cosine with {_direction()}."
        ),
        "columns": ["arm", "care", *(name.replace("_", " ") for name in SIGNALS)],
        "rows": [
            [
                name,
                asdict(interval(care[name])),
                *(asdict(interval(weights)) for weights in np.asarray(found, float).T.tolist()),
            ]
            for name, found in genomes.items()
        ],
    }


def _direction() -> str:
    return ", ".join(f"{name.replace('_', ' ')} {weight:+.0f}" for name, weight in CARING.items())


def _lives(rows: Sequence[dict[str, Any]]) -> dict[str, list[float]]:
    return {name: [row["baby_life"] for row in per_seed] for name, per_seed in tried(rows).items()}


def _mothers(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    lives = _lives(rows)
    return {
        "title": "The mothers that these rewards grow",
        "note": (
            "Trained at full size in the world of the caring drive; 'baby' was paid for her baby's life. Score: 0 is "
            "the selfish script in the same nurseries, 1 the one with all skills."
        ),
        "columns": ["mother", "baby's life (ticks)", "score", "mother's life", "share of its life in her arms"],
        "rows": [
            [
                name,
                asdict(interval(lives[name])),
                asdict(interval(normalised(lives[name], lives[LOW], lives[HIGH]))),
                *(asdict(interval([row[column] for row in per_seed])) for column in ("mother_life", "carried")),
            ]
            for name, per_seed in tried(rows).items()
        ],
    }
