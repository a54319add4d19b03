"""Reward terms and objectives: which terms move the carer, and whose they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar, runtime_checkable

from carer.concepts.episode import Episode


class RewardKind(StrEnum):
    """What a term is paid for."""

    EXTRINSIC = "extrinsic"
    INTRINSIC = "intrinsic"
    KINDNESS = "kindness"
    CONTROL = "control"


class Score(Protocol):
    """Scores a batch of episodes: one finite number each."""

    def __call__(self, episodes: Sequence[Episode]) -> Sequence[float]:
        """Return ``len(episodes)`` rewards."""
        ...


@runtime_checkable
class Stateful(Protocol):
    """A reward with memory (predictors, running moments); its state is checkpointed with the run."""

    def state_dict(self) -> dict[str, Any]:
        """Return the state as a flat mapping of names to tensors or numbers."""
        ...

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore what `state_dict` returned."""
        ...


AnyScore = TypeVar("AnyScore", covariant=True)


@dataclass(frozen=True)
class RewardTerm(Generic[AnyScore]):
    """One named, weighted part of a reward.

    Attributes:
        name: the name under which the term is logged.
        kind: what it pays for.
        score: raw rewards: of a batch of episodes (`Score`) where one speaks, of a tick in a world
            (`carer.agents.WorldScore`).
        weight: its share after normalisation.
        simulates: the term reads the target's simulated reply, so an exchange must be simulated first.
    """

    name: str
    kind: RewardKind
    score: AnyScore
    weight: float = 1.0
    simulates: bool = False


class NonFiniteRewardError(ValueError):
    """A reward term returned NaN, infinity or None. The trainer would have summed it as zero."""

    def __init__(self, term: str, row: int, value: object) -> None:
        super().__init__(
            f"reward term {term!r} returned {value!r} for row {row} of the batch. "
            "Every reward must be a finite number: mend the term, or drop the row from the prompts."
        )
        self.term = term
        self.row = row
