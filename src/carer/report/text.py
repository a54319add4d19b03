"""Foreign text made harmless and visible, and numbers made short."""

import math
from collections.abc import Iterable

from carer.runs.safetext import plain, redact

MINUS = "\u2212"


def visible(value: object, *, keep_lines: bool = False) -> str:
    """Return foreign `value` as text in which nothing is hidden and no secret stands.

    Control and bidirectional characters are spelt out and tokens of the environment starred, as in the log
    (`carer.runs.safetext`). Markup is left alone: the page escapes it. Line breaks and tabs become spaces
    unless `keep_lines` is true.
    """
    text = value if isinstance(value, str) else str(value)
    # A lone half of a surrogate pair is no character: UTF-8 cannot hold it.
    text = text.encode("utf-8", "replace").decode("utf-8")
    return redact(plain(text, newlines=keep_lines))


def humanise(name: str) -> str:
    """Return a column name as words: ``true_gain`` -> ``true gain``."""
    return visible(name.replace("_", " ")).strip() or "(no name)"


def as_number(value: object) -> float | None:
    """Return a finite float, or None for anything else (text, booleans, NaN, infinities, missing)."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def decimals(values: Iterable[float]) -> int:
    """Return how many decimals show the largest of `values` with two or three figures."""
    largest = max((abs(value) for value in values), default=0.0)
    if largest >= 1000:
        return 0
    if largest >= 10:
        return 1
    if largest >= 0.1 or largest == 0:
        return 2
    return min(6, 1 - math.floor(math.log10(largest)))


def number(value: float, places: int | None = None) -> str:
    """Return `value` with a true minus sign and grouped thousands; never "−0.00"."""
    places = decimals([value]) if places is None else places
    text = f"{value:,.{places}f}"
    if text.startswith("-"):
        text = text[1:] if not any(digit in text for digit in "123456789") else MINUS + text[1:]
    return text
