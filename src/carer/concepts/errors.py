"""Errors a user can act on: what is wrong, where, and how to mend it."""

import difflib
from collections.abc import Iterable


class CarerError(Exception):
    """A fault in what was asked or given; `carer` prints it without a traceback and exits with `exit_code`.

    `hint` is one sentence that says what to do next.
    """

    exit_code = 2

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class UnknownNameError(CarerError):
    """A name that is not among the known ones; offers the nearest."""

    def __init__(self, what: str, name: str, known: Iterable[str]) -> None:
        names = sorted(known)
        near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
        hint = f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(names)}."
        super().__init__(f"unknown {what} {name!r}.", hint)
        self.nearest = near[0] if near else None
