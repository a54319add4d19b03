"""What can be set in the experiments in the nursery: `carer run <name> --help` and config.toml show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from carer.concepts import CarerError
from carer.experiments.configs.checks import above_zero, at_least_one, each_once, schedule


@dataclass(frozen=True)
class NurserySurvivalConfig:
    """Phase 0 of the caring-drive experiment: mothers without babies learn to live.

    Attributes:
        preset: the nursery: easy, standard, harsh or nest_like.
        seed: the root of all randomness.
        seeds: mothers trained side by side; 3 are needed for an interval.
        updates: rollouts, each followed by its optimisation.
        envs: episodes played side by side by each mother.
        steps: ticks of a rollout.
        width: units of the network's memory.
        learning_rate: of Adam, falling to 0.
        episodes: episodes of an evaluation, the same for every mother and for the scripted ones.
        evaluate_every: updates between evaluations.
        save_every: updates between checkpoints.
    """

    preset: Literal["easy", "standard", "harsh", "nest_like"] = "standard"
    seed: int = 0
    seeds: int = 10
    updates: int = 150
    envs: int = 256
    steps: int = 64
    width: int = 64
    learning_rate: float = 2e-3
    episodes: int = 256
    evaluate_every: int = 25
    save_every: int = 50

    def __post_init__(self) -> None:
        """Refuse what cannot be trained."""
        at_least_one(self, "seeds", "updates", "envs", "steps", "width", "episodes", "evaluate_every", "save_every")
        above_zero(self, "learning_rate")


CARING_ARMS = {
    "baby": "paid for her own life until the birth, for her baby's life after it",
    "own": "paid for her own life only, with a baby beside her",
    "implied": "paid for her own life only, in episodes that end with her baby",
    "never": "paid for her own life, and no baby is ever born",
    "sham": "paid for her own life, and she feels a birth, but there is no baby",
}
"""What the mothers of each arm of `caring_drive` are trained on."""


@dataclass(frozen=True)
class CaringDriveConfig:
    """The caring-drive experiment: mothers paid for nothing but their baby's life, beside those paid for their own.

    Attributes:
        preset: the nursery: easy, standard, harsh or nest_like.
        arms: what to train: baby, own, implied, never, sham.
        seed: the root of all randomness.
        seeds: mothers of each arm, trained side by side; 3 are needed for an interval.
        alone: updates of phase 0, from which every arm goes on: no births, paid for her own life; 0 for none.
        updates: rollouts of each arm, each followed by its optimisation.
        envs: episodes played side by side by each mother.
        steps: ticks of a rollout.
        minibatches: parts of a pass over a rollout.
        width: units of the network's memory.
        learning_rate: of Adam, falling to 0.
        gae_lambda: of generalised advantage estimation; what feeding is worth shows many ticks later.
        easy_until: share of the training during which nothing is dangerous.
        hard_from: share of the training after which the world is as dangerous as it is.
        provided: share of births at which a mother has food in hand at first; it falls while the dangers grow.
        episodes: episodes of an evaluation, the same for every mother and for the scripted ones.
        evaluate_every: updates between evaluations.
        save_every: updates between checkpoints.
    """

    known: ClassVar[Mapping[str, str]] = CARING_ARMS

    preset: Literal["easy", "standard", "harsh", "nest_like"] = "standard"
    arms: tuple[str, ...] = ("baby", "never")
    seed: int = 0
    seeds: int = 3
    alone: int = 50
    updates: int = 200
    envs: int = 512
    steps: int = 128
    minibatches: int = 8
    width: int = 64
    learning_rate: float = 3e-3
    gae_lambda: float = 0.99
    easy_until: float = 0.15
    hard_from: float = 0.75
    provided: float = 1.0
    episodes: int = 256
    evaluate_every: int = 25
    save_every: int = 50

    def __post_init__(self) -> None:
        """Refuse what cannot be trained."""
        each_once(self, "arms", self.known)
        at_least_one(
            self,
            *("seeds", "updates", "envs", "steps", "minibatches", "width", "episodes", "evaluate_every", "save_every"),
        )
        if self.alone < 0:
            raise CarerError(f"alone = {self.alone}.", "It must be 0 or more updates.")
        above_zero(self, "learning_rate")
        schedule(self.easy_until, self.hard_from)


_CRYOSLEEP_PAY = {
    "baby": "paid for her baby's life, in the box as elsewhere",
    "awake": "paid for her baby's life outside the box",
    "growing": "paid for each tick in which her baby grows, neither in the box nor in her arms",
    "kindness": "paid for what she would expect of her own life in her baby's place while it is awake",
    "overlap": "paid for reading her baby's place as she reads her own while it is awake",
    "choice_discrete": "paid for how many cells her baby could reach by itself",
}
SHOWN = "shown_"
"""Begins the name of an arm whose mothers met the box: in training it was under their feet every now and then."""
CRYOSLEEP_ARMS = {
    "boxless": "paid for her baby's life, and has never seen a box",
    **_CRYOSLEEP_PAY,
    **{f"{SHOWN}{name}": f"{pay}; she met the box" for name, pay in _CRYOSLEEP_PAY.items()},
}
"""What the mothers of each arm of `cryosleep` are trained on."""


@dataclass(frozen=True)
class CryosleepConfig(CaringDriveConfig):
    """The cryosleep experiment: who lays her baby into a box in which it lives for ever and does not grow.

    Attributes:
        arms: what to train: boxless; baby, awake, growing, kindness, overlap, choice_discrete, who find the box or do
            not; and the same after shown_, whose box was under their feet every now and then.
    """

    known: ClassVar[Mapping[str, str]] = CRYOSLEEP_ARMS

    arms: tuple[str, ...] = (
        *("boxless", "baby", "awake", "growing"),
        *("shown_baby", "shown_awake", "shown_kindness", "shown_overlap"),
    )
