"""`carer audit`: a battery of tests put to what a run has trained."""

import importlib
import json
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from carer.cli import flags
from carer.cli.extras import missing_extra
from carer.concepts import CarerError, UnknownNameError
from carer.runs import Run

BATTERIES = {"care": "carer.experiments.care.audit", "motives": "carer.experiments.motives.button.audit"}
"""Where each battery is; its `run(run, episodes, look_inside=, teach=, pictures=)` writes a file under ``audits/``."""


def audit(words: Sequence[str]) -> int:
    """`carer audit <run> [flags]`."""
    options = flags.parse(flags.AuditOptions, words, "carer audit")
    if options.battery not in BATTERIES:
        raise UnknownNameError("battery", options.battery, BATTERIES)
    if options.episodes < 1:
        raise CarerError(f"episodes = {options.episodes}.", "It must be at least 1.")
    if options.teach < 0:
        raise CarerError(f"teach = {options.teach}.", "It must be 0 or more updates.")
    run = Run.open(options.run, console=Console(stderr=options.json))
    try:
        found = _asked(run, BATTERIES[options.battery], options)
    except ModuleNotFoundError as error:
        known = missing_extra("carer audit", error)
        if known is None:
            raise
        raise known from None
    finally:
        run.close()
    from carer import report

    page = report.build(run.path)
    if options.json:
        print(json.dumps({"run": str(run.path), "audit": str(found), "report": str(page)}))
    else:
        print(f"audit    {found}\nreport   {page}")
    return 0


def _asked(run: Run, module: str, options: flags.AuditOptions) -> Path:
    battery = importlib.import_module(module)
    chosen = {name: getattr(options, name) for name in ("look_inside", "teach", "pictures")}
    return battery.run(run, options.episodes, **chosen)
