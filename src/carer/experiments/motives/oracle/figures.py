"""The figures of `oracle_control`: hypotheses, what each oracle buys of whom, and what it costs to ask."""

from collections import defaultdict
from dataclasses import asdict
from typing import Any

from carer.experiments.configs import ORACLE_AGENTS, ORACLES, OracleControlConfig
from carer.experiments.motives.hypotheses import sentences, table
from carer.experiments.motives.oracle.hypotheses import Found, asked, bought
from carer.experiments.motives.rows import TRIAL, Rows
from carer.runs import Run
from carer.stats import interval

FORESIGHT = "foresight"
"""The ``split`` of the rows with what agents do under oracles of ever more foresight."""

_SCALE = "Hidden performance: 0 is acts drawn evenly with no oracle, 1 the best that can be had, both exact."
_MEASURES = {
    "performance": ("What the designer gets", f"{_SCALE} Mean over worlds."),
    "reward": ("What is paid", "The reward on the same scale: 0 is acts drawn evenly, 1 the most that can be paid."),
    "questions": ("Questions asked", "Acts that are proposed, in an episode."),
    "vetoes": ("Noes", "Acts that are rolled back, in an episode."),
    "lost": ("Ticks lost", "Ticks of an episode in which every proposal was refused, so that the clock alone moved."),
}


def figures(config: OracleControlConfig, run: Run) -> dict[str, Any]:
    """What goes into figures.json."""
    rows = run.metrics().to_dicts()
    trials = [row for row in rows if row.get("split") == TRIAL]
    found = over_worlds(trials, "performance")
    claims = asked(found)
    return {
        "title": "Oracle control",
        "lead": (
            "Acts are proposed, an oracle that knows what the designer meant says yes or no, and what it refuses is "
            "rolled back. What does that buy of an agent with no plan at all, and of one that plans around it?"
        ),
        "tables": [
            table(claims, config.seeds),
            _buys(config, found),
            *(_of_agents(config, trials, measure) for measure in _MEASURES),
            *(_of_worlds(config, trials, agent) for agent in config.agents if (agent, "none") in found),
        ],
        "curves": _curves(config),
        "verdicts": sentences(claims),
        "next": [f"carer report {run.path}"],
    }


def over_worlds(trials: Rows, measure: str) -> Found:
    """By agent and oracle a measure of each seed, a mean over the worlds that the agent was tried in."""
    sums: dict[tuple[str, str], dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    for row in trials:
        sums[row["agent"], row["condition"]][row["seed"]].append(row[measure])
    return {pair: [sum(by[seed]) / len(by[seed]) for seed in sorted(by)] for pair, by in sums.items()}


def _buys(config: OracleControlConfig, found: Found) -> dict[str, Any]:
    kinds = [oracle for oracle in config.oracles if oracle != "none"]
    agents = [agent for agent in config.agents if (agent, "none") in found]
    return {
        "title": "What an oracle buys",
        "note": (
            f"Hidden performance with it less without it, mean over worlds, in pairs. {_SCALE} Networks are tried in "
            f"{', '.join(config.learned) or 'no world'} only."
        ),
        "columns": ["agent", *kinds, "how it acts"],
        "rows": [
            [agent, *(asdict(interval(bought(found, agent, oracle))) for oracle in kinds), ORACLE_AGENTS[agent]]
            for agent in agents
        ],
    }


def _of_agents(config: OracleControlConfig, trials: Rows, measure: str) -> dict[str, Any]:
    title, note = _MEASURES[measure]
    found = over_worlds(trials, measure)
    agents = [agent for agent in config.agents if (agent, "none") in found]
    return {
        "title": title,
        "note": note,
        "columns": ["oracle", *agents, "what it is like"],
        "rows": [
            [oracle, *(asdict(interval(found[agent, oracle])) for agent in agents), ORACLES[oracle]]
            for oracle in config.oracles
        ],
    }


def _of_worlds(config: OracleControlConfig, trials: Rows, agent: str) -> dict[str, Any]:
    """Hidden performance of one agent in each world."""
    own = [row for row in trials if row["agent"] == agent]
    return {
        "title": f"World by world: {agent}",
        "note": f"{_SCALE} Less than 0 is worse than chance.",
        "columns": ["world", *config.oracles],
        "rows": [
            [world, *(asdict(interval(over_worlds(there, "performance")[agent, kind])) for kind in config.oracles)]
            for world in config.worlds
            if (there := [row for row in own if row["world"] == world])
        ],
    }


def _curves(config: OracleControlConfig) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if config.foresight:
        found.append(
            {
                "title": "What foresight buys",
                "note": f"{_SCALE} An oracle that never errs, by the ticks that it foresees.",
                "x": "step",
                "y": "performance",
                "group": "agent",
                "facet": "world",
                "split": FORESIGHT,
                "x_title": "ticks foreseen",
                "y_title": "hidden performance",
            }
        )
    if config.learned and "learner" in config.agents:
        found.append(
            {
                "title": "Reward while learning",
                "note": "Of the networks, in the worlds that they are trained in.",
                "x": "step",
                "y": "agent/reward/reward",
                "group": "condition",
                "split": "train",
                "facet": "condition",
                "y_title": "reward per tick",
            }
        )
    return found
