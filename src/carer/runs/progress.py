"""Progress with the time left: a bar on a terminal, plain lines off it."""

import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from carer.runs.safetext import plain


class Progress:
    """Reports how far `total` steps have come.

    Used as a context manager; `advance` (or `update`) after each step. Off a terminal one line is printed
    about every `every` seconds and one at the end.
    """

    def __init__(
        self,
        total: int,
        label: str,
        *,
        console: Console | None = None,
        clock: Callable[[], float] = time.monotonic,
        every: float = 10.0,
        done: int = 0,
    ) -> None:
        """Prepare for `total` steps, `done` of which an earlier part of the run has made."""
        self.total = total
        self.label = plain(label, newlines=False)
        self.done = self._first = done
        self._console = console or Console()
        self._clock = clock
        self._every = every
        self._started = self._said = clock()
        self._note = ""
        self._bar: Bar | None = None

    def __enter__(self) -> Self:
        self._started = self._said = self._clock()
        if self._console.is_terminal:
            self._bar = Bar(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                TimeRemainingColumn(),
                TextColumn("{task.fields[note]}", markup=False),
                console=self._console,
                get_time=self._clock,
            )
            self._bar.start()
            self._task = self._bar.add_task(escape(self.label), total=self.total, completed=self.done, note="")
        return self

    def advance(self, steps: int = 1, note: str = "") -> None:
        """Report `steps` more."""
        self.update(self.done + steps, note)

    def update(self, done: int, note: str = "") -> None:
        """Report that `done` steps are behind us; `note` is a short remark such as a figure."""
        self.done, self._note = done, plain(note, newlines=False)
        if self._bar is not None:
            self._bar.update(self._task, completed=done, note=self._note)
        elif self._clock() - self._said >= self._every:
            self._say()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
        else:
            self._say()

    def seconds_left(self) -> float | None:
        """Return the expected seconds to the end at the pace so far, or None before the first step."""
        made = self.done - self._first
        if made <= 0:
            return None
        return (self._clock() - self._started) / made * max(0, self.total - self.done)

    def _say(self) -> None:
        self._said = self._clock()
        left = self.seconds_left()
        parts = [f"{self.label}: {self.done}/{self.total}", f"{_span(self._said - self._started)} elapsed"]
        if left is not None and self.done < self.total:
            parts.append(f"{_span(left)} left")
        if self._note:
            parts.append(self._note)
        self._console.print(", ".join(parts), markup=False, highlight=False, soft_wrap=True)


def _span(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
