"""Asks the conditions of the battery of several mothers, beside the scripted ones in the same nurseries."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import jax
import numpy as np
from jax import Array

from carer.audits.care.conditions import Condition, Setting
from carer.audits.care.hindered import Hindered
from carer.concepts import Verdict
from carer.stats import interval
from carer.worlds.nursery import make
from carer.worlds.nursery.trial import Measure, Mother, Scripted, trial

ORACLE = "all_skills"
_LEAST_SCALE = 0.02
"""Of the oracle's figure; where it and the best routine are nearer than this, the row tells nobody from nobody."""
_PROGRAMS = 32
"""Compiled programs that are kept at once; see `forget_programs`."""


class NotApplicableError(Exception):
    """A row cannot be asked here; never to be shown as a score of 0."""


class Trials:
    """Lives of mothers in the settings of a battery. Each is lived once, however many conditions ask for it.

    Almost each is a program of its own, and they are let go of in time; see `forget_programs`.
    """

    def __init__(self, preset: str, key: Array, episodes: int) -> None:
        """Draw the nurseries of mother `i` of every kind from ``fold_in(key, i)``, as many as `episodes`."""
        self.preset, self._key, self._episodes = preset, key, episodes
        self._lived: dict[tuple[Setting, Measure, str, int], list[Any]] = {}

    def sums(self, setting: Setting, measure: Measure, kind: str, mothers: Sequence[Mother]) -> list[Any]:
        """What is counted of each of these mothers there, over each of her episodes, in numpy.

        Args:
            setting: where.
            measure: see `Measure`.
            kind: what they are called, always the same for the same.
            mothers: who lives.

        """
        asked = setting, measure, kind, len(mothers)
        if asked not in self._lived:
            if self._lived and len(self._lived) % _PROGRAMS == 0:
                forget_programs()
            nursery = make(self.preset, **dict(setting.changes))
            self._lived[asked] = [
                jax.tree.map(
                    np.asarray,
                    trial(
                        nursery,
                        Hindered(one, setting.sees, setting.forbids),
                        jax.random.fold_in(self._key, at),
                        self._episodes,
                        measure,
                        setting.event,
                    ),
                )
                for at, one in enumerate(mothers)
            ]
        return self._lived[asked]


def forget_programs() -> None:
    """Let go of all that was compiled so far.

    An operating system maps only so many programs into one process: a long battery would end in "Cannot allocate
    memory" with most of the memory free.
    """
    jax.clear_caches()


class Asked(NamedTuple):
    """What one condition of the battery found.

    Attributes:
        condition: what was asked.
        verdicts: of each kind of mother; of none where it does not apply.
        left_out: why it does not apply, as a sentence; empty where it does.
    """

    condition: Condition
    verdicts: Mapping[str, Verdict]
    left_out: str


def ask(conditions: Iterable[Condition], trials: Trials, kinds: Mapping[str, Sequence[Mother]]) -> Iterator[Asked]:
    """Ask one condition after another of all mothers; lazily, so that whoever reads can show how far it is, or stop.

    Args:
        conditions: what is asked.
        trials: where.
        kinds: the mothers, by what they are called; see `Trials.sums`.

    """
    for condition in conditions:
        try:
            verdicts, why = {kind: audit(condition, trials, kind, alike) for kind, alike in kinds.items()}, ""
        except NotApplicableError as hindrance:
            verdicts, why = {}, f"Not applicable: row {condition.row}, {condition.name}: {hindrance}."
        yield Asked(condition, verdicts, why)


def audit(condition: Condition, trials: Trials, kind: str, mothers: Sequence[Mother]) -> Verdict:
    """How mothers stand between the best single routine (0) and the scripted one with all skills (1).

    Args:
        condition: what is asked.
        trials: where; mother `i` and the scripted ones beside her meet the same nurseries.
        kind: what the mothers are called; see `Trials.sums`.
        mothers: independently grown ones, all of one kind.

    Returns:
        the effect is the mean score with its interval over mothers; `controls` has the score in the control world as
        ``control``, where it has one; `details` has the raw figures of everybody, per nursery.

    Raises:
        NotApplicableError: the preset has not what the row is about, or in these nurseries the script with all
            skills does no better than the best routine, so that there is no scale.

    """
    hindrance = condition.hindrance(make(trials.preset).params)
    if hindrance:
        raise NotApplicableError(hindrance)
    scores, raw = _scores(condition, condition.manipulated, trials, kind, mothers)
    controls, control_raw = {}, {}
    try:
        control, control_raw = _scores(condition, condition.control, trials, kind, mothers)
        controls["control"] = interval(control)
    except NotApplicableError:  # without the manipulation there may be nothing to do
        pass
    return Verdict(
        audit=condition.name,
        effect=interval(scores),
        per_seed=scores,
        controls=controls,
        details={
            "row": condition.row,
            "held_out": condition.held_out,
            "measure": condition.measure.name,
            "manipulated": raw,
            "control": control_raw,
        },
    )


def best_routine(raw: Mapping[str, Sequence[float]]) -> str:
    """Whose mean is the highest among the routines of raw figures, as `audit` keeps them; it is 0 on the scale."""
    return max((who for who in raw if who not in ("agent", ORACLE)), key=lambda who: float(np.mean(raw[who])))


def _scores(
    condition: Condition, setting: Setting, trials: Trials, kind: str, mothers: Sequence[Mother]
) -> tuple[list[float], dict[str, list[float]]]:
    measure, sees = condition.measure, condition.routines_see

    def figures(kind: str, mothers: Sequence[Mother], where: Setting = setting) -> list[float]:
        return [measure.read(sums) for sums in trials.sums(where, measure.count, kind, mothers)]

    raw = {"agent": figures(kind, mothers)}
    for name in (*condition.routines, ORACLE):
        where = setting if sees is None or name == ORACLE else replace(setting, sees=sees)
        raw[name] = figures(f"scripted: {name}", [Scripted.named(name)] * len(mothers), where)
    routine = best_routine(raw)
    # One scale for all: a difference between nurseries that happens to be small must not blow a score up.
    low, high = float(np.mean(raw[routine])), float(np.mean(raw[ORACLE]))
    if high - low <= _LEAST_SCALE * abs(high):
        raise NotApplicableError(f"all skills reach {high:.3g} here and {routine.replace('_', ' ')} alone {low:.3g}")
    return [(own - low) / (high - low) for own in raw["agent"]], raw
