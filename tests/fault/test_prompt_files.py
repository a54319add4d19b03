"""Bad prompt files: each is refused with the file, the line, what is wrong and what to do."""

import json
from pathlib import Path

import pytest

from carer.concepts import CarerError
from carer.language.prompts import load_prompts

GOOD = b'{"text": "Hello"}\n'


def turns(*messages: object, **columns: object) -> bytes:
    return json.dumps({"prompt": messages, **columns}).encode() + b"\n"


def say(role: str, content: object = "Hello") -> dict[str, object]:
    return {"role": role, "content": content}


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        pytest.param(GOOD + b'{"text": "caf\xe9"}\n', 2, "byte 13 of the line is not UTF-8", id="bad UTF-8"),
        pytest.param(GOOD + b'{"text": "Hel', 2, "torn line", id="torn last line"),
        pytest.param(b'{"text": "Hel\n' + GOOD, 1, "not JSON", id="torn inner line"),
        pytest.param(b"[" * 100_000 + b"\n", 1, "not JSON", id="nested too deep"),
        pytest.param(GOOD + b"[1]\n", 2, "a row is a JSON object, not list", id="not an object"),
        pytest.param(b'{"id": "a", "text": "x"}\n{"id": "a", "text": "y"}\n', 2, "used on line 1", id="duplicate id"),
        pytest.param(b'{"id": 1.5, "text": "x"}\n', 1, "whole number, not 1.5", id="odd id"),
        pytest.param(b'{"promt": "x"}\n', 1, "this one has 'promt'", id="misspelt column"),
        pytest.param(b'{"prompt": "x", "text": "y"}\n', 1, "prompt and text", id="two columns"),
        pytest.param(b'{"prompt": []}\n', 1, "holds no messages", id="no messages"),
        pytest.param(b'{"prompt": 3}\n', 1, "holds no messages", id="not messages"),
        pytest.param(b'{"text": "  "}\n', 1, "message 0 is empty", id="empty text"),
        pytest.param(turns(say("user", "")), 1, "message 0 is empty", id="empty content"),
        pytest.param(turns(say("user", [])), 1, "message 0 is empty", id="empty parts"),
        pytest.param(turns(say("user", None)), 1, "content is NoneType", id="null content"),
        pytest.param(turns(say("user", ["x"])), 1, "a content part is an object", id="odd part"),
        pytest.param(turns(say("user", [{"type": "text"}])), 1, "a text part has no text", id="text part without"),
        pytest.param(turns("Hello"), 1, "message 0 is not an object", id="message is text"),
        pytest.param(turns(say("usr")), 1, "unknown role 'usr'. Did you mean 'user'?", id="unknown role"),
        pytest.param(turns(say("user"), say("user")), 1, "message 1 is a second user turn", id="user twice"),
        pytest.param(turns(say("user"), say("assistant")), 1, "nothing to reply to", id="ends with the assistant"),
        pytest.param(turns(say("system")), 1, "the last message is the system's", id="system only"),
        pytest.param(turns(say("user"), say("system"), say("user")), 1, "comes first or not", id="late system"),
        pytest.param(turns(say("tool"), say("user")), 1, "message 0 is a tool message", id="early tool"),
        pytest.param(turns({**say("user"), "name": 3}), 1, "name must be text, not int", id="odd name"),
        pytest.param(b'{"text": "\\ud800"}\n', 1, "half of a surrogate pair", id="half a character"),
        pytest.param(GOOD + b'{"text": "' + b"x" * 5000 + b'"}\n', 2, "longer than 4096 bytes", id="long line"),
    ],
)
def test_a_bad_row_is_named_by_file_and_line(tmp_path: Path, content: bytes, line: int, message: str) -> None:
    path = tmp_path / "prompts.jsonl"
    path.write_bytes(content)
    limit = 4096 if b"x" * 5000 in content else 2**20
    with pytest.raises(CarerError) as caught:
        load_prompts(path, max_line_bytes=limit)
    assert str(caught.value).startswith(f"{path}:{line}: ")
    assert message in str(caught.value)
    assert path.read_bytes() == content


def test_a_line_without_an_end_is_never_held_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "prompts.jsonl"
    with path.open("wb") as stream:
        stream.truncate(2**30)  # a gigabyte of zeros in one line, sparse on disk
    with pytest.raises(CarerError, match=r"prompts.jsonl:1: the line is longer than 16777216 bytes. One row"):
        load_prompts(path)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "prompts.jsonl"
    path.write_bytes(content)
    with pytest.raises(CarerError, match=r"holds no prompts. Write one row a line"):
        load_prompts(path)


def test_a_missing_file_offers_its_nearest_neighbour(tmp_path: Path) -> None:
    (tmp_path / "prompts.jsonl").write_bytes(GOOD)
    with pytest.raises(CarerError, match=r"prompt.jsonl does not exist. Did you mean '.*prompts.jsonl'\?"):
        load_prompts(tmp_path / "prompt.jsonl")
    with pytest.raises(CarerError, match=r"does not exist\. Give the path"):
        load_prompts(tmp_path / "nowhere" / "at_all.jsonl")
    with pytest.raises(CarerError, match="cannot be read: Is a directory"):
        load_prompts(tmp_path)
