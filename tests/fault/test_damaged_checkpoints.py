import json
from pathlib import Path

import pytest

from carer.concepts import CarerError
from carer.runs import Checkpoints


@pytest.fixture
def checkpoints(tmp_path: Path) -> Checkpoints:
    made = Checkpoints(tmp_path)
    for step in (10, 20):
        staged = made.staging(step)
        (staged / "weights").write_bytes(bytes(range(256)) * 10)
        made.commit(step, staged, position=step)
    return made


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(bytes(data))


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda p: (p / "weights").write_bytes(b"abc"), "3 bytes, 2560 were written"),
        (lambda p: (p / "weights").write_bytes(b""), "0 bytes, 2560 were written"),
        (lambda p: flip(p / "weights", 1234), "its content changed"),
        (lambda p: (p / "weights").unlink(), "missing"),
        (lambda p: (p / "pytorch_model.bin").write_bytes(b"x"), "not part of the checkpoint"),
        (lambda p: (p / "COMMIT").unlink(), "no readable COMMIT"),
        (lambda p: (p / "COMMIT").write_text("{"), "no readable COMMIT"),
        (lambda p: (p / "COMMIT").write_text("[]"), "no readable COMMIT"),
        (lambda p: (p / "weights").rename(p / "w2"), "missing"),
    ],
)
def test_a_damaged_newest_checkpoint_is_named_and_passed_over(
    checkpoints: Checkpoints, damage: object, says: str
) -> None:
    newest = checkpoints.folder / "step-000020"
    damage(newest)  # type: ignore[operator]
    told: list[str] = []
    reader = Checkpoints(checkpoints.folder, warn=told.append)
    latest = reader.latest()
    assert latest is not None
    assert latest.name == "step-000010"
    assert any(says in problem and "step-000020" in problem for problem in reader.problems)
    assert told == [f"checkpoint passed over: {problem}" for problem in reader.problems]


def test_every_flipped_byte_of_commit_is_noticed(checkpoints: Checkpoints) -> None:
    newest = checkpoints.folder / "step-000020"
    original = (newest / "COMMIT").read_bytes()
    for at in range(len(original)):
        flip(newest / "COMMIT", at)
        # White space between the words says nothing; everything else must be caught.
        try:
            same = json.loads((newest / "COMMIT").read_bytes()) == json.loads(original)
        except ValueError:
            same = False
        assert same or checkpoints.verify(newest)
        (newest / "COMMIT").write_bytes(original)


def test_a_checkpoint_under_another_steps_name_is_refused(checkpoints: Checkpoints) -> None:
    (checkpoints.folder / "step-000020").rename(checkpoints.folder / "step-000099")
    latest = checkpoints.latest()
    assert latest is not None
    assert latest.name == "step-000010"
    assert "holds step 20" in checkpoints.problems[0]


def test_nothing_whole_means_nothing_to_load(checkpoints: Checkpoints) -> None:
    for path in checkpoints.folder.iterdir():
        flip(path / "weights", 0)
    assert checkpoints.latest() is None
    assert len(checkpoints.problems) == 2


def test_training_on_behind_a_damaged_checkpoint_keeps_the_whole_ones(checkpoints: Checkpoints) -> None:
    flip(checkpoints.folder / "step-000020" / "weights", 0)
    checkpoints.keep = 1
    staged = checkpoints.staging(15)
    (staged / "weights").write_bytes(b"new")
    checkpoints.commit(15, staged)
    latest = checkpoints.latest()
    assert latest is not None
    assert latest.name == "step-000015"
    assert [path.name for path in checkpoints.folder.iterdir()] == ["step-000015"]


def test_a_damaged_checkpoint_is_replaced_by_the_same_step(checkpoints: Checkpoints) -> None:
    flip(checkpoints.folder / "step-000020" / "weights", 0)
    staged = checkpoints.staging(20)
    (staged / "weights").write_bytes(b"new")
    checkpoints.commit(20, staged)
    latest = checkpoints.latest()
    assert latest is not None
    assert (latest / "weights").read_bytes() == b"new"


def test_a_symbolic_link_put_into_a_checkpoint_is_not_followed(checkpoints: Checkpoints, tmp_path: Path) -> None:
    weights = checkpoints.folder / "step-000020" / "weights"
    weights.unlink()
    weights.symlink_to(checkpoints.folder / "step-000010" / "weights")
    latest = checkpoints.latest()
    assert latest is not None
    assert latest.name == "step-000010"
    assert "symbolic" in checkpoints.problems[0]


def test_a_checkpoint_from_the_future_is_refused_with_both_versions(checkpoints: Checkpoints) -> None:
    path = checkpoints.folder / "step-000020" / "COMMIT"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"schema": 9}))
    with pytest.raises(CarerError, match=r"schema 9.*reads up to schema 1"):
        checkpoints.latest()
