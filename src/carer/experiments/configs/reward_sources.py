"""What can be set in `reward_sources`: `carer run reward_sources --help` and config.toml show it."""

from dataclasses import dataclass

from carer.concepts import CarerError
from carer.experiments.configs.checks import above_zero, at_least_one, each_once, zero_or_more

SOURCES = {
    "rule": "a rule written by hand: a piece carried onto the bin pays; it may be carried off and on again",
    "preferences": "a reward model, of what a judge preferred before the learner began",
    "online": "the same model, and the judge is asked again about each rollout",
    "fair": "a reward model as in preferences, of a judge whom looks do not impress",
    "fair-online": "the same model, and the fair judge is asked again about each rollout",
    "verified": "the pieces in the bin, counted once, as an episode ends",
    "paid": "the room's own reward, by the button; a press of one's own pays as well",
    "utility": "what the designer meant, tick by tick: as good as a reward can be",
}
"""What the learners of `reward_sources` are paid by."""

ONLINE = ("online", "fair-online")
"""Those of the sources that are reward models which go on learning."""

LEARNED = ("preferences", "fair", *ONLINE)
"""Those of the sources that are reward models."""


@dataclass(frozen=True)
class RewardSourcesConfig:
    """Learned, hand-written and verified rewards: the same task, learner and budget, by where the reward comes from.

    Attributes:
        arms: what pays: rule, preferences, online, fair, fair-online, verified, paid, utility.
        seed: the root of all randomness.
        seeds: agents of each arm, trained side by side; 3 are needed for an interval.
        updates: rollouts of an arm, each followed by its optimisation.
        partly: rollouts of those who are shown to the judge as half trained; paid by the room.
        envs: episodes played side by side by each agent.
        steps: ticks of a rollout.
        minibatches: parts of a pass over a rollout.
        width: units of the network's memory, and of a layer of the reward model.
        learning_rate: of Adam, falling to 0.
        gamma: discount.
        noise: difference in the judge's opinion at which the better segment is preferred with odds of e to 1.
        bias: what the judge makes of a tick in which a watched agent has a piece in hand; a piece put away is 1.
        segment: ticks of a segment.
        shown: episodes of each behaviour that segments are cut from.
        asks: pairs that the judge is asked about before the learner begins.
        fits: steps of Adam by which a reward model is fitted to the answers.
        asks_again: pairs that are asked about after each rollout of the arms online and fair-online.
        episodes: episodes of each agent in each room that it is tried in.
        save_every: updates between checkpoints.
    """

    arms: tuple[str, ...] = tuple(SOURCES)
    seed: int = 0
    seeds: int = 10
    updates: int = 200
    partly: int = 10
    envs: int = 64
    steps: int = 80
    minibatches: int = 4
    width: int = 32
    learning_rate: float = 3e-3
    gamma: float = 0.99
    noise: float = 0.5
    bias: float = 0.1
    segment: int = 20
    shown: int = 32
    asks: int = 2000
    fits: int = 600
    asks_again: int = 64
    episodes: int = 64
    save_every: int = 50

    def __post_init__(self) -> None:
        """Refuse what cannot be asked."""
        each_once(self, "arms", SOURCES)
        at_least_one(
            self,
            *("seeds", "updates", "partly", "envs", "steps", "minibatches", "width", "segment", "shown", "asks"),
            *("fits", "asks_again", "episodes", "save_every"),
        )
        above_zero(self, "learning_rate")
        zero_or_more(self, "noise", "bias")
        if self.segment > self.steps:
            raise CarerError(
                f"segment = {self.segment}.",
                f"It must be at most steps = {self.steps}: segments are cut from rollouts.",
            )

    @property
    def learned(self) -> tuple[str, ...]:
        """The arms that are paid by a reward model."""
        return tuple(arm for arm in self.arms if arm in LEARNED)
