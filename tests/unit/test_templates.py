"""Traits of the four tiny families and of templates that behave badly; rendering, stops, and adaptation."""

from collections.abc import Callable
from pathlib import Path

import pytest

from carer.concepts import CarerError, Conversation
from carer.language.loading import load_tokenizer
from carer.language.templates import adapt, detect, encode, render, stop_ids

PLAIN = (
    "{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}"
    "{% if add_generation_prompt %}[assistant]{% endif %}"
)


@pytest.mark.parametrize(
    ("style", "system", "assistant_first", "alternation", "names", "stops"),
    [
        ("qwen", True, True, False, False, ["<|im_end|>"]),
        ("llama", True, True, False, False, ["<|eot_id|>"]),
        ("gemma", False, False, True, False, ["<end_of_turn>"]),
        ("village", True, True, False, True, ["<|end|>"]),
    ],
)
def test_traits_of_the_four_families(
    style: str,
    system: bool,
    assistant_first: bool,
    alternation: bool,
    names: bool,
    stops: list[str],
    tiny_model_folder: Callable[[str], Path],
) -> None:
    tokenizer = load_tokenizer(tiny_model_folder(style))
    traits = detect(tokenizer)
    assert traits.orders == ("continue", "swap_first")
    assert traits.renders
    assert traits.keeps_prefix
    assert (traits.system_ok, traits.assistant_first_ok) == (system, assistant_first)
    assert (traits.needs_alternation, traits.names_rendered) == (alternation, names)
    assert tokenizer.convert_ids_to_tokens(stop_ids(tokenizer, traits)) == stops


def test_a_user_turn_without_an_end_token_stops_at_the_assistants_opening(
    tiny_model_folder: Callable[[str], Path],
) -> None:
    tokenizer = load_tokenizer(tiny_model_folder("qwen"))
    tokenizer.chat_template = PLAIN.replace("[assistant]", "<|im_start|>")  # as DeepSeek's
    stops = stop_ids(tokenizer, detect(tokenizer))
    assert tokenizer.convert_ids_to_tokens(stops) == ["<|im_end|>", "<|im_start|>"]


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        pytest.param("{{ messages[0].content }}", {"opens_user": False, "swap_ok": False}, id="first message only"),
        pytest.param("{{ 1 / 0 }}", {"renders": False, "orders": ()}, id="divides by zero"),
        pytest.param("{% for %}", {"renders": False, "orders": ()}, id="not a template"),
        pytest.param("{{ raise_exception('') }}", {"renders": False, "orders": ()}, id="raises without a word"),
        pytest.param(
            PLAIN.replace("{% for", "{% if messages[0].name %}{{ raise_exception('no names') }}{% endif %}{% for"),
            {"names_ok": False, "names_rendered": False, "keeps_prefix": True},
            id="fails on names",
        ),
        pytest.param(
            PLAIN.replace("[assistant]", "[assistant]<think>"),
            {"keeps_prefix": False, "orders": ("continue", "swap_first")},
            id="opens with a thought that it later drops",
        ),
        pytest.param(
            "{% for m in messages %}{% for part in m.content %}{{ part.text }}|{% endfor %}{% endfor %}",
            {"content": "parts", "renders": True},
            id="content parts only",
        ),
    ],
)
def test_odd_templates_get_traits_with_reasons(
    template: str, expected: dict[str, object], tiny_model_folder: Callable[[str], Path]
) -> None:
    tokenizer = load_tokenizer(tiny_model_folder("qwen"))
    tokenizer.chat_template = template
    traits = detect(tokenizer)
    assert {key: getattr(traits, key) for key in expected} == expected
    assert traits.reasons


def test_adapted_names_system_and_parts_reach_a_picky_template(
    tiny_model_folder: Callable[[str], Path],
) -> None:
    tokenizer = load_tokenizer(tiny_model_folder("gemma"))
    conversation: Conversation = [
        {"role": "system", "content": "Market day."},
        {"role": "user", "name": "Bo", "content": [{"type": "text", "text": "I am cold."}]},
        {"role": "user", "name": "Cleo", "content": "So am I."},
    ]
    text = render(tokenizer, adapt(conversation, detect(tokenizer)), open="assistant")
    assert text == (
        "<bos><start_of_turn>user\nMarket day.\n\nI am cold.\n\nCleo: So am I.<end_of_turn>\n<start_of_turn>model\n"
    )
    picture: Conversation = [{"role": "user", "content": [{"type": "image", "image": "x"}]}]
    with pytest.raises(CarerError, match=r"message 0 .* 'image'"):
        adapt(picture, detect(tokenizer))


def test_a_refused_conversation_says_why(tiny_model_folder: Callable[[str], Path]) -> None:
    tokenizer = load_tokenizer(tiny_model_folder("gemma"))
    with pytest.raises(CarerError, match=r"\[system\].*System role not supported"):
        render(tokenizer, [{"role": "system", "content": "x"}])


def test_an_opened_user_turn_ends_before_the_space_that_belongs_to_the_next_word(
    tiny_model_folder: Callable[[str], Path],
) -> None:
    tokenizer = load_tokenizer(tiny_model_folder("village"))
    history: Conversation = [
        {"role": "user", "name": "Bo", "content": "Hi"},
        {"role": "assistant", "content": "Yes"},
    ]
    opened = render(tokenizer, history, open="user", name="Bo")
    whole = render(tokenizer, [*history, {"role": "user", "name": "Bo", "content": "thank you"}])
    assert opened == "<|user|>Bo: Hi<|end|><|assistant|>Yes<|end|><|user|>Bo:"
    ids = encode(tokenizer, opened)
    assert encode(tokenizer, whole)[: len(ids)] == ids
