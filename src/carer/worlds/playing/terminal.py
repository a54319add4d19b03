"""A person's terminal: single keys without the return key, and everything as it was at every end."""

import contextlib
import os
import select
import signal
import sys
import termios
import tty
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any

_ARROWS = {b"A": "up", b"B": "down", b"C": "right", b"D": "left"}
_ESCAPE_SECONDS = 0.05
"""An arrow's three bytes come together; an escape key's one comes alone."""


class Keyboard:
    """Reads keys from a terminal while it is entered.

    Within, a key is read at once and not shown, Ctrl-Z does nothing, and SIGTERM and SIGHUP end the program by
    `SystemExit`, so that what it entered is left again. On leaving, terminal and signals are as they were.

    Args:
        resized: called by `read` when the window's size has changed: never in the midst of anything else.

    """

    def __init__(self, resized: Callable[[], None]) -> None:
        self._fd = sys.stdin.fileno()
        self._resized = resized
        self._woken, self._wakes = -1, -1
        self._settings: list[Any] = []
        self._handlers: dict[int, Any] = {}

    def __enter__(self) -> "Keyboard":
        self._settings = termios.tcgetattr(self._fd)
        for number in (signal.SIGTERM, signal.SIGHUP):
            self._handlers[number] = signal.signal(number, _end)
        self._woken, self._wakes = os.pipe()
        os.set_blocking(self._wakes, False)
        self._handlers[signal.SIGWINCH] = signal.signal(signal.SIGWINCH, self._wake)
        try:
            tty.setcbreak(self._fd)
            quiet = termios.tcgetattr(self._fd)
            quiet[6][termios.VSUSP] = b"\0"
            termios.tcsetattr(self._fd, termios.TCSANOW, quiet)
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        termios.tcsetattr(self._fd, termios.TCSADRAIN, self._settings)
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        os.close(self._woken)
        os.close(self._wakes)

    def read(self) -> str | None:
        """The next key: a character, ``up``, ``down``, ``left``, ``right``, or an empty text for any other key.

        None where no terminal is left to read from.
        """
        while self._woken in select.select([self._fd, self._woken], [], [])[0]:
            os.read(self._woken, 4096)
            self._resized()
        byte = os.read(self._fd, 1)
        if not byte:
            return None
        if byte != b"\x1b":
            return byte.decode("ascii", "ignore")
        return _ARROWS.get(self._rest_of_escape(), "")

    def _wake(self, number: int, frame: FrameType | None) -> None:
        """Drawing here could break into a drawing that is under way; `read` is told instead."""
        del number, frame
        with contextlib.suppress(BlockingIOError):  # it is full of wakes already
            os.write(self._wakes, b".")

    def _rest_of_escape(self) -> bytes:
        """The last byte of an escape sequence, and no byte of the key after it; nothing after a lone escape key."""
        first = self._soon()
        if first not in (b"[", b"O"):
            return b""
        byte = self._soon()
        while b" " <= byte < b"@":  # parameters
            byte = self._soon()
        return byte

    def _soon(self) -> bytes:
        """The next byte if it comes at once."""
        ready = select.select([self._fd], [], [], _ESCAPE_SECONDS)[0]
        return os.read(self._fd, 1) if ready else b""


def _end(number: int, frame: FrameType | None) -> None:
    del frame
    raise SystemExit(128 + number)
