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
class AuditOptions:
    """Put a battery of tests to what a finished run has trained, and write its report again."""

    run: tyro.conf.Positional[Path]
    """The run directory."""
    battery: str = "care"
    """Which tests: care, or motives (of a run of reward_button)."""
    episodes: int = 256
    """Whole lives, or episodes, of each agent in each condition."""
    look_inside: bool = True
    """Ask the rows that look inside the mothers, too (12, 13, 16, 19)."""
    teach: int = 0
    """Updates for which three mothers are paid for what each row measures, to tell whether they can do it."""
    pictures: bool = False
    """Draw a telling episode for each row, too: audits/care.png in the run directory."""
    json: bool = False
    """Print one JSON object instead of the paths."""


@dataclasses.dataclass(frozen=True)
class DoctorOptions:
    """Check this installation: Python, packages, torch, JAX, browser, disk, shipped weights."""

    out: Path = Path("runs")
    """The folder of all runs."""
    json: bool = False
    """Print one JSON object instead of a table."""


@dataclasses.dataclass(frozen=True)
class PlayOptions:
    """Play a seat of a world."""

    preset: str = "standard"
    """The world's set of parameters: easy, standard, harsh or nest_like; other flags win over it."""
    seat: str = "mother"
    """Whom to play: mother, baby, foreign_0, ...; a baby is played with --brain policy."""
    seed: int = 0
    """Of the episode."""
    mother: str = "all_skills"
    """The script that plays the mother where you do not."""
    keys: str | None = None
    """Play this row of keys instead of reading a terminal, for example eeewwg."""
    record: Path | None = None
    """Write the game to a .gif (a moving picture of all that happened) or a .json (a replay)."""
    json: bool = False
    """End with one JSON line: how it went."""


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
    value = value_in(words, "--config")
    return None if value is None else Path(value)


def value_in(words: Sequence[str], flag: str) -> str | None:
    """Return the value of a flag that has to be known before the others can be parsed."""
    for i, word in enumerate(words):
        if word == flag and i + 1 < len(words) and words[i + 1] != "None":
            return words[i + 1]
        if word.startswith(f"{flag}="):
            return word.removeprefix(f"{flag}=")
    return None
