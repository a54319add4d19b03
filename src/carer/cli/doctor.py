"""`carer doctor` looks for everything that `carer` needs."""

import importlib
import importlib.metadata
import importlib.util
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from carer.cli import flags
from carer.concepts import CarerError
from carer.runs import plain, read_json
from carer.runs.checkpoints import inventory
from carer.runs.manifest import usable_cores

State = Literal["ok", "absent", "broken"]

BASE = (
    "altair",
    "jinja2",
    "markupsafe",
    "numpy",
    "polars",
    "pyarrow",
    "rich",
    "scipy",
    "tomli-w",
    "tyro",
    "vl-convert-python",
)
LANGUAGE = (
    "accelerate",
    "datasets",
    "huggingface-hub",
    "peft",
    "safetensors",
    "tokenizers",
    "torch",
    "transformers",
    "trl",
)
WORLDS = (
    "equinox",
    "jax",
    "optax",
    "pettingzoo",
    "pillow",
    "safetensors",
)
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OLDEST_PYTHON = (3, 11)
LEAST_FREE_GIB = 1.0


@dataclass(frozen=True)
class Finding:
    """One line of the doctor's table. ``absent`` is a thing one can do without; ``broken`` is not."""

    what: str
    state: State
    detail: str


def doctor(words: Sequence[str]) -> int:
    """`carer doctor`: print what was found; 1 where something needed is broken."""
    options = flags.parse(flags.DoctorOptions, words, "carer doctor")
    findings = examine(options.out)
    sound = all(finding.state != "broken" for finding in findings)
    if options.json:
        print(json.dumps({"ok": sound, "findings": [asdict(finding) for finding in findings]}))
    else:
        table = Table(box=None, pad_edge=False, show_header=False)
        for finding in findings:
            table.add_row(finding.what, finding.state, Text(plain(finding.detail, newlines=False)))
        Console().print(table)
    return 0 if sound else 1


def examine(out: Path) -> list[Finding]:
    """Return all findings; `out` is the folder of all runs."""
    return [
        _python(),
        packages_finding("packages", BASE, "broken", "pip install carer"),
        packages_finding("language extra", LANGUAGE, "absent", "pip install 'carer[language]'"),
        packages_finding("worlds extra", WORLDS, "absent", "pip install 'carer[worlds]'"),
        torch_finding(),
        jax_finding(),
        browser_finding(),
        disk_finding(out),
        runs_finding(out),
        *(weights_finding(name, _shipped) for name in ("lm", "reward")),
    ]


def _python() -> Finding:
    state: State = "ok" if sys.version_info >= OLDEST_PYTHON else "broken"
    return Finding("python", state, f"{platform.python_version()} on {platform.system()} {platform.machine()}")


def packages_finding(what: str, names: Sequence[str], without: State, remedy: str) -> Finding:
    """Look up installed versions, without importing anything."""
    versions: dict[str, str] = {}
    for name in names:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    missing = [name for name in names if name not in versions]
    if missing:
        return Finding(what, without, f"not installed: {', '.join(missing)}; {remedy}")
    return Finding(what, "ok", ", ".join(f"{name} {version}" for name, version in versions.items()))


def torch_finding(python: str = sys.executable) -> Finding:
    """Import torch in a process of its own, and ask it for its threads and devices."""
    said = _said_by(
        python,
        "torch",
        "language",
        "import torch; print(torch.__version__, torch.get_num_threads(), torch.cuda.is_available())",
    )
    if isinstance(said, Finding):
        return said
    version, threads, cuda = said
    gpu = "with" if cuda == "True" else "without"
    return Finding("torch", "ok", f"{version}, {threads} threads on {usable_cores()} cores, {gpu} a CUDA device")


def jax_finding(python: str = sys.executable) -> Finding:
    """Import the worlds in a process of its own, and ask JAX for its devices and the compiler for its barriers."""
    said = _said_by(
        python,
        "jax",
        "worlds",
        "import jax; from carer.worlds import compiling; "
        "print(jax.__version__, jax.default_backend(), len(jax.devices()), compiling.barriers_hold())",
    )
    if isinstance(said, Finding):
        return said
    version, backend, devices, hold = said
    speed = "" if hold == "True" else "; this XLA drops barriers, worlds run at half speed"
    return Finding("jax", "ok", f"{version} on {devices} {backend} device(s){speed}")


def _said_by(python: str, package: str, extra: str, code: str) -> list[str] | Finding:
    """The words that `code` prints in a process of its own: this one stays light, and a crash there is a finding."""
    if importlib.util.find_spec(package) is None:
        return Finding(package, "absent", f"not installed; pip install 'carer[{extra}]'")
    try:
        done = subprocess.run([python, "-c", code], capture_output=True, text=True, timeout=300, check=False)
    except (OSError, subprocess.SubprocessError) as error:
        return Finding(package, "broken", f"cannot be imported: {error}")
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        return Finding(package, "broken", f"cannot be imported: {last}")
    return done.stdout.split()


def browser_finding() -> Finding:
    """Chromium is only needed to test the report in a real browser."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        return Finding("chromium", "absent", "only the browser tests need it")
    return Finding("chromium", "ok", Path(found).name)


def disk_finding(out: Path) -> Finding:
    """Free space where runs are written."""
    free = shutil.disk_usage(_existing(out)).free / 2**30
    state: State = "ok" if free >= LEAST_FREE_GIB else "broken"
    return Finding("disk", state, f"{free:.1f} GiB free for {out}")


def runs_finding(out: Path) -> Finding:
    """Write a file where runs are written, and remove it."""
    folder = _existing(out)
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".carer-doctor-") as file:
            file.write(b"x")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return Finding("runs folder", "broken", f"{out} cannot be written: {error.strerror}")
    return Finding("runs folder", "ok", f"{out} can be written")


def weights_finding(name: str, folder_of: Callable[[str], Path]) -> Finding:
    """Compare shipped weights with the sizes and hashes in their manifest."""
    what = f"village {name}"
    try:
        folder = folder_of(name)
        stated = read_json(folder / "manifest.json")["files"]
        found = inventory(folder, links=True)
    except (CarerError, OSError, KeyError) as error:
        return Finding(what, "broken", f"shipped weights cannot be read: {error}")
    bad = [file for file, facts in stated.items() if found.get(file) != facts]
    if bad or not stated:
        return Finding(what, "broken", f"changed or missing since shipping: {', '.join(bad) or 'everything'}")
    size = sum(facts["size"] for facts in stated.values()) / 1e6
    return Finding(what, "ok", f"{len(stated)} files, {size:.1f} MB, as shipped")


def _shipped(name: str) -> Path:
    return importlib.import_module("carer.village.assets").path(name)


def _existing(path: Path) -> Path:
    """The nearest folder upwards that exists."""
    path = path.absolute()
    while not path.is_dir():
        path = path.parent
    return path
