"""The reward model and the model view against plain forward passes, one conversation at a time."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification, AutoTokenizer

from carer.concepts import CarerError, Conversation, Message
from carer.language.model_view import ModelView
from carer.language.reward_model import RewardModel
from carer.language.templates import adapt, detect, render

Folder = Callable[[str], Path]
STYLES = ("qwen", "llama", "gemma", "village")
TALKS: list[Conversation] = [
    [{"role": "user", "content": "I am hungry.", "name": "Ada"}, {"role": "assistant", "content": "Have some bread."}],
    [
        {"role": "assistant", "content": "I am cold."},
        {"role": "user", "content": "Oh no."},
        {"role": "assistant", "content": "Yes."},
    ],
    [
        {"role": "user", "content": "Hello, how are you today?"},
        {"role": "assistant", "content": "Well, thank you for asking me."},
    ],
]


@pytest.mark.parametrize("style", STYLES)
def test_scores_are_those_of_the_bare_model(style: str, tiny_reward_folder: Folder) -> None:
    folder = tiny_reward_folder(style)
    model, tokenizer = AutoModelForSequenceClassification.from_pretrained(folder), AutoTokenizer.from_pretrained(folder)
    scores = RewardModel(model, tokenizer, batch_size=2).score([*TALKS, TALKS[0]])
    for conversation, score in zip(TALKS, scores, strict=False):
        text = render(tokenizer, adapt(conversation, detect(tokenizer)))
        ids = torch.tensor([tokenizer(text, add_special_tokens=False)["input_ids"]])
        assert score == pytest.approx(model(ids).logits.item(), abs=1e-5)
    assert scores[3] == scores[0]  # to the last bit
    assert len(set(scores)) == 3


def test_what_is_longer_than_the_context_loses_its_beginning(tiny_reward_folder: Folder) -> None:
    folder = tiny_reward_folder("village")
    model, tokenizer = AutoModelForSequenceClassification.from_pretrained(folder), AutoTokenizer.from_pretrained(folder)
    context = model.config.max_position_embeddings
    long: list[Conversation] = [
        [{"role": "user", "content": f"{start} " + "bread " * 2 * context}, *TALKS[0][1:]] for start in ("One", "Two")
    ]
    first, second = RewardModel(model, tokenizer).score(long)
    assert first == second


def test_two_labels_are_refused(tiny_reward_folder: Folder) -> None:
    model = AutoModelForSequenceClassification.from_pretrained(
        tiny_reward_folder("qwen"), num_labels=2, ignore_mismatched_sizes=True
    )
    with pytest.raises(CarerError, match="2 labels"):
        RewardModel(model, AutoTokenizer.from_pretrained(tiny_reward_folder("qwen")))


def opened(model: Any, calls: list[int]) -> Callable[[], Any]:
    @contextmanager
    def open_model() -> Iterator[Any]:
        calls.append(1)
        yield model.eval()

    return open_model


@pytest.mark.parametrize("style", STYLES)
def test_a_reading_is_that_of_the_bare_model(style: str, tiny_model_folder: Folder) -> None:
    folder = tiny_model_folder(style)
    model, tokenizer = AutoModelForCausalLM.from_pretrained(folder).eval(), AutoTokenizer.from_pretrained(folder)
    calls: list[int] = []
    view = ModelView(opened(model, calls), tokenizer, batch_size=2)
    states: list[Conversation] = [[], TALKS[0], [*TALKS[1], *TALKS[1]]]
    messages: list[Message] = [
        {"role": "user", "content": "end", "name": "Bo"},  # also the name of the village's closing token
        {"role": "user", "content": "Thank you, that is kind."},
        {"role": "user", "content": "assistant user bread"},
    ]
    reading = view.read(states, messages)
    for at, (state, message) in enumerate(zip(states, messages, strict=True)):
        text = render(tokenizer, adapt([*state, message], view.traits))
        before = [m.start() for m in re.finditer(rf"(?<![|_]){re.escape(str(message['content']))}(?![|_])", text)][-1]
        encoded = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
        inside = [
            token
            for token, (a, b) in enumerate(encoded["offset_mapping"])
            if b > before and a < before + len(str(message["content"]))
        ]
        ids = torch.tensor([encoded["input_ids"]])
        with torch.no_grad():
            out = model(ids, output_hidden_states=True)
        log_probs = torch.log_softmax(out.logits[0], -1)
        nll = -sum(log_probs[token - 1, ids[0, token]].item() for token in inside) / len(inside)
        assert reading.lengths[at] == len(inside)
        assert reading.nll[at].item() == pytest.approx(nll, abs=1e-4)
        torch.testing.assert_close(reading.hidden[at], out.hidden_states[-1][0, inside].mean(0), rtol=1e-3, atol=1e-4)
    view.read(states, messages)
    assert len(calls) == 1  # kept
    view.forget()
    view.read(states[:1], messages[:1])
    assert len(calls) == 2


def test_an_empty_message_is_no_surprise(tiny_model_folder: Folder) -> None:
    folder = tiny_model_folder("qwen")
    model, tokenizer = AutoModelForCausalLM.from_pretrained(folder), AutoTokenizer.from_pretrained(folder)
    view = ModelView(opened(model, []), tokenizer)
    reading = view.read([TALKS[0]], [{"role": "user", "content": ""}])
    assert (reading.nll.item(), reading.lengths.item()) == (0.0, 0.0)
    assert view.read([], []).nll.shape == (0,)
