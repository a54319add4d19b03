"""Curiosity: the reader's surprise at a message, less what a message of that kind surprises anyway."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from carer.concepts import Conversation, Message
from carer.language.model_view import ModelView
from carer.language.rewards.base import IntrinsicReward


class Curiosity(IntrinsicReward):
    """Mean NLL of the message after the state, less a learned floor.

    Raw surprise pays for noise: gibberish surprises any reader. The floor is what the conditional NLL is
    expected to be from the message alone: a ridge regression on [1, log(1 + length), u, u^2 / 10], u its NLL
    without the state, learned online from the messages that occur. What is left is surprise that this state
    makes. A batch is scored by the floor known before it (the first batch by its own), so that no message
    explains itself away.

    Args:
        weight: share of the term after normalisation.
        decay: how much of the past each batch keeps.
        ridge: pull towards the floor that knows nothing yet, `u` itself.

    """

    name = "curiosity"

    def __init__(self, weight: float = 1.0, decay: float = 0.99, ridge: float = 1e-2) -> None:
        self.weight = weight
        self.decay = decay
        self.ridge = ridge
        self._gram = torch.zeros(4, 4, dtype=torch.float64)  # X'X, decayed
        self._moment = torch.zeros(4, dtype=torch.float64)  # X'y, decayed

    def score(self, states: Sequence[Conversation], feedback: Sequence[Message], model: ModelView) -> list[float]:
        """Surprise above the floor, in nats per token; see `IntrinsicReward.score`."""
        after = model.read(states, feedback)
        without = model.read([[] for _ in feedback], feedback)
        features = _features(without.nll, without.lengths)
        surprise = after.nll.double()
        fresh = not self._gram.any()
        if fresh:
            self._learn(features, surprise)
        floor = features @ self._weights()
        if not fresh:
            self._learn(features, surprise)
        return (surprise - floor).tolist()

    def state_dict(self) -> dict[str, Any]:
        """The regression's moments."""
        return {"gram": self._gram, "moment": self._moment}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore the regression's moments."""
        self._gram, self._moment = state["gram"].clone(), state["moment"].clone()

    def _weights(self) -> Tensor:
        """Ridge solution, [4], pulled towards the floor `u`."""
        prior = torch.tensor([0.0, 0.0, 1.0, 0.0], dtype=torch.float64)
        gram = self._gram + self.ridge * torch.eye(4, dtype=torch.float64)
        return prior + torch.linalg.solve(gram, self._moment - self._gram @ prior)

    def _learn(self, features: Tensor, surprise: Tensor) -> None:
        if not self.learning:
            return
        rows = self.gather(torch.cat([features, surprise[:, None]], 1))  # [all, 5]
        x, y = rows[:, :4], rows[:, 4]
        self._gram = self.decay * self._gram + x.T @ x
        self._moment = self.decay * self._moment + x.T @ y


def _features(nll: Tensor, lengths: Tensor) -> Tensor:
    """[n, 4] from the NLL of the messages alone [n] and their lengths in tokens [n]."""
    u = nll.double()
    return torch.stack([torch.ones_like(u), torch.log1p(lengths.double()), u, u * u / 10], 1)
