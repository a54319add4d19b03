"""Being asked to stop: a signal becomes a flag that the work reads between two steps."""

import signal
from types import FrameType, TracebackType
from typing import Any, Self


class Preemption:
    """While entered, SIGTERM and the first Ctrl-C set `requested`; a second Ctrl-C interrupts at once.

    Outside the main thread Python cannot set handlers: then nothing is caught, and `request` still works.
    """

    def __init__(self) -> None:
        """Start without a request."""
        self._signal: int | None = None
        self._previous: dict[int, Any] = {}

    @property
    def requested(self) -> bool:
        """Whether the work should finish its step, save and return."""
        return self._signal is not None

    @property
    def exit_code(self) -> int:
        """The shell's convention: 143 after SIGTERM, 130 after Ctrl-C, 0 where nothing was asked."""
        return 0 if self._signal is None else 128 + self._signal

    def request(self, signum: int = signal.SIGTERM) -> None:
        """Ask the work to stop, as if `signum` had arrived."""
        self._signal = int(signum)

    def __enter__(self) -> Self:
        for signum in (signal.SIGTERM, signal.SIGINT):
            try:
                self._previous[signum] = signal.signal(signum, self._handle)
            except ValueError:  # not the main thread
                break
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for signum, handler in self._previous.items():
            # None: the handler was set outside Python and cannot be put back.
            signal.signal(signum, signal.SIG_DFL if handler is None else handler)
        self._previous.clear()

    def _handle(self, signum: int, frame: FrameType | None) -> None:
        if signum == signal.SIGINT and self._signal == signal.SIGINT:
            raise KeyboardInterrupt
        self.request(signum)
