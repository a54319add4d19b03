"""Where the figures come from: the status of the run, its manifest and how to repeat it."""

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from carer.report.source import Source
from carer.report.text import humanise, visible

_WORDS = {
    "finished": ("finished", "good"),
    "running": ("still running", "warn"),
    "preempted": ("stopped early", "warn"),
    "failed": ("failed", "bad"),
}


@dataclass(frozen=True)
class Status:
    """The state of the run in words; `banner` says what a reader must know first, empty where all is well."""

    word: str
    tone: str
    banner: str
    detail: str


def status_of(source: Source) -> Status:
    """Return what to say about the run at the head of the page."""
    name = source.manifest.get("status")
    word, tone = _WORDS.get(str(name), ("status unknown", "warn"))
    detail = _error_of(source.manifest)
    resume = f"`carer resume {visible(_shown_path(source))}` goes on from its last checkpoint."
    banner = ""
    if name == "failed":
        banner = "This run failed. The page shows what it had written before it stopped; nothing is filled in."
    elif name == "preempted":
        banner = f"This run was stopped before its end. Figures are of the part that ran. {resume}"
    elif name == "running":
        banner = f"This run had not ended when the page was written. Figures are of the part so far. {resume}"
    elif name != "finished":
        banner = "How this run ended is not known: its manifest is missing, torn or silent about it."
    if not (source.metrics or source.figures.get("tables") or source.figures.get("curves") or source.transcripts):
        banner = f"{banner} It wrote no figures, so there are none here.".strip()
        tone = "warn" if tone == "good" else tone
    return Status(word, tone, banner, detail)


def _shown_path(source: Source) -> str:
    """The run directory as one types it beside the folder of runs; never the rest of this machine's path."""
    path = source.path.resolve()
    return f"{path.parent.name}/{path.name}".lstrip("/")


def _error_of(manifest: Mapping[str, Any]) -> str:
    error = manifest.get("error")
    if isinstance(error, Mapping):
        error = ": ".join(str(error[key]) for key in ("type", "message") if error.get(key))
    return visible(error, keep_lines=True)[:2000] if error else ""


def summary_of(source: Source) -> list[str]:
    """Return the few facts that stand under the title: experiment, time, seeds."""
    manifest = source.manifest
    facts = [visible(manifest["experiment"])] if manifest.get("experiment") else []
    start, end = _time(manifest, "started"), _time(manifest, "ended")
    if start:
        facts.append(start.strftime("%-d %B %Y, %H:%M UTC"))
    if start and end and end >= start:
        facts.append(f"took {_duration((end - start).total_seconds())}")
    seeds = {str(row["seed"]) for row in source.metrics if row.get("seed") is not None}
    if seeds:
        facts.append(f"{len(seeds)} seed{'s' if len(seeds) > 1 else ''}")
    code = manifest.get("code")
    if isinstance(code, Mapping) and isinstance(code.get("commit"), str):
        facts.append(f"commit {visible(code['commit'])[:10]}" + (" with local changes" if code.get("dirty") else ""))
    return facts


def commands_of(source: Source) -> list[str]:
    """Return the commands that made the run and that make it again."""
    argv = source.manifest.get("argv")
    made = []
    if isinstance(argv, list) and argv:
        words = [str(argv[0]).replace("\\", "/").rsplit("/", 1)[-1], *map(str, argv[1:])]
        made.append(visible(shlex.join(words)))
    if source.config_text and source.manifest.get("experiment"):
        words = [
            "carer",
            "run",
            str(source.manifest["experiment"]),
            "--config",
            f"{_shown_path(source)}/config.toml",
        ]
        made.append(visible(shlex.join(words)))
    return made


def facts_of(
    manifest: Mapping[str, Any],
) -> tuple[list[tuple[str, str]], list[tuple[str, list[tuple[str, str]]]]]:
    """Return the manifest as plain facts, and its nested objects each as a titled list of facts."""
    plain, nested = [], []
    for key, value in manifest.items():
        if key == "config":
            continue  # the page shows config.toml, which says the same
        if isinstance(value, Mapping) and value:
            nested.append((humanise(str(key)), [(visible(k), _written(v)) for k, v in value.items()]))
        elif key not in {"argv", "error"}:
            plain.append((humanise(str(key)), _written(value)))
    return plain, nested


def _written(value: Any) -> str:
    if value is None or value in ({}, []):
        return "none"
    return visible(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))[:1000]


def _time(manifest: Mapping[str, Any], stem: str) -> datetime | None:
    for key, value in manifest.items():
        if str(key).startswith(stem) and isinstance(value, str):
            try:
                return datetime.fromisoformat(value).replace(tzinfo=None)
            except ValueError:
                return None
    return None


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60:02d} min"
