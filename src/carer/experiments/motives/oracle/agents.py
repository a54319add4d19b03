"""The agents and the oracles of `oracle_control`."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from carer.agents import RecurrentPolicy, Task, learn
from carer.agents.seated import Seated
from carer.agents.stacking import one_of
from carer.audits.motives.bumbling import Proposer
from carer.audits.motives.lookahead import scores
from carer.audits.motives.moments import Figures, Moments
from carer.audits.motives.oracle import Oracle
from carer.audits.motives.proposers import Bumbler, Ranked, Seeing
from carer.experiments.configs import OracleControlConfig
from carer.experiments.motives.growing import learner_of, untaught
from carer.experiments.motives.oracle.places import world_of
from carer.runs import Preemption, Run

Policies = Mapping[str, RecurrentPolicy]
"""By agent, what was learned for one world, stacked [seeds]."""


def oracles(config: OracleControlConfig) -> dict[str, Oracle | None]:
    """Every oracle of the config."""
    ahead = Oracle(config.ahead)
    known = {
        "none": None,
        "now": Oracle(1),
        "ahead": ahead,
        "noisy": replace(ahead, noise=config.noise),
        "sham": replace(ahead, sham=True),
        "reversible": replace(ahead, undo=config.undo),
    }
    return {name: known[name] for name in config.oracles}


def agents(
    config: OracleControlConfig, moments: Moments, granted: Figures, policies: Policies, seed: int
) -> dict[str, Proposer]:
    """Every agent of the config under an oracle; networks only where there are some for this world.

    Args:
        config: of the run.
        moments: of the world.
        granted: the oracle's replies, as `carer.audits.motives.oracle.replies` gives them.
        policies: see `Policies`.
        seed: which of them.

    """
    found: dict[str, Proposer] = {}
    for name in config.agents:
        if name == "bumbler":
            found[name] = Bumbler()
        elif name == "planner":
            found[name] = Ranked.by(scores(moments, moments.reward))
        elif name == "schemer":
            found[name] = Ranked.by(scheme(moments, granted, config.patience), insists=True)
        elif name in policies:
            found[name] = Seeing(Seated(one_of(policies[name], seed)), moments.world)
    return found


def scheme(moments: Moments, granted: Figures, patience: int) -> Figures:
    """What each act is worth to who proposes it until it is granted, or the tick is lost: [moments, acts]."""
    return scores(moments, moments.reward, granted=1.0 - np.power(1.0 - granted, patience))


def trained(config: OracleControlConfig, name: str, run: Run, preemption: Preemption) -> dict[str, RecurrentPolicy]:
    """The networks for one world: those trained on its reward, and those that have learned nothing."""
    task, found = Task(world_of(config, name)), {}
    how = learner_of(config, config.updates, episodes=config.episodes)
    if "untrained" in config.agents:
        found["untrained"] = untaught(how, task).policies[0]
    if "learner" in config.agents:
        found["learner"] = learn(how, task, run, preemption, condition=f"learner, {name}").policies[0]
    return found
