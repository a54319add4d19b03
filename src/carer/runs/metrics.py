"""`metrics.jsonl`: the truth about a run, one JSON object a line."""

import io
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from carer.concepts import CarerError
from carer.runs.files import append_line, atomic_write, read_jsonl, to_json

if TYPE_CHECKING:
    import polars

Value = float | int | str | bool | None


def append_metrics(path: Path, step: int, metrics: Mapping[str, Any]) -> None:
    """Append one row. A number that is not finite is written as null: JSON has no word for it.

    Array scalars (anything with ``item()``) are accepted; other kinds are refused by name.
    """
    row: dict[str, Value] = {"step": step}
    for name, value in metrics.items():
        row[name] = _plain(name, value)
    append_line(path, to_json(row, str(path)))


def _plain(name: str, value: Any) -> Value:
    if not isinstance(value, float | int | str | bool) and value is not None and hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, int | str | bool):
        return value
    raise CarerError(f"metric {name!r} is a {type(value).__name__}.", "Log numbers, and text for labels.")


def read_metrics(path: Path) -> "polars.DataFrame":
    """Return all rows as a table; a column that a row lacks is null there. A torn last line is dropped.

    Raises:
        CarerError: any other bad line (file and line named), or a column that mixes text and numbers.
    """
    import polars  # here and not above: it costs 0.3 s, and most commands never read a table

    rows = list(read_jsonl(path)) if path.exists() else []
    if not rows:
        return polars.DataFrame(schema={"step": polars.Int64})
    _check_kinds(rows, path)
    table = polars.from_dicts(rows, infer_schema_length=None)
    # A column without one finite number is still a column of numbers.
    return table.with_columns(polars.selectors.by_dtype(polars.Null).cast(polars.Float64))


def _check_kinds(rows: list[dict[str, Any]], path: Path) -> None:
    """Refuse a column that holds text here and numbers there: a table would turn its numbers into text."""
    text_columns: dict[str, bool] = {}
    for line, row in enumerate(rows, start=1):
        for name, value in row.items():
            if isinstance(value, list | dict):
                kind = type(value).__name__
                raise CarerError(f"{path}:{line}: {name!r} is a {kind}, not a number or text.")
            is_text = isinstance(value, str)
            if value is not None and text_columns.setdefault(name, is_text) != is_text:
                raise CarerError(f"{path}:{line}: {name!r} is text in one row and a number in another.")


def keep_metrics(path: Path, keep: Callable[[dict[str, Any]], bool]) -> None:
    """Rewrite the file in one step with the rows for which `keep` is true."""
    if path.exists():
        lines = [to_json(row, str(path)) + b"\n" for row in read_jsonl(path) if keep(row)]
        atomic_write(path, b"".join(lines))


def write_parquet(source: Path, target: Path) -> None:
    """Write the table of a metrics file as Parquet, in one step."""
    buffer = io.BytesIO()
    read_metrics(source).write_parquet(buffer)
    atomic_write(target, buffer.getvalue())
