"""`carer run money_for_work`: fun task -> reward against boring task -> money -> reward, and who skips the task.

Source: *Motives*, chain arms. Agents learn where the till with the tokens is locked, where it is open, and where a
watchman comes and goes; then the till is opened for those who never knew it open, beside others for whom nothing
changes. All are tried with frozen weights, beside agents who have learned nothing.
"""

import time

from carer.experiments.configs import MoneyForWorkConfig
from carer.experiments.costs import costs
from carer.experiments.motives.button.agents import ways
from carer.experiments.motives.chain.asking import ask
from carer.experiments.motives.chain.figures import figures
from carer.experiments.motives.chain.growing import grow, untrained
from carer.experiments.motives.chain.values import SETTLED, settled
from carer.experiments.motives.growing import UNTRAINED
from carer.runs import Preemption, Run


def run(config: MoneyForWorkConfig, run: Run, *, preemption: Preemption) -> None:
    """Grow every arm, try all agents, look where the value is, and write the figures."""
    run.say(f"{config.seeds} agents in each of {len(config.arms)} arms: {', '.join(config.arms)}")
    began = time.monotonic()
    grown = grow(config, run, preemption)
    if preemption.requested:
        return
    spent, began = {"training": time.monotonic() - began}, time.monotonic()
    ask(config, run, {**grown, UNTRAINED: untrained(config)}, ways(config.shared))
    spent["trials"], began = time.monotonic() - began, time.monotonic()
    found = settled(config, run, [arm for arm in SETTLED if arm in grown])
    spent["values"] = time.monotonic() - began
    told = figures(config, run, found)
    told["tables"].append(costs(spent))
    run.write_json("figures.json", told)
