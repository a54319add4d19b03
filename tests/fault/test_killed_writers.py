"""SIGKILL at every operating-system call of a checkpoint commit and of an atomic write.

A driver process forks once for each call; the child's n-th call kills it (a write is torn in half first).
The test then reads what is left, as a resumed run would.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from carer.runs import Checkpoints

DRIVER = '''
import os, shutil, signal, sys
from pathlib import Path
from carer.runs import Checkpoints
from carer.runs.files import atomic_write

CALLS = ("open", "write", "fsync", "rename", "replace", "mkdir", "unlink", "rmdir")
FIRST, SECOND = b"first" * 1000, b"second" * 1000

def arm(fatal):
    """Make the `fatal`-th call (counted from 1) the last thing this process does."""
    count = 0
    def wrap(name, call):
        def counted(*args, **kwargs):
            nonlocal count
            count += 1
            if count == fatal:
                if name == "write":
                    call(args[0], bytes(args[1])[: len(args[1]) // 2])
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*args, **kwargs)
        return counted
    for name in CALLS:
        setattr(os, name, wrap(name, getattr(os, name)))

def commit(folder, step, text, fatal=0):
    checkpoints = Checkpoints(folder, keep=2)
    if fatal:
        arm(fatal)
    staged = checkpoints.staging(step)
    (staged / "deep").mkdir()
    (staged / "deep" / "weights").write_bytes(text)
    (staged / "state").write_bytes(text)
    checkpoints.commit(step, staged)

def prepare(case, folder):
    if case == "write":
        atomic_write(folder / "manifest.json", FIRST)
        return
    for step in (10, 20):
        commit(folder, step, FIRST)

def act(case, folder, fatal):
    if case == "write":
        arm(fatal)
        atomic_write(folder / "manifest.json", SECOND)
    else:
        commit(folder, 30 if case == "commit" else 20, SECOND, fatal)

case, root = sys.argv[1], Path(sys.argv[2])
fatal = 0
while True:
    fatal += 1
    folder = root / f"{fatal:03d}"
    folder.mkdir()
    prepare(case, folder)
    child = os.fork()
    if child == 0:
        act(case, folder, fatal)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    if not os.WIFSIGNALED(status):
        print(fatal - 1)
        break
'''


def kill_at_every_call(case: str, root: Path) -> list[Path]:
    """Run the driver; return the folders of the killed children, and of the last, which lived."""
    done = subprocess.run(
        [sys.executable, "-c", DRIVER, case, str(root)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    folders = sorted(root.iterdir())
    assert int(done.stdout) == len(folders) - 1
    return folders


def test_an_atomic_write_leaves_the_old_content_or_the_new(tmp_path: Path) -> None:
    folders = kill_at_every_call("write", tmp_path)
    contents = [(folder / "manifest.json").read_bytes() for folder in folders]
    assert len(folders) >= 6
    assert set(contents) == {b"first" * 1000, b"second" * 1000}
    # Once new, never old again: the rename is the one moment of change.
    assert contents == sorted(contents)
    assert contents[-1] == b"second" * 1000


def clear_up(checkpoints: Checkpoints) -> None:
    """The next commits leave their own checkpoints and nothing else, whatever a killed one left."""
    for step in (40, 50):
        staged = checkpoints.staging(step)
        (staged / "state").write_text("third")
        checkpoints.commit(step, staged)
    assert sorted(path.name for path in checkpoints.folder.iterdir()) == ["step-000040", "step-000050"]


@pytest.mark.parametrize(("case", "newest"), [("commit", 30), ("again", 20)])
def test_a_checkpoint_loads_after_a_kill_at_any_point_of_the_next_commit(
    tmp_path: Path, case: str, newest: int
) -> None:
    folders = kill_at_every_call(case, tmp_path)
    assert len(folders) >= 12
    seen = []
    for folder in folders:
        checkpoints = Checkpoints(folder, keep=2)
        latest = checkpoints.latest()
        assert latest is not None
        # A kill is no damage: nothing half-written carries a checkpoint's name.
        assert checkpoints.problems == []
        text = (latest / "state").read_bytes()
        assert (latest / "deep" / "weights").read_bytes() == text
        seen.append((int(latest.name[5:11]), text))
        clear_up(checkpoints)
    old, new = (20, b"first" * 1000), (newest, b"second" * 1000)
    assert set(seen) == {old, new}
    assert seen == [old] * seen.count(old) + [new] * seen.count(new)
