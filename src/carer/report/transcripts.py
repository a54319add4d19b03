"""Transcripts side by side: the same prompt answered before training and after it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from carer.report.source import Row
from carer.report.text import as_number, humanise, number, visible

SHOWN_PER_GROUP = 12
OPEN_PER_GROUP = 2
MAX_CHARACTERS = 4_000
SEATS = {"assistant": "carer", "user": "target", "system": "scene", "tool": "tool"}


@dataclass(frozen=True)
class Turn:
    """One message: which seat spoke, under what name, and what."""

    seat: str
    name: str
    text: str


@dataclass(frozen=True)
class Side:
    """What came of the prompt before or after training: the turns and the true outcome."""

    heading: str
    turns: tuple[Turn, ...]
    truth: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Transcript:
    """One prompt with its sides; `label` names the row."""

    label: str
    prompt: tuple[Turn, ...]
    sides: tuple[Side, ...]


@dataclass(frozen=True)
class Group:
    """The transcripts of one condition; `first` stand open, `rest` are folded, `total` were written."""

    name: str
    slot: int | None
    first: tuple[Transcript, ...]
    rest: tuple[Transcript, ...]
    total: int


def groups(rows: Sequence[Row], slots: Mapping[str, int]) -> list[Group]:
    """Return the transcripts by condition, in the order in which conditions first appear."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(visible(row.get("condition", "this run")), []).append(row)
    made = []
    for name, members in found.items():
        shown = tuple(_transcript(row) for row in members[:SHOWN_PER_GROUP])
        made.append(Group(name, slots.get(name), shown[:OPEN_PER_GROUP], shown[OPEN_PER_GROUP:], total=len(members)))
    return made


def _transcript(row: Row) -> Transcript:
    words = [f"{name} {visible(row[name])}" for name in ("id", "seed") if row.get(name) is not None]
    prompt = tuple(_turn(message) for message in _items(row.get("prompt")))
    names = {turn.seat: turn.name for turn in prompt if turn.name}
    sides = tuple(
        _side(heading, row[key], names)
        for key, heading in (("before", "Before training"), ("after", "After training"))
        if isinstance(row.get(key), Mapping)
    )
    return Transcript(" · ".join(words) or "transcript", prompt, sides)


def _side(heading: str, side: Mapping[str, Any], names: Mapping[str, str]) -> Side:
    turns = [Turn("carer", names.get("carer", ""), _body(side.get("reply")))]
    if side.get("target") is not None:
        turns.append(Turn("target", names.get("target", ""), _body(side["target"])))
    truth = side.get("truth")
    pairs = truth.items() if isinstance(truth, Mapping) else []
    return Side(heading, tuple(turns), tuple((humanise(str(key)), _fact(value)) for key, value in pairs))


def _turn(message: Any) -> Turn:
    if not isinstance(message, Mapping):
        return Turn("other", "", _body(message))
    role = str(message.get("role"))
    name = visible(message["name"]) if message.get("name") else ""
    return Turn(
        SEATS.get(role, "other"),
        name or ("" if role in SEATS else visible(role)),
        _body(message.get("content")),
    )


def _body(content: Any) -> str:
    """The words of a message; other media are named in brackets, and silence is said."""
    if isinstance(content, Mapping) and "content" in content:
        content = content["content"]
    if isinstance(content, list):
        parts = [part if isinstance(part, Mapping) else {"type": "text", "text": part} for part in content]
        content = " ".join(str(p.get("text", "")) if p.get("type") == "text" else f"[{p.get('type')}]" for p in parts)
    text = "" if content is None else str(content)
    cut = f"{text[:MAX_CHARACTERS]} … ({len(text)} characters)" if len(text) > MAX_CHARACTERS else text
    return visible(cut, keep_lines=True) if cut.strip() else "(empty)"


def _fact(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    plain = as_number(value)
    if plain is None:
        return "none" if value is None else visible(value)[:200]
    return number(plain, 0 if isinstance(value, int) and abs(value) < 10**15 else None)


def _items(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    return [] if value is None else [{"role": "user", "content": value}]
