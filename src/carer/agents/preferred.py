"""Preferences as a drive: what a reward model pays, which may ask its judge about each rollout as it is played."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
from jax import Array

from carer.agents.moment import Drive, Moment
from carer.agents.networks import RecurrentPolicy
from carer.agents.preferences import Judge, cut_up, drawn, together
from carer.agents.reward_model import RewardLearner, features, fitted, inputs_of
from carer.concepts import CarerError
from carer.worlds import World


class Judged(NamedTuple):
    """What is kept of a tick to ask about; every leaf may have axes in front.

    Attributes:
        features: float32 [F, B].
        opinion: float32 [B], the judge's.
    """

    features: Array
    opinion: Array


@dataclass(frozen=True)
class Preferred(Drive):
    """What a learned reward model pays the role's first seat, which must be the world's first.

    It knows nothing at first: a model that was fitted before, and what it was told, come with the learner that `learn`
    goes on from.

    Attributes:
        judge: asked again about each rollout; None leaves the model as it came.
        length: ticks of a segment.
        asks: pairs that are asked about after a rollout; as many of the first ones are recalled beside them.
        steps: of Adam, after a rollout.
        learning_rate: Adam's.
        width: units of a layer of the model.

    Raises:
        CarerError: a count below 1.
    """

    judge: Judge | None = None
    length: int = 20
    asks: int = 64
    steps: int = 8
    learning_rate: float = 1e-3
    width: int = 32

    def __post_init__(self) -> None:
        """Refuse what asks nothing."""
        for name in ("length", "asks", "steps", "width"):
            if getattr(self, name) < 1:
                raise CarerError(f"{name} = {getattr(self, name)}.", "It must be at least 1.")

    def score(self, moment: Moment[Any]) -> Array:
        """Float32 [agents, *batch].

        Raises:
            CarerError: the role has another seat than the first.

        """
        if tuple(moment.reader.seats) != (0,):
            raise CarerError(
                f"a reward model pays a role with the seats {tuple(moment.reader.seats)}.",
                "It reads the world's first seat: give that one a role of its own.",
            )
        paid = moment.learned.model(features(moment.world, moment.before, moment.action[0]))
        return moment.reader.paid(paid[None])

    def create(self, world: World[Any], policy: RecurrentPolicy, key: Array) -> RewardLearner:
        """A reward model that was told nothing."""
        del policy
        return RewardLearner.create(key, inputs_of(world), self.width)

    def keep(self, moment: Moment[Any]) -> Judged | None:
        """What the judge may be asked about; None without a judge."""
        if self.judge is None:
            return None
        seen = features(moment.world, moment.before, moment.action[0])
        return Judged(seen, self.judge.opinion(moment.before, moment.tick))

    def learn(
        self, world: World[Any], learned: RewardLearner, kept: Judged | None, key: Array
    ) -> tuple[RewardLearner, dict[str, Array]]:
        """The model after the answers; figure: ``surprise``, nats, at the last step.

        Raises:
            CarerError: a rollout is shorter than a segment.

        """
        del world
        if self.judge is None or kept is None:
            return learned, {}
        asking, fitting, recalling = jax.random.split(key, 3)
        segments, opinions = cut_up(kept.features, self.length), cut_up(kept.opinion, self.length).sum(0)
        known = self.judge.asked(asking, segments, opinions, self.asks)
        if learned.known is not None:
            known = together(known, drawn(learned.known, recalling, self.asks))
        batch = known.answers.shape[0]
        learned, told = fitted(learned, known, fitting, steps=self.steps, batch=batch, learning_rate=self.learning_rate)
        return learned, {"surprise": told[-1]}
