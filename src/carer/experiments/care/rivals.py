"""`carer run rivals`: other ways to make a mother care, compared in the same world, one flag apart.

Source: *The caring drive*, rival drives. Every arm is the same learner with the same budget in the same nursery, and
differs in nothing but what its mothers are paid for (`carer.agents.objectives`), and so in when an episode ends: where
nothing more can be paid. The arm `baby` is paid for her baby's life. All are then tried beside the scripted mothers,
and put to the battery.
"""

from carer.agents import Task
from carer.agents.objectives import OBJECTIVES, OUTLIVING
from carer.experiments.care.comparing import compare
from carer.experiments.care.comparison_figures import Words
from carer.experiments.care.growing import paid_by
from carer.experiments.configs import RivalsConfig
from carer.runs import Preemption, Run
from carer.worlds.nursery import make

_WORDS = Words(
    title="Rival drives",
    lead=(
        "The same learner in the same nursery with the same budget, one flag apart: what a mother is paid for once "
        "her baby is born. Which drives make her keep it alive, and is what they make care?"
    ),
    table="What each drive makes of a mother",
    arm="drive",
    differs="what it pays",
)


def run(config: RivalsConfig, run: Run, *, preemption: Preemption) -> None:
    """Grow the mothers of every drive and compare them."""
    tasks = {name: task_of(config, name) for name in config.arms}
    compare(config, run, preemption, tasks=tasks, words=_WORDS)


def task_of(config: RivalsConfig, arm: str) -> Task:
    """What the mothers of an arm learn; babies are moved by the world's script."""
    return paid_by(config, OBJECTIVES[arm], make(config.preset, ends=OUTLIVING.get(arm, "childless")))
