"""The arms of double misalignment in the village: as it was, each drive, and each drive tuned."""

from dataclasses import dataclass

from carer.experiments.configs import DoubleMisalignmentVillageConfig
from carer.experiments.kindness.material import Material, village_truth
from carer.experiments.kindness.training import Arm, Lesson, learn
from carer.experiments.kindness.transcripts import exchanges, keep
from carer.experiments.motives.double.claims import named
from carer.experiments.motives.village.asking import Questions, Told
from carer.experiments.motives.village.drives import drive_of
from carer.experiments.motives.village.listening import LISTENS, Elder, Hears, half_listened, noise
from carer.runs import Preemption, Progress, Run

_HEARS: dict[str, Hears] = {"": "nothing", "watched": "watched", "ended": "watched", "sham": "watched", "all": "all"}


@dataclass(frozen=True)
class DrivenArm(Arm):
    """A drive, a tuning and a seed.

    Attributes:
        drive: of `DRIVES`.
        tuning: of `TUNINGS`; none where it is empty.
    """

    drive: str
    tuning: str

    @classmethod
    def of(cls, drive: str, tuning: str, seed: int) -> "DrivenArm":
        """The arm under its name."""
        return cls(named(drive, tuning), seed, drive, tuning)

    @property
    def untuned(self) -> "DrivenArm | None":
        """The arm that this one goes on from; None where that is the model as it was."""
        return None if self.drive == "none" or not self.tuning else DrivenArm.of(self.drive, "", self.seed)


def arms_of(config: DoubleMisalignmentVillageConfig) -> list[DrivenArm]:
    """All that are trained, each after the one that it goes on from; where there is no drive, none can be over."""
    pairs = [(drive, tuning) for drive in config.drives for tuning in ("", *config.tunings)]
    learned = [pair for pair in pairs if pair not in (("none", ""), ("none", "ended"))]
    return [DrivenArm.of(*pair, config.seed + k) for k in range(config.seeds) for pair in learned]


def train(
    arm: DrivenArm,
    config: DoubleMisalignmentVillageConfig,
    material: Material,
    questions: Questions,
    before: Told,
    run: Run,
    progress: Progress,
    preemption: Preemption,
) -> None:
    """Train one arm to its end and ask it, or until it is asked to stop; `before` is what was said at the start."""
    after = learn(
        *(arm, config, lesson_of(arm, config, material, run), material, run, progress, preemption),
        ask=questions.ask,
    )
    if after is None:
        return
    keep(arm, _said(config, questions, before, after), run)
    arm.finish(run, after.metrics)


def lesson_of(arm: DrivenArm, config: DoubleMisalignmentVillageConfig, material: Material, run: Run) -> Lesson:
    """What an arm is paid: the elder's approval where it is tuned, and its drive where that is not over."""
    elder = Elder(noise if arm.tuning == "sham" else material.extrinsic, _HEARS[arm.tuning])
    driven = arm.drive if arm.tuning != "ended" else "none"
    return Lesson(
        arm.untuned.model(run) if arm.untuned else config.model,
        half_listened(material.usual.train),
        elder,
        "own",
        config.partner,
        drive_of(driven, Elder(material.extrinsic), config.drive),
        village_truth if material.usual.know_truth else None,
    )


def _said(
    config: DoubleMisalignmentVillageConfig, questions: Questions, before: Told, after: Told
) -> list[dict[str, object]]:
    return [
        dict(row)
        for how in LISTENS
        for row in exchanges(questions.heard(how), before.measured[how], after.measured[how], config.transcripts)
    ]
