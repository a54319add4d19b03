"""From sampled tokens to episodes, and what is counted on the way."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from transformers import AutoTokenizer

from carer.concepts import Conversation, Episode, Message
from carer.language.diagnostics import correlation, echo_rate, of_turns
from carer.language.simulate import Simulator, episodes_of
from carer.language.speech import Said, hear, tidy

Folder = Callable[[str], Path]
PROMPT: Conversation = [
    {"role": "system", "content": "At the market."},
    {"role": "user", "content": "I am hungry.", "name": "Ada"},
]


@pytest.fixture
def tokenizer(tiny_model_folder: Folder) -> Any:
    return AutoTokenizer.from_pretrained(tiny_model_folder("village"))


def ids(tokenizer: Any, text: str) -> list[int]:
    return tokenizer(text, add_special_tokens=False)["input_ids"]


def test_turns_are_whole_cut_off_empty_or_confused(tokenizer: Any) -> None:
    turns = ["Some bread.<|end|><|pad|>", "Some bre", "<|end|>", "  <|end|>", "Yes.<|user|>Ada: Thanks!<|end|>"]
    said = hear(tokenizer, [ids(tokenizer, turn) for turn in turns] + [[]], [tokenizer.eos_token_id])
    assert [one.text for one in said] == ["Some bread.", "Some bre", "", "", "Yes.Ada: Thanks!", ""]
    assert [one.complete for one in said] == [True, False, False, False, False, False]
    assert [one.ended for one in said] == [True, False, True, True, True, False]
    assert [one.confused for one in said] == [False, False, False, False, True, False]
    figures = of_turns("reply", said)
    assert figures["reply/empty"] == 0.5
    assert figures["reply/role_confusion"] == pytest.approx(1 / 6)


@pytest.mark.parametrize("order", ["continue", "swap_first"])
def test_the_target_answers_from_its_own_seat(order: str, tokenizer: Any) -> None:
    asked: list[str] = []

    def sample(prompts: list[list[int]], max_tokens: int, stops: list[int]) -> list[list[int]]:
        asked.extend(tokenizer.decode(one) for one in prompts)
        assert max_tokens == 12
        assert tokenizer.eos_token_id in stops
        return [ids(tokenizer, " Thank you!<|end|>") for _ in prompts]

    simulator = Simulator(tokenizer, sample, order=order, max_tokens=12)
    episodes = episodes_of([PROMPT], [Said("Have some bread.", 4, True, False)], [{"village": "{}"}])
    (answered,), (said,) = simulator.answer(episodes)
    assert answered.reply == {"role": "assistant", "content": "Have some bread."}
    assert answered.target_reply == {"role": "user", "content": "Thank you!", "name": "Ada"}
    assert answered.row == {"village": "{}"}
    assert said.complete
    expected = {
        "continue": "<|scene|>At the market.<|end|><|user|>Ada: I am hungry.<|end|>"
        "<|assistant|>Have some bread.<|end|><|user|>Ada:",
        "swap_first": "<|scene|>At the market.<|end|><|assistant|>I am hungry.<|end|>"
        "<|user|>Have some bread.<|end|><|assistant|>",
    }
    assert asked == [expected[order]]
    assert simulator.answer([]) == ([], [])


def test_keys_that_a_table_filled_in_are_dropped() -> None:
    row = [{"role": "user", "content": [{"type": "text", "text": "Hi", "image": None}], "name": None}]
    assert tidy(row) == [{"role": "user", "content": [{"type": "text", "text": "Hi"}]}]


def test_echoes_are_counted() -> None:
    def answered(text: str) -> Episode:
        reply: Message = {"role": "assistant", "content": "I will bring you bread and tea."}
        return Episode(PROMPT, reply, {"role": "user", "content": text})

    episodes = [answered("You will bring me bread, how kind!"), answered("I will bring you bread")]
    assert echo_rate(episodes) == 0.5
    assert echo_rate([Episode(PROMPT, {"role": "assistant", "content": "Yes"})]) == 0.0


def test_the_correlation_of_reward_and_length() -> None:
    assert correlation([1.0, 2.0, 3.0], [2, 4, 6]) == pytest.approx(1.0)
    assert correlation([1.0, 1.0, 1.0], [2, 4, 6]) is None
    assert correlation([1.0, 2.0], [2, 4]) is None
