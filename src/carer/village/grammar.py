"""From an act to a sentence: the talk grammar, driven by the phrase bank."""

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Final

from carer.village import phrases
from carer.village.acts import WITH_NEED, Act, Kind
from carer.village.things import NEEDS, STYLES, THINGS

QUESTIONS: Final = frozenset({Kind.ASK, Kind.OFFER, Kind.REQUEST})
_CHOICE = re.compile(r"\(([^()]*)\)")


@dataclass(frozen=True, slots=True)
class Manner:
    """How a sentence is said: probabilities in 0..1 of its ornaments.

    Attributes:
        warm: of a warm opener, and of a warm closer.
        agree: of opening with agreement.
        tail: of a trailing remark.
        vocative: of naming the listener.
    """

    warm: float = 0.12
    agree: float = 0.08
    tail: float = 0.35
    vocative: float = 0.2


PLAIN: Final = Manner()


def expand(pattern: str) -> list[str]:
    """All sentences of a ``(a|b|)`` pattern, with single spaces."""
    parts = _CHOICE.split(pattern)
    choices = [part.split("|") if i % 2 else [part] for i, part in enumerate(parts)]
    joined = ("".join(choice) for choice in itertools.product(*choices))
    return [re.sub(r"\s+(?=,)", "", re.sub(r" {2,}", " ", text)).strip() for text in joined]


def _expand_all(patterns: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for pattern in patterns for text in expand(pattern)))


@cache
def cores(kind: Kind, need: str | None = None, style: str = "direct") -> tuple[str, ...]:
    """Every core sentence of a kind, slots open. TELL depends on need and style, STILL on the need."""
    if kind not in WITH_NEED:
        return _expand_all(phrases.CORES[kind])
    if need is None:
        raise ValueError(f"a {kind} sentence needs the need it tells; known: {', '.join(NEEDS)}")
    if kind is Kind.STILL or style == "direct":
        feelings = _expand_all(phrases.FEELINGS[kind])
        return tuple(text.replace("{adj}", adj) for adj in NEEDS[need].adjectives for text in feelings)
    hints = _expand_all(phrases.HINTS[need])
    if style == "hinting":
        return hints
    return tuple(f"{stoic} {hint}" for stoic in phrases.STOIC for hint in hints)


@cache
def _tails(kind: Kind) -> tuple[str, ...]:
    return tuple(tail for tail in phrases.TAILS[kind] if tail)


def say(act: Act, rng: Random, *, style: str = "direct", listener: str | None = None, manner: Manner = PLAIN) -> str:
    """Say an act in one of its many ways.

    Args:
        act: what to do with the sentence.
        rng: source of the paraphrase.
        style: ``direct``, ``hinting`` or ``stoic``; colours how a need is told.
        listener: name for the vocative, or None.
        manner: how ornate the sentence is.

    Returns:
        One message: a sentence, at times with a warm closing one.
    """
    draw = rng.random
    options = cores(act.kind, act.need, style)
    text = options[int(draw() * len(options))]
    if "{" in text:
        if act.thing is not None:
            articles = THINGS[act.thing].indefinite
            text = text.replace("{a}", articles[int(draw() * len(articles))])
        if act.third is not None:
            text = text.replace("{k}", act.third)
        if "{" in text:
            raise ValueError(f"a {act.kind} sentence needs a thing or a third party that {act} does not name")
    if draw() < manner.tail:
        tails = _tails(act.kind)
        text = f"{text}, {tails[int(draw() * len(tails))]}"
    toss = draw()
    if toss < manner.agree:
        opener = phrases.AGREE_OPENERS[int(draw() * len(phrases.AGREE_OPENERS))]
    elif toss < manner.agree + manner.warm:
        opener = phrases.WARM_OPENERS[int(draw() * len(phrases.WARM_OPENERS))]
    else:
        opener = phrases.OPENERS[int(draw() * len(phrases.OPENERS))]
    if listener is not None and draw() < manner.vocative:
        text = f"{listener}, {text}" if draw() < 0.5 else f"{text}, {listener}"
    if opener:
        text = f"{opener}, {text}"
    text = text[0].upper() + text[1:] + ("?" if act.kind in QUESTIONS else ".")
    if draw() < manner.warm:
        closers = phrases.WARM_CLOSERS
        text = f"{text} {closers[int(draw() * len(closers))]}"
    return text


def count_surfaces(kind: Kind) -> int:
    """How many distinct messages the grammar has for a kind, vocatives left out."""
    if kind is Kind.TELL:
        bare = sum(len(cores(kind, need, style)) for need in NEEDS for style in STYLES)
    elif kind is Kind.STILL:
        bare = sum(len(cores(kind, need)) for need in NEEDS)
    else:
        articles = sum(len(thing.indefinite) for thing in THINGS.values())
        bare = sum(articles if "{a}" in core else 1 for core in cores(kind))
    openers = len({*phrases.OPENERS, *phrases.WARM_OPENERS, *phrases.AGREE_OPENERS})
    return bare * openers * (len(_tails(kind)) + 1) * (len(phrases.WARM_CLOSERS) + 1)
