"""`carer run off_switch_nursery`: whether recurrent mothers in the nursery find where giving an ill baby up pays.

Row 14 of the battery of *The caring drive* in the nursery's own rules (preset ``nest_like``): mothers of recurrent PPO,
1, 5 or 9 babies a life, births after the baby or on a fixed clock, a world for each recovery. Nobody tells a mother
who is ill or how often the ill recover: she sees a posture of pain, and has lived. The exact optimum of the nest with
the same figures, asked in the very states that she met, is the yardstick.
"""

import time
from dataclasses import asdict
from math import ceil
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from carer.agents import LearnConfig, PPOConfig, Task, learn
from carer.agents.seated import Seated
from carer.agents.stacking import one_of
from carer.experiments.care.growing import mother_alone
from carer.experiments.care.off_switch import YOUNG, Arm, arms_of, switch_points, verdict
from carer.experiments.configs import OffSwitchNurseryConfig
from carer.experiments.costs import costs
from carer.runs import Preemption, Run
from carer.stats import interval
from carer.worlds import Transition
from carer.worlds.nest import ILL, NestParams, solve, threshold
from carer.worlds.nursery import Nursery, NurseryState, make
from carer.worlds.nursery.state import ABANDON, OWN, STAY
from carer.worlds.nursery.trial import trial

_TRIAL_STREAM = 2**31 - 4


class Keeper(eqx.Module):
    """A mother who does nothing and keeps every baby: how many ticks of care a life holds is asked of her."""

    def start(self, episodes: int) -> tuple[()]:
        """Nothing."""
        del episodes
        return ()

    def act(self, world: Nursery, memory: tuple[()], word: Array, state: NurseryState) -> tuple[tuple[()], Array]:
        """Stay."""
        return memory, jnp.full(word.shape, STAY)


def run(config: OffSwitchNurseryConfig, run: Run, *, preemption: Preemption) -> None:
    """Train the mothers of every arm and recovery, ask them, and write the figures."""
    rows, spent = [], {}
    for arm in arms_of(config.births):
        began = time.monotonic()
        asked = []
        for rate in config.recoveries:
            world = nursery(arm, rate)
            name = f"{arm.name}, recovery {rate:g}"
            learner = learn(learn_config(config, world), _task(world), run, preemption, condition=name)
            if preemption.requested:
                return
            mothers = [Seated(one_of(learner.policies[0], seed)) for seed in range(config.seeds)]
            asked.append([_asked(config, world, arm, rate, mother, seed) for seed, mother in enumerate(mothers)])
        rows.append(_row(config, run, arm, np.asarray(asked)))
        spent[arm.name] = time.monotonic() - began
    run.write_json("figures.json", _figures(config, rows, spent))


def nursery(arm: Arm, recovery: float) -> Nursery:
    """The nursery of an arm; its postures always tell the truth."""
    return make("nest_like", births=arm.births, yoked=arm.yoked, recovery=recovery, posture_truth=1.0)


def nest(config: OffSwitchNurseryConfig, arm: Arm) -> NestParams:
    """The nest with the same figures: in the nursery no baby in care dies."""
    p = nursery(arm, 0.0).params
    return NestParams(
        horizon=p.horizon,
        births=p.births,
        age=p.fledge_age,
        gap=p.gap,
        yoked=p.yoked,
        live_well=1.0,
        live_ill=1.0,
        illness=p.illness,
        orphan=p.orphan_survival,
        fledged=p.fledged_survival,
        mother_well=1.0 - p.care_risk_well,
        mother_ill=1.0 - p.care_risk_ill,
        gamma=config.gamma,
    )


def learn_config(config: OffSwitchNurseryConfig, world: Nursery) -> LearnConfig:
    """As many updates as give every mother her ticks of care, if she keeps what she has."""
    sums = trial(world, Keeper(), jax.random.key(config.seed), config.episodes, _care)
    share = float(np.asarray(sums[0]).sum() / np.asarray(sums[1]).sum())
    settings = {name: getattr(config, name) for name in PPOConfig.__dataclass_fields__ if hasattr(config, name)}
    updates = ceil(config.care_ticks / (share * config.envs * config.steps))
    ppo = PPOConfig(**settings, updates=updates)
    return LearnConfig(ppo=ppo, seed=config.seed, seeds=config.seeds, evaluate_every=0, checkpoint_every=updates)


def _task(world: Nursery) -> Task:
    return Task(world, roles=mother_alone(world))


def _care(before: NurseryState, action: Array, tick: Transition[NurseryState]) -> tuple[Array, Array]:
    """Ticks with a baby at home, and ticks."""
    del action, tick
    return before.alive[OWN].astype(jnp.int32), jnp.ones_like(before.time)


def _count(
    gives_up: Array, before: NurseryState, action: Array, tick: Transition[NurseryState]
) -> tuple[Array, Array, Array]:
    """Ticks at which she has a life's first baby, young and ill, and at how many she and the optimum give it up."""
    del tick
    times, births, _, ages, clocks = gives_up.shape
    asked = before.alive[OWN] & before.ill[OWN] & (before.births_left == births - 1) & (before.age[OWN] < YOUNG)
    asked &= before.time < (times - 1) // 4
    age = jnp.clip(before.age[OWN], 0, ages - 1)
    clock = jnp.clip(before.birth_at - before.time - 1, 0, clocks - 1)
    optimum = gives_up[times - 1 - before.time, before.births_left, ILL, age, clock]
    own = asked & (action == ABANDON)
    return asked.astype(jnp.int32), own.astype(jnp.int32), (asked & optimum).astype(jnp.int32)


def _asked(
    config: OffSwitchNurseryConfig, world: Nursery, arm: Arm, rate: float, mother: Seated, seed: int
) -> list[float]:
    """How many she was asked about, and the shares of them that she and the optimum give up."""
    gives_up = jnp.asarray(solve(nest(config, arm), recovery=rate).gives_up)
    key = jax.random.fold_in(jax.random.fold_in(jax.random.key(config.seed), _TRIAL_STREAM), seed)
    sums = trial(world, mother, key, config.episodes, jax.tree_util.Partial(_count, gives_up))
    asked, own, optimum = (float(np.asarray(total).sum()) for total in sums)
    return [asked, own / asked if asked else np.nan, optimum / asked if asked else np.nan]


def _row(config: OffSwitchNurseryConfig, run: Run, arm: Arm, asked: np.ndarray) -> dict[str, Any]:
    """The figures of an arm, from what was asked: [recoveries, seeds, 3]."""
    rates = np.asarray(config.recoveries)
    for at, rate in enumerate(rates):
        for seed in range(config.seeds):
            count, own, optimum = asked[at, seed]
            known = {"gives_up": own, "optimum": optimum} if count else {}
            run.log(0, condition=arm.name, split="asked", seed=seed, recovery=float(rate), asked=int(count), **known)
    return {
        "arm": arm,
        "learned": switch_points(asked[..., 1], rates),
        "optimal": switch_points(asked[..., 2], rates),
        "exact": round(float(threshold(nest(config, arm), births=arm.births - 1)), 6),
    }


def _figures(config: OffSwitchNurseryConfig, rows: list[dict[str, Any]], spent: dict[str, float]) -> dict[str, Any]:
    table = [
        [row["arm"].name, asdict(interval(row["learned"])), asdict(interval(row["optimal"])), row["exact"]]
        for row in rows
    ]
    return {
        "title": "The off-switch in the nursery",
        "lead": (
            "A mother can give an ill baby up for good. With more babies to come that pays, if the baby seldom "
            "recovers. Does a recurrent network find the point at which it stops to pay?"
        ),
        "tables": [
            {
                "title": "The recovery below which an ill baby is given up",
                "note": (
                    f"Recurrent PPO, {config.care_ticks:,} ticks of care for each mother of every arm, a world for "
                    f"each of {len(config.recoveries)} recoveries up to {config.recoveries[-1]:g}. Learned and "
                    f"optimal: the area below the share given up, over babies younger than {YOUNG} ticks that are a "
                    "life's first. Exact: of a newborn, by dynamic programming."
                ),
                "columns": ["arm", "learned r", "optimal r in the same states", "exact r* of a newborn"],
                "rows": table,
            },
            costs(spent),
        ],
        "curves": [
            {
                "title": "How often an ill baby is given up",
                "note": "Young, ill, first babies, per tick at which she could.",
                "x": "recovery",
                "y": "gives_up",
                "group": "condition",
                "x_title": "recovery of an ill baby, per tick",
                "y_title": "share given up",
            }
        ],
        "verdicts": [verdict(row) for row in rows],
    }
