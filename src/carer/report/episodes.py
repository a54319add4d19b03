"""Episodes of a world: what each shows in words and figures, a sheet of its moments, and the whole of it moving.

A run leaves ``episodes/<name>.json`` (a replay) and beside it ``<name>.png`` and ``<name>.gif``. The pictures stand in
the page itself, which therefore still loads nothing.
"""

import base64
import os
import struct
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from carer.report.source import Row, Source, file_of, object_of
from carer.report.text import as_number, humanise, number, visible

FOLDER = "episodes"
KIND, SCHEMA = "carer replay", 1
SHOWN = 12
MAX_PICTURE_BYTES = 1 << 20
MAX_SIDE = 8192
MAX_KINDS = 8

_PNG, _GIF = b"\x89PNG\r\n\x1a\n", (b"GIF87a", b"GIF89a")


@dataclass(frozen=True)
class Picture:
    """A picture that stands in the page: a data URI, and its size in pixels."""

    uri: str
    width: int
    height: int


@dataclass(frozen=True)
class Shown:
    """One episode: its name, caption and facts, and the pictures there are of it."""

    name: str
    caption: str
    facts: tuple[tuple[str, str], ...]
    still: Picture | None
    moving: Picture | None


@dataclass(frozen=True)
class Gallery:
    """The episodes shown, of how many there are."""

    shown: tuple[Shown, ...]
    total: int


def gallery(source: Source) -> Gallery:
    """Return the run's episodes in the order of their names; what cannot be shown is named in `source.problems`."""
    names = _names(source)
    found = [_shown(source, name) for name in names[:SHOWN]]
    return Gallery(tuple(one for one in found if one is not None), len(names))


def _names(source: Source) -> list[str]:
    """Names of the files that hold replays."""
    folder = source.path / FOLDER
    if not folder.is_dir():
        return []
    if not folder.resolve().is_relative_to(source.path.resolve()):
        source.problems.append(f"{FOLDER} is a link that leads out of the run directory; it was not read.")
        return []
    try:
        return sorted(path.stem for path in folder.iterdir() if path.suffix == ".json" and path.name[0] != ".")
    except OSError as error:
        source.problems.append(f"{FOLDER} could not be read: {error}.")
        return []


def _shown(source: Source, name: str) -> Shown | None:
    path = f"{FOLDER}/{name}.json"
    row = object_of(source, path)
    if not row:
        return None
    if row.get("kind") != KIND:
        source.problems.append(f"{path} is no replay: its kind is not “{KIND}”.")
        return None
    if row.get("schema") != SCHEMA:
        source.problems.append(f"{path} has schema {row.get('schema')!r:.40}; this version of carer reads {SCHEMA}.")
        return None
    return Shown(
        name=visible(name),
        caption=visible(row.get("caption") or ""),
        facts=tuple(_facts(row)),
        still=_picture(source, f"{FOLDER}/{name}.png"),
        moving=_picture(source, f"{FOLDER}/{name}.gif"),
    )


def _facts(row: Row) -> Iterator[tuple[str, str]]:
    """World, length, what the first seat was paid, and what happened how often."""
    yield "world", visible(row.get("world") or "not known")[:40]
    ticks = as_number(row.get("ticks"))
    if ticks is not None:
        yield "ticks", number(ticks, 0)
    paid = _paid(row)
    if paid is not None:
        yield paid
    happened = Counter(_happened(row))
    for kind, count in happened.most_common(MAX_KINDS):
        yield humanise(kind)[:40], number(float(count), 0)


def _paid(row: Row) -> tuple[str, str] | None:
    params, seats, paid = row.get("params"), row.get("seats"), row.get("paid")
    pay = as_number(params.get("pay")) if isinstance(params, dict) else None
    if pay is None or not isinstance(seats, list) or not seats or not isinstance(paid, list) or not paid:
        return None
    units = [as_number(value) for value in paid[0]] if isinstance(paid[0], list) else [None]
    total = sum(value for value in units if value is not None)
    return None if None in units else (f"paid to {visible(seats[0])[:40]}", number(total * pay, 2))


def _happened(row: Row) -> Iterator[str]:
    """The kind of each event that befell the first two bodies, whom an episode is about."""
    events: Any = row.get("events")
    for event in events if isinstance(events, list) else []:
        if isinstance(event, list) and len(event) == 4 and isinstance(event[1], str) and event[2] in (0, 1):
            yield event[1]


def _picture(source: Source, name: str) -> Picture | None:
    """A PNG or GIF, told by its first bytes and not by its name, or None and the reason in `source.problems`."""
    path = file_of(source, name)
    if path is None:
        return None
    try:
        data = _bytes(path)
    except OSError as error:
        source.problems.append(f"{name} could not be read: {error}.")
        return None
    if data is None:
        source.problems.append(f"{name} is larger than {MAX_PICTURE_BYTES >> 20} MiB; it is not shown here.")
        return None
    kind, size = _kind_and_size(data)
    if size is None or not all(0 < side <= MAX_SIDE for side in size):
        source.problems.append(f"{name} is no whole PNG or GIF; it is not shown.")
        return None
    return Picture(f"data:image/{kind};base64,{base64.b64encode(data).decode()}", *size)


def _bytes(path: Path) -> bytes | None:
    """The content of a file, None for one beyond the limit, never held whole."""
    with path.open("rb") as stream:
        if os.fstat(stream.fileno()).st_size > MAX_PICTURE_BYTES:
            return None
        return stream.read(MAX_PICTURE_BYTES)


def _kind_and_size(data: bytes) -> tuple[str, tuple[int, int] | None]:
    if data.startswith(_PNG) and data[12:16] == b"IHDR" and data.rstrip(b"\0").endswith(b"IEND\xaeB`\x82"):
        return "png", struct.unpack(">II", data[16:24])
    if data.startswith(_GIF) and data.endswith(b";") and len(data) > 13:
        return "gif", struct.unpack("<HH", data[6:10])
    return "", None
