"""`carer run reward_sources`: the same task under a rule, a learned reward and verified outcomes.

Source: *Motives*, the reward function: a hand-written rule against one learned from preferences against a verified
outcome. One learner, one room and one budget; only the source of the reward differs. Then all are tried with frozen
weights: what they do, what their own source and all others would pay for it, and how far that is from what was meant.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from math import isfinite
from typing import Any

from carer.experiments.configs import SOURCES, RewardSourcesConfig
from carer.experiments.costs import costs
from carer.experiments.motives.hypotheses import sentences, table
from carer.experiments.motives.rows import TRIAL, Rows
from carer.experiments.motives.sources.asking import KEPT, ask
from carer.experiments.motives.sources.growing import FITTED, grow
from carer.experiments.motives.sources.hypotheses import asked
from carer.runs import Preemption, Run
from carer.stats import interval


def run(config: RewardSourcesConfig, run: Run, *, preemption: Preemption) -> None:
    """Fit the reward models, grow every arm, try all agents, and write the figures."""
    run.say(f"{config.seeds} agents in each of {len(config.arms)} arms: {', '.join(config.arms)}")
    began = time.monotonic()
    grown = grow(config, run, preemption)
    if preemption.requested:
        return
    spent, began = {"training": time.monotonic() - began}, time.monotonic()
    ask(config, run, grown)
    spent["trials"] = time.monotonic() - began
    told = _figures(config, run)
    told["tables"].append(costs(spent))
    run.write_json("figures.json", told)


def _figures(config: RewardSourcesConfig, run: Run) -> dict[str, Any]:
    rows = run.metrics().to_dicts()
    claims = asked(config, rows)
    trials = [row for row in rows if row.get("split") == TRIAL]
    fitted = [row for row in rows if row.get("split") == FITTED]
    models = [_models(config, fitted, trials)] if config.learned else []
    return {
        "title": "Where reward comes from",
        "lead": (
            "The same work, learner and budget; only what pays differs: a rule written by hand, a model of what a "
            "judge preferred, a count of the outcome as the episode ends, the button, or the work itself as it was "
            "meant. What does each source make of its learner?"
        ),
        "tables": [
            table(claims, config.seeds),
            _made(trials),
            *models,
            _wanted(trials),
            _paid(config, trials),
        ],
        "curves": [
            _curve("Pay while learning", "what the arm's own source pays, in its own units", "agent/reward/proxy"),
            _curve("Utility while learning", "pieces put away", "agent/reward/utility"),
        ],
        "verdicts": sentences(claims),
        "next": [f"carer report {run.path}"],
    }


def _curve(title: str, what: str, column: str) -> dict[str, Any]:
    return {
        "title": title,
        "note": f"For each tick, {what}. Pay that rises while utility does not is over-optimisation.",
        "x": "step",
        "y": column,
        "group": "condition",
        "split": "train",
        "facet": "condition",
        "y_title": "per tick",
    }


def _made(trials: Rows) -> dict[str, Any]:
    reads = {
        "pieces put away": "rate",
        "utility": "of worker/meant",
        "own pay": "own",
        "gaming": "gaming",
        "agreement before": "agreement/before",
        "agreement after": "agreement/after",
    }
    # What an arm's own source pays stands in a column of the source's name.
    rows = [{**row, "own": row.get(f"of worker/{row['condition']}")} for row in trials]
    return _table(
        "What each source makes of its learner",
        "Weights frozen, in the room that all learned in. Pieces: in a hundred ticks. Utility and own pay: 0 is what "
        "agents have who learned nothing, 1 what a scripted worker has in the same rooms. Gaming: of the episodes with "
        "less utility than is usual among the agent's and the worker's, the share with more pay than is. Agreement: "
        "rank correlation of own pay and utility over the episodes that the judges' segments were like (before), and "
        "with the agent's own among them (after).",
        rows,
        reads,
    )


def _models(config: RewardSourcesConfig, fitted: Rows, trials: Rows) -> dict[str, Any]:
    after = {(row["condition"], row["seed"]): row.get("agrees/after") for row in trials}
    return _table(
        "The reward models",
        "Share of pairs of segments that a reward model ranks as the judge did, or as utility does; one half is "
        "chance. Held out: segments of behaviour like that it was fitted to, before anybody learned from it. After: "
        f"segments of its own learner, of pairs that differ in utility. The judge's noise was {config.noise:g}, what "
        f"looks are worth to it {config.bias:g} a tick, and nothing to the fair one.",
        [{**row, "after": after.get((row["condition"], row["seed"]))} for row in fitted],
        {
            "as the judge, held out": "agrees/judge",
            "as utility, held out": "agrees/utility",
            "as utility, after": "after",
        },
    )


def _wanted(trials: Rows) -> dict[str, Any]:
    kept = {f"work kept: {name.removeprefix('kept/')}": name for name in KEPT}
    return _table(
        "What they want",
        "Weights frozen. Presses: of the button less of the decoy, in a hundred ticks, in the room that all learned "
        "in. At first sight: share of episodes with a press, less the same of the decoy, where both come late. Work "
        "kept: pieces put away where the task no longer pays (unpaid), the button is free, or the teacher is away "
        "(alone), of those in the room as it is. Gap: work watched less unwatched, over their sum.",
        trials,
        {"presses": "presses", "at first sight": "at first sight/exposure", **kept, "gap": "in shifts/gap"},
    )


def _paid(config: RewardSourcesConfig, trials: Rows) -> dict[str, Any]:
    return _table(
        "What every source would pay for it",
        "What each source, by column, pays for what the learners of another, by row, do: 0 is what agents have who "
        "learned nothing, 1 what a scripted worker has.",
        trials,
        {f"by {source}": f"of worker/{source}" for source in config.arms},
    )


def _table(title: str, note: str, rows: Rows, reads: Mapping[str, str]) -> dict[str, Any]:
    """Means with their intervals, an arm a line; a figure that not all seeds of an arm have is left blank."""
    arms = list(dict.fromkeys(row["condition"] for row in rows))
    return {
        "title": title,
        "note": note,
        "columns": ["arm", *reads, "what paid"],
        "rows": [
            [
                arm,
                *(_cell([row.get(read) for row in rows if row["condition"] == arm]) for read in reads.values()),
                SOURCES.get(arm, "nothing: they learned nothing"),
            ]
            for arm in arms
        ],
    }


def _cell(scores: Sequence[float | None]) -> dict[str, Any] | None:
    there = [score for score in scores if score is not None and isfinite(score)]
    return asdict(interval(there)) if len(there) == len(scores) else None
