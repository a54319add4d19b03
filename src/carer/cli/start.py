"""`carer run` and `carer resume`: from words to a finished run directory."""

import importlib
import json
import os
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from carer.cli import flags
from carer.cli.extras import missing_extra
from carer.cli.main import complain
from carer.concepts import CarerError, UnknownNameError
from carer.runs import Preemption, Run, diff, plain, read_config, read_json, redact, to_toml
from carer.runs.run import Status

if TYPE_CHECKING:
    from carer.experiments import ExperimentSpec

_NEEDED = ("experiment", "status", "config", "config_hash", "inputs")
_HELP_WORDS = ("-h", "--help")


class _Terminal(Console):
    """A console whose reader (`head`, a pager) may leave: the work goes on without it."""

    def on_broken_pipe(self) -> None:
        """Write no more; rich itself would end the process."""
        self.quiet = True
        os.dup2(os.open(os.devnull, os.O_WRONLY), (sys.stderr if self.stderr else sys.stdout).fileno())


def run(words: Sequence[str], registry: "Mapping[str, ExperimentSpec]") -> int:
    """`carer run <experiment> [flags]`."""
    if not words or words[0] in _HELP_WORDS:
        print(_run_help(registry), end="")
        return 0
    if words[0].startswith("-"):
        raise CarerError("name the experiment first.", "For example: carer run naive_kindness --dry-run")
    spec = _spec(words[0], registry)
    file = flags.config_file_in(words)
    start = spec.config() if file is None else read_config(spec.config, file)
    options, config = flags.parse_with_config(
        flags.RunOptions(config=file), start, words[1:], f"carer run {spec.name}", spec.summary
    )
    if options.dry_run:
        return _dry_run(config, options.json)
    console = _Terminal(stderr=options.json)
    made = Run.create(options.out, spec.name, config, seed=_seed(config), argv=["run", *words], console=console)
    return _carry_out(spec, config, made, options.json)


def resume(words: Sequence[str], registry: "Mapping[str, ExperimentSpec]") -> int:
    """`carer resume <run> [--config file.toml] [--fork] [flags]`."""
    if not words or words[0] in _HELP_WORDS:
        print(_RESUME_HELP, end="")
        return 0
    if words[0].startswith("-"):
        raise CarerError("name the run first.", "For example: carer resume runs/<run> --fork")
    opened = Run.open(Path(words[0]))
    lacking = [key for key in _NEEDED if key not in opened.manifest]
    if lacking:
        raise CarerError(
            f"{opened.path / 'manifest.json'} lacks {', '.join(lacking)}.", "The run cannot be taken up again."
        )
    spec = _spec(opened.manifest["experiment"], registry)
    own = opened.config(spec.config)
    file = flags.config_file_in(words)
    start = own if file is None else read_config(spec.config, file)
    options, config = flags.parse_with_config(
        flags.ResumeOptions(config=file), start, words[1:], f"carer resume {words[0]}", spec.summary
    )
    changes = list(dict.fromkeys([*opened.changed_config(), *diff(own, config)]))
    if changes and not options.fork:
        raise CarerError(
            f"the config differs from the one {opened.name} started with:\n  " + "\n  ".join(changes),
            "Put the values back, or give --fork to make a child run with the new ones.",
        )
    if options.dry_run:
        return _dry_run(config, options.json)
    if opened.status == "finished" and not options.fork:
        raise CarerError(f"{opened.name} is finished.", f"See it with: carer report {words[0]}")
    console = _Terminal(stderr=options.json)
    if not options.fork:
        opened.console = console
        opened.resume()
        return _carry_out(spec, config, opened, options.json)
    child = Run.create(
        opened.path.parent,
        spec.name,
        config,
        seed=_seed(config),
        argv=["resume", *words],
        parent=opened.name,
        inputs=opened.manifest["inputs"],
        console=console,
    )
    child.copy_progress(opened)
    return _carry_out(spec, config, child, options.json)


def _carry_out(spec: "ExperimentSpec", config: Any, run: Run, as_json: bool) -> int:
    """Call the experiment, write how it ended, build the report, and say what to do next."""
    code, error = 0, None
    status: Status = "finished"
    with Preemption() as preemption:
        try:
            run.say(f"{spec.name}: {run.path}")
            _target(spec)(config, run, preemption=preemption)
            if preemption.requested:
                code, status = preemption.exit_code, "preempted"
        except KeyboardInterrupt:
            code, status = 130, "preempted"
        except Exception as fault:
            known = fault if isinstance(fault, CarerError) else missing_extra(spec.name, fault)
            if known is not None:
                code, status, error = known.exit_code, "failed", str(known)
                complain(known)
            else:
                code, status, error = 1, "failed", f"{type(fault).__name__}: {fault}"
                _log_quietly(run, traceback.format_exc())
                complain(CarerError(f"{spec.name} failed: {error}.", f"See {run.path / 'log.txt'}."))
        ended = _finish(run, status, error)
        report = _report(run) if run.status == "finished" else None
    if status == "finished" and (not ended or report is None):
        code = 1
    _say_the_end(run, report, as_json)
    return code


def _target(spec: "ExperimentSpec") -> Callable[..., None]:
    module, _, function = spec.target.partition(":")
    return getattr(importlib.import_module(module), function)


def _finish(run: Run, status: Status, error: str | None) -> bool:
    """Write how the run ended. What cannot be written (a full disk, spoilt metrics) is told, not raised."""
    try:
        run.finish(status, error)
    except CarerError as fault:
        complain(fault)
        if status == "finished":
            _finish(run, "failed", str(fault))
        return False
    finally:
        run.close()
    return True


def _report(run: Run) -> Path | None:
    from carer import report

    try:
        return report.build(run.path)
    except Exception as error:  # the run itself is finished, whatever its report meets
        complain(CarerError(f"no report: {type(error).__name__}: {error}", f"Try: carer report {run.path}"))
        return None


def _log_quietly(run: Run, text: str) -> None:
    """Write to the log without hiding the fault at hand behind one of the log's own, such as a full disk."""
    try:
        run.say(text, console=False)
    except CarerError as error:
        complain(error)


def _say_the_end(run: Run, report: Path | None, as_json: bool) -> None:
    figures = run.path / "figures.json"
    found = figures if figures.is_file() else None
    if as_json:
        ending = {"run": run.path, "status": run.status, "report": report, "figures": found}
        print(json.dumps({key: None if value is None else str(value) for key, value in ending.items()}))
        return
    lines = {
        "run": f"{run.path} ({run.status})",
        "figures": found,
        "report": report,
        "next": _next(run, found),
    }
    for name, value in lines.items():
        if value is not None:
            print(f"{name:<8} {plain(redact(str(value)), newlines=False)}")
    sys.stdout.flush()


def _next(run: Run, figures: Path | None) -> str:
    """The command to type next: the experiment's own suggestion once it is finished."""
    if run.status != "finished":
        return f"carer resume {run.path}"
    suggested = read_json(figures).get("next") if figures is not None else None
    return str(suggested[0]) if suggested else f"carer report {run.path}"


def _spec(name: str, registry: "Mapping[str, ExperimentSpec]") -> "ExperimentSpec":
    if name not in registry:
        raise UnknownNameError("experiment", name, registry)
    return registry[name]


def _seed(config: Any) -> int:
    return int(getattr(config, "seed", 0))


def _dry_run(config: Any, as_json: bool) -> int:
    from carer.runs.config import flatten

    print(json.dumps(flatten(config)) if as_json else to_toml(config), end="\n" if as_json else "")
    return 0


def _run_help(registry: "Mapping[str, ExperimentSpec]") -> str:
    known = "\n".join(f"  {name:<20} {spec.summary}" for name, spec in sorted(registry.items()))
    return f"""\
usage: carer run <experiment> [flags]

Run an experiment. It leaves a run directory with its config, figures, transcripts and report.html.

experiments
{known}

flags of every experiment (`carer run <experiment> --help` shows its own)
  --config PATH        a TOML config to start from; flags given as well win
  --out PATH           the folder of all runs (default: runs)
  --dry-run            print the resolved config and stop
  --json               end with one JSON line: run, status, report, figures
"""


_RESUME_HELP = """\
usage: carer resume <run> [flags]

Go on with a run that was stopped, from its latest whole checkpoint. A changed config is refused and the
difference shown; with --fork it makes a child run instead.

flags (`carer resume <run> --help` shows those of its experiment as well)
  --config PATH        a TOML config to compare with the run's own
  --fork               make a child run that starts from this run's latest checkpoint; its config may differ
  --dry-run            print the resolved config and stop
  --json               end with one JSON line: run, status, report, figures
"""
