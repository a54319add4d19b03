"""Where a training step's seconds go."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Stopwatch:
    """Seconds spent under each name. A span inside another counts for the inner name only.

    `now` is the clock, in seconds; tests hand over their own.
    """

    def __init__(self, now: Callable[[], float] = time.perf_counter) -> None:
        self._now = now
        self._open: list[str] = []
        self._since = 0.0
        self._seconds: dict[str, float] = defaultdict(float)

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        """Count the time until the block ends for `name`."""
        self._settle()
        self._open.append(name)
        try:
            yield
        finally:
            self._settle()
            self._open.pop()

    def take(self) -> dict[str, float]:
        """Return the seconds counted so far, by name, and start again from zero."""
        self._settle()
        seconds = dict(self._seconds)
        self._seconds.clear()
        return seconds

    def _settle(self) -> None:
        """Book the time since the last change for the innermost open name."""
        now = self._now()
        if self._open:
            self._seconds[self._open[-1]] += now - self._since
        self._since = now
