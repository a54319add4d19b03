"""Flags from dataclasses: an experiment's config and a verb's own options on one command line."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, TypeVar

import tyro

from carer.concepts import CarerError

O = TypeVar("O")  # noqa: E741 - options
C = TypeVar("C")

_MARKERS = (tyro.conf.FlagCreatePairsOff, tyro.conf.AvoidSubcommands)


@dataclasses.dataclass(frozen=True)
class ListOptions:
    """List the experiments and the runs."""

    out: Path = Path("runs")
    """The folder of all runs."""
    json: bool = False
    """Print one JSON object instead of tables."""


@dataclasses.dataclass(frozen=True)
class ReportOptions:
    """Write a run's report again, from its run directory alone."""

    run: tyro.conf.Positional[Path]
    """The run directory."""
    json: bool = False
    """Print one JSON object instead of the path."""


@dataclasses.dataclass(frozen=True)
class DoctorOptions:
    """Check this installation: Python, packages, torch, browser, disk, shipped weights."""

    out: Path = Path("runs")
    """The folder of all runs."""
    json: bool = False
    """Print one JSON object instead of a table."""


@dataclasses.dataclass(frozen=True)
class RunOptions:
    """Run an experiment."""

    config: Path | None = None
    """A TOML config to start from; flags given as well win."""
    out: Path = Path("runs")
    """The folder of all runs."""
    dry_run: bool = False
    """Print the resolved config and stop."""
    json: bool = False
    """End with one JSON line: run, status, report, figures."""


@dataclasses.dataclass(frozen=True)
class ResumeOptions:
    """Go on with a run that was stopped."""

    config: Path | None = None
    """A TOML config to compare with the run's own; a difference is refused unless --fork is given."""
    fork: bool = False
    """Make a child run that starts from this run's latest checkpoint; its config may differ."""
    dry_run: bool = False
    """Print the resolved config and stop."""
    json: bool = False
    """End with one JSON line: run, status, report, figures."""


RESERVED = frozenset(field.name for options in (RunOptions, ResumeOptions) for field in dataclasses.fields(options))
"""Names that an experiment's config cannot use: they are flags of `run` and `resume`."""


def parse(options: type[O], words: Sequence[str], prog: str) -> O:
    """Parse a verb's own flags."""
    return tyro.cli(options, args=words, prog=prog, config=_MARKERS)


def parse_with_config(options: O, config: C, words: Sequence[str], prog: str, about: str) -> tuple[O, C]:
    """Parse a verb's own flags and those of a config side by side; both arguments hold the defaults."""
    clash = RESERVED & {field.name for field in dataclasses.fields(config)}  # type: ignore[arg-type]
    if clash:
        raise CarerError(f"{type(config).__name__} uses names of `carer run`'s own flags: {', '.join(sorted(clash))}.")
    flat = tyro.conf.arg(name="")
    command: Any = dataclasses.make_dataclass(
        "Command", [("options", Annotated[type(options), flat]), ("config", Annotated[type(config), flat])]
    )
    parsed = tyro.cli(
        command,
        args=words,
        prog=prog,
        description=about,
        default=command(options=options, config=config),
        config=_MARKERS,
    )
    return parsed.options, parsed.config


def config_file_in(words: Sequence[str]) -> Path | None:
    """Return the value of ``--config``: the file gives the defaults that the other flags are parsed over."""
    for i, word in enumerate(words):
        if word == "--config" and i + 1 < len(words) and words[i + 1] != "None":
            return Path(words[i + 1])
        if word.startswith("--config="):
            return Path(word.removeprefix("--config="))
    return None
