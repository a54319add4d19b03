"""From metric rows to the lines of a chart: one mean per step with its interval over seeds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import polars as pl

from carer.report.source import Row
from carer.report.text import as_number, humanise, visible
from carer.stats import interval

MAX_STEPS = 160
# A band is drawn at many steps; its edges need fewer resamples than a figure that is quoted.
RESAMPLES = 1_000


@dataclass(frozen=True)
class Curve:
    """What a chart draws: each column of `y` over column `x`, a line per group (or per `y`, if several).

    Attributes:
        title: heading above the chart.
        note: one sentence under it.
        x: metric column along the axis.
        y: metric columns drawn; several make one line each.
        group: label column that separates lines.
        only: the labels of `group` that are drawn; empty for all.
        facet: label column that separates panels, or None for one panel.
        split: only rows whose `split` says so, or None for all.
        bars: draw the interval over seeds as a band.
        x_title: words for the axis.
        y_title: words for the axis.
        labels: words for measures, by column name.
        references: horizontal rules, (height, words).
    """

    title: str
    note: str
    x: str
    y: tuple[str, ...]
    group: str
    only: tuple[str, ...]
    facet: str | None
    split: str | None
    bars: bool
    x_title: str
    y_title: str
    labels: Mapping[str, str]
    references: tuple[tuple[float, str], ...]


def curve_of(spec: Any) -> Curve:
    """Return the curve that one entry of `figures.json` asks for; ValueError says what is wrong with it."""
    if not isinstance(spec, Mapping):
        raise ValueError("a curve must be an object")
    names = spec.get("y")
    ys = [names] if isinstance(names, str) else names
    if not isinstance(ys, list) or not ys or not all(isinstance(name, str) for name in ys):
        raise ValueError("a curve needs `y`, the name of a metric or a list of names")
    labels = {str(key): visible(words) for key, words in (spec.get("labels") or {}).items()}
    references = [
        (height, visible(entry.get("label", "")))
        for entry in spec.get("references") or []
        if isinstance(entry, Mapping) and (height := as_number(entry.get("value"))) is not None
    ]
    x, group = str(spec.get("x", "step")), str(spec.get("group", "condition"))
    only = spec.get("only") or []
    if not isinstance(only, list):
        raise ValueError("`only` of a curve must be a list of labels")
    facet = spec.get("facet") or (group if len(ys) > 1 else None)
    words = " and ".join(labels.get(name, humanise(name)) for name in ys)
    return Curve(
        title=visible(spec.get("title") or f"{words} over {humanise(x)}"),
        note=visible(spec.get("note") or ""),
        x=x,
        y=tuple(ys),
        group=group,
        only=tuple(map(str, only)),
        facet=None if facet is None else str(facet),
        split=None if spec.get("split") is None else str(spec["split"]),
        bars=spec.get("bars", "seeds") == "seeds",
        x_title=visible(spec.get("x_title") or humanise(x)),
        y_title=visible(spec.get("y_title") or words),
        labels=labels,
        references=tuple(references),
    )


def points(rows: Sequence[Row], curve: Curve) -> tuple[pl.DataFrame, int]:
    """Return one point for each (facet, line, seed, x), and how many values were left out as not finite.

    The frame has columns facet, line, seed (text) and x, y (floats), sorted by x. Where a run logged more
    than `MAX_STEPS` steps, neighbouring ones are averaged.
    """
    schema = {"facet": pl.String, "line": pl.String, "seed": pl.String, "x": pl.Float64, "y": pl.Float64}
    shown = cache(visible)  # a run repeats few labels many times
    records: list[tuple[str, str, str, float, float]] = []
    dropped = 0
    for row in rows:
        if curve.split is not None and str(row.get("split")) != curve.split:
            continue
        if curve.only and str(row.get(curve.group)) not in curve.only:
            continue
        x = as_number(row.get(curve.x))
        for name in curve.y:
            if x is None or row.get(name) is None:
                continue
            y = as_number(row[name])
            if y is None:
                dropped += 1
                continue
            several = len(curve.y) > 1
            line = curve.labels.get(name, humanise(name)) if several else shown(_label(row.get(curve.group)))
            facet = shown(_label(row.get(curve.facet))) if curve.facet else ""
            records.append((facet, line, shown(_label(row.get("seed", 0))), x, y))
    frame = pl.DataFrame(records, schema=schema, orient="row")
    if frame["x"].n_unique() > MAX_STEPS:
        low, high = float(frame["x"].min()), float(frame["x"].max())  # pyright: ignore[reportArgumentType]
        width = (high - low) / MAX_STEPS
        # The right edge of its bin is the step a mean stands for, and the last step stays the last step.
        bins = ((pl.col("x") - low) / width).ceil().clip(1, MAX_STEPS)
        frame = frame.with_columns(x=(low + bins * width).round(6))
    keys = ["facet", "line", "seed", "x"]
    return frame.group_by(keys, maintain_order=True).agg(pl.col("y").mean()).sort("x", maintain_order=True), dropped


def _label(value: Any) -> str:
    return "this run" if value is None else str(value)


def means(frame: pl.DataFrame, *, bars: bool = True) -> pl.DataFrame:
    """Return the mean over seeds at each step: columns facet, line, x, mean, low, high, n.

    `low` and `high` are null below three seeds, or where `bars` is false.
    """
    grouped = frame.group_by(["facet", "line", "x"], maintain_order=True).agg(pl.col("y"))
    estimates = [interval(scores, resamples=RESAMPLES) for scores in grouped["y"].to_list()]
    drawn = [(e.value, e.low if bars else None, e.high if bars else None, e.n) for e in estimates]
    columns = {"mean": pl.Float64, "low": pl.Float64, "high": pl.Float64, "n": pl.Int64}
    return grouped.drop("y").hstack(pl.DataFrame(drawn, schema=columns, orient="row"))


def last_points(summary: pl.DataFrame) -> pl.DataFrame:
    """Return the last step of each line of each panel, in order of appearance."""
    return summary.group_by(["facet", "line"], maintain_order=True).last()
