"""What a run directory holds, read without trusting it.

Nothing here fails on a file that is missing, torn or hostile: what could not be read is left out and named in
`Source.problems`, so that the page can say so.
"""

import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from carer.concepts import CarerError, UnknownNameError
from carer.runs.manifest import SCHEMA, check_schema

FILES = ("manifest.json", "config.toml", "metrics.jsonl", "transcripts.jsonl", "figures.json")
AUDITS = "audits"
MAX_AUDITS = 20
MAX_LINE_BYTES = 1 << 20
MAX_FILE_BYTES = 1 << 26
MAX_NAMED_PER_FILE = 3

Row = dict[str, Any]


@dataclass
class Source:
    """The readable content of a run directory, and what could not be read."""

    path: Path
    manifest: Row = field(default_factory=dict)
    config_text: str = ""
    metrics: list[Row] = field(default_factory=list)
    transcripts: list[Row] = field(default_factory=list)
    figures: Row = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def read(path: Path) -> Source:
    """Read the run directory at `path`.

    Raises:
        CarerError: no such directory, none of a run's files in it, or written by a later version of carer.
    """
    path = Path(path)
    if not path.is_dir():
        siblings = [other.name for other in path.parent.glob("*/")] if path.parent.is_dir() else []
        if siblings:
            raise UnknownNameError("run directory", path.name, siblings)
        raise CarerError(f"no run directory at {path}.", "`carer ls` lists the runs.")
    if not any((path / name).exists() for name in FILES):
        raise CarerError(f"{path} is not a run directory: it holds none of {', '.join(FILES)}.")
    source = Source(path)
    source.manifest = object_of(source, "manifest.json")
    schema = source.manifest.get("schema")
    if isinstance(schema, int) and schema > SCHEMA:
        check_schema(schema, path.name)
    source.config_text = _text(source, "config.toml", needed=True)
    try:
        tomllib.loads(source.config_text)
    except tomllib.TOMLDecodeError as error:
        source.problems.append(f"config.toml is not valid TOML: {error}.")
    source.figures = object_of(source, "figures.json")
    source.metrics = list(_rows(source, "metrics.jsonl"))
    _add_audits(source)
    source.transcripts = list(_rows(source, "transcripts.jsonl"))
    return source


def _add_audits(source: Source) -> None:
    """Put the tables, curves and verdicts of ``audits/*.json`` behind those of ``figures.json``.

    An audit brings the points of its curves along: rows of metrics, which its curves find by their ``split``.
    """
    folder = source.path / AUDITS
    names = sorted(path.name for path in folder.glob("*.json")) if folder.is_dir() else []
    for name in names[:MAX_AUDITS]:
        found = object_of(source, f"{AUDITS}/{name}")
        for key in ("tables", "curves", "verdicts"):
            own, more = source.figures.get(key, []), found.get(key, [])
            if isinstance(own, list) and isinstance(more, list):
                source.figures[key] = [*own, *more]
            else:
                source.problems.append(f"`{key}` of {AUDITS}/{name} was left out: it is not a list.")
        points = found.get("points", [])
        if isinstance(points, list) and all(isinstance(row, dict) for row in points):
            source.metrics += points
        else:
            source.problems.append(f"`points` of {AUDITS}/{name} was left out: it is not a list of objects.")
    if len(names) > MAX_AUDITS:
        source.problems.append(f"Only the first {MAX_AUDITS} of {len(names)} audits are shown.")


def file_of(source: Source, name: str, needed: bool = False) -> Path | None:
    """The file called `name`, or None; a link that leads out of the run directory is never followed."""
    path = source.path / name
    if not path.resolve().is_relative_to(source.path.resolve()):
        source.problems.append(f"{name} is a link that leads out of the run directory; it was not read.")
        return None
    if not path.is_file():
        if needed:
            source.problems.append(f"{name} is missing.")
        return None
    return path


def _text(source: Source, name: str, needed: bool) -> str:
    path = file_of(source, name, needed)
    if path is None:
        return ""
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            source.problems.append(f"{name} is larger than {MAX_FILE_BYTES >> 20} MiB; it was not read.")
            return ""
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        source.problems.append(f"{name} could not be read: {error}.")
        return ""


def object_of(source: Source, name: str) -> Row:
    """The JSON object in the file called `name`; empty where there is none, or where it is none."""
    text = _text(source, name, needed=name == "manifest.json")
    if not text:
        return {}
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        source.problems.append(f"{name} is torn or not JSON: {error}.")
        return {}
    if not isinstance(value, dict):
        source.problems.append(f"{name} holds a {type(value).__name__}, not an object.")
        return {}
    return value


def _rows(source: Source, name: str) -> Iterator[Row]:
    """The objects of a JSON-lines file; bad lines are counted, and the first few named."""
    path = file_of(source, name, needed=False)
    if path is None:
        return
    bad: list[str] = []
    try:
        for index, (line, whole) in enumerate(_lines(path), start=1):
            if line is None:
                bad.append(f"{name}:{index} is longer than {MAX_LINE_BYTES >> 20} MiB; left out.")
                continue
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                bad.append(f"{name}:{index} is {'not JSON' if whole else 'torn (the last line)'}; left out.")
                continue
            if isinstance(row, dict):
                yield row
            else:
                bad.append(f"{name}:{index} is not an object; left out.")
    except OSError as error:
        bad.append(f"{name} could not be read: {error}.")
    source.problems += bad[:MAX_NAMED_PER_FILE]
    if len(bad) > MAX_NAMED_PER_FILE:
        source.problems.append(f"{name}: {len(bad) - MAX_NAMED_PER_FILE} more bad lines; left out.")


def _lines(path: Path) -> Iterator[tuple[bytes | None, bool]]:
    """Each line, and whether it ends in a newline; None for one beyond the limit, never held whole."""
    with path.open("rb") as stream:
        while line := stream.readline(MAX_LINE_BYTES + 1):
            if len(line) <= MAX_LINE_BYTES:
                yield line, line.endswith(b"\n")
                continue
            while line and not line.endswith(b"\n"):
                line = stream.readline(MAX_LINE_BYTES)
            yield None, True
