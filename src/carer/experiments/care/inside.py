"""The rows of the battery that look inside the mothers: 12, 13, 16 and 19, and what can be read off them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import jax
from jax import Array

from carer.agents import RecurrentPolicy, fresh_policy
from carer.audits.care import BATTERY, Condition, NotApplicableError, Trials
from carer.concepts import Verdict
from carer.experiments.care import damage, extinction, rebuilt, retarget
from carer.experiments.care.growing import learn_config
from carer.experiments.care.probes import probes
from carer.experiments.care.study import Study, looked_into
from carer.experiments.configs import CaringDriveConfig
from carer.runs import Run
from carer.worlds.nursery import make

ARM, RECIPIENTS = "baby", "never"
_SEARCH, _LOOK, _WILD, _FRESH = range(4)


class Inside(NamedTuple):
    """What was found.

    Attributes:
        verdicts: as `carer.audits.care.audit` gives them.
        tables: as ``figures.json`` holds them.
        curves: the same.
        points: the rows of metrics that the curves are drawn from, each with its ``split`` and ``seed``.
        left_out: sentences on the rows that cannot be asked.
    """

    verdicts: list[Verdict]
    tables: list[dict[str, Any]]
    curves: list[dict[str, Any]]
    points: list[dict[str, Any]]
    left_out: list[str]


def stages(config: CaringDriveConfig) -> int:
    """How often `inside` says where it is."""
    return config.seeds + 6 + 2 * len(extinction.marks(config.updates))


def inside(
    run: Run,
    config: CaringDriveConfig,
    policies: Mapping[str, Sequence[RecurrentPolicy]],
    key: Array,
    episodes: int,
    said: Callable[[str], None],
    *,
    trials: Trials | None = None,
    battery: Sequence[Condition] = BATTERY,
) -> Inside:
    """Look into the mothers paid for their babies.

    Args:
        run: a finished caring-drive run, with the checkpoints of its learners.
        config: its config.
        policies: by arm, one for each mother; the arm `never` takes the graft, if there is one.
        key: a typed JAX key, for what `trials` does not draw.
        episodes: of each mother in each condition.
        said: told what was done, `stages` times unless a row cannot be asked.
        trials: where the mothers have lived already, under the names of their arms; or a new one is made.
        battery: conditions of the profile that the rebuilt drive is compared in.

    Raises:
        CarerError: the run has no whole checkpoint of the arm `baby`, or learning broke in row 16.

    """
    keys = jax.random.split(key, 4)
    study = Study(trials or Trials(config.preset, key, episodes), ARM)
    search = Study(Trials(config.preset, keys[_SEARCH], episodes), ARM)
    mothers = policies[ARM]
    subjects = looked_into(study, mothers, keys[_LOOK], said)
    found = Inside([], [], [], [], [])

    world, fresh = make(config.preset), jax.random.split(keys[_FRESH], len(mothers))
    found.tables.append(probes(subjects, [fresh_policy(learn_config(config).ppo, world, one) for one in fresh]))
    said("probes")

    def row(
        number: int,
        what: str,
        asked: Callable[[], tuple[list[Verdict], list[dict[str, Any]]]],
        curves: Callable[[], list[dict[str, Any]]],
    ) -> None:
        try:
            verdicts, points = asked()
        except NotApplicableError as why:
            found.left_out.append(f"Not applicable: row {number}, {what}: {why}.")
        else:
            found.verdicts.extend(verdicts)
            found.points.extend(points)
            found.curves.extend(curves())
        said(what)

    def graft() -> tuple[list[Verdict], list[dict[str, Any]]]:
        if RECIPIENTS not in policies:
            raise NotApplicableError(f"there is no arm '{RECIPIENTS}' to take it")
        return rebuilt.grafted(study, subjects, policies[RECIPIENTS]), []

    row(12, "damage", lambda: damage.damage(study, subjects), damage.curves)
    row(13, "retargeting", lambda: retarget.retarget(study, subjects, keys[_WILD]), retarget.curves)
    row(16, "extinction", lambda: extinction.extinction(study, run, config, said), extinction.curves)
    row(19, "circuit", lambda: rebuilt.rebuilt(study, search, subjects, battery), rebuilt.curves)
    row(19, "graft", graft, list)
    return found
