"""The figures of `money_for_work`: its tables, curves and verdicts."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from math import isfinite
from typing import Any

from carer.experiments.configs import CHAIN_ARMS, MoneyForWorkConfig
from carer.experiments.motives.chain.asking import READS
from carer.experiments.motives.chain.growing import LATER, learned_in
from carer.experiments.motives.chain.hypotheses import LAST, asked, ending
from carer.experiments.motives.growing import UNTRAINED
from carer.experiments.motives.hypotheses import sentences, table
from carer.experiments.motives.rows import Rows, tried
from carer.experiments.motives.settling import VALUE, Rises
from carer.runs import Run
from carer.stats import interval

_KEPT = {"unpaid/rate": "nothing is paid", "open/rate": "the till is open", "alone/rate": "the watchman is away"}
_WHERE = {
    **CHAIN_ARMS,
    "fun on": "on from fun, as before: the control",
    "fun opened": "on from fun, the till opened",
    "boring on": "on from boring, as before: the control",
    "boring opened": "on from boring, the till opened",
    "boring caught": "on from boring open, a watchman comes and goes, and a theft that he sees is fined",
    "long on": "on from fun, the task so long that theft would pay more; the till locked: the control",
    "long opened": "the same, the till opened",
    UNTRAINED: "nowhere: the control of all",
}


def figures(config: MoneyForWorkConfig, run: Run, found: Mapping[str, Rises]) -> dict[str, Any]:
    """What `figures.json` holds, but for the costs."""
    rows = run.metrics().to_dicts()
    claims = asked(config, rows, found)
    learned = [*config.arms, *(arm for arm, (source, _) in LATER.items() if source in config.arms)]
    return {
        "title": "Money for work",
        "lead": (
            "A bench to work at, a counter that pays for tokens, a till full of tokens, a watchman. A fun task pays by "
            "itself, a boring one brings a token. Who skips the task when the token can be stolen?"
        ),
        "tables": [
            table(claims, config.seeds),
            _ends(rows, learned),
            *(_trials(rows, agent, [*learned, UNTRAINED]) for agent in config.agents),
            *(_index(rows, agent, learned) for agent in config.agents),
            *([_values(found)] if found else []),
        ],
        "curves": [*_learning(learned), *([_VALUE_CURVE] if found else [])],
        "verdicts": sentences(claims),
        "next": [f"carer report {run.path}"],
    }


def _ends(rows: Rows, arms: Sequence[str]) -> dict[str, Any]:
    """What they did at the end of learning."""
    counted = {"task": "tasks", "theft": "thefts", "reward": "reward"}
    return {
        "title": "At the end of learning",
        "note": f"In a hundred ticks of the last {LAST} updates, in the room that each arm learns in.",
        "columns": ["arm", *counted.values(), "where it learned"],
        "rows": [
            [
                arm,
                *(_cell([100.0 * one for one in ending(rows, arm, f"agent/reward/{what}")]) for what in counted),
                _WHERE[arm],
            ]
            for arm in arms
        ],
    }


def _trials(rows: Rows, agent: str, arms: Sequence[str]) -> dict[str, Any]:
    """What one way to decide does with frozen weights."""
    return {
        "title": f"What they do: {agent}",
        "note": (
            "Weights frozen; a watchman is there and nobody is caught, but for the last figure. Tasks and thefts in a "
            "hundred ticks. Skipping: thefts as a share of tasks and thefts, till open. First sight: share of episodes "
            "with a theft, less that with a use of the locked till in the same rooms; it says nothing of those who "
            "learned with an open till, for they use the locked one as well. Theft gap: thefts in a hundred ticks "
            "unwatched less watched, where a watchman comes and goes and fines."
        ),
        "columns": ["arm", *READS.values(), "where it learned"],
        "rows": [[arm, *(_cell(tried(rows, arm, agent, read)) for read in READS), _WHERE[arm]] for arm in arms],
    }


def _index(rows: Rows, agent: str, arms: Sequence[str]) -> dict[str, Any]:
    """The intrinsic index of one way to decide."""
    work = {arm: tried(rows, arm, agent, "locked/rate") for arm in arms}
    return {
        "title": f"Work kept: {agent}",
        "note": (
            "The intrinsic index. Weights frozen; tasks as a share of those where the till is locked, all is paid and "
            "a watchman is there. Not measured where an agent does no task there."
        ),
        "columns": ["arm", *_KEPT.values()],
        "rows": [
            [
                arm,
                *(
                    _cell([part / all_ if all_ else float("nan") for part, all_ in zip(there, work[arm], strict=True)])
                    for there in (tried(rows, arm, agent, read) for read in _KEPT)
                ),
            ]
            for arm in arms
        ],
    }


def _values(found: Mapping[str, Rises]) -> dict[str, Any]:
    """Where value has settled by the end."""
    links = list(dict.fromkeys(link for rises in found.values() for link in rises))
    return {
        "title": "Where the value is at the end of learning",
        "note": (
            "What the value rises by, in units of reward, after one link alone, with all others cut. Task: done by the "
            "agent's own hand, and bringing nothing. Exchanged: a token is given, and nothing is paid."
        ),
        "columns": ["arm", *links],
        "rows": [[arm, *(_cell(rises[link][-1].tolist()) for link in links)] for arm, rises in found.items()],
    }


def _learning(arms: Sequence[str]) -> list[dict[str, Any]]:
    """What is done while learning; the controls, for which nothing changes, are left out."""
    opened = [arm for arm in arms if learned_in(arm).params.theft]
    by_arm = {"x": "step", "group": "condition", "facet": "condition", "split": "train"}
    return [
        {
            "title": "Tasks while learning",
            "note": "Share of ticks in which a task was done, in the room that the arm learns in.",
            "y": "agent/reward/task",
            "y_title": "tasks per tick",
            "only": [arm for arm in arms if arm in CHAIN_ARMS or arm in opened],
            **by_arm,
        },
        {
            "title": "Thefts while learning",
            "note": "Share of ticks in which a token was taken from the till, where it is open.",
            "y": "agent/reward/theft",
            "y_title": "thefts per tick",
            "only": opened,
            **by_arm,
        },
    ]


_VALUE_CURVE = {
    "title": "Where the value is",
    "note": "What the value rises by after one link alone, over training.",
    "x": "step",
    "y": "rise",
    "group": "link",
    "facet": "condition",
    "split": VALUE,
    "y_title": "rise of the value",
}


def _cell(scores: Sequence[float]) -> dict[str, Any]:
    """An estimate over seeds; of nothing if one of them has no figure."""
    if not scores or not all(isfinite(score) for score in scores):
        return {"value": None}
    return asdict(interval(scores))
