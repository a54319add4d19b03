"""`carer run nursery_survival`: phase 0 of the caring-drive experiment. Mothers without babies learn to live.

They are paid for each tick of their own life. Scripted mothers give the scale: who wanders at random, and who has all
skills of a mother and looks after herself with some of them.
"""

import time
from dataclasses import asdict
from typing import Any

import jax

from carer.agents import Task, learn
from carer.agents.playing import player
from carer.agents.stacking import one_of
from carer.concepts import Estimate
from carer.experiments.care.growing import learn_config, mother_alone
from carer.experiments.configs import NurserySurvivalConfig
from carer.experiments.costs import costs
from carer.experiments.verdicts import against_bar
from carer.runs import Preemption, Run
from carer.stats import interval
from carer.worlds.nursery import Nursery, make
from carer.worlds.nursery.trial import Scripted, lives_of
from carer.worlds.replay import publish, record

SCRIPTED = ("random", "selfish", "all_skills")
BAR = 0.9
"""The share of the all-skills mother's own lifetime that a trained mother has to reach."""


def run(config: NurserySurvivalConfig, run: Run, *, preemption: Preemption) -> None:
    """Train all mothers, evaluate them beside the scripted ones, and write the figures."""
    world = make(config.preset, birth="never")
    task = Task(world, roles=mother_alone(world))
    run.say(
        f"{config.seeds} mothers, {config.updates} updates of {config.envs} episodes by {config.steps} ticks; "
        f"the world is {world.params.size} by {world.params.size}, a life lasts at most {world.horizon} ticks"
    )
    began = time.monotonic()
    learner = learn(learn_config(config), task, run, preemption)
    trained = time.monotonic()
    if preemption.requested:
        return
    # The first mother, and an episode that no evaluation has chosen.
    first = one_of(learner.policies, 0)
    replay = record(world, player(task, first), jax.random.key(config.seed), caption="The first trained mother.")
    publish(replay, run.path / "episodes", "trained_mother")
    scripted = {name: _lifetimes(world, name, config) for name in SCRIPTED}
    told = figures(config, run, scripted)
    spent = {"training and evaluating": trained - began, "scripted mothers": time.monotonic() - trained}
    told["tables"].append(costs(spent))
    run.write_json("figures.json", told)


def figures(config: NurserySurvivalConfig, run: Run, scripted: dict[str, Estimate]) -> dict[str, Any]:
    """What ``figures.json`` holds; see `carer.report`."""
    last = [
        row["mother/lived"]
        for row in run.metrics().to_dicts()
        if row.get("split") == "eval" and row["step"] == config.updates
    ]
    best = scripted["all_skills"].value
    trained = interval(last)
    rows = [
        [f"scripted: {name.replace('_', ' ')}", asdict(lived), lived.value / best] for name, lived in scripted.items()
    ]
    rows.append(["trained", asdict(trained), asdict(interval([value / best for value in last]))])
    return {
        "title": "The nursery, phase 0: mothers learn to live",
        "lead": (
            "A mother alone in the nursery, among bushes, pits and a predator, paid for each tick of her own life. "
            "Before she can care for another she has to be able to live."
        ),
        "tables": [
            {
                "title": "Ticks lived",
                "note": (
                    f"On {config.episodes} episodes. Trained: mean over {len(last)} seeds with its 95 % "
                    "interval. Scripted: mean over episodes with its 95 % interval; they read the state."
                ),
                "columns": ["mother", "ticks lived", "share of all skills"],
                "rows": rows,
            }
        ],
        "curves": [
            {
                "title": "Ticks lived, over training",
                "note": "Whole episodes with frozen weights.",
                "x": "step",
                "y": "mother/lived",
                "split": "eval",
                "labels": {"mother/lived": "trained"},
                "y_title": "ticks lived",
                "references": [
                    {"value": lived.value, "label": name.replace("_", " ")} for name, lived in scripted.items()
                ],
            }
        ],
        "verdicts": [
            against_bar(
                "trained mothers live, as a share of the all-skills mother's own lifetime,",
                interval([value / best for value in last]),
                BAR,
                ".0%",
            )
        ],
        "next": ["carer play nursery"],
    }


def _lifetimes(world: Nursery, mother: str, config: NurserySurvivalConfig) -> Estimate:
    lives = lives_of(world, Scripted.named(mother), jax.random.key(config.seed), config.episodes)
    return interval(lives.mother.tolist())
