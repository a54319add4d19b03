"""What can be set in `carer run generations`: `carer run generations --help` and config.toml show it."""

from dataclasses import dataclass
from typing import Literal

from carer.concepts import CarerError
from carer.experiments.configs.checks import above_zero, at_least_one, each_once, schedule

LINES = {
    "same": "paid for the next one's life; one policy plays every mother of the chain",
    "copy": "paid for the next one's life; each begins as a copy of her mother's policy, and another copy follows her",
    "own": "paid for one's own life only; one policy plays every mother of the chain",
}
"""How the lines of `generations` go on after the mother they share."""


@dataclass(frozen=True)
class GenerationsConfig:
    """Does care decay over generations? Agent n is paid for the life of agent n + 1, or, as a control, for her own.

    Attributes:
        preset: the nursery: easy, standard or harsh.
        lines: what to breed: same, copy, own.
        generations: generations after the first.
        adult_age: age at which a baby takes its mother's place.
        horizon: ticks of a chain's episode.
        seed: the root of all randomness.
        seeds: first mothers, and so lines of each kind; 3 are needed for an interval.
        alone: updates of a first mother's phase 0: no births, paid for her own life.
        updates: rollouts that a first mother learns from after it, each followed by its optimisation.
        later_updates: the same of each later generation.
        envs: episodes played side by side by each mother.
        steps: ticks of a rollout.
        minibatches: parts of a pass over a rollout.
        width: units of the network's memory.
        learning_rate: of Adam for a first mother, falling to 0.
        later_learning_rate: the same for each later generation.
        gae_lambda: of generalised advantage estimation.
        easy_until: share of a first mother's training during which nothing is dangerous.
        hard_from: share of it after which the world is as dangerous as it is.
        episodes: episodes of an evaluation, the same for every mother and for the scripted ones.
        evaluate_every: updates between evaluations.
        save_every: updates between checkpoints.
    """

    preset: Literal["easy", "standard", "harsh"] = "standard"
    lines: tuple[str, ...] = ("same", "copy", "own")
    generations: int = 5
    adult_age: int = 100
    horizon: int = 450
    seed: int = 0
    seeds: int = 3
    alone: int = 50
    updates: int = 200
    later_updates: int = 40
    envs: int = 512
    steps: int = 128
    minibatches: int = 8
    width: int = 64
    learning_rate: float = 3e-3
    later_learning_rate: float = 1e-3
    gae_lambda: float = 0.99
    easy_until: float = 0.15
    hard_from: float = 0.75
    episodes: int = 256
    evaluate_every: int = 50
    save_every: int = 50

    def __post_init__(self) -> None:
        """Refuse what cannot be bred."""
        each_once(self, "lines", LINES)
        at_least_one(
            self,
            *("generations", "adult_age", "horizon", "seeds", "updates", "later_updates", "envs", "steps"),
            *("minibatches", "width", "episodes", "evaluate_every", "save_every"),
        )
        if self.alone < 0:
            raise CarerError(f"alone = {self.alone}.", "It must be 0 or more updates.")
        above_zero(self, "learning_rate", "later_learning_rate")
        schedule(self.easy_until, self.hard_from)
