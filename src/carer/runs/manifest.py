"""The manifest: what ran, from which code, on what. It never holds values of the environment."""

import importlib.metadata
import os
import platform
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from carer.concepts import CarerError
from carer.runs.safetext import redact, redact_argv

SCHEMA = 1
"""The version of the run directory's layout. Raise it when an older carer would misread a newer run."""

PACKAGES = (
    "carer",
    "torch",
    "transformers",
    "trl",
    "peft",
    "accelerate",
    "datasets",
    "tokenizers",
    "numpy",
    "polars",
)


def utc_text(moment: datetime) -> str:
    """Return a moment in the form the manifest uses: ``2025-01-31T09:30:00Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def build_manifest(
    *,
    experiment: str,
    config: Mapping[str, Any],
    config_hash: str,
    seed: int,
    argv: Sequence[str],
    inputs: Mapping[str, str],
    parent: str | None,
    started: datetime,
) -> dict[str, Any]:
    """Return the manifest of a run that starts now.

    Args:
        experiment: its registered name.
        config: the resolved config as dotted keys and values, so that a later edit can be shown as a
        difference.
        config_hash: see `carer.runs.config.config_hash`.
        seed: the root seed.
        argv: the words after ``carer``; secrets in them are hidden.
        inputs: model and data revisions, by name.
        parent: the run this one was forked from.
        started: when.
    """
    return {
        "schema": SCHEMA,
        "status": "running",
        "experiment": experiment,
        "argv": ["carer", *redact_argv(argv)],
        "seed": seed,
        "config_hash": config_hash,
        "config": dict(config),
        "code": code_revision(Path(__file__).parent.parent),
        "packages": packages(),
        "python": platform.python_version(),
        "hardware": hardware(),
        "inputs": {name: redact(revision) for name, revision in inputs.items()},
        "parent": parent,
        "started": utc_text(started),
        "ended": None,
        "resumed": [],
        "error": None,
    }


def check_schema(found: Any, where: str, written_by: str = "another version") -> None:
    """Refuse a schema this version cannot read; both versions are named."""
    if isinstance(found, int) and not isinstance(found, bool) and 1 <= found <= SCHEMA:
        return
    if isinstance(found, int) and not isinstance(found, bool) and found > SCHEMA:
        ours = importlib.metadata.version("carer")
        raise CarerError(
            f"{where} has schema {found}, written by carer {written_by}; carer {ours} reads up to schema {SCHEMA}.",
            "Update carer to read it.",
        )
    raise CarerError(f"{where} has no valid schema number (found {found!r}).")


def packages() -> dict[str, str]:
    """Return the versions of the installed packages that shape results, without importing them."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def code_revision(folder: Path) -> dict[str, Any]:
    """Return the commit of the checkout that `folder` belongs to, and whether tracked files differ from it.

    An installed package lies in a folder that git does not track, perhaps inside somebody else's repository:
    then there is no commit to name and the version alone must do.
    """
    unknown = {"commit": None, "dirty": None}
    if _git(folder, "ls-files", "--error-unmatch", "__init__.py") is None:
        return unknown
    commit = _git(folder, "rev-parse", "HEAD")
    changes = _git(folder, "status", "--porcelain", "--untracked-files=no")
    return {"commit": commit, "dirty": None if changes is None else bool(changes)} if commit else unknown


def _git(folder: Path, *words: str) -> str | None:
    if shutil.which("git") is None:
        return None
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *words], capture_output=True, text=True, timeout=10, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def hardware() -> dict[str, Any]:
    """Return the machine in general terms: system, processor, cores, memory in GiB, graphics cards."""
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": usable_cores(),
        "memory_gib": _memory_gib(),
        "gpus": _gpus(),
    }


def usable_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return platform.processor()
    return next((x.split(":", 1)[1].strip() for x in lines if x.startswith("model name")), platform.processor())


def _memory_gib() -> float | None:
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1)
    except (ValueError, OSError):
        return None


def _gpus() -> list[str]:
    names = []
    for path in sorted(Path("/proc/driver/nvidia/gpus").glob("*/information")):
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        names += [line.split(":", 1)[1].strip() for line in lines if line.startswith("Model:")]
    return names
