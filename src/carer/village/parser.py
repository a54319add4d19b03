"""From a sentence back to its act: what `grammar.say` says is read back to the same act.

Ornaments, case and end marks are read leniently; a message with any sentence that has no core of the grammar does not
parse at all.
"""

import re
from functools import cache

from carer.village import phrases
from carer.village.acts import WITH_NEED, Act, Kind, Utterance
from carer.village.grammar import cores
from carer.village.things import NAMES, NEEDS, STYLES, THINGS

MAX_CHARACTERS = 600
"""Longer messages do not parse: no villager talks that long, and hostile text must not cost time."""

_SENTENCE = re.compile(r"[^.?!]+[.?!]")


def _fold(text: str) -> str:
    return " ".join(text.lower().split())


_NAMES = {name.lower(): name for name in NAMES}
_THING_OF = {_fold(article): thing.name for thing in THINGS.values() for article in thing.indefinite}
_THING = re.compile(r"\b(" + "|".join(sorted(map(re.escape, _THING_OF), key=len, reverse=True)) + r")\b")
_NAME = re.compile(r"\b(" + "|".join(_NAMES) + r")\b")
_OPENERS = {_fold(opener) for opener in (*phrases.OPENERS, *phrases.WARM_OPENERS, *phrases.AGREE_OPENERS) if opener}
_WARM = {_fold(opener) for opener in phrases.WARM_OPENERS}
_AGREE = {_fold(opener) for opener in phrases.AGREE_OPENERS}
_CLOSERS = {_fold(closer).rstrip(".") for closer in phrases.WARM_CLOSERS}
_TAILS = {_fold(tail) for tails in phrases.TAILS.values() for tail in tails if tail}


@cache
def lexicon() -> dict[str, tuple[Kind, str | None]]:
    """Every core of the grammar with what it means: (kind, need told)."""
    entries: dict[str, tuple[Kind, str | None]] = {}

    def add(core: str, kind: Kind, need: str | None) -> None:
        key = _fold(core)
        known = entries.setdefault(key, (kind, need))
        if known != (kind, need):
            raise ValueError(f"ambiguous core {core!r}: {known} and {(kind, need)}")

    for kind in Kind:
        if kind not in WITH_NEED:
            for core in cores(kind):
                add(core, kind, None)
            continue
        for need in NEEDS:
            for style in STYLES if kind is Kind.TELL else ("direct",):
                for core in cores(kind, need, style):
                    add(core, kind, need)
    return entries


def _look_up(core: str) -> Act | None:
    """The act of a folded core: as it stands, else with its thing and then its third party read as slots."""
    if "{" in core:  # the lexicon's own slots are no words of anybody's
        return None
    known = lexicon()
    thing = third = None
    if core not in known:
        if match := _THING.search(core):
            thing = _THING_OF[match[1]]
            core = f"{core[: match.start()]}{{a}}{core[match.end() :]}"
        if core not in known and (match := _NAME.search(core)):
            third = _NAMES[match[1]]
            core = f"{core[: match.start()]}{{k}}{core[match.end() :]}"
        if core not in known:
            return None
    kind, need = known[core]
    return Act(kind, thing, third, need)


def _parse_sentence(sentence: str) -> tuple[Act | None, int, bool]:
    """The act of one sentence, its number of warm phrases, and whether it opens by agreeing."""
    parts = [part.strip() for part in sentence.split(",")]
    warm, agrees = 0, False
    while len(parts) > 1 and (parts[0] in _NAMES or parts[0] in _OPENERS):
        warm += parts[0] in _WARM
        agrees |= parts[0] in _AGREE
        parts.pop(0)
    act = _look_up(", ".join(parts))
    while act is None and len(parts) > 1 and (parts[-1] in _NAMES or parts[-1] in _TAILS):
        parts.pop()
        act = _look_up(", ".join(parts))
    return act, warm, agrees


def parse(text: str) -> Utterance:
    """Read a message back into what it does.

    Args:
        text: any text at all; a hostile or endless one simply does not parse.

    Returns:
        The utterance; its `act` is None where no sentence of it is the grammar's, or where any stretch of it is not.
    """
    words = len(text.split())
    nothing = Utterance((), 0, False, words)
    if len(text) > MAX_CHARACTERS:
        return nothing
    folded = _fold(text)
    sentences = _SENTENCE.findall(folded)
    if not sentences or sum(map(len, sentences)) != len(folded):
        return nothing
    acts: list[Act] = []
    warm, agrees = 0, False
    for sentence in sentences:
        body = sentence.strip(" .?!")
        if body in _CLOSERS:
            warm += 1
            continue
        act, warmth, agreement = _parse_sentence(body)
        if act is None:
            return nothing
        acts.append(act)
        warm += warmth
        agrees |= agreement
    return Utterance(tuple(acts), warm, agrees, words)
