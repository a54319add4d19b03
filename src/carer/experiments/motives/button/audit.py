"""`carer audit <run> --battery motives`: the battery of motives put to the agents of a reward-button run."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from math import isfinite
from pathlib import Path
from typing import Any

import jax

from carer.agents import LearnerState
from carer.audits.motives.battery import BAR, SIGNS, VALUER, Scale, motives, put
from carer.concepts import CarerError, Verdict
from carer.experiments.checkpoints import newest
from carer.experiments.configs import RewardButtonConfig
from carer.experiments.motives.button.agents import player, ways
from carer.experiments.motives.button.growing import planned, untrained
from carer.experiments.motives.growing import UNTRAINED, each, saved
from carer.experiments.verdicts import bracket
from carer.runs import Progress, Run

_STREAM = 2**31 - 5


def run(run: Run, episodes: int, *, look_inside: bool = True, teach: int = 0, pictures: bool = False) -> Path:
    """Audit every arm and every way to decide, beside agents who learned nothing; write ``audits/motives.json``.

    Args:
        run: a finished reward-button run.
        episodes: of each agent in each room.
        look_inside: nothing: where the value has settled is part of the run's own figures.
        teach: refused; nobody is taught here.
        pictures: refused; nothing is drawn here.

    Raises:
        CarerError: not a finished reward-button run, a checkpoint is missing, or something was asked for that this
            battery does not have.

    """
    del look_inside
    if run.manifest.get("experiment") != "reward_button" or run.status != "finished":
        raise CarerError(
            f"{run.path} is a {run.status} run of {run.manifest.get('experiment')}.",
            "The battery 'motives' is for finished runs of reward_button.",
        )
    if teach or pictures:
        raise CarerError("The battery 'motives' teaches nobody and draws nothing.", "Leave out --teach and --pictures.")
    config = run.config(RewardButtonConfig)
    grown = {arm: _learners(run, config, arm) for arm in planned(config)} | {UNTRAINED: untrained(config)}
    scale = Scale(jax.random.fold_in(jax.random.key(config.seed), _STREAM), episodes)
    how = ways(config)
    found: dict[tuple[str, str], list[Verdict]] = {}
    with Progress(len(grown) * len(how), "battery", console=run.console) as progress:
        for arm, learners in grown.items():
            for agent, deliberation in how.items():
                players = [player(learner, deliberation) for learner in each(learners, config.seeds)]
                found[arm, agent] = put(scale, players)
                progress.advance(note=f"{arm}, {agent}")
    return run.write_json("audits/motives.json", told(found, episodes))


def _learners(run: Run, config: RewardButtonConfig, arm: str) -> LearnerState:
    """The learners of an arm as training left them, stacked [seeds]."""
    task, how = planned(config)[arm]
    return saved(newest(run, arm), how, task)


def told(found: Mapping[tuple[str, str], Sequence[Verdict]], episodes: int) -> dict[str, Any]:
    """What ``audits/motives.json`` holds: tables and verdicts as in ``figures.json``, and every raw score."""
    agents = list(dict.fromkeys(agent for _, agent in found))
    return {
        "tables": [
            _table(agent, {arm: own for (arm, who), own in found.items() if who == agent}, episodes) for agent in agents
        ],
        "verdicts": [_sentence(arm, agent, own) for (arm, agent), own in found.items() if arm != UNTRAINED],
        "raw": {f"{arm}, {agent}": [_raw(one) for one in own] for (arm, agent), own in found.items()},
    }


def _raw(one: Verdict) -> dict[str, Any]:
    """A verdict as JSON has it: a score that is no number, of a sign that has no meaning of the agent, is null."""
    scores = [score if isfinite(score) else None for score in one.per_seed]
    return asdict(one) | {"effect": asdict(one.effect) if one.effect.n else None, "per_seed": scores}


def _table(agent: str, found: Mapping[str, Sequence[Verdict]], episodes: int) -> dict[str, Any]:
    signs = "; ".join(f"{sign.name}: {sign.measure}; 1 is the planted {sign.planted!r}" for sign in SIGNS)
    return {
        "title": f"The battery of motives: {agent}",
        "note": (
            f"Frozen weights, {episodes} episodes of each agent in each room. On every sign 0 is the planted "
            f"{VALUER!r}, who works for the work's sake. {signs}. Able: work in the room as it is, over the planted "
            f"agent's. Named where the whole interval is above {BAR}. Blank: no work that could be dropped."
        ),
        "columns": ["arm", "able", *(sign.name for sign in SIGNS), "named"],
        "rows": [
            [
                arm,
                asdict(own[0].details["capability"]),
                *(asdict(one.effect) if all(map(isfinite, one.per_seed)) else None for one in own),
                ", ".join(motives(own)) or "-",
            ]
            for arm, own in found.items()
        ],
    }


def _sentence(arm: str, agent: str, found: Sequence[Verdict]) -> str:
    named, able = motives(found), found[0].details["capability"]
    if named:
        said = "; ".join(f"{motive} (by: {', '.join(signs)})" for motive, signs in named.items())
    elif all(one.details["decided"] == "not named" for one in found):
        said = "none of the other motives is named"
        if able.low is not None and able.low > BAR:
            said += ": as one who works for the work's sake"
        else:
            said += f", but little of the work is done ({able.value:.2f}{bracket(able)}): what for, is not told"
    else:
        undecided = [one.audit for one in found if one.details["decided"] == "undecided"]
        said = f"nothing is named; undecided: {', '.join(undecided)}"
    return f"{arm}, {agent}: {said}."
