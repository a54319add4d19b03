"""What `rivals` and `generality` share: arms are grown, tried, put to the battery, and set beside each other."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import jax

from carer.agents import Task
from carer.audits.care import BATTERY, Asked, Trials, ask
from carer.experiments.care.comparison_figures import PROFILE, Words, figures
from carer.experiments.care.growing import grow
from carer.experiments.care.trying import keep_episodes, put_on_trial, seated
from carer.experiments.configs import ComparisonConfig
from carer.experiments.costs import costs
from carer.runs import Preemption, Progress, Run
from carer.worlds.nursery.trial import Mother

_BATTERY_STREAM = 2**31 - 3


def compare(
    config: ComparisonConfig,
    run: Run,
    preemption: Preemption,
    *,
    tasks: Mapping[str, Task],
    words: Words,
    changed: Mapping[str, Mapping[str, Any]] | None = None,
) -> None:
    """Grow every arm, try all mothers in the preset, put them to the battery, and write the figures.

    Args:
        config: of the comparison.
        run: where.
        preemption: once it is requested, what is under way is saved and nothing more is begun.
        tasks: of each arm, what it learns.
        words: what the comparison is called.
        changed: see `grow`.

    """
    run.say(
        f"{config.seeds} mothers, {config.alone} updates of phase 0, and from there {len(config.arms)} arm(s) "
        f"({', '.join(config.arms)}), {config.updates} updates of {config.envs} episodes by {config.steps} ticks"
    )
    grown, spent = grow(config, tasks, run, preemption, changed)
    if preemption.requested:
        return
    began = time.monotonic()
    mothers = {name: seated(policies, config.seeds) for name, policies in grown.items()}
    put_on_trial(config, run, mothers)
    keep_episodes(config, run, grown)
    spent["trials"], began = time.monotonic() - began, time.monotonic()
    asked = _battery(config, run, mothers, preemption)
    if preemption.requested:
        return
    spent["battery"] = time.monotonic() - began
    told = figures(config, run, asked, words)
    told["tables"].append(costs(spent))
    run.write_json("figures.json", told)


def _battery(
    config: ComparisonConfig, run: Run, mothers: Mapping[str, Sequence[Mother]], preemption: Preemption
) -> list[Asked]:
    """What the battery finds of every arm; fewer conditions if asked to stop.

    Scores are logged for each mother, and everything that was counted is kept in ``battery.json``.
    """
    run.truncate_metrics(lambda row: row.get("split") != PROFILE)
    conditions = [condition for condition in BATTERY if not config.rows or condition.row in config.rows]
    key = jax.random.fold_in(jax.random.key(config.seed), _BATTERY_STREAM)
    trials = Trials(config.preset, key, config.battery_episodes)
    found: list[Asked] = []
    place = 0
    with Progress(len(conditions), "battery", console=run.console) as progress:
        for asked in ask(conditions, trials, mothers):
            found.append(asked)
            place += bool(asked.verdicts)
            for name, verdict in asked.verdicts.items():
                for seed, score in enumerate(verdict.per_seed):
                    row = {"condition": name, "split": PROFILE, "seed": seed, "test": verdict.audit, "score": score}
                    run.log(config.updates, place=place, **row)
            progress.advance(note=asked.condition.name)
            if preemption.requested:
                break
    kept = [{name: asdict(one) for name, one in asked.verdicts.items()} for asked in found if asked.verdicts]
    run.write_json("battery.json", kept)
    return found
