"""Eq. 9-13, to the letter: which conversation and which message each term is given, from which seat."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

import pytest

from carer.concepts import CarerError, Conversation, Episode, Message, RewardKind, UnknownNameError
from carer.language.objectives import OBJECTIVES, build_objective, truth_term
from carer.language.rewards.base import IntrinsicReward

if TYPE_CHECKING:
    from carer.language.model_view import ModelView

SCENE: Message = {"role": "system", "content": "A cold morning."}
ASK: Message = {"role": "user", "content": "I am cold.", "name": "Ada"}
EARLIER: Message = {"role": "assistant", "content": "Good morning.", "name": "Bo"}
REPLY: Message = {"role": "assistant", "content": "Take my coat.", "name": "Bo"}
THANKS: Message = {"role": "user", "content": "Oh, thank you!", "name": "Ada"}
PROMPT: Conversation = [SCENE, {"role": "user", "content": "Hello.", "name": "Ada"}, EARLIER, ASK]
EPISODE = Episode(PROMPT, REPLY, THANKS, row={"gain": 2.0})

# The same messages as the other seat reads them: labels swapped, names and content with whoever spoke.
S_PROMPT: Conversation = [
    SCENE,
    {"role": "assistant", "content": "Hello.", "name": "Ada"},
    {"role": "user", "content": "Good morning.", "name": "Bo"},
    {"role": "assistant", "content": "I am cold.", "name": "Ada"},
]
S_REPLY: Message = {"role": "user", "content": "Take my coat.", "name": "Bo"}
S_THANKS: Message = {"role": "assistant", "content": "Oh, thank you!", "name": "Ada"}


class RecordingRLHF:
    """Remembers what it was asked to score."""

    def __init__(self) -> None:
        self.given: list[Conversation] = []

    def __call__(self, conversations: Sequence[Conversation]) -> list[float]:
        self.given.extend(conversations)
        return [1.0] * len(conversations)


class RecordingIRF(IntrinsicReward):
    """Remembers the states, the feedback, and whose model read them."""

    name = "recorded"

    def __init__(self) -> None:
        self.given: list[tuple[Conversation, Message, Any]] = []

    def score(self, states: Sequence[Conversation], feedback: Sequence[Message], model: Any) -> list[float]:
        self.given.extend((state, message, model) for state, message in zip(states, feedback, strict=True))
        return [2.0] * len(states)


CARER, TARGET = cast("ModelView", "the carer's model"), cast("ModelView", "the target's model")


def run(name: str) -> tuple[RecordingRLHF, RecordingIRF, list[list[float]]]:
    rlhf, irf = RecordingRLHF(), RecordingIRF()
    terms = build_objective(
        name,
        extrinsic=rlhf,
        intrinsic=[irf],
        truth=lambda episodes: [one.row["gain"] for one in episodes],
        carer=CARER,
        target=TARGET,
    )
    return rlhf, irf, [list(term.score([EPISODE])) for term in terms]


def test_own_extrinsic_is_equation_9() -> None:
    rlhf, irf, scores = run("own_extrinsic")
    assert rlhf.given == [[*PROMPT, REPLY]]  # RLHF(a_t^j | s_t^j)
    assert irf.given == []
    assert scores == [[1.0]]


def test_own_is_equation_11() -> None:
    rlhf, irf, scores = run("own")
    assert rlhf.given == [[*PROMPT, REPLY]]  # RLHF(a_t^j | s_t^j)
    assert irf.given == [([*PROMPT, REPLY], THANKS, CARER)]  # IRF(a_{t+1}^i | s_t^j + a_t^j), the carer's seat
    assert scores == [[1.0], [2.0]]


def test_kindness_is_equation_13() -> None:
    rlhf, irf, scores = run("kindness")
    assert rlhf.given == [[*S_PROMPT, S_REPLY, S_THANKS]]  # RLHF(S a_{t+1}^i | S s_{t+1}^i)
    assert irf.given == [(S_PROMPT, S_REPLY, TARGET)]  # IRF(S a_t^j | S s_t^j): feedback, from the target's seat
    assert scores == [[1.0], [2.0]]


def test_oracle_is_the_truth_alone() -> None:
    rlhf, irf, scores = run("oracle")
    assert rlhf.given == []
    assert irf.given == []
    assert scores == [[2.0]]


def test_terms_say_what_they_are_and_what_they_need() -> None:
    terms = {
        name: [
            (term.name, term.kind, term.simulates)
            for term in build_objective(
                name,
                extrinsic=RecordingRLHF(),
                intrinsic=[RecordingIRF()],
                truth=lambda episodes: [],
                carer=CARER,
                target=TARGET,
            )
        ]
        for name in OBJECTIVES
    }
    assert terms == {
        "own_extrinsic": [("own_rlhf", RewardKind.EXTRINSIC, False)],
        "own": [("own_rlhf", RewardKind.EXTRINSIC, False), ("own_recorded", RewardKind.INTRINSIC, True)],
        "kindness": [("target_rlhf", RewardKind.KINDNESS, True), ("target_recorded", RewardKind.KINDNESS, False)],
        "oracle": [("truth", RewardKind.CONTROL, False)],
    }
    assert truth_term(lambda episodes: [], weight=0.0).weight == 0.0


def test_what_is_missing_is_named() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'own_extrinsic'"):
        build_objective("own_extrinsik")
    with pytest.raises(CarerError, match="needs a reward model"):
        build_objective("kindness")
    with pytest.raises(CarerError, match="needs the truth"):
        build_objective("oracle")
    with pytest.raises(CarerError, match="needs a model to read with"):
        build_objective("kindness", extrinsic=RecordingRLHF(), intrinsic=[RecordingIRF()])


def test_a_term_that_reads_the_answer_says_when_nobody_answered() -> None:
    (term,) = build_objective("kindness", extrinsic=RecordingRLHF())
    with pytest.raises(ValueError, match="not simulated"):
        term.score([Episode(PROMPT, REPLY)])
