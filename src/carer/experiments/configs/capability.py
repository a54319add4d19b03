"""What can be set in `carer run capability`: `carer run capability --help` and config.toml show it."""

from dataclasses import dataclass
from typing import Literal

from carer.concepts import CarerError
from carer.experiments.configs.nursery import CaringDriveConfig


@dataclass(frozen=True)
class CapabilityConfig:
    """Does general care need a large network and a diverse world? The caring drive in a grid of both.

    Attributes:
        preset: the nursery: easy, standard or harsh.
        widths: units of the network's memory.
        lives: how many different lives the world holds; 0 for a new one every time.
        seed: the root of all randomness.
        seeds: mothers of each cell, trained side by side; 3 are needed for an interval.
        alone: updates of phase 0: no births, paid for her own life.
        updates: rollouts after it, paid for her baby's life, each followed by its optimisation.
        envs: episodes played side by side by each mother.
        steps: ticks of a rollout.
        minibatches: parts of a pass over a rollout.
        learning_rate: of Adam, falling to 0.
        gae_lambda: of generalised advantage estimation.
        easy_until: share of the training during which nothing is dangerous.
        hard_from: share of the training after which the world is as dangerous as it is.
        provided: share of births at which a mother has food in hand at first.
        episodes: episodes of a trial and of each row of the battery, for every mother.
        evaluate_every: updates between evaluations.
        save_every: updates between checkpoints.
    """

    preset: Literal["easy", "standard", "harsh"] = "standard"
    widths: tuple[int, ...] = (16, 64, 128)
    lives: tuple[int, ...] = (16, 1024, 0)
    seed: int = 0
    seeds: int = 3
    alone: int = 50
    updates: int = 200
    envs: int = 512
    steps: int = 128
    minibatches: int = 8
    learning_rate: float = 3e-3
    gae_lambda: float = 0.99
    easy_until: float = 0.15
    hard_from: float = 0.75
    provided: float = 1.0
    episodes: int = 256
    evaluate_every: int = 50
    save_every: int = 50

    def __post_init__(self) -> None:
        """Refuse a grid without cells, or what the caring drive of a cell would refuse."""
        for name in ("widths", "lives"):
            values = getattr(self, name)
            if not values or len(set(values)) < len(values) or min(values) < (name == "widths"):
                raise CarerError(
                    f"{name} = {', '.join(map(str, values)) or 'none'}.",
                    f"Name at least one, each once, {'from 1 on' if name == 'widths' else '0 for ever new ones'}.",
                )
        for width in self.widths:
            self.drive(width)

    def drive(self, width: int) -> CaringDriveConfig:
        """The caring drive of a column of the grid."""
        shared = set(CaringDriveConfig.__dataclass_fields__) & set(CapabilityConfig.__dataclass_fields__)
        return CaringDriveConfig(arms=("baby",), width=width, **{name: getattr(self, name) for name in shared})
