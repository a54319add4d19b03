"""Episodes in the report: the pictures a run left, in the page itself."""

import base64
import json
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from carer import report
from carer.report import episodes
from carer.report.source import read

if TYPE_CHECKING:
    from playwright.sync_api import Browser

GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


def replay(**changes: Any) -> dict[str, Any]:
    return {
        "schema": 1,
        "kind": "carer replay",
        "world": "nursery",
        "caption": "A mother with all skills.",
        "ticks": 300,
        "params": {"pay": 0.01},
        "seats": ["mother", "baby"],
        "paid": [[1] * 250 + [0] * 50, [1] * 300],
        "events": [[9, "born", 1, 0], [20, "fed", 1, 50], [40, "fed", 1, 50], [41, "bite", 2, 15]],
        **changes,
    }


def leave(run: Path, name: str, row: object, png: bytes | None = PNG, gif: bytes | None = GIF) -> None:
    folder = run / "episodes"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(row), encoding="utf-8")
    for ending, data in (("png", png), ("gif", gif)):
        if data is not None:
            (folder / f"{name}.{ending}").write_bytes(data)


@pytest.fixture
def run(report_run: ModuleType, tmp_path: Path) -> Path:
    return report_run.whole_run(tmp_path / "run", every=100)


def test_an_episode_is_shown_with_its_caption_figures_and_pictures(run: Path) -> None:
    leave(run, "all_skills", replay())
    source = read(run)
    (shown,) = episodes.gallery(source).shown
    assert shown.name == "all_skills"
    assert shown.caption == "A mother with all skills."
    assert shown.facts == (
        *(("world", "nursery"), ("ticks", "300"), ("paid to mother", "2.50")),
        *(("fed", "2"), ("born", "1")),
    )
    assert shown.still == episodes.Picture(f"data:image/png;base64,{base64.b64encode(PNG).decode()}", 1, 1)
    assert shown.moving == episodes.Picture(f"data:image/gif;base64,{base64.b64encode(GIF).decode()}", 1, 1)
    assert source.problems == []


def test_a_run_without_episodes_has_no_such_section(run: Path) -> None:
    assert 'class="episodes"' not in report.build(run).read_text(encoding="utf-8")
    (run / "episodes").mkdir()
    assert 'class="episodes"' not in report.build(run).read_text(encoding="utf-8")


def test_pictures_may_be_missing(run: Path) -> None:
    leave(run, "a", replay(), png=None)
    leave(run, "b", replay(), gif=None)
    leave(run, "c", replay(), png=None, gif=None)
    gallery = episodes.gallery(read(run))
    assert [(one.still is None, one.moving is None) for one in gallery.shown] == [
        *((True, False), (False, True), (True, True)),
    ]
    assert "There is no picture of it." in report.build(run).read_text(encoding="utf-8")


def test_of_many_the_first_are_shown_and_the_others_counted(run: Path) -> None:
    for at in range(episodes.SHOWN + 3):
        leave(run, f"e{at:02d}", replay(), gif=None)
    gallery = episodes.gallery(read(run))
    assert [one.name for one in gallery.shown] == [f"e{at:02d}" for at in range(episodes.SHOWN)]
    assert gallery.total == episodes.SHOWN + 3
    assert f"{episodes.SHOWN} of {episodes.SHOWN + 3} are shown" in report.build(run).read_text(encoding="utf-8")


@pytest.mark.parametrize("width", [1280, 320])
def test_in_a_browser_the_pictures_load_and_only_the_still_is_seen_at_first(
    chromium: "Browser", run: Path, width: int
) -> None:
    leave(run, "all_skills", replay())
    tab = chromium.new_page(viewport={"width": width, "height": 800})
    console: list[str] = []
    asked: list[str] = []
    tab.on("console", lambda message: console.append(message.text))
    tab.on("request", lambda request: asked.append(request.url))
    page = report.build(run)
    tab.goto(page.as_uri())
    still, moving = tab.locator(".episode img").all()
    assert still.is_visible()
    assert not moving.is_visible()
    tab.get_by_text("Watch the whole episode").click()
    assert moving.is_visible()
    for picture in (still, moving):
        assert picture.evaluate("node => node.complete && node.naturalWidth") == 1
        assert "all_skills" in (picture.get_attribute("alt") or "")
    assert console == []
    assert [url for url in asked if not url.startswith("data:")] == [page.as_uri()]
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    tab.close()
