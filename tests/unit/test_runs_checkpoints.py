import json
import os
from pathlib import Path

import pytest

from carer.concepts import CarerError
from carer.runs import Checkpoints, extra_of, step_of


def commit(checkpoints: Checkpoints, step: int, text: str = "state") -> Path:
    staged = checkpoints.staging(step)
    (staged / "model").mkdir()
    (staged / "model" / "weights").write_text(f"{text} {step}")
    (staged / "rng").write_bytes(bytes(range(256)))
    return checkpoints.commit(step, staged, data_position=step * 2, shape=(1, 2))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_latest_is_the_highest_step_whatever_the_clock_says(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path / "c", keep=3)
    assert checkpoints.latest() is None
    for step in (9, 1_000_000, 20):
        commit(checkpoints, step)
    latest = checkpoints.latest()
    assert latest is not None
    assert latest.name == "step-1000000"
    assert step_of(latest) == 1_000_000
    assert extra_of(latest) == {"data_position": 2_000_000, "shape": [1, 2]}
    assert (latest / "model" / "weights").read_text() == "state 1000000"
    assert checkpoints.problems == []


def test_only_the_newest_are_kept(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path, keep=2)
    for step in (10, 20, 30, 40):
        commit(checkpoints, step)
    assert names(tmp_path) == ["step-000030", "step-000040"]


def test_a_step_may_be_written_again(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path, keep=2)
    commit(checkpoints, 10, "old")
    path = commit(checkpoints, 10, "new")
    assert (path / "model" / "weights").read_text() == "new 10"
    assert checkpoints.latest() == path
    assert names(tmp_path) == ["step-000010"]


def test_staging_removes_what_dead_writers_left_and_nothing_else(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path)
    mine = checkpoints.staging(1)
    dead = tmp_path / ".staging-4194399-abcd"  # above the largest process number that Linux gives out
    dead.mkdir()
    parent = tmp_path / f".staging-{os.getppid()}-abcd"
    parent.mkdir()
    (tmp_path / ".trash-abc").mkdir()
    again = checkpoints.staging(1)
    assert names(tmp_path) == sorted([mine.name, again.name, parent.name])


def test_a_symbolic_link_is_no_part_of_a_checkpoint(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path / "c")
    staged = checkpoints.staging(1)
    (staged / "link").symlink_to("/etc/hostname")
    with pytest.raises(CarerError, match="symbolic"):
        checkpoints.commit(1, staged)
    assert names(tmp_path / "c") == []


def test_extra_facts_must_be_json(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path)
    with pytest.raises(CarerError, match="finite numbers"):
        checkpoints.commit(1, checkpoints.staging(1), loss=float("nan"))


def test_extra_facts_verify_whatever_json_makes_of_them(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path)
    path = checkpoints.commit(1, checkpoints.staging(1), odd={1: "half \ud800"}, pair=(1, 2.5))
    assert checkpoints.verify(path) == []
    assert extra_of(path) == {"odd": {"1": "half ?"}, "pair": [1, 2.5]}


def test_keep_and_step_are_checked(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least one"):
        Checkpoints(tmp_path, keep=0)
    with pytest.raises(ValueError, match="negative"):
        Checkpoints(tmp_path).staging(-1)
    with pytest.raises(CarerError, match="not a checkpoint"):
        step_of(tmp_path)


def test_commit_lists_every_file_with_size_and_hash(tmp_path: Path) -> None:
    path = commit(Checkpoints(tmp_path), 3)
    body = json.loads((path / "COMMIT").read_text())
    assert body["step"] == 3
    assert sorted(body["files"]) == ["model/weights", "rng"]
    assert body["files"]["rng"]["size"] == 256
    assert len(body["files"]["rng"]["sha256"]) == 64
