"""A run directory: everything one run leaves behind, and the only thing a report may read."""

import os
import re
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from rich.console import Console

from carer.concepts import CarerError, UnknownNameError
from carer.runs import config as configs
from carer.runs import metrics as metric_files
from carer.runs.checkpoints import Checkpoints
from carer.runs.files import (
    append_line,
    append_rows,
    atomic_write,
    inside,
    mend_last_line,
    read_json,
    remove_leftovers,
    saying_where,
    to_json,
)
from carer.runs.lock import WriterLock
from carer.runs.manifest import build_manifest, check_schema, utc_text
from carer.runs.safetext import plain, redact

if TYPE_CHECKING:
    import polars

Status = Literal["running", "finished", "preempted", "failed"]
Clock = Callable[[], datetime]
C = TypeVar("C")

_EXPERIMENT_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]*")


def _now() -> datetime:
    return datetime.now(UTC)


class Run:
    """A run directory, opened for reading; the first write takes its lock, so that one process writes.

    Layout: ``manifest.json``, ``config.toml``, ``metrics.jsonl`` (``metrics.parquet`` at the end),
    ``checkpoints/``, ``log.txt``, and what the experiment adds (``figures.json``, ``transcripts.jsonl``,
    ...).
    """

    def __init__(
        self, path: Path, manifest: dict[str, Any], *, console: Console | None = None, clock: Clock = _now
    ) -> None:
        """Wrap an existing directory; use `Run.create` or `Run.open`."""
        self.path = path
        self.manifest = manifest
        self.console = console or Console()
        self._clock = clock
        self._lock = WriterLock(path / ".lock")

    @classmethod
    def create(
        cls,
        root: Path,
        experiment: str,
        config: Any,
        *,
        seed: int,
        argv: Sequence[str],
        parent: str | None = None,
        inputs: Mapping[str, str] | None = None,
        console: Console | None = None,
        clock: Clock = _now,
    ) -> "Run":
        """Make ``root/<utc>_<experiment>_<hash8>`` with its manifest and config, and lock it.

        Args:
            root: the folder of all runs; made when missing.
            experiment: its registered name.
            config: a (nested) frozen dataclass.
            seed: the root seed.
            argv: the words after ``carer`` on the command line.
            parent: the name of the run this one was forked from.
            inputs: model and data revisions, by name.
            console: where `say` prints; standard output by default.
            clock: tells the time.

        Raises:
            CarerError: an unfit experiment name, a secret in the config, or a root that cannot be written.
        """
        if _EXPERIMENT_NAME.fullmatch(experiment) is None:
            raise CarerError(f"refused the experiment name {experiment!r}: small letters, digits, - and _ only.")
        text = configs.to_toml(config)
        if redact(text) != text:
            raise CarerError(
                "the config holds a secret (a token, or the value of a secret environment variable).",
                "Leave it in the environment: run directories are made to be shared.",
            )
        started = clock()
        digest = configs.text_hash(text)
        path = _new_folder(root, f"{started.astimezone(UTC):%Y%m%d-%H%M%S}_{experiment}_{digest}")
        manifest = build_manifest(
            experiment=experiment,
            config=configs.flatten(config),
            config_hash=digest,
            seed=seed,
            argv=argv,
            inputs=inputs or {},
            parent=parent,
            started=started,
        )
        run = cls(path, manifest, console=console, clock=clock)
        run._lock.take()
        atomic_write(path / "config.toml", text.encode())
        run._save_manifest()
        return run

    @classmethod
    def open(cls, path: Path, *, console: Console | None = None, clock: Clock = _now) -> "Run":
        """Open a run directory for reading.

        Raises:
            UnknownNameError: there is no such directory; the nearest run beside it is offered.
            CarerError: no run directory, a damaged manifest, or a schema newer than this version reads.
        """
        path = Path(path)
        if not path.is_dir():
            beside = [str(run) for run in run_folders(path.parent)]
            if beside:
                raise UnknownNameError("run", str(path), beside)
            raise CarerError(f"there is no run at {path}.", "`carer ls` lists runs.")
        if not (path / "manifest.json").is_file():
            raise CarerError(f"{path} is no run directory: it has no manifest.json.", "`carer ls` lists runs.")
        manifest = read_json(path / "manifest.json")
        versions = manifest.get("packages")
        carer_version = versions.get("carer", "unknown") if isinstance(versions, dict) else "unknown"
        check_schema(manifest.get("schema"), str(path), str(carer_version))
        return cls(path, manifest, console=console, clock=clock)

    @property
    def name(self) -> str:
        """The directory's name."""
        return self.path.resolve().name

    @property
    def status(self) -> Status:
        """What the manifest says; a run killed outright still says ``running`` but is not `alive`."""
        return self.manifest["status"]

    @property
    def alive(self) -> bool:
        """Whether a process holds the run's lock now."""
        return self._lock.held or self._lock.taken_elsewhere()

    @property
    def config_text(self) -> str:
        """The content of ``config.toml``."""
        with saying_where(self.path / "config.toml", "read"):
            return (self.path / "config.toml").read_bytes().decode("utf-8", "replace")

    def config(self, cls: type[C]) -> C:
        """Return the run's config as an instance of `cls`."""
        return configs.from_toml(cls, self.config_text, str(self.path / "config.toml"))

    def changed_config(self) -> list[str]:
        """Return how ``config.toml`` differs from the config the run started with, a line for each key."""
        text = self.config_text
        if configs.text_hash(text) == self.manifest["config_hash"]:
            return []
        lines = configs.diff(self.manifest["config"], configs.parse_toml(text, str(self.path / "config.toml")))
        return lines or ["its layout or comments"]

    def record_inputs(self, **revisions: str) -> None:
        """Add model and data revisions to the manifest, by name."""
        self._writable()
        self.manifest["inputs"] |= {name: redact(revision) for name, revision in revisions.items()}
        self._save_manifest()

    def resume(self) -> None:
        """Take the run up again: lock it, clear away what a killed writer left, and mark it running."""
        self._writable()
        for folder in (
            self.path,
            *(p for p in self.path.iterdir() if p.is_dir() and p.name != "checkpoints"),
        ):
            remove_leftovers(folder)
        for file in self.path.glob("*.jsonl"):
            mend_last_line(file)
        mend_last_line(self.path / "log.txt")
        self.manifest["resumed"] = [*self.manifest.get("resumed", []), utc_text(self._clock())]
        self._set_status("running", None)

    def finish(self, status: Status, error: str | None = None) -> None:
        """Write how the run ended (and, once finished, ``metrics.parquet``), and let the lock go."""
        self._writable()
        if status == "finished":
            metric_files.write_parquet(self.path / "metrics.jsonl", self.path / "metrics.parquet")
        self._set_status(status, error)
        self._lock.release()

    def close(self) -> None:
        """Let the lock go without a word, as a killed process would."""
        self._lock.release()

    def log(self, step: int, **metrics: Any) -> None:
        """Append one row of metrics: numbers, and text or integers as labels (condition, seed, split)."""
        self._writable()
        metric_files.append_metrics(self.path / "metrics.jsonl", step, metrics)

    def metrics(self) -> "polars.DataFrame":
        """Return all rows logged so far; see `carer.runs.metrics.read_metrics`."""
        return metric_files.read_metrics(self.path / "metrics.jsonl")

    def truncate_metrics(self, keep: Callable[[dict[str, Any]], bool]) -> None:
        """Drop the rows that a resumed run will log again."""
        self._writable()
        metric_files.keep_metrics(self.path / "metrics.jsonl", keep)

    def write_text(self, name: str, text: str) -> Path:
        """Write a text file in one step; `name` must stay inside the run directory."""
        return self._write(name, text.encode("utf-8", "replace"))

    def write_json(self, name: str, value: Any) -> Path:
        """Write a JSON file in one step; `name` must stay inside the run directory."""
        return self._write(name, to_json(value, name, indent=1) + b"\n")

    def append_jsonl(self, name: str, rows: Iterable[dict[str, Any]]) -> Path:
        """Append rows to a JSON-lines file; `name` must stay inside the run directory."""
        self._writable()
        path = inside(self.path, name)
        append_rows(path, rows)
        return path

    def say(self, text: str, *, console: bool = True) -> None:
        """Tell the user: a dated line in ``log.txt`` and, unless `console` is false, on the console.

        Control characters are shown instead of obeyed, secrets of the environment are hidden.
        """
        self._writable()
        text = plain(redact(text))
        append_line(self.path / "log.txt", f"{utc_text(self._clock())} {text}".encode("utf-8", "replace"))
        if console:
            self.console.print(text, markup=False, highlight=False, soft_wrap=True)

    def checkpoints(self, sub: str = "", keep: int = 2) -> Checkpoints:
        """Return the checkpoints of one learner: all of the run's, or those of its part `sub`."""
        folder = inside(self.path, f"checkpoints/{sub}" if sub else "checkpoints")
        return Checkpoints(folder, keep, warn=self.say)

    def copy_progress(self, parent: "Run") -> None:
        """Start where `parent` stands: its metrics and the latest whole checkpoint of each learner."""
        self._writable()
        source = parent.path / "checkpoints"
        folders = sorted({path.parent for path in source.rglob("step-*")}) if source.is_dir() else []
        for folder in folders:
            theirs = Checkpoints(folder, warn=self.say)
            latest = theirs.latest()
            if latest is not None:
                target = inside(self.path, folder.relative_to(parent.path).as_posix())
                with saying_where(target):
                    shutil.copytree(latest, target / latest.name.removesuffix(".replaced"), symlinks=True)
        if (parent.path / "metrics.jsonl").exists():
            shutil.copyfile(parent.path / "metrics.jsonl", self.path / "metrics.jsonl")
            mend_last_line(self.path / "metrics.jsonl")

    def _write(self, name: str, data: bytes) -> Path:
        self._writable()
        path = inside(self.path, name)
        atomic_write(path, data)
        return path

    def _writable(self) -> None:
        if not self._lock.held:
            self._lock.take()

    def _set_status(self, status: Status, error: str | None) -> None:
        self.manifest["status"] = status
        self.manifest["error"] = None if error is None else plain(redact(error))
        self.manifest["ended"] = None if status == "running" else utc_text(self._clock())
        self._save_manifest()

    def _save_manifest(self) -> None:
        atomic_write(self.path / "manifest.json", to_json(self.manifest, "manifest.json", indent=1) + b"\n")


def run_folders(root: Path) -> list[Path]:
    """Return the run directories under `root`, oldest first."""
    if not root.is_dir():
        return []
    with saying_where(root, "read"):
        # os.path says no where a folder may not be entered; pathlib raises.
        return sorted(path for path in root.iterdir() if os.path.isfile(path / "manifest.json"))  # noqa: PTH113


def _new_folder(root: Path, name: str) -> Path:
    """Make a folder of this name, or with a number behind it where two runs start in one second."""
    with saying_where(root):
        root.mkdir(parents=True, exist_ok=True)
        for suffix in ("", *(f"-{i}" for i in range(2, 1000))):
            try:
                os.mkdir(root / (name + suffix))  # noqa: PTH102
            except FileExistsError:
                continue
            return root / (name + suffix)
    raise CarerError(f"{root} holds a thousand runs of this second already.")
