"""`carer run caring_drive`: mothers are grown by gradient descent from their babies' lifetimes alone.

Source: *The caring drive* (`docs/caring_drive.md`). In phase 0 all live where no baby is born. From there a mother is
paid for each tick of her own life until her baby is born, and then for each tick that it lives; nothing is ever paid
for feeding, nearness or defence. Beside her stand mothers paid for their own lives, with a baby, without one, and with
the inner cue of a birth but no baby. An arm paid for her own life in episodes that end with her baby (`implied`) shows
what the end of an episode pays.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from carer.agents import OWN_REWARD, Task, WorldTerm
from carer.agents.objectives import OWN_LIFE
from carer.experiments.care.caring_figures import PROJECTION, figures
from carer.experiments.care.growing import grow, paid_by
from carer.experiments.care.trying import keep_episodes, put_on_trial, seated
from carer.experiments.configs import CaringDriveConfig
from carer.experiments.costs import costs
from carer.runs import Preemption, Run
from carer.worlds.nursery import make
from carer.worlds.nursery.state import OWN


@dataclass(frozen=True)
class Arm:
    """How the mothers of an arm are trained: paid for what, and how the nursery is changed."""

    terms: tuple[WorldTerm, ...] = OWN_REWARD
    world: Mapping[str, Any] = field(default_factory=dict)


ARMS = {
    "baby": Arm(),
    "own": Arm((OWN_LIFE,), {"ends": "family"}),
    "implied": Arm((OWN_LIFE,)),
    "never": Arm((OWN_LIFE,), {"birth": "never"}),
    "sham": Arm((OWN_LIFE,), {"birth": "sham"}),
}


def run(config: CaringDriveConfig, run: Run, *, preemption: Preemption) -> None:
    """Train every arm, try all mothers in the same nurseries beside the scripted ones, and write the figures."""
    run.say(
        f"{config.seeds} mothers, {config.alone} updates of phase 0, and from there {len(config.arms)} arm(s) "
        f"({', '.join(config.arms)}), {config.updates} updates of {config.envs} episodes by {config.steps} ticks"
    )
    tasks = {name: task_of(config, name) for name in config.arms}
    grown, spent = grow(config, tasks, run, preemption)
    if preemption.requested:
        return
    began = time.monotonic()
    mothers = {name: seated(policies, config.seeds) for name, policies in grown.items()}
    if "never" in grown:  # a mother who knows how to live, and takes her baby's place
        mothers[PROJECTION] = seated(grown["never"], config.seeds, reads=OWN)
    put_on_trial(config, run, mothers)
    keep_episodes(config, run, grown)
    told = figures(config, run)
    told["tables"].append(costs({**spent, "trials": time.monotonic() - began}))
    run.write_json("figures.json", told)


def task_of(config: CaringDriveConfig, arm: str) -> Task:
    """What the mothers of an arm learn; babies are moved by the world's script."""
    how = ARMS[arm]
    return paid_by(config, how.terms, make(config.preset, **how.world))
