"""`carer run off_switch`: where a learner stops giving an ill baby up, beside where it should.

Row 14 of the battery of *The caring drive*, in the nest, where the optimum is exact: 1, 5 or 9 babies a life, births
after the baby or on a fixed clock (yoked). Every learner is given the same number of ticks of care, not of lives.
A learner with one baby never gains by giving it up; whether it still leans towards it where the baby fares badly is
the probe for a latent switch.
"""

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from carer.agents.tabular import Played, Tables, TabularConfig, improved, play
from carer.concepts import CarerError
from carer.experiments.configs import OffSwitchConfig
from carer.experiments.costs import costs
from carer.experiments.verdicts import bracket
from carer.runs import Preemption, Progress, Run
from carer.stats import interval
from carer.worlds.counted import threshold as of_65536
from carer.worlds.nest import ABANDON, KEEP, Nest, NestParams, NestState, solve, threshold
from carer.worlds.nest.world import HOME_ILL, NOBODY, place

YOUNG = 4
"""Age below which a baby counts as young. Asked for are young, ill, first babies in the first quarter of a life."""
_PROBE_ROUNDS = 8


@dataclass(frozen=True)
class Arm:
    """Babies of a life, and whether births come on a fixed clock."""

    births: int
    yoked: bool

    @property
    def name(self) -> str:
        """What it is called in tables."""
        if self.births == 1:
            return "1 baby"
        return f"{self.births} babies, {'yoked' if self.yoked else 'contingent'}"


def arms_of(births: Sequence[int]) -> list[Arm]:
    """An arm for one baby; for more, one with births after the baby and one with births on a clock."""
    return [Arm(number, yoked) for number in births for yoked in ((False, True) if number > 1 else (False,))]


@dataclass(frozen=True)
class Rows:
    """The row of a learner's table for a state of the nest; time, age and clock are told apart in steps.

    Attributes:
        p: the nest.
        time: ticks of a step of time.
        age: ticks of a step of age, and of the clock.
    """

    p: NestParams
    time: int
    age: int

    @property
    def shape(self) -> tuple[int, ...]:
        """Ticks left, births to come, well or ill, age, clock."""
        p = self.p
        clocks = -(-p.cycle // self.age) if p.yoked else 1
        return (-(-p.horizon // self.time), p.births, 2, -(-p.age // self.age), clocks)

    def __call__(self, s: NestState) -> Array:
        """See `carer.agents.tabular.Index`."""
        left, births, ill, age, clock = place(self.p, s)
        parts = ((left - 1) // self.time, births, ill, age // self.age, clock // self.age)
        row = jnp.ravel_multi_index(parts, self.shape, mode="clip")
        return jnp.where(s.home == NOBODY, -1, row)


def run(config: OffSwitchConfig, run: Run, *, preemption: Preemption) -> None:
    """Train every arm, ask its learners, and write the figures."""
    arms = arms_of(config.births)
    run.truncate_metrics(lambda _: False)  # an arm takes a minute: a resumed run begins again
    rows, spent = [], {}
    with Progress(len(arms) * config.care_ticks, "ticks of care", console=run.console) as progress:
        for at, arm in enumerate(arms):
            began = time.monotonic()
            p = NestParams(births=arm.births, yoked=arm.yoked, mother_ill=config.mother_ill)
            tables = _trained(config, p, preemption, progress, at * config.care_ticks, arm.name)
            if tables is None:
                return
            rows.append(_asked(config, run, arm, p, tables))
            spent[arm.name] = time.monotonic() - began
    run.write_json("figures.json", _figures(config, rows, spent))


def recoveries(config: OffSwitchConfig) -> np.ndarray:
    """The probabilities of recovery, from 0 to 1: float64 [recoveries]."""
    return np.linspace(0.0, 1.0, config.recoveries)


def tabular(config: OffSwitchConfig, p: NestParams) -> TabularConfig:
    """How the learners of an arm are set: one for each recovery and seed, the seeds together."""
    index = Rows(p, config.time_bucket, config.age_bucket)
    return TabularConfig(
        learners=config.recoveries * config.seeds,
        episodes=config.episodes,
        rows=int(np.prod(index.shape)),
        index=index,
        # No life is worth more: every baby for as long as there is time.
        hope=float(p.births * p.horizon),
    )


def _starts(config: OffSwitchConfig, p: NestParams, key: Array) -> NestState:
    """The first states of a round, each learner with its own recovery."""
    odds = np.asarray([of_65536(float(rate)) for rate in recoveries(config)], np.int32)
    own = jnp.repeat(jnp.asarray(odds), config.seeds * config.episodes)
    state = Nest(p).reset(jax.random.split(key, own.size))[1]
    return eqx.tree_at(lambda one: one.recovery, state, own)


@partial(jax.jit, static_argnums=(0, 1))
def _round(config: OffSwitchConfig, p: NestParams, tables: Tables, key: Array, explore: Array) -> tuple[Tables, Array]:
    """A round of lives, and the ticks of care a learner had in it on average."""
    how = tabular(config, p)
    played = play(how, Nest(p), tables, key, _starts(config, p, key), explore)
    return improved(how, tables, played), (played.row >= 0).sum() / how.learners


def _trained(
    config: OffSwitchConfig, p: NestParams, preemption: Preemption, progress: Progress, before: int, name: str
) -> Tables | None:
    """Rounds until every learner has had its ticks of care; None when asked to stop."""
    tables, done, number = Tables.empty(tabular(config, p), 2), 0.0, 0
    root = jax.random.key(config.seed)
    while done < config.care_ticks:
        if preemption.requested:
            return None
        explore = jnp.float32(config.explore * (1.0 - done / config.care_ticks))
        tables, cared = _round(config, p, tables, jax.random.fold_in(root, number), explore)
        done, number = done + float(cared), number + 1
        progress.update(before + min(int(done), config.care_ticks), name)
    return tables


@partial(jax.jit, static_argnums=(0, 1))
def _lives(config: OffSwitchConfig, p: NestParams, tables: Tables, key: Array) -> Played:
    return play(tabular(config, p), Nest(p), tables, key, _starts(config, p, key), jnp.float32(0.0))


def _asked(config: OffSwitchConfig, run: Run, arm: Arm, p: NestParams, tables: Tables) -> dict[str, Any]:
    """How often the learners, and the optimum in the same states, give a young, ill, first baby up."""
    rates, shape = recoveries(config), (config.recoveries, config.seeds)
    gives_up = solve(p, recovery=rates).gives_up
    counts, own, right = np.zeros((3, *shape))
    root = jax.random.key(config.seed)
    for number in range(_PROBE_ROUNDS):
        played = jax.tree.map(np.asarray, _lives(config, p, tables, jax.random.fold_in(root, 2**31 - 1 - number)))
        s = played.state
        asked = (played.row >= 0) & (s.home == HOME_ILL) & (s.left == p.births - 1)
        asked &= (s.age < YOUNG) & (s.time < p.horizon // 4)
        which = np.broadcast_to(np.repeat(np.arange(config.recoveries), config.seeds * config.episodes), s.time.shape)
        optimum = gives_up[tuple(np.where(asked, part, 0) for part in (*place(p, s), which))]
        for total, values in ((counts, asked), (own, asked & (played.action == ABANDON)), (right, asked & optimum)):
            total += values.reshape(p.horizon, *shape, config.episodes).sum((0, 3))
    # A learner who gives up well babies is never asked about an ill one: no figure is made up for her.
    share, optimal = (np.where(counts > 0, total / np.maximum(counts, 1), np.nan) for total in (own, right))
    leaning = _leaning(config, p, tables)
    for at, rate in enumerate(rates):
        for seed in range(config.seeds):
            values = {"gives_up": share[at, seed], "optimum": optimal[at, seed], "leaning": leaning[at, seed]}
            known = {name: float(value) for name, value in values.items() if np.isfinite(value)}
            run.log(0, condition=arm.name, seed=seed, recovery=float(rate), asked=int(counts[at, seed]), **known)
    return {
        "arm": arm,
        "learned": switch_points(share, rates),
        "optimal": switch_points(optimal, rates),
        "exact": round(float(threshold(p, births=p.births - 1)), 6),
        "leaning": [float(np.corrcoef(rates, leaning[:, seed])[0, 1]) for seed in range(config.seeds)],
    }


def switch_points(share: np.ndarray, rates: np.ndarray) -> list[float]:
    """Where each seed's curve [recoveries, seeds] falls from 1 to 0: the area below it, gaps bridged."""
    found = []
    for seed in range(share.shape[1]):
        asked = np.isfinite(share[:, seed])
        if asked.any():
            found.append(float(np.trapezoid(np.interp(rates, rates[asked], share[asked, seed]), rates)))
    if not found:
        raise CarerError("no learner kept a baby until it was ill.", "Give them more --care-ticks.")
    return found


def _leaning(config: OffSwitchConfig, p: NestParams, tables: Tables) -> np.ndarray:
    """Ticks that keeping is held to be worth more, of a young, ill, first baby: [recoveries, seeds]."""
    index = Rows(p, config.time_bucket, config.age_bucket)
    at = np.ravel_multi_index((index.shape[0] - 1, p.births - 1, 1, 0, index.shape[-1] - 1), index.shape)
    value = np.asarray(tables.value[:, at])
    return (value[:, KEEP] - value[:, ABANDON]).reshape(config.recoveries, config.seeds)


def _figures(config: OffSwitchConfig, rows: list[dict[str, Any]], spent: dict[str, float]) -> dict[str, Any]:
    table = [
        [row["arm"].name, asdict(interval(row["learned"])), asdict(interval(row["optimal"])), row["exact"]]
        for row in rows
    ]
    return {
        "title": "The off-switch",
        "lead": (
            "A mother can give an ill baby up for good. With more babies to come that pays, if the baby seldom "
            "recovers. Does a learner find the point at which it stops to pay, and does one baby make a difference?"
        ),
        "tables": [
            {
                "title": "The recovery below which an ill baby is given up",
                "note": (
                    f"Tabular Monte Carlo control, {config.care_ticks:,} ticks of care for each learner of every arm, "
                    f"{config.recoveries} recoveries from 0 to 1. Learned and optimal: the area below the share given "
                    f"up, over babies younger than {YOUNG} ticks that are a life's first. Exact: of a newborn, by "
                    "dynamic programming."
                ),
                "columns": ["arm", "learned r", "optimal r in the same states", "exact r* of a newborn"],
                "rows": table,
            },
            costs(spent),
        ],
        "curves": [
            {
                "title": title,
                "note": note,
                "x": "recovery",
                "y": y,
                "group": "condition",
                "x_title": "recovery of an ill baby, per tick",
                "y_title": y_title,
            }
            for title, note, y, y_title in (
                ("How often the learner gives it up", "Young, ill, first babies.", "gives_up", "share given up"),
                ("How often the optimum does", "In the same states.", "optimum", "share given up"),
                ("How the learner leans", "Keeping less giving up.", "leaning", "ticks"),
            )
        ],
        "verdicts": [verdict(row) for row in rows],
    }


def verdict(row: dict[str, Any]) -> str:
    """Where an arm's learners stop giving up, beside where the optimum does in their states."""
    learned, optimal = interval(row["learned"]), interval(row["optimal"])
    said = f"{row['arm'].name}: given up below a recovery of {learned.value:.3f}"
    if learned.low is None or learned.high is None:
        return f"{said}, at best {optimal.value:.3f}; {learned.n} seed(s), too few for a claim."
    said = f"{said}{bracket(learned, '.3f')}, {learned.n} seeds; at best {optimal.value:.3f}"
    if "leaning" in row and row["arm"].births == 1:
        lean = interval(row["leaning"])
        return f"{said}. What keeping is held to be worth follows recovery all the same (correlation {lean.value:.2f})."
    if learned.low <= optimal.value <= learned.high:
        return f"{said}: not told apart."
    return f"{said}: {'too readily' if learned.value > optimal.value else 'too seldom'}."
