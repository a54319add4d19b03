"""`carer`: choose the verb, and turn every ending into a message and an exit code."""

import contextlib
import os
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from carer.concepts import CarerError, UnknownNameError

if TYPE_CHECKING:
    from carer.experiments import ExperimentSpec

VERBS = {
    "ls": "list experiments and runs",
    "run": "run an experiment",
    "resume": "go on with a run that was stopped",
    "audit": "put a battery of tests to what a run has trained",
    "report": "write a run's report again",
    "play": "play a seat of a world yourself",
    "doctor": "check this installation",
}

HELP = """\
usage: carer <verb> ...

Train, test and dissect intrinsic kindness in language models and agents.

{verbs}

`carer <verb> --help` tells more; `carer run naive_kindness` is a good start.
"""


def main(argv: Sequence[str] | None = None, registry: "Mapping[str, ExperimentSpec] | None" = None) -> int:
    """Run one command line and return its exit code.

    Codes: 0 done · 1 the work failed, or `doctor` found a fault · 2 a fault in what was asked or given · 130
    stopped by Ctrl-C · 143 stopped by SIGTERM; after both, `carer resume` goes on.

    Args:
        argv: the words after ``carer``; those of this process by default.
        registry: the experiments by name; `carer.experiments.registry()` by default.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        return _dispatch(words, registry)
    except CarerError as error:
        complain(error)
        return error.exit_code
    except SystemExit as error:  # the flag parser has printed its own message
        return error.code if isinstance(error.code, int) else int(error.code is not None)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader (`head`, a pager) has gone: the interpreter must not flush into the closed pipe at its
        # exit.
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        complain(
            CarerError(f"{error.filename or 'the system'}: {error.strerror or error}.", "May it be read and written?")
        )
        return 2


def complain(error: CarerError) -> None:
    """Print an error a user can act on, and its hint, to standard error."""
    from carer.runs.safetext import plain, redact

    print(f"error: {plain(redact(error.message))}", file=sys.stderr)
    if error.hint:
        print(f"       {plain(redact(error.hint))}", file=sys.stderr)


def _dispatch(words: list[str], registry: "Mapping[str, ExperimentSpec] | None") -> int:
    if not words or words[0] in ("-h", "--help", "help"):
        print(HELP.format(verbs="\n".join(f"  {verb:<8} {what}" for verb, what in VERBS.items())), end="")
        return 0
    verb, rest = words[0], words[1:]
    if verb == "--version":
        from carer import __version__

        print(f"carer {__version__}")
        return 0
    if verb not in VERBS:
        raise UnknownNameError("verb", verb, VERBS)
    if verb == "report":
        from carer.cli import show

        return show.report(rest)
    if verb == "audit":
        from carer.cli import audit

        return audit.audit(rest)
    if verb == "play":
        from carer.cli import play

        return play.play(rest)
    if verb == "doctor":
        from carer.cli import doctor

        return doctor.doctor(rest)
    known = _registry() if registry is None else registry
    if verb == "ls":
        from carer.cli import show

        return show.ls(rest, known)
    from carer.cli import start

    return start.run(rest, known) if verb == "run" else start.resume(rest, known)


def _registry() -> "Mapping[str, ExperimentSpec]":
    from carer import experiments

    return experiments.registry()
