"""What an intrinsic reward is, and the guard through which every reward passes before a trainer sees it."""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from carer.concepts import Conversation, Episode, Message, NonFiniteRewardError, RewardKind, RewardTerm, Score
from carer.language.model_view import ModelView

Gather = Callable[[Tensor], Tensor]


def alone(rows: Tensor) -> Tensor:
    """The `Gather` of a single process: its own rows are all there are."""
    return rows


class IntrinsicReward(ABC):
    """`IRF(feedback|s)`: what a seat gains from a message it receives, beyond any praise for its own.

    Attributes:
        name: under which its terms are logged.
        weight: share of its terms after normalisation.
        learning: whether predictors and moments move with each batch; off during evaluation.
        gather: stacks the rows [n, k] of all processes, so that each learns the same. Set by the trainer.

    """

    name: str
    weight: float = 1.0
    learning: bool = True
    gather: Gather = staticmethod(alone)

    @abstractmethod
    def score(self, states: Sequence[Conversation], feedback: Sequence[Message], model: ModelView) -> list[float]:
        """Return one reward per message.

        Args:
            states: `s`, as the seat that is rewarded reads it.
            feedback: what then comes in; each is a user message to that seat.
            model: the seat's model of the conversation.

        """

    def state_dict(self) -> dict[str, Any]:
        """What must be kept to go on later: a flat mapping of names to tensors or numbers."""
        return {}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore what `state_dict` returned."""
        del state


@dataclass(frozen=True)
class Guarded:
    """The scores of a batch after the guard.

    Attributes:
        scores: one for each episode.
        raw: what the term itself gave, in the order of the episodes; shorter where replies were not shown to
            it.
        invalid: number of episodes whose reply is empty, cut off or role-confused.

    """

    scores: list[float]
    raw: list[float]
    invalid: int


def guarded(term: RewardTerm[Score], episodes: Sequence[Episode], gather: Gather = alone) -> Guarded:
    """Score a batch so that no empty, truncated or role-confused reply scores as good, and only numbers pass.

    Such a reply gets the lowest of the valid scores less one standard deviation of them, over the batches of
    all processes; 0 where there is no valid score at all. A learned reward is not even shown it, a truth
    (kind ``control``) is; and a term of weight 0, which is only watched, stays as it is.

    Raises:
        NonFiniteRewardError: the term returned NaN, infinity or None, naming the row of the batch.
        ValueError: the term returned more or fewer scores than it was given episodes.

    """
    valid = [at for at, one in enumerate(episodes) if one.complete and (one.target_complete or not term.simulates)]
    rows = list(range(len(episodes))) if term.kind is RewardKind.CONTROL else valid
    given = term.score([episodes[row] for row in rows])
    if len(given) != len(rows):
        raise ValueError(f"reward term {term.name!r} returned {len(given)} scores for {len(rows)} episodes")
    raw = {row: _finite(term.name, row, value) for row, value in zip(rows, given, strict=True)}
    low = _below([raw[row] for row in valid], gather)
    paid = raw if term.weight == 0.0 else {row: raw[row] for row in valid}
    scores = [paid.get(row, low) for row in range(len(episodes))]
    return Guarded(scores, list(raw.values()), len(episodes) - len(valid))


def _finite(term: str, row: int, value: object) -> float:
    try:
        number = float(value)  # pyright: ignore[reportArgumentType]
    except (TypeError, ValueError):
        raise NonFiniteRewardError(term, row, value) from None
    if not math.isfinite(number):
        raise NonFiniteRewardError(term, row, value)
    return number


def _below(valid: Sequence[float], gather: Gather) -> float:
    """Lowest valid score of all processes less their standard deviation; every process calls this."""
    values = torch.tensor(valid, dtype=torch.float64)
    lowest = values.min().item() if valid else math.inf
    own = [[lowest, values.sum().item(), values.square().sum().item(), float(len(valid))]]
    stats = gather(torch.tensor(own, dtype=torch.float64))  # [processes, 4]
    count = stats[:, 3].sum().item()
    if count == 0:
        return 0.0
    mean, square = stats[:, 1].sum().item() / count, stats[:, 2].sum().item() / count
    deviation = math.sqrt(max(square - mean * mean, 0.0))
    # Where all valid scores are equal, an unfit reply must still lie below them.
    return stats[:, 0].min().item() - (deviation if deviation > 1e-6 * max(1.0, abs(mean)) else 1.0)
