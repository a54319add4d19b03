"""Charts: means over seeds as lines, their intervals as bands, each seed as a hair line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import polars as pl

from carer.report.series import Curve
from carer.report.theme import DASHES, SERIES, THEMES

MAX_PANELS = 12


@dataclass(frozen=True)
class Layout:
    """How large the plot of a chart is, in CSS pixels; axes come on top, and fit the page's frame."""

    width: int
    height: int
    columns: int
    panel_width: int
    panel_height: int
    ticks: int
    panel_ticks: int


WIDE = Layout(width=838, height=320, columns=2, panel_width=398, panel_height=210, ticks=8, panel_ticks=5)
NARROW = Layout(width=274, height=220, columns=1, panel_width=274, panel_height=180, ticks=4, panel_ticks=4)


def slots(names: Sequence[str], *, first: int = 0) -> dict[str, int]:
    """Give each name a colour slot, in order, starting at `first` and wrapping round."""
    return {name: (first + index) % len(SERIES) for index, name in enumerate(dict.fromkeys(names))}


def specification(
    frame: pl.DataFrame,
    summary: pl.DataFrame,
    curve: Curve,
    colours: Mapping[str, int],
    layout: Layout,
    *,
    theme: str = "light",
    standalone: bool = False,
) -> dict[str, Any]:
    """Return the Vega-Lite specification of `curve` over the points of `frame`.

    Args:
        frame: what `series.points` returned; not empty.
        summary: what `series.means` made of it.
        curve: what to draw.
        colours: colour slot of each line.
        layout: size.
        theme: "light" or "dark".
        standalone: a picture of its own, with title, legend and background; the page writes those in HTML.
    """
    tokens = THEMES[theme]
    lines = list(dict.fromkeys(frame["line"].to_list()))
    panels = list(dict.fromkeys(frame["facet"].to_list()))[:MAX_PANELS]
    frame, summary = (each.filter(pl.col("facet").is_in(panels)) for each in (frame, summary))
    range_ = [tokens[SERIES[colours[name]]] for name in lines]
    dashes = [list(DASHES[colours[name]]) for name in lines]
    legend = (
        alt.Legend(title=None, orient="top", symbolType="stroke", symbolOpacity=1, symbolSize=400, columns=4)
        if standalone
        else None
    )
    colour = alt.Color("line:N", scale=alt.Scale(domain=lines, range=range_), legend=legend)
    dash = alt.StrokeDash("line:N", scale=alt.Scale(domain=lines, range=dashes), legend=legend)
    split = curve.facet is not None and len(panels) > 1
    ticks = layout.panel_ticks if split else layout.ticks
    # There is no half of what is counted: an update, a generation, a place in a list.
    least = 1 if (frame["x"] == frame["x"].round()).all() else alt.Undefined
    x = alt.X("x:Q", title=curve.x_title, axis=alt.Axis(tickCount=ticks, tickMinStep=least, grid=False))
    # Several measures are named by the legend, and the page writes the title above the drawing.
    y_title = curve.y_title if standalone and len(curve.y) == 1 else None
    y = alt.Y("mean:Q", title=y_title, scale=alt.Scale(zero=False, nice=True), axis=alt.Axis(tickCount=5))

    several_seeds = frame["seed"].n_unique() > 1
    # One table for every layer, because Vega-Lite splits panels from one.
    table = pl.concat([summary, frame.rename({"y": "one"})], how="diagonal")
    # By name, because Altair would check every row against its schema, which takes most of a second.
    base = alt.Chart(alt.NamedData("points"))
    layers: list[alt.Chart] = []
    if curve.bars and summary["low"].is_not_null().any():
        band = base.transform_filter("isValid(datum.low)").mark_area(opacity=0.16)
        layers.append(band.encode(x=x, y=alt.Y("low:Q", title=y_title), y2="high:Q", color=colour))
    if several_seeds:
        hair = base.transform_filter("isValid(datum.one)").mark_line(strokeWidth=0.8, opacity=0.33)
        layers.append(hair.encode(x=x, y=alt.Y("one:Q", title=y_title), color=colour, detail="seed:N"))
    for height, words in curve.references:
        layers += _reference(base, height, words, x, tokens)
    single = base.transform_filter("isValid(datum.mean)").mark_line(
        strokeWidth=2.4, strokeJoin="round", point=summary["x"].n_unique() == 1
    )
    layers.append(single.encode(x=x, y=y, color=colour, strokeDash=dash))
    chart = alt.layer(*layers)
    if split:
        chart = chart.properties(width=layout.panel_width, height=layout.panel_height)
        header = alt.Header(title=None, labelAnchor="start", labelLimit=layout.panel_width)
        facet = alt.Facet("facet:N", sort=panels, header=header)
        chart = chart.facet(facet=facet, columns=layout.columns).resolve_axis(x="independent", y="independent")
    else:
        chart = chart.properties(width=layout.width, height=layout.height)
    if standalone:
        chart = chart.properties(title=alt.Title(curve.title, subtitle=curve.note or []), background=tokens["paper"])
    return {
        **chart.to_dict(),
        "datasets": {"points": table.to_dicts()},
        "config": _config(tokens, standalone),
    }


def _reference(base: alt.Chart, height: float, words: str, x: alt.X, tokens: Mapping[str, str]) -> list[alt.Chart]:
    """A horizontal rule with its words at the right end, just above it."""
    one = base.transform_aggregate(x="max(x)", groupby=["facet"])
    rule = base.transform_aggregate(count="count()", groupby=["facet"]).mark_rule(
        color=tokens["axis"], strokeDash=[2, 3], strokeWidth=1
    )
    text = one.mark_text(align="right", baseline="bottom", dy=-3, fontSize=11, color=tokens["muted"])
    return [
        rule.encode(y=alt.Y(datum=height)),
        text.encode(x=x, y=alt.Y(datum=height), text=alt.value(words)),
    ]


def _config(tokens: Mapping[str, str], standalone: bool) -> dict[str, Any]:
    return {
        "font": "sans-serif",
        "background": tokens["paper"] if standalone else None,
        "padding": {"left": 2, "right": 12, "top": 10, "bottom": 2} if not standalone else 20,
        "view": {"stroke": None},
        "axis": {
            "labelColor": tokens["muted"],
            "labelFontSize": 12,
            "titleColor": tokens["muted"],
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "titlePadding": 8,
            "gridColor": tokens["grid"],
            "domain": False,
            "tickColor": tokens["axis"],
            "tickSize": 4,
        },
        "axisX": {"domain": True, "domainColor": tokens["axis"]},
        "axisY": {"ticks": False, "labelPadding": 8},
        "header": {"labelColor": tokens["ink"], "labelFontSize": 13, "labelFontWeight": 600},
        "legend": {
            "symbolStrokeWidth": 2.5,
            "labelColor": tokens["ink"],
            "labelFontSize": 13,
            "labelLimit": 220,
            "offset": 14,
        },
        "title": {
            "color": tokens["ink"],
            "anchor": "start",
            "fontSize": 18,
            "offset": 14,
            "subtitleColor": tokens["muted"],
            "subtitleFontSize": 13,
        },
    }
