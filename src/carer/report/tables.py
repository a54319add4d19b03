"""Tables of `figures.json` as cells that the template can write."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from carer.report import whisker
from carer.report.text import as_number, decimals, number, visible


@dataclass(frozen=True)
class Cell:
    """One cell: `text` alone, or an estimate with its interval in words and as a drawing."""

    text: str
    kind: str = "text"
    interval: str = ""
    n: int | None = None
    drawing: Markup | str = ""
    slot: int | None = None


@dataclass(frozen=True)
class Table:
    """A table ready to write; `scales` holds "low to high" for each column that is drawn, else ""."""

    title: str
    note: str
    columns: tuple[str, ...]
    scales: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    seeds: str


def table_of(spec: Any, slots: Mapping[str, int]) -> Table:
    """Return the table that one entry of `figures.json` holds; ValueError says what is wrong with it.

    Args:
        spec: title, note, columns and rows; a cell is text, a number, a truth value, null, or an object
            {value, low, high, n}.
        slots: colour slots of the names that the charts draw.
    """
    if not isinstance(spec, Mapping) or not isinstance(spec.get("columns"), list):
        raise ValueError("a table must be an object with `columns` and `rows`")
    columns, raw = spec["columns"], spec.get("rows") or []
    for index, row in enumerate(raw):
        if not isinstance(row, list) or len(row) != len(columns):
            raise ValueError(f"row {index} does not have one cell for each of the {len(columns)} columns")
    width = range(len(columns))
    scales = [_scale([row[i] for row in raw]) for i in width]
    places = [_places([row[i] for row in raw]) for i in width]
    rows = []
    for row in raw:
        slot = slots.get(visible(row[0])) if row and isinstance(row[0], str) else None
        rows.append(tuple(_cell(row[i], scales[i], places[i], slot, first=i == 0) for i in width))
    counts = {cell.n for row in rows for cell in row if cell.kind == "estimate"}
    return Table(
        title=visible(spec.get("title") or "Figures"),
        note=visible(spec.get("note") or ""),
        columns=tuple(visible(name).replace("_", " ") for name in columns),
        scales=tuple(
            f"{number(s.low, p)} to {number(s.high, p)}" if s else "" for s, p in zip(scales, places, strict=True)
        ),
        rows=tuple(rows),
        seeds=_seeds(counts),
    )


def _seeds(counts: set[int | None]) -> str:
    """How many seeds stand behind every estimate, where that is one number; the cells say it otherwise."""
    if len(counts) != 1 or None in counts:
        return ""
    n = counts.pop()
    return "Every estimate is of one seed." if n == 1 else f"Every estimate is over {n} seeds."


def _cell(value: Any, scale: whisker.Scale | None, places: int, slot: int | None, *, first: bool) -> Cell:
    if value is None:
        return Cell("not measured", kind="missing")
    if isinstance(value, bool):
        return Cell("yes" if value else "no")
    if isinstance(value, Mapping):
        return _estimate(value, scale, places, slot)
    if isinstance(value, int) and abs(value) < 10**15:
        return Cell(number(value, 0), kind="number")
    if isinstance(value, int | float):
        plain = as_number(value)
        return Cell("not finite", kind="missing") if plain is None else Cell(number(plain, places), kind="number")
    return Cell(visible(value), slot=slot if first else None)


def _estimate(spec: Mapping[str, Any], scale: whisker.Scale | None, places: int, slot: int | None) -> Cell:
    value, low, high = (as_number(spec.get(name)) for name in ("value", "low", "high"))
    n = spec.get("n") if isinstance(spec.get("n"), int) else None
    if value is None or scale is None:
        return Cell("not measured" if spec.get("value") is None else "not finite", kind="missing")
    if low is None or high is None:
        low = high = None
        words = "n < 3: no interval" if n is not None and n < 3 else "no interval"
    else:
        words = f"{number(low, places)} to {number(high, places)}"
    drawing = whisker.draw(value, low, high, scale, slot)
    return Cell(number(value, places), kind="estimate", interval=words, n=n, drawing=drawing)


def _numbers(cells: list[Any]) -> list[float]:
    """The point estimates and interval ends among `cells`."""
    found = [
        as_number(cell.get(name)) for cell in cells if isinstance(cell, Mapping) for name in ("value", "low", "high")
    ]
    return [value for value in found if value is not None]


def _scale(cells: list[Any]) -> whisker.Scale | None:
    values = _numbers(cells)
    return whisker.Scale.over(values) if values else None


def _places(cells: list[Any]) -> int:
    plain = [value for cell in cells if (value := as_number(cell)) is not None]
    return decimals(_numbers(cells) + plain)
