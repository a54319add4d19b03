"""The grammar says every act in thousands of ways, and the parser reads every one of them back."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carer.village.acts import WITH_NEED, WITH_THING, WITH_THIRD, Act, Kind
from carer.village.grammar import Manner, count_surfaces, expand, say
from carer.village.parser import MAX_CHARACTERS, lexicon, parse
from carer.village.things import NAMES, NEEDS, STYLES, THINGS


@st.composite
def acts(draw: st.DrawFn) -> Act:
    kind = draw(st.sampled_from(list(Kind)))
    return Act(
        kind,
        thing=draw(st.sampled_from(list(THINGS))) if kind in WITH_THING else None,
        third=draw(st.sampled_from(NAMES)) if kind in WITH_THIRD else None,
        need=draw(st.sampled_from(list(NEEDS))) if kind in WITH_NEED else None,
    )


@given(acts(), st.integers(0, 2**32), st.sampled_from(STYLES), st.sampled_from([None, *NAMES]))
def test_what_is_said_is_what_is_understood(act: Act, seed: int, style: str, listener: str | None) -> None:
    ornate = Manner(warm=0.5, agree=0.3, tail=0.5, vocative=0.5)
    message = say(act, Random(seed), style=style, listener=listener, manner=ornate)
    assert parse(message).acts == (act,), message


@pytest.mark.parametrize("kind", list(Kind))
def test_each_act_has_at_least_two_thousand_sentences(kind: Kind) -> None:
    rng = Random(0)
    thing, third = ("bread" if kind in WITH_THING else None), ("Ada" if kind in WITH_THIRD else None)
    ornate = Manner(warm=0.5, agree=0.3, tail=0.7)
    needs = list(NEEDS) if kind in WITH_NEED else [None]
    heard = {
        say(Act(kind, thing, third, rng.choice(needs)), rng, style=rng.choice(STYLES), manner=ornate)
        for _ in range(12_000)
    }
    assert len(heard) >= 2000
    assert len(heard) <= count_surfaces(kind)


def test_no_sentence_means_two_things() -> None:
    assert len(lexicon()) > 3000  # building it raises on the first ambiguous core


def test_warmth_agreement_and_length_are_read() -> None:
    utterance = parse("Dear friend, here is some bread. Bless you.")
    assert (utterance.act, utterance.warm, utterance.words) == (Act(Kind.GIVE, "bread"), 2, 8)
    assert parse("You are right, here is some bread.").agrees


def test_two_sentences_are_two_acts_and_the_first_one_counts() -> None:
    utterance = parse("I feel so much better now, thank you. Oh, I am so hungry.")
    assert [act.kind for act in utterance.acts] == [Kind.DELIGHT, Kind.TELL]
    assert utterance.act == Act(Kind.DELIGHT)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "...",
        "Here is some bread",
        "Here is some gold.",
        "Here is {a}.",
        "I took {a} from {k}.",
        "Here is some bread. Blah blah.",
        "Bless you.",
        "<script>alert(1)</script>",
        "Here is some bread." * 1000,
        "\x00\ufffd\u202e.",
    ],
)
def test_what_is_not_village_talk_does_not_parse(text: str) -> None:
    assert parse(text).act is None


@given(st.text(max_size=MAX_CHARACTERS + 50))
def test_no_text_breaks_the_parser(text: str) -> None:
    parse(text)


def test_patterns_expand_to_every_choice() -> None:
    assert expand("(a|b) c (d|)") == ["a c d", "a c", "b c d", "b c"]


def test_an_act_without_its_thing_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a thing"):
        say(Act(Kind.GIVE), Random(0))
    with pytest.raises(ValueError, match="needs the need"):
        say(Act(Kind.TELL), Random(0))
