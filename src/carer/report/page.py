"""Assembles the page of one run and writes it beside the run's files."""

import base64
import hashlib
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from carer.report import episodes, figures, provenance, transcripts
from carer.report.source import Source, read
from carer.report.text import humanise, visible
from carer.report.theme import css
from carer.runs.files import atomic_write

TEMPLATES = Path(__file__).parent / "templates"
NAME = "report.html"


def build(run_path: Path) -> Path:
    """Write ``report.html`` into the run directory and return its path.

    The page reads only that directory. It holds no script, loads nothing, and treats every text of the run as
    hostile. Whatever is missing or torn is named on it; no figure is ever filled in.

    Raises:
        CarerError: not a run directory, one of a later schema, or one that cannot be written to.
    """
    source = read(Path(run_path))
    page = source.path / NAME
    atomic_write(page, render(source).encode("utf-8", "replace"))
    return page


def render(source: Source) -> str:
    """Return the page as HTML."""
    slots = figures.condition_slots(source)
    style = css() + (TEMPLATES / "report.css").read_text(encoding="utf-8")
    plain, nested = provenance.facts_of(source.manifest)
    asked = source.figures
    return (
        _environment()
        .get_template("page.html.jinja")
        .render(
            # The policy admits this one style sheet by its hash, and nothing else at all.
            style=Markup(style),
            style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
            title=_title(source),
            run_name=visible(source.path.name),
            lead=visible(asked.get("lead") or ""),
            status=provenance.status_of(source),
            summary=provenance.summary_of(source),
            verdicts=_sentences(asked.get("verdicts")),
            tables=figures.tables(source, slots),
            drawings=figures.drawings(source, slots),
            groups=transcripts.groups(source.transcripts, slots),
            gallery=episodes.gallery(source),
            facts=plain,
            nested_facts=nested,
            commands=provenance.commands_of(source),
            next_commands=_sentences(asked.get("next")),
            config_text=visible(source.config_text, keep_lines=True),
            problems=[visible(problem) for problem in source.problems],
        )
    )


def _title(source: Source) -> str:
    if source.figures.get("title"):
        return visible(source.figures["title"])
    words = humanise(str(source.manifest.get("experiment") or source.path.name))
    return words[:1].upper() + words[1:]


def _sentences(value: object) -> list[str]:
    return [visible(item) for item in value] if isinstance(value, list) else []


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
