"""One writer for each run directory."""

import fcntl
import os
from pathlib import Path

from carer.concepts import CarerError
from carer.runs.files import saying_where


class WriterLock:
    """An advisory lock on a file. The kernel drops it when its process ends, however it ends."""

    def __init__(self, path: Path) -> None:
        """Name the lock's file; nothing is taken yet."""
        self.path = path
        self._fd: int | None = None

    @property
    def held(self) -> bool:
        """Whether this object holds the lock."""
        return self._fd is not None

    def take(self) -> None:
        """Take the lock, or say that a live process has it."""
        if self._fd is not None:
            return
        with saying_where(self.path):
            fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o666)
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(fd)
                raise CarerError(
                    f"the run directory {self.path.parent} is in use by another process.",
                    "Wait for it to end, or stop it, and try again.",
                ) from None
            except BaseException:
                os.close(fd)
                raise
        self._fd = fd

    def release(self) -> None:
        """Let the lock go."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def taken_elsewhere(self) -> bool:
        """Whether some other holder has the lock now."""
        if self._fd is not None:
            return False
        try:
            fd = os.open(self.path, os.O_RDONLY | os.O_NOFOLLOW)
        except OSError:
            return False
        try:
            fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:
            return False
        finally:
            os.close(fd)
        return False
