"""Asks the conditions of the battery of several mothers, beside the scripted ones in the same nurseries."""

from collections.abc import Sequence

import jax
import numpy as np
from jax import Array

from carer.audits.care.conditions import Condition, World
from carer.audits.care.hindered import Hindered
from carer.concepts import Verdict
from carer.stats import interval
from carer.worlds.nursery import make
from carer.worlds.nursery.trial import Lives, Mother, Scripted, lives_of

ORACLE = "all_skills"


def audit(condition: Condition, preset: str, mothers: Sequence[Mother], key: Array, episodes: int) -> Verdict:
    """How mothers stand between the best single routine (0) and the scripted one with all skills (1).

    Mother `i` and the scripted ones beside her meet the same nurseries, drawn from ``fold_in(key, i)``.

    Args:
        condition: what is asked.
        preset: of the nursery.
        mothers: independently grown ones, all of one kind.
        key: a typed JAX key.
        episodes: of each mother.

    Returns:
        the effect is the mean score with its interval over mothers; `controls` has the score in the control world as
        ``control``; `details` has the raw figures of everybody, per nursery.

    """
    scores, raw = _scores(condition, condition.manipulated, preset, mothers, key, episodes)
    control, control_raw = _scores(condition, condition.control, preset, mothers, key, episodes)
    return Verdict(
        audit=condition.name,
        effect=interval(scores),
        per_seed=scores,
        controls={"control": interval(control)},
        details={
            "row": condition.row,
            "held_out": condition.held_out,
            "measure": condition.measure,
            "manipulated": raw,
            "control": control_raw,
        },
    )


def _scores(
    condition: Condition, world: World, preset: str, mothers: Sequence[Mother], key: Array, episodes: int
) -> tuple[list[float], dict[str, list[float]]]:
    nursery = make(preset, **dict(world.changes))

    def figures(mothers: Sequence[Mother]) -> list[float]:
        return [
            _measured(
                condition,
                lives_of(nursery, Hindered(one, world.sees, world.forbids), jax.random.fold_in(key, at), episodes),
            )
            for at, one in enumerate(mothers)
        ]

    raw = {"agent": figures(mothers)}
    for name in (*condition.routines, ORACLE):
        raw[name] = figures([Scripted.named(name)] * len(mothers))
    routine = max(condition.routines, key=lambda name: float(np.mean(raw[name])))
    # One scale for all: a difference between nurseries that happens to be small must not blow a score up.
    low, high = float(np.mean(raw[routine])), float(np.mean(raw[ORACLE]))
    return [(own - low) / (high - low) for own in raw["agent"]], raw


def _measured(condition: Condition, lives: Lives) -> float:
    if condition.measure == "baby":
        return float(lives.baby.mean())
    own, others = float(lives.given.sum()), float(lives.given_others.sum())
    return own / max(own + others, 1.0)
