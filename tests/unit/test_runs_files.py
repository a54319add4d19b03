from pathlib import Path

import pytest

from carer.concepts import CarerError
from carer.runs.files import (
    append_line,
    append_rows,
    atomic_write,
    inside,
    mend_last_line,
    read_json,
    read_jsonl,
    remove_leftovers,
    to_json,
)


def test_an_atomic_write_replaces_the_whole_and_leaves_nothing_aside(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "a.txt"
    atomic_write(path, b"one")
    atomic_write(path, b"two")
    assert path.read_bytes() == b"two"
    assert list(path.parent.iterdir()) == [path]


def test_leftovers_of_killed_writers_are_removed(tmp_path: Path) -> None:
    (tmp_path / ".a.txt.tmp-123456").write_text("half")
    (tmp_path / "a.txt").write_text("whole")
    remove_leftovers(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_rows_come_back_as_they_were_appended(tmp_path: Path) -> None:
    rows = [{"a": 1, "b": "ü\n"}, {"a": None}]
    append_rows(tmp_path / "x.jsonl", rows)
    assert list(read_jsonl(tmp_path / "x.jsonl")) == rows


def test_half_a_surrogate_does_not_stop_a_write() -> None:
    assert to_json({"text": "a\ud800b"}, "x") == b'{"text": "a?b"}'


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object()])
def test_what_json_cannot_hold_is_refused_by_file(value: object) -> None:
    with pytest.raises(CarerError, match=r"cannot write figures.json"):
        to_json({"a": value}, "figures.json")


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"[1]", "expected a JSON object, got list"), (b"{", "not valid"), (b"\xff", "not valid")],
)
def test_a_bad_json_file_is_named(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "m.json").write_bytes(content)
    with pytest.raises(CarerError, match=f"m.json: {says}"):
        read_json(tmp_path / "m.json")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CarerError, match=r"cannot read .*m.json: No such file"):
        read_json(tmp_path / "m.json")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"", b""),
        (b'{"a": 1}\n', b'{"a": 1}\n'),
        (b'{"a": 1}\n{"a": ', b'{"a": 1}\n'),
        (b'{"a": 1}\n{"a": 2}', b'{"a": 1}\n{"a": 2}\n'),
        (b'{"a"', b""),
        (b'{"a": 1}\n{"a": "\xe2\x82', b'{"a": 1}\n'),
        (b'{"a": 1}\n' + b"x" * 200_000, b'{"a": 1}\n'),
    ],
)
def test_a_torn_last_line_is_mended_before_more_is_appended(tmp_path: Path, before: bytes, after: bytes) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(before)
    whole = list(read_jsonl(path))
    mend_last_line(path)
    assert path.read_bytes() == after
    append_line(path, b'{"a": 9}')
    assert list(read_jsonl(path)) == [*whole, {"a": 9}]


@pytest.mark.parametrize("name", ["a.txt", "a/b.txt", "a..b/c", "arm_1/x"])
def test_names_inside_are_taken(tmp_path: Path, name: str) -> None:
    assert inside(tmp_path, name) == tmp_path / name
