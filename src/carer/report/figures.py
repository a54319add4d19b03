"""The figures of a page: `figures.json` and the metrics, turned into tables and drawings."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
import vl_convert
from markupsafe import Markup

from carer.report import charts, svg, whisker
from carer.report.series import Curve, curve_of, last_points, means, points
from carer.report.source import Source
from carer.report.tables import Table, table_of
from carer.report.text import decimals, number, visible
from carer.report.theme import DASHES, SERIES

# Measures take the later colours, so that none shares its colour with a condition.
FIRST_MEASURE_SLOT = 4


@dataclass(frozen=True)
class Ending:
    """Where a line ends, in words."""

    facet: str
    line: str
    x: str
    value: str
    interval: str
    n: int


@dataclass(frozen=True)
class Drawing:
    """A chart ready to write: two drawings (wide and narrow), its legend and its last values."""

    curve: Curve
    wide: Markup
    narrow: Markup
    legend: tuple[tuple[str, Markup], ...]
    endings: tuple[Ending, ...]
    remarks: tuple[str, ...]


def condition_slots(source: Source) -> dict[str, int]:
    """Return the colour slot of each condition, the same in every table, chart and transcript of the page."""
    drawn = {visible(row["condition"]) for row in source.metrics if row.get("condition") is not None}
    tables = source.figures.get("tables")
    named: list[str] = []
    for table in tables if isinstance(tables, list) else []:
        rows = table.get("rows") if isinstance(table, dict) else None
        heads = [row[0] for row in (rows if isinstance(rows, list) else []) if isinstance(row, list) and row]
        named += [visible(head) for head in heads if isinstance(head, str)]
    ordered = [name for name in named if name in drawn]
    ordered += [visible(row["condition"]) for row in source.metrics if row.get("condition") is not None]
    return charts.slots(ordered)


def tables(source: Source, slots: dict[str, int]) -> list[Table]:
    """Return the tables of `figures.json`; one that cannot be read is named among the problems instead."""
    made = []
    for index, spec in enumerate(_listed(source, "tables")):
        try:
            made.append(table_of(spec, slots))
        except (ValueError, TypeError) as error:
            source.problems.append(f"table {index} of figures.json was left out: {visible(error)}.")
    return made


def drawings(source: Source, slots: dict[str, int]) -> list[Drawing]:
    """Return the charts of `figures.json` that have points; the others are named among the problems."""
    made = []
    for index, spec in enumerate(_listed(source, "curves")):
        try:
            curve = curve_of(spec)
        except (ValueError, TypeError, AttributeError) as error:
            source.problems.append(f"curve {index} of figures.json was left out: {visible(error)}.")
            continue
        frame, dropped = points(source.metrics, curve)
        if frame.is_empty():
            source.problems.append(f"“{curve.title}” was not drawn: metrics.jsonl holds no points for it.")
            continue
        try:
            made.append(_drawing(frame, dropped, curve, slots, f"c{index}"))
        except (ValueError, SyntaxError) as error:  # ElementTree's ParseError is a SyntaxError
            source.problems.append(f"“{curve.title}” could not be drawn: {visible(error)}.")
    return made


def line_slots(frame: pl.DataFrame, curve: Curve, slots: dict[str, int]) -> dict[str, int]:
    """Return the colour slot of each line of a chart."""
    lines = list(dict.fromkeys(frame["line"].to_list()))
    if len(curve.y) > 1:
        return charts.slots(
            [curve.labels.get(name, name.replace("_", " ")) for name in curve.y] + lines,
            first=FIRST_MEASURE_SLOT,
        )
    if all(line in slots for line in lines):
        return {line: slots[line] for line in sorted(lines, key=slots.__getitem__)}
    return charts.slots(lines)


def _drawing(frame: pl.DataFrame, dropped: int, curve: Curve, slots: dict[str, int], name: str) -> Drawing:
    colours = line_slots(frame, curve, slots)
    summary = means(frame, bars=curve.bars)
    endings = _endings(summary)
    label = _in_words(curve, endings)
    sizes = {"wide": charts.WIDE, "narrow": charts.NARROW}
    drawn = {}
    for size, layout in sizes.items():
        drawing = vl_convert.vegalite_to_svg(charts.specification(frame, summary, curve, colours, layout))
        drawn[size] = svg.clean(drawing, prefix=f"{name}-{size}-", label=label, css_class=f"chart {size}")
    present = set(frame["line"].to_list())
    legend = tuple((line, whisker.swatch(slot, DASHES[slot])) for line, slot in colours.items() if line in present)
    remarks = []
    if dropped:
        remarks.append(f"{dropped} values were not finite and are not drawn.")
    if frame["facet"].n_unique() > charts.MAX_PANELS:
        remarks.append(f"Only the first {charts.MAX_PANELS} of {frame['facet'].n_unique()} panels are drawn.")
    if len(present) > len(SERIES):
        remarks.append("More lines than colours: some share one.")
    return Drawing(curve, drawn["wide"], drawn["narrow"], legend, endings, (_bars_in_words(summary, frame), *remarks))


def _bars_in_words(summary: pl.DataFrame, frame: pl.DataFrame) -> str:
    if frame["seed"].n_unique() == 1:
        return "One seed: the line is that seed, and there is no interval."
    if summary["low"].is_null().all():
        return "Thick: mean over seeds. Thin: each seed. No band: n < 3, or none was asked for."
    return "Thick: mean over seeds. Band: its 95 % interval. Thin: each seed."


def _endings(summary: pl.DataFrame) -> tuple[Ending, ...]:
    last = last_points(summary)
    places = decimals(last["mean"].to_list())
    found = []
    for row in last.iter_rows(named=True):
        words = (
            "no interval" if row["low"] is None else f"{number(row['low'], places)} to {number(row['high'], places)}"
        )
        value = number(row["mean"], places)
        found.append(Ending(row["facet"], row["line"], f"{row['x']:g}", value, words, row["n"]))
    return tuple(found)


def _in_words(curve: Curve, endings: Sequence[Ending]) -> str:
    """What the chart shows, for readers who do not see it; the table under it says the rest."""
    ends = "; ".join(
        f"{' '.join(part for part in (e.facet, e.line) if part)} ends at {e.value} ({e.interval})" for e in endings[:8]
    )
    return f"Line chart, {curve.title}: {curve.y_title} against {curve.x_title}. {ends}."


def _listed(source: Source, key: str) -> list[Any]:
    value = source.figures.get(key, [])
    if isinstance(value, list):
        return value
    source.problems.append(f"`{key}` of figures.json is not a list.")
    return []
