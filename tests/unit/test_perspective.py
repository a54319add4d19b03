"""The switch S as an algebra, and the target's turn in both orders on real tokenizers."""

import copy
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carer.concepts import CarerError, Conversation, UnknownNameError
from carer.language.loading import load_tokenizer
from carer.language.perspective import choose_order, switch, target_turn
from carer.language.templates import NEUTRAL_OPENER, adapt, detect, render
from carer.language.traits import TemplateTraits

STYLES = ("qwen", "llama", "gemma", "village")

parts = st.lists(
    st.one_of(
        st.fixed_dictionaries({"type": st.just("text"), "text": st.text()}),
        st.fixed_dictionaries({"type": st.just("image"), "image": st.binary(max_size=4)}),
    ),
    max_size=3,
)
messages = st.fixed_dictionaries(
    {
        "role": st.sampled_from(["system", "user", "assistant", "tool"]),
        "content": st.one_of(st.text(), parts),
    },
    optional={"name": st.text(min_size=1), "tool_call_id": st.text()},
)
conversations: st.SearchStrategy[Any] = st.lists(messages, max_size=6)
text_messages = st.fixed_dictionaries(
    {"role": st.sampled_from(["system", "user", "assistant"]), "content": st.text(min_size=1)},
    optional={"name": st.text(min_size=1)},
)
texts: st.SearchStrategy[Any] = st.lists(text_messages, min_size=1, max_size=6)
flags = st.booleans()
some_traits = st.builds(
    TemplateTraits,
    renders=st.just(True),
    content=st.sampled_from(["text", "parts", "both"]),
    system_ok=flags,
    assistant_first_ok=flags,
    needs_alternation=flags,
    names_ok=flags,
    names_rendered=flags,
    opens_user=flags,
    swap_ok=flags,
    keeps_prefix=flags,
)


@given(conversations)
def test_switch_is_its_own_inverse(conversation: Conversation) -> None:
    assert switch(switch(conversation)) == conversation


@given(conversations)
def test_switch_is_pure_and_touches_nothing_but_the_two_roles(conversation: Conversation) -> None:
    before = copy.deepcopy(conversation)
    after = switch(conversation)
    assert conversation == before
    assert [{**m, "role": ""} for m in after] == [{**m, "role": ""} for m in before]
    swapped = {"user": "assistant", "assistant": "user"}
    assert [m["role"] for m in after] == [swapped.get(m["role"], m["role"]) for m in before]


@given(messages)
def test_switch_of_one_message_is_that_message_of_the_switched_conversation(message: Any) -> None:
    assert switch([message]) == [switch(message)]
    assert switch(switch(message)) == message


@given(texts, some_traits)
def test_adapt_is_pure_idempotent_and_loses_no_words(conversation: Conversation, traits: TemplateTraits) -> None:
    before = copy.deepcopy(conversation)
    once = adapt(conversation, traits)
    assert conversation == before
    assert adapt(once, traits) == once
    said = repr([message["content"] for message in once])
    assert all(repr(str(m["content"]))[1:-1] in said for m in conversation if "'" not in m["content"])
    roles = [message["role"] for message in once]
    assert traits.system_ok or "system" not in roles
    assert traits.names_ok or not any("name" in message for message in once)
    spoken = [role for role in roles if role != "system"]
    assert traits.assistant_first_ok or spoken[:1] != ["assistant"]
    if traits.needs_alternation and "system" not in roles[1:]:
        assert all(a != b for a, b in pairwise(spoken))


HISTORY: Conversation = [
    {"role": "system", "content": "Bo and Ada meet at the market."},
    {"role": "user", "name": "Bo", "content": "I am hungry today."},
    {"role": "assistant", "name": "Ada", "content": "I will give you bread."},
]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("order", ["continue", "swap_first"])
def test_target_turn_opens_the_right_seat(style: str, order: str, tiny_model_folder: Callable[[str], Path]) -> None:
    tokenizer = load_tokenizer(tiny_model_folder(style))
    traits = detect(tokenizer)
    text = target_turn(tokenizer, HISTORY, order, traits)
    assert text.index("Bo and Ada meet") < text.index("I am hungry") < text.index("I will give you bread")
    user, assistant = {
        "qwen": ("<|im_start|>user\n", "<|im_start|>assistant\n"),
        "llama": ("user<|end_header_id|>\n\n", "assistant<|end_header_id|>\n\n"),
        "gemma": ("<start_of_turn>user\n", "<start_of_turn>model\n"),
        "village": ("<|user|>Bo:", "<|assistant|>"),
    }[style]
    assert text.endswith(user if order == "continue" else assistant)
    if order == "swap_first":
        assert text.index("I will give you bread") > text.rindex(user.removesuffix("Bo:"))
    if style == "gemma":
        assert NEUTRAL_OPENER not in text  # the folded system message is the opening turn already


def test_gemma_gets_the_neutral_opener_where_nothing_else_can_open(
    tiny_model_folder: Callable[[str], Path],
) -> None:
    tokenizer = load_tokenizer(tiny_model_folder("gemma"))
    text = target_turn(tokenizer, HISTORY[1:], "swap_first", detect(tokenizer))
    assert f"user\n{NEUTRAL_OPENER}<end_of_turn>" in text


@pytest.mark.parametrize("style", STYLES)
def test_continue_keeps_what_the_carer_read_and_said(style: str, tiny_model_folder: Callable[[str], Path]) -> None:
    tokenizer = load_tokenizer(tiny_model_folder(style))
    traits = detect(tokenizer)
    read = render(tokenizer, adapt(HISTORY[:-1], traits), open="assistant")
    text = target_turn(tokenizer, HISTORY, "continue", traits)
    assert text.startswith(f"{read}{HISTORY[-1]['content']}") == traits.keeps_prefix
    assert traits.keeps_prefix or style == "qwen"


def test_the_target_speaks_under_its_name_or_the_one_given(tiny_model_folder: Callable[[str], Path]) -> None:
    tokenizer = load_tokenizer(tiny_model_folder("village"))
    traits = detect(tokenizer)
    assert target_turn(tokenizer, HISTORY, "continue", traits).endswith("<|user|>Bo:")
    assert target_turn(tokenizer, HISTORY, "continue", traits, name="Cleo").endswith("<|user|>Cleo:")


def test_orders_are_chosen_with_a_reason(tiny_model_folder: Callable[[str], Path]) -> None:
    tokenizer = load_tokenizer(tiny_model_folder("qwen"))
    assert choose_order(detect(tokenizer), "continue") == ("continue", "as asked")
    with pytest.raises(UnknownNameError, match="swap_first"):
        choose_order(detect(tokenizer), "swap-first")
    tokenizer.chat_template = (  # one exchange only: a second user turn raises
        "{% if messages|selectattr('role', 'equalto', 'user')|list|length > 1"
        " and messages[0].role == 'user' %}"
        "{{ raise_exception('one question only') }}{% endif %}"
        "{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}"
        "{% if add_generation_prompt %}[assistant]{% endif %}"
    )
    order, why = choose_order(detect(tokenizer), "continue")
    assert order == "swap_first"
    assert "one question only" in why
    tokenizer.chat_template = "nothing of what was said"
    with pytest.raises(CarerError, match="neither seat"):
        choose_order(detect(tokenizer), "continue")


def test_a_target_turn_needs_a_reply_to_answer(tiny_model_folder: Callable[[str], Path]) -> None:
    tokenizer = load_tokenizer(tiny_model_folder("qwen"))
    with pytest.raises(CarerError, match="carer's reply"):
        target_turn(tokenizer, HISTORY[:-1], "continue", detect(tokenizer))
