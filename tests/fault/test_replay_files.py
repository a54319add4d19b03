"""Replays that are torn, forged or from the future: refused, with the file and the field."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from carer.concepts import CarerError
from carer.worlds.replay import file, read, write


@pytest.fixture(scope="module")
def good(nursery_episode: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(nursery_episode.replay(), tmp_path_factory.mktemp("replays") / "good.json")


def spoilt(good: Path, tmp_path: Path, change: Callable[[dict[str, Any]], Any]) -> Path:
    value = json.loads(good.read_text(encoding="utf-8"))
    change(value)
    path = tmp_path / "bad.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def put(*keys: Any, to: Any) -> Callable[[dict[str, Any]], None]:
    def change(value: Any) -> None:
        for key in keys[:-1]:
            value = value[key]
        value[keys[-1]] = to

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (put("kind", to="diary"), r"bad\.json: kind is 'diary'"),
        (put("schema", to=2), r"bad\.json has schema 2; this version of carer reads up to 1"),
        (put("schema", to="1"), r"schema is '1'"),
        (put("schema", to=True), r"schema is True"),
        (put("world", to="bandit"), r"world is 'bandit'"),
        (put("caption", to=3), r"caption is 3.*a text"),
        (put("caption", to="x" * 501), r"caption is a str of 501"),
        (put("ticks", to=61), r"ticks is 61.*from 0 to 60"),
        (put("ticks", to=59), r"x\[0\] is a list of 61.*a list of 60"),
        (put("ticks", to=60.0), r"ticks is 60\.0"),
        (put("params", "size", to=40), r"bad\.json: params: size = 40"),
        (put("params", "pits", to=1.5), r"params: pits = 1\.5"),
        (put("params", "brain", to="big"), r"params: unknown brain 'big'"),
        (put("params", "colour", to=1), r"params has the unknown field 'colour'"),
        (put("seats", to=["mother"]), r"seats is \['mother'\]"),
        (put("layout", "pits", 0, to=[0, 1]), r"layout: pits\[0\] is 0.*from 1 to 7"),
        (put("layout", "pits", 0, to=[1]), r"pits\[0\] is \[1\].*a list of 2"),
        (put("layout", "bushes", 0, to=[1, 1, 3]), r"bushes\[0\] is 3.*from 1 to 2"),
        (put("layout", "box", to=[1, 1]), r"layout: box is \[1, 1\].*None"),
        (put("moments", "food", 7, to=3), r"moments: food\[7\] is 3"),
        (put("moments", "hour", 7, to=True), r"hour\[7\] is True"),
        (put("moments", "carried", to=[]), r"carried is \[\].*a list of 61"),
        (put("moments", "mood", to=[]), r"moments has the unknown field 'mood'"),
        (put("ripe", 0, to="1" * 60), r"ripe\[0\] is a str of 60.*61 digits"),
        (put("ripe", 0, to="2" * 61), r"ripe\[0\]"),
        (put("bodies", "x", 1, 5, to=-1), r"bodies: x\[1\]\[5\] is -1"),
        (put("bodies", "x", 1, 5, to=10**30), r"x\[1\]\[5\]"),
        (put("bodies", "energy", 1, 5, to=101), r"energy\[1\]\[5\] is 101"),
        (put("bodies", "energy", 1, 5, to=None), r"energy\[1\]\[5\] is None"),
        (put("bodies", "there", 1, to=[1] * 61), r"there\[1\] is a list"),
        (put("actions", 0, 0, to=11), r"actions\[0\]\[0\] is 11"),
        (put("paid", 0, 0, to=0.5), r"paid\[0\]\[0\] is 0\.5"),
        (put("events", to={}), r"events is \{\}"),
        (put("events", 0, to=[1, "hugged", 1, 0]), r"events\[0\] is \[1, 'hugged', 1, 0\]"),
        (put("events", 0, to=[0, "fed", 1, 0]), r"events\[0\]"),
        (put("events", 0, to=[1, "fed", 99, 0]), r"events\[0\]"),
        (put("events", 0, to=[1, ["fed"], 1, 0]), r"events\[0\]"),
        (put("extra", to=1), r"bad\.json has the unknown field 'extra'"),
    ],
)
def test_a_wrong_field_is_named(
    good: Path, tmp_path: Path, change: Callable[[dict[str, Any]], None], words: str
) -> None:
    with pytest.raises(CarerError, match=words):
        read(spoilt(good, tmp_path, change))


def test_every_field_is_needed_and_must_be_of_its_kind(good: Path, tmp_path: Path) -> None:
    def fields(value: dict[str, Any], above: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
        found = []
        for name, inner in value.items():
            found.append((*above, name))
            found += fields(inner, (*above, name)) if isinstance(inner, dict) else []
        return found

    known = fields(json.loads(good.read_text(encoding="utf-8")))
    assert len(known) > 80
    for keys in known:

        def remove(value: Any, keys: tuple[str, ...] = keys) -> None:
            for key in keys[:-1]:
                value = value[key]
            del value[keys[-1]]

        with pytest.raises(CarerError, match=rf"lacks the field '{keys[-1]}'"):
            read(spoilt(good, tmp_path, remove))
        with pytest.raises(CarerError, match=keys[-1]):
            read(spoilt(good, tmp_path, put(*keys, to={"no": "thing"})))


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[]", b"null", b"[" * 100_000, b'{"kind": NaN}', b"3"])
def test_what_is_no_replay_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.json"
    path.write_bytes(content)
    with pytest.raises(CarerError, match=r"bad\.json"):
        read(path)


def test_a_torn_file_is_refused_at_every_length(good: Path, tmp_path: Path) -> None:
    data = good.read_bytes()
    path = tmp_path / "bad.json"
    for length in range(0, len(data), len(data) // 40):
        path.write_bytes(data[:length])
        with pytest.raises(CarerError, match=r"bad\.json: not valid JSON"):
            read(path)


def test_a_missing_or_huge_file_is_refused(good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CarerError, match=r"cannot read .*none\.json"):
        read(tmp_path / "none.json")
    monkeypatch.setattr(file, "MAX_BYTES", 1 << 10)
    with pytest.raises(CarerError, match="larger than"):
        read(good)


def test_a_full_disk_leaves_the_old_replay(
    nursery_episode: ModuleType, good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(good.read_bytes())

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(CarerError, match=r"a\.json: No space left"):
        write(nursery_episode.replay(), path)
    monkeypatch.undo()
    assert path.read_bytes() == good.read_bytes()
    assert [left.name for left in tmp_path.iterdir()] == ["a.json"]
