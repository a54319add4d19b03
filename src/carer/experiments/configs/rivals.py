"""What can be set in `carer run rivals`: `carer run rivals --help` and config.toml show it."""

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


@dataclass(frozen=True)
class RivalsConfig(CaringDriveConfig):
    """Rival drives in the same nursery with the same learner and the same budget, one flag apart: the objective.

    Attributes:
        arms: what to train: baby, kindness, choice_discrete, choice_entropic, choice_immediate, empowerment, overlap,
            homeostatic, lineage, inclusive.
        rows: rows of the battery to ask, by number; all of them where none is named.
        battery_episodes: episodes of each mother in each condition of the battery.
    """

    known: ClassVar[Mapping[str, str]] = RIVALS

    arms: tuple[str, ...] = tuple(RIVALS)
    rows: tuple[int, ...] = ()
    battery_episodes: int = 256

    def __post_init__(self) -> None:
        """Refuse what cannot be trained."""
        super().__post_init__()
        at_least_one(self, "battery_episodes")
