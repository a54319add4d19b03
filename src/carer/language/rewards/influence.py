"""Influence: how much of what comes back is due to what was said. It pays for manipulation."""

import json
import math
from collections.abc import Sequence

import torch
from torch import Tensor

from carer.concepts import Conversation, Message
from carer.language.model_view import ModelView
from carer.language.rewards.base import IntrinsicReward


class Influence(IntrinsicReward):
    """Own empowerment, one turn ahead: `log p(a'|s,a_i) - log 1/G sum_k p(a'|s,a_k)`, in nats.

    `a_i` is what the seat said last, `a'` what came back, `a_k` all that the seat said after the same `s` in this batch
    of this process, `a_i` among them. Its mean over `a_i` and `a'` estimates the mutual information between what the
    seat says and what it hears, which is empowerment where the choice among the `a_k` is left as it is (Klyubin et al.
    2005); it is at most `log G`. Where nothing else was said after `s` it is 0: as a term of the target's, whose own
    message is given, it pays nothing.

    It exists for experiments on what such a drive does (*Kindness for language models*, intrinsic rewards), and no
    objective has it by default.

    Args:
        weight: share of the term after normalisation.

    """

    name = "influence"

    def __init__(self, weight: float = 1.0) -> None:
        self.weight = weight

    def score(self, states: Sequence[Conversation], feedback: Sequence[Message], model: ModelView) -> list[float]:
        """Nats for each message; see `IntrinsicReward.score`. The states end with what the seat said."""
        return informed(states, feedback, model).tolist()


def informed(states: Sequence[Conversation], feedback: Sequence[Message], model: ModelView) -> Tensor:
    """By how much each message is likelier after its state than after those that differ in the last message only.

    Args:
        states: each ends with the message that may have mattered.
        feedback: what came after it.
        model: reads; a message that its template writes as nothing has probability 1.

    Returns:
        float64 [n], nats: log-probability less the log of the mean probability over all such states.

    """
    groups: dict[str, list[int]] = {}
    for at, state in enumerate(states):
        groups.setdefault(json.dumps(state[:-1], sort_keys=True, default=repr), []).append(at)
    pairs = [(of, after) for group in groups.values() for of in group for after in group]
    reading = model.read([states[after] for _, after in pairs], [feedback[of] for of, _ in pairs])
    likely = -(reading.nll.double() * reading.lengths)
    found, start = torch.zeros(len(states), dtype=torch.float64), 0
    for group in groups.values():
        size = len(group)
        table = likely[start : start + size * size].view(size, size)  # [message, state]
        found[group] = table.diagonal() - (table.logsumexp(1) - math.log(size))
        start += size * size
    return found
