"""`carer run generality`: whether care becomes general when one thing in its training changes.

Source: *The caring drive*, which data, loss and architecture. Every arm is the arm `baby` of `caring_drive` but for
one change. All mothers are then tried in the nursery as it is, and put to the battery. No change touches what the
battery holds out: what her own baby eats, new dangers, a baby that is drawn into danger, missing means.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from carer.agents import OWN_REWARD, Task
from carer.experiments.care.comparing import compare
from carer.experiments.care.comparison_figures import Words
from carer.experiments.care.growing import paid_by
from carer.experiments.configs import GeneralityConfig
from carer.runs import Preemption, Run
from carer.worlds.nursery import make


@dataclass(frozen=True)
class Change:
    """What an arm changes: parameters of the nursery it learns in, and settings of `PPOConfig`."""

    world: Mapping[str, Any] = field(default_factory=dict)
    learner: Mapping[str, Any] = field(default_factory=dict)


ARMS = {
    "baby": Change(),
    "crowded": Change({"foreign": 3, "other_species": 1, "toys": 1, "bushes_b": 4}),
    # As many ticks of care as in one long life: a baby feeds itself from tick 150 on, and three fill 300 ticks.
    "siblings": Change({"births": 3, "fledge_age": 90, "feeds_itself": 90, "growth": 120}),
    "ambiguous": Change({"posture_truth": 0.25}),
    "patient": Change(learner={"gamma": 0.999}),
    "curious": Change(learner={"entropy_coef": 0.05, "entropy_coef_end": 0.005}),
    "wide": Change(learner={"width": 128}),
    "summing": Change(learner={"pool": "sum"}),
}

_WORDS = Words(
    title="What makes care general?",
    lead=(
        "Mothers paid for their babies' lives, grown as in caring_drive but for one change of the world they learn in, "
        "of the loss or of the network. Which change helps them where nobody trained them?"
    ),
    table="What each change makes of a mother",
    arm="arm",
    differs="what is changed",
)


def run(config: GeneralityConfig, run: Run, *, preemption: Preemption) -> None:
    """Grow the mothers of every change and compare them."""
    tasks = {name: task_of(config, name) for name in config.arms}
    changed = {name: ARMS[name].learner for name in config.arms}
    compare(config, run, preemption, tasks=tasks, words=_WORDS, changed=changed)


def task_of(config: GeneralityConfig, arm: str) -> Task:
    """What the mothers of an arm learn; babies are moved by the world's script."""
    return paid_by(config, OWN_REWARD, make(config.preset, **ARMS[arm].world))
