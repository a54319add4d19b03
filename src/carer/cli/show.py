"""`carer ls` and `carer report`."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from carer.cli import flags
from carer.concepts import CarerError
from carer.runs import Run, plain, read_json, run_folders

if TYPE_CHECKING:
    from carer.experiments import ExperimentSpec

# Off a terminal nobody resizes the window: leave room for whole sentences.
_WIDTH_OFF_TERMINAL = 160


def report(words: Sequence[str]) -> int:
    """`carer report <run>`."""
    options = flags.parse(flags.ReportOptions, words, "carer report")
    run = Run.open(options.run)
    from carer import report as reports

    page = reports.build(run.path)
    print(json.dumps({"run": str(run.path), "status": run.status, "report": str(page)}) if options.json else page)
    return 0


def ls(
    words: Sequence[str],
    registry: "Mapping[str, ExperimentSpec]",
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> int:
    """`carer ls`."""
    options = flags.parse(flags.ListOptions, words, "carer ls")
    known = {name: spec.summary for name, spec in sorted(registry.items())}
    runs = [_facts(path, now()) for path in run_folders(options.out)]
    if options.json:
        print(json.dumps({"experiments": known, "runs": runs}))
        return 0
    console = Console()
    if not console.is_terminal:
        console = Console(width=_WIDTH_OFF_TERMINAL)
    _print(console, ["experiment", ""], [[name, summary] for name, summary in known.items()])
    console.print()
    if runs:
        _print(console, ["run", "status", "age", ""], [[str(value) for value in row.values()] for row in runs])
    else:
        console.print(Text(f"no runs in {options.out} yet; start one with: carer run {next(iter(known), '...')}"))
    return 0


def _print(console: Console, columns: list[str], rows: list[list[str]]) -> None:
    table = Table(*columns, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(Text(plain(cell, newlines=False)) for cell in row))
    console.print(table)


def _facts(path: Path, now: datetime) -> dict[str, str]:
    """What `ls` says of a run. A directory that cannot be read is listed with the reason."""
    try:
        run = Run.open(path)
        started = datetime.fromisoformat(run.manifest["started"])
        # A process killed outright had no chance to write its end.
        status = "killed" if run.status == "running" and not run.alive else run.status
        return {"run": str(path), "status": status, "age": _age(now - started), "headline": _headline(run)}
    except CarerError as error:
        return {"run": str(path), "status": "unreadable", "age": "", "headline": error.message}
    except (KeyError, ValueError, TypeError) as error:
        return {"run": str(path), "status": "unreadable", "age": "", "headline": f"bad manifest: {error}"}


def _headline(run: Run) -> str:
    if run.manifest.get("error"):
        return str(run.manifest["error"])
    figures: dict[str, Any] = {}
    if (run.path / "figures.json").is_file():
        figures = read_json(run.path / "figures.json")
    verdicts = figures.get("verdicts") or [figures.get("title", "")]
    return str(verdicts[0])


def _age(span: Any) -> str:
    seconds = max(0, int(span.total_seconds()))
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
