"""Prompt files: one JSON row a line, checked before a model is loaded.

A row is ``{"prompt": [messages]}``, ``{"messages": [messages]}``, ``{"prompt": "text"}`` or ``{"text":
"text"}``; its other columns are kept. Every fault is reported as `file:line`.
"""

import difflib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from transformers import PreTrainedTokenizerBase

from carer.concepts import CarerError, text_of
from carer.language.templates import adapt, detect, encode, render

Row = dict[str, Any]
ROLES = ("system", "user", "assistant", "tool")
MAX_LINE_BYTES = 16 * 2**20
_COLUMNS = ("prompt", "messages", "text")


@dataclass(frozen=True)
class Fitted:
    """Rows that fit the context, and the ids of those left out because they did not."""

    rows: list[Row]
    skipped: tuple[str, ...] = ()


def load_prompts(path: str | Path, *, max_line_bytes: int = MAX_LINE_BYTES) -> list[Row]:
    """Read a JSONL file of prompts into rows with an `id` and a `prompt`, the conversation to answer.

    A row without an `id` is given ``line-<n>``. Empty lines are passed over. Reading is bounded: a longer
    line than `max_line_bytes` is refused before it is held in memory.

    Raises:
        CarerError: naming ``file:line`` and what is wrong with it.

    """
    path = Path(path)
    rows: list[Row] = []
    lines: dict[str, int] = {}
    for number, line in _lines(path, max_line_bytes):
        where = f"{path}:{number}"
        row = _row(_parse(line, where), where, number)
        if row["id"] in lines:
            raise CarerError(
                f"{where}: the id {row['id']!r} was used on line {lines[row['id']]} already.",
                "Give every row an id of its own, or none.",
            )
        lines[row["id"]] = number
        rows.append(row)
    if not rows:
        raise CarerError(f"{path}: the file holds no prompts.", 'Write one row a line, such as {"prompt": "Hello"}.')
    return rows


def check_conversation(messages: object, where: str) -> None:
    """Raise a `CarerError` that begins with `where` unless `messages` is a conversation the carer can answer.

    An optional system message comes first, user and assistant alternate (tool messages follow the
    assistant), the user has the last word, and nothing is empty.
    """
    if not isinstance(messages, list) or not messages:
        raise CarerError(f"{where}: the prompt holds no messages.", "A prompt is text or a list of messages.")
    last: str | None = None
    for at, message in enumerate(messages):
        here = f"{where}: message {at}"
        role = _role(message, here)
        _check_content(message.get("content"), here)
        if not isinstance(message.get("name", ""), str | None):
            raise CarerError(f"{here}: the name must be text, not {type(message['name']).__name__}.")
        if role == "system" and at > 0:
            raise CarerError(f"{here} is a system message.", "A system message comes first or not at all.")
        if role in ("user", "assistant") and role == last:
            raise CarerError(f"{here} is a second {role} turn in a row.", "User and assistant take turns: merge them.")
        if role == "tool" and last not in ("assistant", "tool"):
            raise CarerError(f"{here} is a tool message.", "A tool answers an assistant's turn.")
        last = role
    if last != "user":
        raise CarerError(
            f"{where}: the last message is the {last}'s, so there is nothing to reply to.",
            "A prompt ends with the user; drop the final reply if the file holds whole conversations.",
        )


def fit_to_context(
    rows: Sequence[Row],
    tokenizer: PreTrainedTokenizerBase,
    max_tokens: int,
    on_long: Literal["error", "skip"] = "error",
) -> Fitted:
    """Keep the rows whose rendered prompt, with the carer's turn opened, takes at most `max_tokens` tokens.

    Raises:
        CarerError: a prompt is too long and `on_long` is "error", or none is left; names the row and its
            length.

    """
    traits = detect(tokenizer)
    kept: list[Row] = []
    skipped: list[str] = []
    for row in rows:
        length = len(encode(tokenizer, render(tokenizer, adapt(row["prompt"], traits), open="assistant")))
        if length <= max_tokens:
            kept.append(row)
        elif on_long == "skip":
            skipped.append(str(row["id"]))
        else:
            raise CarerError(
                f"the prompt {row['id']!r} takes {length} tokens, and {max_tokens} are allowed.",
                "Shorten it, take a model with a longer context, or choose to skip long prompts.",
            )
    if not kept:
        raise CarerError(
            f"none of the {len(rows)} prompts fits {max_tokens} tokens.",
            "Take a model with a longer context.",
        )
    return Fitted(kept, tuple(skipped))


def check_disjoint(
    train: Iterable[Mapping[str, Any]],
    heldout: Iterable[Mapping[str, Any]],
    names: tuple[str, str] = ("train", "held-out"),
) -> None:
    """Raise a `CarerError` if a held-out prompt is also a training prompt (letter case and spacing apart)."""
    seen = {_key(row): str(row.get("id", at)) for at, row in enumerate(train)}
    shared = [(seen[key], str(row.get("id", at))) for at, row in enumerate(heldout) if (key := _key(row)) in seen]
    if shared:
        first, second = shared[0]
        raise CarerError(
            f"{len(shared)} {names[1]} prompts are {names[0]} prompts too: {second!r} is {first!r} there.",
            "Take them out of one of the two: a figure on prompts trained on says nothing.",
        )


def _lines(path: Path, max_line_bytes: int) -> Iterator[tuple[int, bytes]]:
    """Yield (number, bytes) of each line that is not empty."""
    try:
        with path.open("rb") as stream:
            number = 0
            while line := stream.readline(max_line_bytes + 1):
                number += 1
                if len(line.rstrip(b"\r\n")) > max_line_bytes or (
                    len(line) > max_line_bytes and not line.endswith(b"\n")
                ):
                    raise CarerError(
                        f"{path}:{number}: the line is longer than {max_line_bytes} bytes.",
                        "One row is one line: is this file JSONL?",
                    )
                if number == 1:
                    line = line.removeprefix(b"\xef\xbb\xbf")
                if line.strip():
                    yield number, line
    except FileNotFoundError as error:
        siblings = [other.name for other in path.parent.iterdir()] if path.parent.is_dir() else []
        near = difflib.get_close_matches(path.name, siblings, n=1, cutoff=0.5)
        hint = f"Did you mean {str(path.parent / near[0])!r}?" if near else "Give the path of a JSONL file."
        raise CarerError(f"the prompts file {path} does not exist.", hint) from error
    except OSError as error:
        raise CarerError(f"the prompts file {path} cannot be read: {error.strerror}.", "Give a JSONL file.") from error


def _parse(line: bytes, where: str) -> Row:
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise CarerError(
            f"{where}: byte {error.start} of the line is not UTF-8.", "Save the file with UTF-8 encoding."
        ) from error
    try:
        row = json.loads(text)
    except (ValueError, RecursionError) as error:  # a number of thousands of digits is a plain ValueError
        if not text.endswith("\n"):
            raise CarerError(
                f"{where}: the file ends in the middle of a row (torn line).",
                "Write the file again, or drop the line.",
            ) from error
        raise CarerError(f"{where}: not JSON: {error}.", "One row is one line of JSON.") from error
    if not isinstance(row, dict):
        raise CarerError(f"{where}: a row is a JSON object, not {type(row).__name__}.", 'Write {"prompt": ...}.')
    return row


def _row(row: Row, where: str, number: int) -> Row:
    present = [column for column in _COLUMNS if column in row]
    if len(present) != 1:
        found = " and ".join(present) if present else ", ".join(map(repr, row)) or "nothing"
        raise CarerError(
            f"{where}: a row has exactly one of the columns {', '.join(_COLUMNS)}; this one has {found}.",
            'Write {"prompt": [messages]} or {"text": "..."}.',
        )
    prompt = row[present[0]]
    if isinstance(prompt, str):
        prompt = [{"role": "user", "content": prompt}]
    check_conversation(prompt, where)
    rest = {key: value for key, value in row.items() if key not in (*_COLUMNS, "id")}
    return {"id": _identity(row.get("id"), where, number), "prompt": prompt, **rest}


def _identity(given: object, where: str, number: int) -> str:
    if given is None:
        return f"line-{number}"
    if not isinstance(given, str | int) or isinstance(given, bool) or given == "":
        raise CarerError(f"{where}: an id is text or a whole number, not {given!r}.")
    return str(given)


def _role(message: object, here: str) -> str:
    if not isinstance(message, dict):
        raise CarerError(f"{here} is not an object.", 'A message is {"role": ..., "content": ...}.')
    role = message.get("role")
    if role not in ROLES:
        near = difflib.get_close_matches(str(role), ROLES, n=1, cutoff=0.5)
        hint = f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(ROLES)}."
        raise CarerError(f"{here} has the unknown role {role!r}.", hint)
    return str(role)


def _check_content(content: object, here: str) -> None:
    if isinstance(content, list):
        if not all(isinstance(part, dict) and isinstance(part.get("type"), str) for part in content):
            raise CarerError(f"{here}: a content part is an object with a type.")
        texts = [part.get("text") for part in content if part["type"] == "text"]
        if not all(isinstance(text, str) for text in texts):
            raise CarerError(f"{here}: a text part has no text.")
        other_media = len(texts) < len(content)
        said = " ".join(map(str, texts))
    elif isinstance(content, str):
        said, other_media = content, False
    else:
        raise CarerError(f"{here}: the content is {type(content).__name__}, not text or a list of parts.")
    if not said.strip() and not other_media:
        raise CarerError(f"{here} is empty.", "Every message says something.")
    try:
        said.encode("utf-8")
    except UnicodeEncodeError as error:
        raise CarerError(
            f"{here}: character {error.start} is half of a surrogate pair.", "Write whole characters."
        ) from error


def _key(row: Mapping[str, Any]) -> str:
    return json.dumps([(m["role"], " ".join(text_of(m).split()).casefold()) for m in row["prompt"]])
