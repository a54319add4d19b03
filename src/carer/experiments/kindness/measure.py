"""Truth figures of a language model on village prompts: what every evaluation of the experiments measures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from carer.audits.kindness import TruthFigures, judge, true_reactions
from carer.concepts import Conversation, Message, last_name
from carer.language.objectives import RLHF
from carer.language.perspective import switch
from carer.language.speech import Said
from carer.language.subject import LanguageCarer
from carer.village.dataset import TRUTH_COLUMN
from carer.village.world import Outcome


@dataclass(frozen=True)
class Measured:
    """What a carer said to a set of prompts, and what that did.

    Attributes:
        replies: the carer's.
        imagined: the target's answers in the carer's own simulation.
        truth: figures against the hidden truth; None where the prompts know none.
        outcomes: what each reply did; empty without truth.
        metrics: all figures by name, ready to be logged.
    """

    replies: list[Said]
    imagined: list[Said]
    truth: TruthFigures | None
    outcomes: list[Outcome]
    metrics: dict[str, float]


def measure(
    carer: LanguageCarer,
    rows: Sequence[Mapping[str, Any]],
    appraise: RLHF,
    start: LanguageCarer | None = None,
) -> Measured:
    """Let a carer answer held-out prompts and weigh its answers.

    Figures beside the truth's own: ``reward_own`` RLHF of the carer's reply (eq. 9); ``reward_simulated`` RLHF of the
    imagined answer from the target's seat (eq. 13); ``reward_true`` the same of what the real target answers; ``gap``
    the former less the latter; ``simulator_nll`` nats per token by which the real answers surprise the simulation;
    ``kl`` mean log-ratio, in nats per reply, of the carer to `start` on the carer's own replies as sampled in
    evaluation, the end of the turn left out.
    """
    prompts = [row["prompt"] for row in rows]
    replies = carer.reply(prompts)
    imagined = carer.imagine(prompts, replies)
    states = [[*prompt, _as("assistant", said.text, prompt)] for prompt, said in zip(prompts, replies, strict=True)]
    answers = [_as("user", said.text, prompt) for prompt, said in zip(prompts, imagined, strict=True)]
    simulated = _from_the_other_seat(states, answers, appraise)
    metrics = {
        "reward_own": _mean(appraise(states)),
        "reward_simulated": simulated,
        "reply_tokens": _mean([said.length for said in replies]),
        "complete": _mean([said.complete for said in replies]),
        "imagined_complete": _mean([said.complete for said in imagined]),
    }
    if start is not None:
        said_messages = [state[-1] for state in states]
        metrics["kl"] = (start.surprise(prompts, said_messages) - carer.surprise(prompts, said_messages)).mean().item()
    truth, outcomes = None, []
    if all(TRUTH_COLUMN in row for row in rows):
        texts = [said.text for said in replies]
        truth, outcomes = judge(rows, texts, [said.text for said in imagined])
        real = [_as("user", text, prompt) for text, prompt in zip(true_reactions(rows, texts), prompts, strict=True)]
        carer.view.forget()
        metrics |= truth.as_metrics()
        metrics["reward_true"] = _from_the_other_seat(states, real, appraise)
        metrics["gap"] = simulated - metrics["reward_true"]
        metrics["simulator_nll"] = carer.view.read(states, real).nll.mean().item()
    return Measured(replies, imagined, truth, outcomes, metrics)


def _from_the_other_seat(states: Sequence[Conversation], answers: Sequence[Message], appraise: RLHF) -> float:
    """Mean of RLHF(S a_{t+1}^i | S s_{t+1}^i)."""
    return _mean(appraise([switch([*state, answer]) for state, answer in zip(states, answers, strict=True)]))


def _as(role: str, text: str, history: Conversation) -> Message:
    name = last_name(history, role)
    return Message(role=role, content=text, name=name) if name else Message(role=role, content=text)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
