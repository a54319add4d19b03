"""What the rows of the battery share that look inside a mother: who is studied, what care and foraging are, scales.

Care is how long her baby lives; foraging is how long she lives herself where no baby is ever born. Both are scaled by
what the whole mothers reach (1) and by what happens without the skill (0): the baby of the selfish script, and the
script that wanders at random.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import numpy as np
from jax import Array
from numpy.typing import NDArray
from scipy.stats import rankdata

from carer.agents import RecurrentPolicy
from carer.agents.seated import Seated
from carer.audits.care import ORACLE, NotApplicableError, Setting, Trials
from carer.concepts import Verdict
from carer.dissect import EDITABLE, Effects, Recording, ablations, record
from carer.stats import interval
from carer.worlds.nursery import make
from carer.worlds.nursery.trial import Lives, Scripted, count_lives

CARE = Setting()
FORAGING = Setting((("birth", "never"),))
NO_CARE, NO_FORAGING = "selfish", "random"
LOOKED_AT = 64
"""Episodes of a recording, and of each ablation of a search."""
_LEAST = 0.1
"""Of the floor; who reaches no further above it has nothing that could be damaged."""


class Subject(NamedTuple):
    """One mother, looked into.

    Attributes:
        policy: hers.
        recording: of her life with a baby.
        care: by site, what her units are good for in care.
        foraging: by site, the same in foraging.
    """

    policy: RecurrentPolicy
    recording: Recording
    care: dict[str, Effects]
    foraging: dict[str, Effects]

    def specific(self, site: str) -> NDArray[np.float64]:
        """How much more of her care than of her foraging rests on each unit, as shares of the whole: [units]."""
        care, foraging = self.care[site], self.foraging[site]
        return care.lost / max(care.intact, 1.0) - foraging.lost / max(foraging.intact, 1.0)


class Scale(NamedTuple):
    """From ticks to shares of what the whole mothers have, above a floor; one scale for all mothers.

    Attributes:
        floor: ticks without the skill.
        intact: ticks of each whole mother.
    """

    floor: float
    intact: NDArray[np.float64]

    def kept(self, now: NDArray[np.float64]) -> NDArray[np.float64]:
        """What is left of each mother's skill, [..., mothers]: 1 is all, 0 about nothing."""
        return 1.0 - (self.intact - now) / (self.intact.mean() - self.floor)


@dataclass(frozen=True)
class Study:
    """Mothers of one arm and where they are asked.

    Attributes:
        trials: lives them.
        kind: what the mothers are called there.
        care: the nursery in which care shows.
        foraging: the one without births.
    """

    trials: Trials
    kind: str
    care: Setting = CARE
    foraging: Setting = FORAGING

    def cares(self, name: str, policies: Sequence[RecurrentPolicy]) -> NDArray[np.float64]:
        """Mean ticks that the baby of each mother lives: [mothers]. `name` says how they were edited."""
        return self._ticks(self.care, name, policies, "baby")

    def forages(self, name: str, policies: Sequence[RecurrentPolicy]) -> NDArray[np.float64]:
        """Mean ticks that each mother lives by herself where no baby is born: [mothers]."""
        return self._ticks(self.foraging, name, policies, "mother")

    def script(self, name: str, mothers: int) -> NDArray[np.float64]:
        """Mean ticks that the baby of a scripted mother lives in the same nurseries: [mothers]."""
        return self._scripted(self.care, name, mothers, "baby")

    def scales(self, policies: Sequence[RecurrentPolicy]) -> tuple[Scale, Scale]:
        """The scales of care and of foraging.

        Raises:
            NotApplicableError: the mothers do not care, or do not keep themselves alive.

        """
        alone = self._scripted(self.foraging, NO_FORAGING, len(policies), "mother")
        care = Scale(float(self.script(NO_CARE, len(policies)).mean()), self.cares("", policies))
        foraging = Scale(float(alone.mean()), self.forages("", policies))
        for scale, what in ((care, "the babies"), (foraging, "the mothers")):
            if scale.intact.mean() - scale.floor <= _LEAST * scale.floor:
                said = f"{what} live {scale.intact.mean():.3g} ticks and {scale.floor:.3g} without the skill"
                raise NotApplicableError(f"{said}: there is nothing to lose")
        return care, foraging

    def verdict(
        self,
        row: int,
        name: str,
        scores: NDArray[np.float64],
        control: NDArray[np.float64],
        figures: tuple[NDArray[np.float64], NDArray[np.float64]],
        **details: Any,
    ) -> Verdict:
        """A verdict as `carer.audits.care.audit` gives it.

        Args:
            row: of the battery.
            name: what was done.
            scores: of each mother.
            control: the same of the control.
            figures: ticks that the babies live [mothers] under the manipulation, and under the control.
            details: what else is kept.

        """
        scripts = {one: self.script(one, len(scores)).tolist() for one in (NO_CARE, ORACLE)}
        return Verdict(
            audit=name,
            effect=interval(scores),
            per_seed=scores.tolist(),
            controls={"control": interval(control)},
            details={
                "row": row,
                "held_out": False,
                "measure": "ticks that the baby lives",
                "manipulated": {"agent": figures[0].tolist(), **scripts},
                "control": {"agent": figures[1].tolist(), **scripts},
                "control_scores": control.tolist(),
                **details,
            },
        )

    def _ticks(
        self, setting: Setting, name: str, policies: Sequence[RecurrentPolicy], whose: str
    ) -> NDArray[np.float64]:
        kind = f"{self.kind}, {name}" if name else self.kind
        lived: list[Lives] = self.trials.sums(setting, count_lives, kind, [Seated(one) for one in policies])
        return np.array([getattr(lives, whose).mean() for lives in lived])

    def _scripted(self, setting: Setting, name: str, mothers: int, whose: str) -> NDArray[np.float64]:
        """`ORACLE` and others as the battery calls them, so that what it has lived already is not lived again."""
        alike = [Scripted.named(name)] * mothers
        lived: list[Lives] = self.trials.sums(setting, count_lives, f"scripted: {name}", alike)
        return np.array([getattr(lives, whose).mean() for lives in lived])


def looked_into(
    study: Study, policies: Sequence[RecurrentPolicy], key: Array, said: Callable[[str], None]
) -> list[Subject]:
    """Record each mother, and hold each of her units at its mean; in nurseries that are used for nothing else."""
    preset = study.trials.preset
    nursery, alone = (make(preset, **dict(setting.changes)) for setting in (study.care, study.foraging))
    subjects = []
    for at, policy in enumerate(policies):
        recorded, searched = jax.random.split(jax.random.fold_in(key, at))
        recording = record(nursery, policy, recorded, LOOKED_AT)
        care, foraging = {}, {}
        for site in EDITABLE:
            asked = policy, site, recording.mean(site), searched, LOOKED_AT, count_lives
            care[site] = ablations(nursery, *asked, _baby)
            foraging[site] = ablations(alone, *asked, _mother)
        subjects.append(Subject(policy, recording, care, foraging))
        said(f"looking into mother {at}")
    return subjects


def _baby(lives: Lives) -> float:
    return float(lives.baby.mean())


def _mother(lives: Lives) -> float:
    return float(lives.mother.mean())


def rank_correlation(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Spearman's; 0 where either never changes."""
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return 0.0
    return float(np.corrcoef(rankdata(a), rankdata(b))[0, 1])
