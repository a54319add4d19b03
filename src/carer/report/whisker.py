"""A dot with its whiskers, small enough for a table cell."""

import math
from dataclasses import dataclass

from markupsafe import Markup

from carer.report.theme import SERIES

WIDTH = 132
HEIGHT = 18
INSET = 6

NOTICEABLE = 1e-9
"""A range narrower than this share of its largest value is drawn as one value: rounding would blur it."""
TINIEST = 1e-300
"""Values below this are drawn as zero: near the smallest float, a tenth of a range is not a number any more."""


@dataclass(frozen=True)
class Scale:
    """The range that every whisker of one column is drawn on."""

    low: float
    high: float

    @classmethod
    def over(cls, values: list[float]) -> "Scale":
        """Return the narrowest range of round numbers that holds all of `values`."""
        low, high = min(values), max(values)
        size = max(abs(low), abs(high))
        span = high - low
        if size < TINIEST:
            span = 1.0
        elif span <= NOTICEABLE * size:
            span = size
        unit = 10.0 ** math.floor(math.log10(span))
        step = next(unit * part for part in (0.1, 0.2, 0.5, 1.0, 2.0) if span / (unit * part) <= 10)
        # A value on the edge must not be pushed out by rounding.
        return cls(math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step)

    def place(self, value: float) -> float:
        """Return the horizontal place of `value`, in pixels."""
        span = (self.high - self.low) or 1.0
        return round(INSET + (WIDTH - 2 * INSET) * (value - self.low) / span, 1)


def draw(value: float, low: float | None, high: float | None, scale: Scale, slot: int | None) -> Markup:
    """Return the drawing: a hollow dot where there is no interval. The cell says the same in words.

    Args:
        value: the point estimate.
        low: lower end of the interval, or None.
        high: upper end of the interval, or None.
        scale: the range of the column.
        slot: colour slot of the row, or None for plain ink.
    """
    colour = "var(--muted)" if slot is None else f"var(--{SERIES[slot]})"
    middle = HEIGHT / 2
    parts = [_line(INSET, WIDTH - INSET, middle, "var(--line)", 1)]
    if scale.low <= 0 <= scale.high:
        zero = scale.place(0)
        parts.append(Markup('<line x1="{0}" x2="{0}" y1="2" y2="{1}" stroke="var(--axis)"/>').format(zero, HEIGHT - 2))
    if low is not None and high is not None:
        parts.append(_line(scale.place(low), scale.place(high), middle, colour, 2.5))
    fill = "var(--card)" if low is None else colour
    dot = Markup('<circle cx="{}" cy="{}" r="4.2" fill="{}" stroke="{}" stroke-width="1.6"/>')
    parts.append(dot.format(scale.place(value), middle, fill, colour))
    frame = Markup('<svg class="whisker" aria-hidden="true" width="{0}" height="{1}" viewBox="0 0 {0} {1}">{2}</svg>')
    return frame.format(WIDTH, HEIGHT, Markup("").join(parts))


def _line(start: float, end: float, y: float, colour: str, width: float) -> Markup:
    line = Markup('<line x1="{}" x2="{}" y1="{}" y2="{}" stroke="{}" stroke-width="{}" stroke-linecap="round"/>')
    return line.format(start, end, y, y, colour, width)


def swatch(slot: int, dash: tuple[float, ...]) -> Markup:
    """Return the short piece of line that stands for a colour slot in a legend."""
    line = Markup(
        '<svg class="swatch" aria-hidden="true" width="26" height="10" viewBox="0 0 26 10">'
        '<line x1="1" x2="25" y1="5" y2="5" stroke="var(--{})" stroke-width="3" stroke-dasharray="{}"/></svg>'
    )
    return line.format(SERIES[slot], "none" if dash[-1] == 0 else " ".join(map(str, dash)))
