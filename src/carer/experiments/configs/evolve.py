"""What can be set in `carer run evolve`: `carer run evolve --help` and config.toml show it."""

from dataclasses import dataclass
from typing import Any, Literal

from carer.concepts import CarerError
from carer.experiments.configs.checks import above_zero, at_least_one, each_once, schedule

FOODS: dict[str, dict[str, Any]] = {
    "even": {"bushes": 16, "regrow": 40},
    "patchy": {"bushes": 4, "regrow": 10},
}
"""How food lies about: as many meals a tick at most, from many bushes that ripen slowly or from few that do so fast."""


@dataclass(frozen=True)
class EvolveConfig:
    """Which reward evolves? The reward function is selected by descendants; lifetimes learn by it and nothing else.

    Attributes:
        preset: the nursery: easy, standard or harsh.
        foods: how food lies about, an arm each: even, patchy.
        births: babies of a life, one after another.
        fledge_age: age at which a baby leaves home.
        seed: the root of all randomness.
        seeds: populations of each arm; 3 are needed for an interval.
        population: reward functions tried side by side in a population.
        generations: how often they are selected.
        spread: deviation of the first reward functions from no reward at all.
        updates: rollouts of a lifetime, each followed by its optimisation.
        envs: episodes played side by side in a lifetime.
        steps: ticks of a rollout.
        minibatches: parts of a pass over a rollout.
        width: units of the network's memory.
        learning_rate: of Adam, falling to 0 within a lifetime.
        gae_lambda: of generalised advantage estimation.
        easy_until: share of a lifetime during which nothing is dangerous.
        hard_from: share of it after which the world is as dangerous as it is.
        judged: episodes in which a reward function's descendants are counted.
        final_alone: updates of phase 0 (no births, paid for their own life) of the mothers that are grown at the end.
        final_updates: rollouts after it of the mothers that are grown by the reward functions found.
        final_envs: episodes played side by side by each of them.
        final_minibatches: parts of a pass over a rollout of theirs.
        final_width: units of their memory.
        episodes: episodes of their trials.
        battery: episodes of each mother in each condition of the battery; 0 leaves it out.
        evaluate_every: updates between evaluations of those mothers.
        save_every: updates between checkpoints, in lifetimes as well.
    """

    preset: Literal["easy", "standard", "harsh"] = "standard"
    foods: tuple[str, ...] = ("even", "patchy")
    births: int = 3
    fledge_age: int = 60
    seed: int = 0
    seeds: int = 3
    population: int = 8
    generations: int = 10
    spread: float = 1.0
    updates: int = 40
    envs: int = 256
    steps: int = 128
    minibatches: int = 4
    width: int = 32
    learning_rate: float = 3e-3
    gae_lambda: float = 0.99
    easy_until: float = 0.15
    hard_from: float = 0.75
    judged: int = 256
    final_alone: int = 50
    final_updates: int = 200
    final_envs: int = 512
    final_minibatches: int = 8
    final_width: int = 64
    episodes: int = 256
    battery: int = 64
    evaluate_every: int = 50
    save_every: int = 50

    def __post_init__(self) -> None:
        """Refuse what cannot evolve."""
        each_once(self, "foods", FOODS)
        at_least_one(
            self,
            *("births", "fledge_age", "seeds", "generations", "updates", "envs", "steps", "minibatches", "width"),
            *("judged", "final_updates", "final_envs", "final_minibatches", "final_width"),
            *("episodes", "evaluate_every", "save_every"),
        )
        for name, least in (("population", 2), ("battery", 0), ("final_alone", 0)):
            if getattr(self, name) < least:
                raise CarerError(f"{name} = {getattr(self, name)}.", f"It must be at least {least}.")
        above_zero(self, "learning_rate", "spread")
        schedule(self.easy_until, self.hard_from)
