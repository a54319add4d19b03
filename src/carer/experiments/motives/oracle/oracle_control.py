"""`carer run oracle_control`: what an oracle that may say no buys without intelligence, and of who plans around it.

Source: *Motives*, oracle control: "bumble around, take reversible actions, roll back whenever the oracle says no". In
worlds small enough to be searched to their ends, agents from no plan at all to an exact one propose acts, an oracle
that knows the hidden performance refuses some, and what is refused is rolled back.
"""

import time

import jax

from carer.audits.motives.bumbling import Bumbled, bumbling
from carer.audits.motives.oracle import Oracle, replies
from carer.experiments.configs import OracleControlConfig
from carer.experiments.costs import costs
from carer.experiments.motives.growing import TRIAL_STREAM
from carer.experiments.motives.oracle.agents import Policies, agents, oracles, trained
from carer.experiments.motives.oracle.figures import FORESIGHT, figures
from carer.experiments.motives.oracle.places import Scale, laid_out
from carer.experiments.motives.rows import TRIAL
from carer.runs import Preemption, Progress, Run


def run(config: OracleControlConfig, run: Run, *, preemption: Preemption) -> None:
    """Train the networks, try all agents under all oracles in all worlds, and write the figures."""
    run.say(f"{config.seeds} agents of each kind in {len(config.worlds)} worlds: {', '.join(config.worlds)}")
    began, networks = time.monotonic(), {}
    for name in config.learned:
        if name in config.worlds:
            networks[name] = trained(config, name, run, preemption)
            if preemption.requested:
                return
    spent, began = {"training": time.monotonic() - began}, time.monotonic()
    run.truncate_metrics(lambda row: row.get("split") not in (TRIAL, FORESIGHT))
    with Progress(len(config.worlds) * config.seeds, "trials", console=run.console) as progress:
        for name in config.worlds:
            for seed in range(config.seeds):
                if preemption.requested:
                    return
                _try(config, run, name, seed, networks.get(name, {}))
                progress.advance(note=name)
    told = figures(config, run)
    told["tables"].append(costs({**spent, "trials": time.monotonic() - began}))
    run.write_json("figures.json", told)


def _try(config: OracleControlConfig, run: Run, name: str, seed: int, policies: Policies) -> None:
    """Log what the agents of one seed do in one world: a row for each oracle, and one for each foresight."""
    moments = laid_out(config, name, seed)
    key = jax.random.fold_in(jax.random.fold_in(jax.random.key(config.seed), TRIAL_STREAM), seed)
    scales = Scale.of(moments, moments.hidden), Scale.of(moments, moments.reward)

    def log(split: str, step: int, oracle: Oracle | None, policies: Policies, **labels: str) -> None:
        granted = replies(moments, oracle, seed)
        for agent, proposer in agents(config, moments, granted, policies, seed).items():
            found = _shown(bumbling(moments, proposer, granted, key, config.patience), scales)
            run.log(step, split=split, world=name, agent=agent, seed=seed, **labels, **found)

    for oracle, kind in oracles(config).items():
        log(TRIAL, config.updates, kind, policies, condition=oracle)
    for ticks in config.foresight:
        log(FORESIGHT, ticks, Oracle(ticks), {})


def _shown(played: Bumbled, scales: tuple[Scale, Scale]) -> dict[str, float]:
    """The figures of one agent: its place on both scales, and what it cost to ask."""
    asked = {name: float(getattr(played, name).mean()) for name in ("questions", "vetoes", "lost", "ticks")}
    hidden, paid = float(played.hidden.mean()), float(played.reward.mean())
    return {"performance": scales[0].share(hidden), "reward": scales[1].share(paid), **asked}
