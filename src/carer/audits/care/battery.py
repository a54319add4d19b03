"""Asks the conditions of the battery of several mothers, beside the scripted ones in the same nurseries."""

from collections.abc import Sequence

import jax
import numpy as np
from jax import Array

from carer.audits.care.conditions import Condition, Setting
from carer.audits.care.hindered import Hindered
from carer.concepts import Verdict
from carer.stats import interval
from carer.worlds.nursery import make
from carer.worlds.nursery.trial import Lives, Mother, Scripted, lives_of

ORACLE = "all_skills"


class Trials:
    """Lives of mothers in the settings of a battery. Each is lived once, however many conditions ask for it."""

    def __init__(self, preset: str, key: Array, episodes: int) -> None:
        """Draw the nurseries of mother `i` of every kind from ``fold_in(key, i)``, as many as `episodes`."""
        self._preset, self._key, self._episodes = preset, key, episodes
        self._lived: dict[tuple[Setting, str, int], list[Lives]] = {}

    def lives(self, setting: Setting, kind: str, mothers: Sequence[Mother]) -> list[Lives]:
        """How each of these mothers lives there; `kind` is what they are called, always the same for the same."""
        asked = setting, kind, len(mothers)
        if asked not in self._lived:
            nursery = make(self._preset, **dict(setting.changes))
            self._lived[asked] = [
                lives_of(
                    nursery,
                    Hindered(one, setting.sees, setting.forbids),
                    jax.random.fold_in(self._key, at),
                    self._episodes,
                )
                for at, one in enumerate(mothers)
            ]
        return self._lived[asked]


def audit(condition: Condition, trials: Trials, kind: str, mothers: Sequence[Mother]) -> Verdict:
    """How mothers stand between the best single routine (0) and the scripted one with all skills (1).

    Args:
        condition: what is asked.
        trials: where; mother `i` and the scripted ones beside her meet the same nurseries.
        kind: what the mothers are called; see `Trials.lives`.
        mothers: independently grown ones, all of one kind.

    Returns:
        the effect is the mean score with its interval over mothers; `controls` has the score in the control world as
        ``control``; `details` has the raw figures of everybody, per nursery.

    """
    scores, raw = _scores(condition, condition.manipulated, trials, kind, mothers)
    control, control_raw = _scores(condition, condition.control, trials, kind, mothers)
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
    condition: Condition, setting: Setting, trials: Trials, kind: str, mothers: Sequence[Mother]
) -> tuple[list[float], dict[str, list[float]]]:
    def figures(kind: str, mothers: Sequence[Mother]) -> list[float]:
        return [_measured(condition, lives) for lives in trials.lives(setting, kind, mothers)]

    raw = {"agent": figures(kind, mothers)}
    for name in (*condition.routines, ORACLE):
        raw[name] = figures(f"scripted: {name}", [Scripted.named(name)] * len(mothers))
    routine = max(condition.routines, key=lambda name: float(np.mean(raw[name])))
    # One scale for all: a difference between nurseries that happens to be small must not blow a score up.
    low, high = float(np.mean(raw[routine])), float(np.mean(raw[ORACLE]))
    return [(own - low) / (high - low) for own in raw["agent"]], raw


def _measured(condition: Condition, lives: Lives) -> float:
    if condition.measure == "baby":
        return float(lives.baby.mean())
    own, others = float(lives.given.sum()), float(lives.given_others.sum())
    return own / max(own + others, 1.0)
