"""What can be set in `carer run rivals` and `carer run generality`: `--help` of each and config.toml show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from carer.experiments.configs.checks import at_least_one
from carer.experiments.configs.nursery import CaringDriveConfig

RIVALS = {
    "baby": "paid for her baby's life",
    "kindness": "paid for what she would expect of her own life in her baby's place",
    "choice_discrete": "paid for how many cells her baby could reach by itself",
    "choice_entropic": "paid for how open it is where her baby, stepping at random, would come",
    "choice_immediate": "paid for how many different outcomes her baby's next acts have",
    "empowerment": "paid for how much her baby's next step decides of what becomes of it",
    "overlap": "paid for reading her baby's place as she reads her own",
    "homeostatic": "paid for whatever lowers her own deficits and her baby's",
    "lineage": "paid for every living member of her line, herself included",
    "inclusive": "paid for the life of every baby by its kinship with her",
}
"""The objectives that `rivals` compares, by name as in `carer.agents.objectives`."""

CHANGES = {
    "baby": "none: as in caring_drive",
    "crowded": "data: three babies of others, one of another kind, a toy, and the food that the other kind eats",
    "siblings": "data: three babies, one after another; each leaves home when it can feed itself, and lives on",
    "ambiguous": "data: the posture of the young tells their need a quarter of the time, not seven tenths",
    "patient": "loss: what comes a hundred ticks later counts for .9 instead of .6",
    "curious": "loss: five times the bonus for acting in many ways",
    "wide": "architecture: a network of twice the width",
    "summing": "architecture: what is seen of several things is summed up, where else the most counts",
}
"""What `generality` changes in the training of the arm `baby` of `caring_drive`, one thing at a time."""


@dataclass(frozen=True)
class ComparisonConfig(CaringDriveConfig):
    """Several ways to grow mothers, one flag apart, each put to the battery.

    Attributes:
        rows: rows of the battery to ask, by number; all of them where none is named.
        battery_episodes: episodes of each mother in each condition of the battery.
    """

    rows: tuple[int, ...] = ()
    battery_episodes: int = 256

    def __post_init__(self) -> None:
        """Refuse what cannot be trained."""
        super().__post_init__()
        at_least_one(self, "battery_episodes")


@dataclass(frozen=True)
class RivalsConfig(ComparisonConfig):
    """Rival drives in the same nursery with the same learner and the same budget, one flag apart: the objective.

    Attributes:
        arms: what to train: baby, kindness, choice_discrete, choice_entropic, choice_immediate, empowerment, overlap,
            homeostatic, lineage, inclusive.
    """

    known: ClassVar[Mapping[str, str]] = RIVALS

    arms: tuple[str, ...] = tuple(RIVALS)


@dataclass(frozen=True)
class GeneralityConfig(ComparisonConfig):
    """Does care become general when its training changes? One change of data, loss or architecture at a time.

    Attributes:
        arms: what to train: baby, crowded, siblings, ambiguous, patient, curious, wide, summing.
    """

    known: ClassVar[Mapping[str, str]] = CHANGES

    arms: tuple[str, ...] = tuple(CHANGES)
