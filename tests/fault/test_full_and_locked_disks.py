"""A disk that is full or cannot be written, and a run directory that somebody else is using."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from carer.concepts import CarerError
from carer.runs import Checkpoints, Run

LIMIT = 4096

# RLIMIT_FSIZE makes the kernel refuse growth part of the way through a write, as a full disk does.
FULL_DISK = f"""
import resource, sys
from pathlib import Path
from carer.concepts import CarerError
from carer.runs import Checkpoints
from carer.runs.files import append_line, atomic_write

root = Path(sys.argv[1])
atomic_write(root / "a.txt", b"old")
append_line(root / "m.jsonl", b'{{"step": 1}}')
checkpoints = Checkpoints(root / "c")
staged = checkpoints.staging(1)
(staged / "w").write_bytes(b"x" * {LIMIT + 1})
resource.setrlimit(resource.RLIMIT_FSIZE, ({LIMIT}, {LIMIT}))

def refused(act):
    try:
        act()
    except CarerError as error:
        print(error)
    else:
        sys.exit("nothing was refused")

refused(lambda: atomic_write(root / "a.txt", b"n" * {2 * LIMIT}))
refused(lambda: append_line(root / "m.jsonl", b"x" * {2 * LIMIT}))
refused(lambda: checkpoints.commit(1, staged, note="x" * {2 * LIMIT}))
"""


def test_a_full_disk_is_named_and_what_was_there_stays(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) == 3
    assert all("cannot write" in line and str(tmp_path) in line for line in lines)
    assert (tmp_path / "a.txt").read_bytes() == b"old"
    assert (tmp_path / "m.jsonl").read_bytes() == b'{"step": 1}\n'
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "c", "m.jsonl"]
    assert Checkpoints(tmp_path / "c").latest() is None
    assert list((tmp_path / "c").iterdir()) == []


def test_dev_full_refuses_a_line_without_a_traceback() -> None:
    from carer.runs.files import append_line

    with pytest.raises(CarerError, match="No space left on device"):
        append_line(Path("/dev/full"), b"x")


def create(root: Path, config: object) -> Run:
    return Run.create(root, "toy", config, seed=0, argv=["run", "toy"])


def test_a_root_that_cannot_be_written_is_named(tmp_path: Path, small_config: object) -> None:
    # A file where a folder is wanted: refused by the kernel for every user, root included.
    (tmp_path / "runs").write_text("in the way")
    with pytest.raises(CarerError, match=r"cannot write .*runs"):
        create(tmp_path / "runs", small_config)


READ_ONLY = """
import os, sys
from dataclasses import dataclass
from pathlib import Path
from carer.concepts import CarerError
from carer.runs import Run

@dataclass(frozen=True)
class Config:
    steps: int = 3

root = Path(sys.argv[1])
if os.getuid() == 0:
    os.setuid(65534)  # nobody: permissions do not bind root
try:
    Run.create(root, "toy", Config(), seed=0, argv=[])
except CarerError as error:
    print(error)
"""


def test_a_read_only_root_is_named(tmp_path_factory: pytest.TempPathFactory) -> None:
    root = tmp_path_factory.mktemp("locked") / "runs"
    root.mkdir()
    # pytest's own folders are private; nobody must reach the one that is meant to refuse.
    for folder in (root.parent, root.parent.parent, root.parent.parent.parent):
        folder.chmod(0o755)
    root.chmod(0o555)
    done = subprocess.run(
        [sys.executable, "-c", READ_ONLY, str(root)], capture_output=True, text=True, timeout=60, check=False
    )
    assert "Permission denied" in done.stdout, done.stderr
    assert str(root) in done.stdout
    assert list(root.iterdir()) == []


HOLDER = """
import sys
from pathlib import Path
from carer.runs import Run
run = Run.open(Path(sys.argv[1]))
run.resume()
print("held", flush=True)
sys.stdin.read()
"""


def test_two_processes_cannot_write_one_run(tmp_path: Path, small_config: object) -> None:
    run = create(tmp_path, small_config)
    run.close()
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(run.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdin is not None
    assert holder.stdout is not None
    with holder:
        assert holder.stdout.readline() == "held\n"
        second = Run.open(run.path)
        assert second.alive
        before = {path: path.read_bytes() for path in run.path.iterdir() if path.is_file()}
        for act in (second.resume, lambda: second.log(1, loss=1.0), lambda: second.say("x")):
            with pytest.raises(CarerError, match="in use by another process"):
                act()
        assert {path: path.read_bytes() for path in run.path.iterdir() if path.is_file()} == before
        holder.kill()
    # The kernel drops the lock of a killed process.
    third = Run.open(run.path)
    assert not third.alive
    third.resume()
    third.log(1, loss=1.0)
    third.finish("finished")


def test_a_run_in_the_same_process_is_locked_as_well(tmp_path: Path, small_config: object) -> None:
    run = create(tmp_path, small_config)
    with pytest.raises(CarerError, match="in use"):
        Run.open(run.path).resume()
    shutil.rmtree(run.path)
    run.close()
