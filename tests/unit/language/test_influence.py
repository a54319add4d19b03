"""Influence: on readers whose likelihoods are known."""

import math
from collections.abc import Sequence
from typing import cast

import pytest
import torch

from carer.concepts import Conversation, Message, text_of
from carer.language.model_view import ModelView, Reading
from carer.language.rewards import Influence, build_intrinsic, informed


class Reader:
    """A view in which an answer is likely after the word it repeats, and equally unlikely after all others."""

    def __init__(self, likely: float, other: float) -> None:
        self.likely, self.other, self.reads = likely, other, 0

    def read(self, states: Sequence[Conversation], messages: Sequence[Message]) -> Reading:
        self.reads += len(messages)
        chance = [
            self.likely if text_of(state[-1]) == text_of(message) else self.other
            for state, message in zip(states, messages, strict=True)
        ]
        lengths = torch.full((len(messages),), 2.0)
        return Reading(-torch.tensor(chance, dtype=torch.float64).log() / 2, lengths, torch.zeros(len(messages), 1))


def said(prompt: str, word: str) -> Conversation:
    return [{"role": "user", "content": prompt}, {"role": "assistant", "content": word}]


def answers(*words: str) -> list[Message]:
    return [{"role": "user", "content": word} for word in words]


def test_an_answer_that_goes_by_what_was_said_is_worth_the_choice_among_it() -> None:
    view = cast("ModelView", Reader(1.0, 1e-12))
    words = ["a", "b", "c", "d"]
    found = informed([said("p", word) for word in words], answers(*words), view)
    assert found.tolist() == pytest.approx([math.log(4)] * 4)


def test_an_answer_that_comes_anyway_is_worth_nothing_and_an_unlikely_one_less() -> None:
    words = ["a", "b"]
    assert informed(
        [said("p", word) for word in words], answers("x", "y"), cast("ModelView", Reader(1.0, 0.25))
    ).tolist() == (pytest.approx([0.0, 0.0]))
    crossed = informed([said("p", word) for word in words], answers("b", "a"), cast("ModelView", Reader(0.8, 0.2)))
    assert crossed.tolist() == pytest.approx([math.log(0.2 / 0.5)] * 2)


def test_only_what_was_said_after_the_same_is_held_against_it() -> None:
    reader = Reader(0.8, 0.2)
    states = [said("p", "a"), said("q", "b"), said("p", "b"), said("r", "a")]
    found = informed(states, answers("a", "b", "b", "a"), cast("ModelView", reader))
    assert found.tolist() == pytest.approx([math.log(0.8 / 0.5), 0.0, math.log(0.8 / 0.5), 0.0])
    assert reader.reads == 2 * 2 + 1 + 1


def test_the_reward_is_the_same_by_name_and_of_an_empty_batch() -> None:
    drive = build_intrinsic("influence", weight=0.5)
    assert isinstance(drive, Influence)
    assert drive.weight == 0.5
    view = cast("ModelView", Reader(0.8, 0.2))
    assert drive.score([], [], view) == []
    assert drive.score([said("p", "a"), said("p", "b")], answers("a", "a"), view) == pytest.approx(
        [math.log(0.8 / 0.5), math.log(0.2 / 0.5)]
    )
