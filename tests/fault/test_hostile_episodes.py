"""Episodes of a run that lie, are torn, or try to run: shown as what they are, or named and left out."""

import base64
import json
import os
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from carer import report
from carer.report import episodes
from carer.report.source import Source, read

if TYPE_CHECKING:
    from playwright.sync_api import Browser

GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='window.hit=1'><script>window.hit=1</script></svg>"
PAYLOADS = (
    "</figure></script><script>window.hit=1</script>",
    "<img src=x onerror='window.hit=1'>",
    '" onload="window.hit=1" onerror="window.hit=1',
    "' onload='window.hit=1",
    "javascript:window.hit=1",
    "{{ 7 * 7 }}",
    "\x1b[2J\u202egnirts\u200b",
    "half \ud83d",
)
GOOD: dict[str, Any] = {"schema": 1, "kind": "carer replay", "world": "nursery", "caption": "", "ticks": 3}


@pytest.fixture
def run(report_run: ModuleType, tmp_path: Path) -> Path:
    made = report_run.whole_run(tmp_path / "run", every=100)
    (made / "episodes").mkdir()
    return made


def leave(run: Path, name: str, row: object, gif: bytes | None = None) -> None:
    (run / "episodes" / f"{name}.json").write_text(json.dumps(row), encoding="utf-8")
    if gif is not None:
        (run / "episodes" / f"{name}.gif").write_bytes(gif)


def looked_at(run: Path) -> tuple[episodes.Gallery, list[str]]:
    source: Source = read(run)
    return episodes.gallery(source), source.problems


def test_texts_are_inert_in_a_real_browser(chromium: "Browser", run: Path) -> None:
    text = " | ".join(PAYLOADS)
    events = [[1, payload, 1, 0] for payload in PAYLOADS]
    row = {
        **GOOD,
        "caption": text,
        "world": text,
        "seats": [text],
        "paid": [[1]],
        "params": {"pay": 1},
        "events": events,
    }
    leave(run, "a' onload='window.hit=1", row, GIF)
    leave(run, "b", {**row, "ticks": text}, SVG)
    page = report.build(run)
    tab = chromium.new_page()
    console: list[str] = []
    asked: list[str] = []
    tab.on("console", lambda message: console.append(message.text))
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(page.as_uri())
    tab.evaluate("document.querySelectorAll('details').forEach(node => node.open = true)")
    tab.wait_for_timeout(100)
    assert tab.evaluate("window.hit") is None
    assert console == []
    assert [url for url in asked if not url.startswith("data:")] == [page.as_uri()]
    sources = tab.evaluate("[...document.querySelectorAll('[src]')].map(node => node.getAttribute('src'))")
    assert len(sources) == 1
    assert all(source.startswith("data:image/gif;base64,") for source in sources)
    tags = set(tab.evaluate("[...document.querySelectorAll('*')].map(node => node.localName)"))
    assert not tags & {"script", "iframe", "object", "embed", "base", "form"}
    attributes = set(
        tab.evaluate("[...document.querySelectorAll('*')].flatMap(n => [...n.attributes].map(a => a.name))")
    )
    assert not {name for name in attributes if name.startswith("on")} | (attributes & {"style", "srcdoc"})
    shown = tab.locator(".episode p").first.inner_text()
    assert "</figure></script><script>window.hit=1</script>" in shown
    assert "{{ 7 * 7 }}" in shown
    assert "<U+202E>" in shown
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    tab.close()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no whole PNG or GIF"),
        (SVG, "no whole PNG or GIF"),
        (b"<html>", "no whole PNG or GIF"),
        (GIF[:-1], "no whole PNG or GIF"),
        (GIF[:8], "no whole PNG or GIF"),
        (b"GIF89a" + b"\xff" * 20 + b";", "no whole PNG or GIF"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "no whole PNG or GIF"),
        (GIF + b"\0" * (1 << 20) + b";", "larger than 1 MiB"),
    ],
)
def test_what_is_no_picture_is_named_and_not_shown(run: Path, data: bytes, words: str) -> None:
    leave(run, "a", GOOD, data)
    gallery, problems = looked_at(run)
    assert gallery.shown[0].moving is None
    assert len(problems) == 1
    assert problems[0].startswith("episodes/a.gif")
    assert words in problems[0]
    assert "data:image" not in report.build(run).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ([], "holds a list"),
        ({"kind": "diary"}, "is no replay"),
        ({**GOOD, "schema": 9}, "schema 9; this version of carer reads 1"),
        ({**GOOD, "schema": "x" * 900}, "schema 'x"),
    ],
)
def test_what_is_no_replay_is_named_and_not_shown(run: Path, row: object, words: str) -> None:
    leave(run, "a", row, GIF)
    gallery, problems = looked_at(run)
    assert gallery.shown == ()
    assert len(problems) == 1
    assert words in problems[0]
    assert len(problems[0]) < 200


@pytest.mark.parametrize(
    "changes",
    [
        {"ticks": None, "params": 3, "seats": "x", "paid": {}, "events": 7, "caption": None},
        {"params": {"pay": "much"}, "seats": ["m"], "paid": [["a"]], "events": [[1, [], 1, 0], 3, [1, "fed", [], 0]]},
        {"params": {"pay": 1}, "seats": [], "paid": [], "events": [[1, "fed", {}, 0]]},
        {"params": {"pay": float("inf")}, "seats": [3], "paid": [[1]], "world": ["x"]},
        {"ticks": 10**400, "paid": [[10**400]], "seats": ["m"], "params": {"pay": 1}},
    ],
)
def test_odd_fields_are_left_out_and_nothing_is_made_up(run: Path, changes: dict[str, Any]) -> None:
    leave(run, "a", {**GOOD, **changes})
    gallery, _ = looked_at(run)
    assert {name for name, _ in gallery.shown[0].facts} <= {"world", "ticks"}
    assert 'class="episode"' in report.build(run).read_text(encoding="utf-8")


def test_links_and_pipes_are_not_followed(run: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.gif"
    secret.write_bytes(GIF)
    leave(run, "a", GOOD)
    leave(run, "b", GOOD)
    (run / "episodes" / "a.gif").symlink_to(secret)
    os.mkfifo(run / "episodes" / "b.gif")
    (run / "episodes" / "c.json").symlink_to("/dev/zero")
    gallery, problems = looked_at(run)
    assert [one.moving for one in gallery.shown] == [None, None]
    assert [problem.split()[0] for problem in problems] == ["episodes/a.gif", "episodes/c.json"]


def test_a_folder_of_episodes_elsewhere_is_not_read(run: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.json").write_text(json.dumps(GOOD), encoding="utf-8")
    (run / "episodes").rmdir()
    (run / "episodes").symlink_to(outside)
    gallery, problems = looked_at(run)
    assert gallery.shown == ()
    assert "leads out of the run directory" in problems[0]
