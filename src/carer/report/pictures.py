"""One chart of a run as a picture of its own, for a README or a paper."""

from pathlib import Path
from typing import Literal

import vl_convert

from carer.concepts import CarerError
from carer.report import charts, figures
from carer.report.series import curve_of, means, points
from carer.report.source import read
from carer.runs.files import atomic_write


def figure(
    run_path: Path,
    curve_index: int,
    out: Path,
    *,
    theme: Literal["light", "dark"] = "light",
    scale: float = 2.0,
) -> Path:
    """Write one curve of the run's ``figures.json`` to `out` (``.svg`` or ``.png``) and return `out`.

    Args:
        run_path: the run directory.
        curve_index: its place in the list of curves, from 0.
        out: the file to write; its ending picks the format.
        theme: colours by day or by night; the picture has its own background.
        scale: device pixels per CSS pixel of a PNG.

    Raises:
        CarerError: no such run or curve, no points to draw, or another ending.
    """
    out = Path(out)
    if out.suffix not in {".svg", ".png"}:
        raise CarerError(f"cannot write a picture to {out.name}.", "End the name in .svg or .png.")
    source = read(Path(run_path))
    curves = source.figures.get("curves")
    count = len(curves) if isinstance(curves, list) else 0
    if not isinstance(curves, list) or not 0 <= curve_index < count:
        raise CarerError(f"{source.path.name} has no curve {curve_index}: its figures.json lists {count}.")
    try:
        curve = curve_of(curves[curve_index])
    except (ValueError, TypeError, AttributeError) as error:
        raise CarerError(f"curve {curve_index} of figures.json: {error}.") from error
    frame, _ = points(source.metrics, curve)
    if frame.is_empty():
        raise CarerError(f"nothing to draw: metrics.jsonl holds no points for “{curve.title}”.")
    summary = means(frame, bars=curve.bars)
    colours = figures.line_slots(frame, curve, figures.condition_slots(source))
    chart = charts.specification(frame, summary, curve, colours, charts.WIDE, theme=theme, standalone=True)
    if out.suffix == ".svg":
        atomic_write(out, vl_convert.vegalite_to_svg(chart).encode())
    else:
        atomic_write(out, vl_convert.vegalite_to_png(chart, scale=scale))
    return out
