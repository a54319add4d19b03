"""`carer run rivals`: other ways to make a mother care, compared in the same world, one flag apart.

Source: *The caring drive*, rival drives. Every arm is the same learner with the same budget in the same nursery, and
differs in nothing but what its mothers are paid for (`carer.agents.objectives`); the arm `baby` is paid for her baby's
life. All are then tried beside the scripted mothers, and put to the battery.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict

import jax

from carer.agents import Task
from carer.agents.objectives import OBJECTIVES
from carer.audits.care import BATTERY, NotApplicableError, Trials, audit, forget_programs
from carer.experiments.configs import RivalsConfig
from carer.experiments.costs import costs
from carer.experiments.growing import grow, paid_by
from carer.experiments.rival_figures import PROFILE, Asked, figures
from carer.experiments.trying import keep_episodes, put_on_trial, seated
from carer.runs import Preemption, Progress, Run
from carer.worlds.nursery import make
from carer.worlds.nursery.trial import Mother

_BATTERY_STREAM = 2**31 - 3


def run(config: RivalsConfig, run: Run, *, preemption: Preemption) -> None:
    """Train every arm, try all mothers, put them to the battery, and write the figures."""
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
    put_on_trial(config, run, mothers)
    keep_episodes(config, run, tasks, grown)
    spent["trials"], began = time.monotonic() - began, time.monotonic()
    asked, left_out = _battery(config, run, mothers, preemption)
    if preemption.requested:
        return
    spent["battery"] = time.monotonic() - began
    told = figures(config, run, asked, left_out)
    told["tables"].append(costs(spent))
    run.write_json("figures.json", told)


def task_of(config: RivalsConfig, arm: str) -> Task:
    """What the mothers of an arm learn; babies are moved by the world's script."""
    return paid_by(config, OBJECTIVES[arm], make(config.preset))


def _battery(
    config: RivalsConfig, run: Run, mothers: Mapping[str, Sequence[Mother]], preemption: Preemption
) -> tuple[list[Asked], list[str]]:
    """What the battery finds of every arm, and why some rows could not be asked; fewer if asked to stop.

    Scores are logged for each mother, and everything that was counted is kept in ``battery.json``.
    """
    run.truncate_metrics(lambda row: row.get("split") != PROFILE)
    conditions = [condition for condition in BATTERY if not config.rows or condition.row in config.rows]
    key = jax.random.fold_in(jax.random.key(config.seed), _BATTERY_STREAM)
    trials = Trials(config.preset, key, config.battery_episodes)
    found: list[Asked] = []
    left_out: list[str] = []
    with Progress(len(conditions), "battery", console=run.console) as progress:
        for condition in conditions:
            if preemption.requested:
                break
            forget_programs()
            try:
                asked = {name: audit(condition, trials, name, alike) for name, alike in mothers.items()}
            except NotApplicableError as why:
                left_out.append(f"Not applicable: row {condition.row}, {condition.name}: {why}.")
                continue
            finally:
                progress.advance(note=condition.name)
            found.append(asked)
            for name, verdict in asked.items():
                for seed, score in enumerate(verdict.per_seed):
                    row = {"condition": name, "split": PROFILE, "seed": seed, "test": condition.name, "score": score}
                    run.log(config.updates, place=len(found), **row)
    run.write_json("battery.json", [{name: asdict(one) for name, one in asked.items()} for asked in found])
    return found, left_out
