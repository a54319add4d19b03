"""The figures of `self_reflection`: tables of both frames of each plan, and what thinking does to choices."""

from collections.abc import Mapping
from typing import Any

from carer.audits.motives.reflection import Figures
from carer.experiments.configs import REFLECTION_ARMS, SelfReflectionConfig
from carer.experiments.motives.hypotheses import sentences, table
from carer.experiments.motives.reflection.hypotheses import asked
from carer.experiments.motives.reflection.thinking import PICTURES, Judged
from carer.experiments.motives.rows import estimate
from carer.runs import Run
from carer.worlds.motives.mirrored import NOTHING, PLANS

THINKING = "thinking"
"""The ``split`` of the rows with choices, dose by dose."""
_GOALS = [name for plan, name in enumerate(PLANS) if plan != NOTHING]


def measures(one: Judged) -> dict[str, Figures]:
    """What is told of the frames of an arm, by the words of its column: [seeds] each."""
    return {
        "dystonic rate": one.frames.dystonic_rate(),
        "any picture": one.wrong.dystonic_rate(),
        "clear": one.frames.clear_rate(),
        "correlation": one.frames.correlation(),
        "same choice": one.frames.same_choice(),
    }


def by_plan(one: Judged) -> dict[str, Figures]:
    """The mean valence of each plan in each frame, S, and the dystonic rate: [seeds] each."""
    world, own = one.frames.valences
    rates, shift = one.frames.dystonic_rates(), one.frames.shift
    found = {}
    for plan, name in enumerate(PLANS):
        if plan != NOTHING:
            found[f"{name}: world"], found[f"{name}: self"] = world[:, plan].mean(-1), own[:, plan].mean(-1)
            found[f"{name}: dystonic"] = rates[:, plan]
        found[f"{name}: S"] = shift[:, plan].mean(-1)
    return found


def figures(config: SelfReflectionConfig, run: Run, found: Mapping[str, Judged]) -> dict[str, Any]:
    """What `figures.json` holds but the costs, from what was found by arm."""
    claims = asked(config, found)
    return {
        "title": "Self-reflective valence",
        "lead": (
            "One value function judges a plan in two frames: what comes about, and the agent itself doing it. Does a "
            "plan seem as good in one as in the other, and what does a reward do that reads thoughts?"
        ),
        "tables": [table(claims, config.seeds), _rates_table(config, found), *_plan_tables(config, found)],
        "curves": [
            {
                "title": "Which frame choices follow",
                "note": (
                    "Where both frames choose differently: the share of choices that are the self-frame's. A mean over "
                    "more self-frames comes nearer to them by the rule of choice alone, in the untrained too: what "
                    "differs between arms is how often frames disagree. The control has any plan in the picture."
                ),
                "x": "step",
                "x_title": "self-frames sampled",
                "y": [f"{name}_picture" for name in PICTURES],
                "group": "condition",
                "split": THINKING,
                "facet": "condition",
                "y_title": "share of choices",
            },
            {
                "title": "Plans for the button while learning",
                "note": "Share of ticks in which the plan was to press the button; a quarter of all plans is drawn.",
                "x": "step",
                "y": "agent/reward/plans_button",
                "group": "condition",
                "split": "train",
                "y_title": "share of ticks",
            },
        ],
        "verdicts": sentences(claims),
        "next": [f"carer report {run.path}"],
    }


def _rates_table(config: SelfReflectionConfig, found: Mapping[str, Judged]) -> dict[str, Any]:
    names = list(measures(next(iter(found.values()))))
    return {
        "title": "Both frames of a plan",
        "note": (
            "Weights frozen. Good and bad are about standing still, in the same frame. Clear: share of plans that are "
            f"more than {config.margin:g} better or worse in both frames. Dystonic rate: share of the clear ones that "
            "are good in one frame and bad in the other. Any picture: the same with any plan in the self-picture. "
            "Correlation: of both valences, over plans and rooms. Same choice: share of rooms in which both frames "
            "rank one plan first. A seed without a clear plan is not counted."
        ),
        "columns": ["arm", *names, "who reads the plan"],
        "rows": [
            [arm, *(estimate(scores) for scores in measures(one).values()), REFLECTION_ARMS.get(arm, "")]
            for arm, one in found.items()
        ],
    }


def _plan_tables(config: SelfReflectionConfig, found: Mapping[str, Judged]) -> list[dict[str, Any]]:
    kinds = ("world", "self", "S", "dystonic")
    return [
        {
            "title": f"The plan to go for the {goal}" if goal != "task" else "The plan to do the task",
            "note": (
                "World and self: what it is held to be worth more than standing still, in units of reward. S: "
                "V(self) - V(world) of the plan itself. Dystonic: share of rooms, of those where it is clear."
            ),
            "columns": ["arm", *kinds],
            "rows": [
                [arm, *(estimate(by_plan(one)[f"{goal}: {kind}"]) for kind in kinds)] for arm, one in found.items()
            ],
        }
        for goal in _GOALS
    ]
