"""Writing that a killed process, a full disk or a hostile name cannot spoil.

Every write goes through `os` calls in a fixed order (write aside, fsync, rename, fsync the folder), so that
after a kill at any point a reader finds the old content or the new, never a part. POSIX only.
"""

import contextlib
import errno
import json
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from carer.concepts import CarerError

MAX_LINE_BYTES = 64 * 1024 * 1024
"""The longest line of a JSON-lines file that is read."""


@contextlib.contextmanager
def saying_where(path: Path, action: str = "write") -> Iterator[None]:
    """Turn an operating-system error into one that names the path and what to do."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise CarerError(f"cannot {action} {path}: {reason}.", "Check the disk and its permissions.") from error


def inside(root: Path, name: str | os.PathLike[str]) -> Path:
    """Return ``root/name``, or refuse a name that leaves `root`: absolute, with ``..``, by a symlink."""
    text = os.fspath(name)
    parts = PurePosixPath(text).parts
    if not parts or text.startswith("/") or ".." in parts or "\0" in text or "\\" in text:
        raise CarerError(f"refused the name {text!r}: it must stay inside its run directory.")
    path = root
    for part in parts:
        path = path / part
        if path.is_symlink():
            raise CarerError(f"refused the name {text!r}: {path} is a symbolic link.")
    return path


def write_all(fd: int, data: bytes) -> None:
    """Write all of `data`; `os.write` may take only a part of it."""
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


def fsync_folder(folder: Path) -> None:
    """Make the names in `folder` durable."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def atomic_write(path: Path, data: bytes) -> None:
    """Replace the content of `path` in one step. Parent folders are made."""
    with saying_where(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_name(f".{path.name}.tmp-{secrets.token_hex(6)}")
        fd = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o666)
        try:
            try:
                write_all(fd, data)
                os.fsync(fd)
            finally:
                os.close(fd)
            os.replace(aside, path)  # noqa: PTH105 - the os call itself is the step that fault tests interrupt
        except BaseException:
            with contextlib.suppress(OSError):
                aside.unlink()
            raise
        fsync_folder(path.parent)


def remove_leftovers(folder: Path) -> None:
    """Remove what killed writers left aside in `folder`. Only the sole writer of the folder may call it."""
    for path in folder.glob(".*.tmp-*"):
        with contextlib.suppress(OSError):
            path.unlink()


def remove_folder(folder: Path) -> None:
    """Remove a folder so that a kill half-way leaves nothing under its name."""
    trash = folder.with_name(f".trash-{secrets.token_hex(6)}")
    os.rename(folder, trash)  # noqa: PTH104
    shutil.rmtree(trash, ignore_errors=True)


def append_line(path: Path, line: bytes) -> None:
    """Append `line` and its line end with one `os.write`; a short write is taken back."""
    with saying_where(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o666)
        try:
            size = os.fstat(fd).st_size
            if os.write(fd, line + b"\n") < len(line) + 1:
                os.ftruncate(fd, size)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        finally:
            os.close(fd)


def to_json(value: Any, where: str, *, indent: int | None = None) -> bytes:
    """Return JSON in UTF-8. Half surrogates become ``?``; a number that is not finite is refused."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)
    except (ValueError, TypeError) as error:
        raise CarerError(f"cannot write {where}: {error}.", "JSON holds finite numbers, text and lists.") from error
    return text.encode("utf-8", "replace")


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object from a file."""
    with saying_where(path, "read"):
        data = path.read_bytes()
    try:
        value = json.loads(data.decode("utf-8"))
    except ValueError as error:
        raise CarerError(f"{path}: not valid JSON: {error}.") from None
    if not isinstance(value, dict):
        raise CarerError(f"{path}: expected a JSON object, got {type(value).__name__}.")
    return value


def read_jsonl(path: Path, *, max_line_bytes: int = MAX_LINE_BYTES) -> Iterator[dict[str, Any]]:
    """Yield the objects of a JSON-lines file that one process appends to.

    A last line without its line end is what a killed writer leaves: it is dropped unless it is whole. Any
    other bad line is an error that names file and line. A line longer than `max_line_bytes` is refused before
    it is read whole.
    """
    with saying_where(path, "read"), path.open("rb") as file:
        for number, line in enumerate(iter(lambda: file.readline(max_line_bytes + 1), b""), start=1):
            where = f"{path}:{number}"
            if len(line) > max_line_bytes:
                raise CarerError(f"{where}: the line is longer than {max_line_bytes} bytes.")
            try:
                row = json.loads(line.decode("utf-8"))
                if not isinstance(row, dict):
                    raise ValueError(f"expected an object, got {type(row).__name__}")
            except (ValueError, RecursionError) as error:
                if not line.endswith(b"\n"):
                    return
                reason = "not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
                raise CarerError(f"{where}: bad line: {reason}.") from None
            yield row


def mend_last_line(path: Path) -> None:
    """Cut off a torn last line before appending again, so that it never ends up in the middle of the file."""
    if not path.exists():
        return
    with saying_where(path), path.open("rb+") as file:
        size = file.seek(0, os.SEEK_END)
        start = _last_line_start(file, size)
        file.seek(start)
        tail = file.read(size - start)
        if not tail or tail.endswith(b"\n"):
            return
        try:
            whole = isinstance(json.loads(tail.decode("utf-8")), dict)
        except ValueError:
            whole = False
        if whole:
            file.seek(size)
            file.write(b"\n")
        else:
            file.truncate(start)


def _last_line_start(file: Any, size: int, block: int = 65536) -> int:
    end = size
    while end > 0:
        begin = max(0, end - block)
        file.seek(begin)
        chunk = file.read(end - begin)
        # The file's own last byte is no line start, even where it is a line end.
        stop = len(chunk) - 1 if end == size else len(chunk)
        at = chunk.rfind(b"\n", 0, stop)
        if at >= 0:
            return begin + at + 1
        end = begin
    return 0


def append_rows(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    """Append each row as one JSON line."""
    for row in rows:
        append_line(path, to_json(row, str(path)))
