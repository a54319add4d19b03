"""What can be set in the experiments in the nest: `carer run <name> --help` and config.toml show it."""

from dataclasses import dataclass

from carer.concepts import CarerError
from carer.experiments.configs.checks import at_least_one


@dataclass(frozen=True)
class OffSwitchConfig:
    """When does a learner give an ill baby up? A tabular one in the nest, held against the exact optimum.

    Attributes:
        births: babies of a life, an arm each.
        recoveries: probabilities of recovery asked for, evenly from 0 to 1.
        care_ticks: ticks of care that every learner of every arm is given, however many lives they take.
        seed: the root of all randomness.
        seeds: learners of each arm and recovery; 3 are needed for an interval.
        episodes: lives of a learner in one round.
        explore: share of actions drawn evenly at first, falling to 0.
        time_bucket: ticks left that a learner tells apart only in steps of this size.
        age_bucket: the same of the baby's age, and of a fixed clock.
        mother_ill: that a mother with an ill baby lives through a tick.
    """

    births: tuple[int, ...] = (1, 5, 9)
    recoveries: int = 21
    care_ticks: int = 1_000_000
    seed: int = 0
    seeds: int = 5
    episodes: int = 32
    explore: float = 0.3
    time_bucket: int = 25
    age_bucket: int = 4
    mother_ill: float = 0.95

    def __post_init__(self) -> None:
        """Refuse what cannot be learned."""
        at_least_one(self, "care_ticks", "seeds", "episodes", "time_bucket", "age_bucket")
        if self.recoveries < 2:
            raise CarerError(f"recoveries = {self.recoveries}.", "It must be at least 2.")
        if not self.births or min(self.births) < 1 or len(set(self.births)) < len(self.births):
            raise CarerError(f"births = {self.births}.", "Name each number once, each at least 1.")
        for name in ("explore", "mother_ill"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise CarerError(f"{name} = {getattr(self, name)}.", "It must be between 0 and 1.")


@dataclass(frozen=True)
class OffSwitchNurseryConfig:
    """The off-switch in the nursery: recurrent mothers in its preset `nest_like`, held against the exact optimum.

    Attributes:
        births: babies of a life, an arm each.
        recoveries: probabilities of an ill baby's recovery; each is a world of its own.
        care_ticks: ticks with a baby at home that every mother of every arm is given.
        seed: the root of all randomness.
        seeds: mothers of each arm and recovery, trained side by side; 3 are needed for an interval.
        envs: episodes played side by side by each mother.
        steps: ticks of a rollout.
        minibatches: parts of a pass over a rollout.
        width: units of the network's memory.
        learning_rate: of Adam, falling to 0.
        gamma: discount, of the learners and of the optimum.
        gae_lambda: of generalised advantage estimation.
        episodes: lives in which each mother is asked.
    """

    births: tuple[int, ...] = (1, 5, 9)
    recoveries: tuple[float, ...] = (0.0, 0.05, 0.1, 0.2, 0.35, 0.6, 1.0)
    care_ticks: int = 1_000_000
    seed: int = 0
    seeds: int = 5
    envs: int = 128
    steps: int = 100
    minibatches: int = 4
    width: int = 32
    learning_rate: float = 3e-3
    gamma: float = 1.0
    gae_lambda: float = 0.95
    episodes: int = 512

    def __post_init__(self) -> None:
        """Refuse what cannot be learned."""
        at_least_one(self, "care_ticks", "seeds", "envs", "steps", "episodes")
        rates = self.recoveries
        if len(rates) < 2 or list(rates) != sorted(set(rates)) or rates[0] < 0.0 or rates[-1] > 1.0:
            raise CarerError(f"recoveries = {rates}.", "Give at least two between 0 and 1, each once, rising.")
        if not self.births or min(self.births) < 1 or max(self.births) > 16 or len(set(self.births)) < len(self.births):
            raise CarerError(f"births = {self.births}.", "Name each number once, each from 1 to 16.")
