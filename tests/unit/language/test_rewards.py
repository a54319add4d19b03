"""The guard, and the intrinsic rewards on a reader whose figures are known."""

import math
from collections.abc import Sequence
from typing import Any, cast

import pytest
import torch

from carer.concepts import (
    Conversation,
    Episode,
    Message,
    NonFiniteRewardError,
    RewardKind,
    RewardTerm,
    UnknownNameError,
    text_of,
)
from carer.language.model_view import ModelView, Reading
from carer.language.rewards import RND, Curiosity, build_intrinsic, guarded


def episode(value: float, *, complete: bool = True, target_complete: bool = True) -> Episode:
    reply: Message = {"role": "assistant", "content": "Here."}
    return Episode([], reply, complete=complete, target_complete=target_complete, row={"value": value})


def term(kind: RewardKind = RewardKind.KINDNESS, *, simulates: bool = True, weight: float = 1.0) -> RewardTerm:
    return RewardTerm("gain", kind, lambda episodes: [one.row["value"] for one in episodes], weight, simulates)


BATCH = [episode(1.0), episode(9.0, complete=False), episode(3.0), episode(9.0, target_complete=False)]


def test_incomplete_replies_score_below_every_whole_one() -> None:
    result = guarded(term(), BATCH)
    assert result.scores == [1.0, 0.0, 3.0, 0.0]  # lowest 1, standard deviation 1
    assert result.raw == [1.0, 3.0]
    assert result.invalid == 2


def test_a_term_that_does_not_read_the_answer_does_not_judge_it() -> None:
    assert guarded(term(simulates=False), BATCH).scores[3] == 9.0


def test_a_truth_sees_every_reply_and_a_watched_term_stays_as_it_is() -> None:
    paid = guarded(term(RewardKind.CONTROL, simulates=False), BATCH)
    assert paid.raw == [1.0, 9.0, 3.0, 9.0]
    assert paid.scores[1] < 1.0
    assert guarded(term(RewardKind.CONTROL, simulates=False, weight=0.0), BATCH).scores == [1.0, 9.0, 3.0, 9.0]


def test_a_batch_without_a_whole_reply_scores_nothing() -> None:
    assert guarded(term(), [episode(5.0, complete=False)] * 2).scores == [0.0, 0.0]


def test_the_floor_is_that_of_all_processes() -> None:
    def gather(rows: torch.Tensor) -> torch.Tensor:
        other = torch.tensor([[-5.0, -5.0, 25.0, 1.0]], dtype=torch.float64)  # one valid score of -5
        return torch.cat([rows, other])

    assert guarded(term(), BATCH, gather).scores[1] < -5.0


@pytest.mark.parametrize("bad", [math.nan, math.inf, None, "good"])
def test_what_is_no_number_is_named_with_its_row(bad: Any) -> None:
    batch = [episode(1.0, complete=False), episode(1.0), episode(cast("float", bad))]
    with pytest.raises(NonFiniteRewardError, match="row 2 of the batch") as caught:
        guarded(term(), batch)
    assert (caught.value.term, caught.value.row) == ("gain", 2)


def test_too_few_scores_are_refused() -> None:
    short = RewardTerm("short", RewardKind.EXTRINSIC, lambda episodes: [0.0])
    with pytest.raises(ValueError, match="1 scores for 2 episodes"):
        guarded(short, [episode(1.0), episode(2.0)])


class Reader:
    """A model view whose surprise is written in the message: ``"2.5 after a state, 3.0 alone, 4 tokens"``."""

    def read(self, states: Sequence[Conversation], messages: Sequence[Message]) -> Reading:
        facts = [list(map(float, text_of(one).split())) for one in messages]
        nll = [after if state else alone for state, (after, alone, _) in zip(states, facts, strict=True)]
        lengths = torch.tensor([length for _, _, length in facts])
        hidden = torch.tensor([[after, alone, length, 1.0] for after, alone, length in facts])
        return Reading(torch.tensor(nll), lengths, hidden)


READER = cast("ModelView", Reader())
STATE: Conversation = [{"role": "user", "content": "Hello."}]


def messages(*facts: tuple[float, float, float]) -> list[Message]:
    return [{"role": "user", "content": " ".join(map(str, one))} for one in facts]


def score(reward: Any, *facts: tuple[float, float, float]) -> list[float]:
    return reward.score([STATE] * len(facts), messages(*facts), READER)


def talk(seed: int, n: int = 64) -> list[tuple[float, float, float]]:
    """Messages whose surprise after the state is half of that alone, plus 0.5; a third of them noise (7 to 9 nats)."""
    generator = torch.Generator().manual_seed(seed)
    alone = 2 + 2 * torch.rand(n, generator=generator)
    alone[: n // 3] += 5
    length = torch.randint(3, 20, (n,), generator=generator)
    return [(0.5 * u + 0.5, u, float(k)) for u, k in zip(alone.tolist(), length.tolist(), strict=True)]


def test_curiosity_does_not_pay_for_noise() -> None:
    curiosity = Curiosity()
    for seed in range(5):
        score(curiosity, *talk(seed))
    plain, noise, telling = score(curiosity, (2.0, 3.0, 8.0), (4.5, 8.0, 8.0), (3.0, 3.0, 8.0))
    assert abs(plain) < 0.05
    assert abs(noise) < 0.05  # 2.5 nats more surprising than the plain one, and worth no more
    assert telling == pytest.approx(1.0, abs=0.05)  # what this state makes of an ordinary message


def test_curiosity_scores_a_batch_by_the_floor_known_before_it() -> None:
    one, two = Curiosity(), Curiosity()
    for reward in (one, two):
        score(reward, *talk(0))
    odd = [(9.0, 3.0, 8.0)] * 50
    assert score(one, odd[0])[0] == pytest.approx(score(two, *odd)[0])


def test_rnd_pays_less_for_what_it_has_seen() -> None:
    rnd = RND(steps=20)
    seen, new = [(1.0, 2.0, 3.0), (2.0, 1.0, 3.0)] * 8, (-4.0, 1.0, 9.0)
    first = score(rnd, *seen, new)
    for _ in range(20):
        score(rnd, *seen)
    rnd.learning = False
    last = score(rnd, *seen, new)
    assert last[0] < 0.5 * last[-1]
    assert last[-1] / last[0] > 2 * first[-1] / first[0]


@pytest.mark.parametrize("name", ["curiosity", "rnd"])
def test_a_restored_reward_goes_on_as_if_nothing_had_happened(name: str) -> None:
    torch.manual_seed(5)
    stream = torch.random.get_rng_state()
    whole, half = build_intrinsic(name), build_intrinsic(name)
    for seed in range(2):
        score(whole, *talk(seed))
        score(half, *talk(seed))
    resumed = build_intrinsic(name)
    resumed.load_state_dict(half.state_dict())
    assert score(whole, *talk(2)) == score(resumed, *talk(2))
    assert score(whole, *talk(3)) == score(resumed, *talk(3))
    assert torch.equal(stream, torch.random.get_rng_state())  # the global stream belongs to training


@pytest.mark.parametrize("name", ["curiosity", "rnd"])
def test_nothing_is_learned_while_evaluating_and_an_empty_batch_is_no_trouble(name: str) -> None:
    reward = build_intrinsic(name)
    score(reward, *talk(0))
    reward.learning = False
    before = score(reward, *talk(1))
    assert score(reward, *talk(1)) == before
    reward.learning = True
    assert score(reward) == []


def test_an_unknown_intrinsic_reward_offers_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'curiosity'"):
        build_intrinsic("curosity")
