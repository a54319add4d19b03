import json
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

from carer import report
from carer.concepts import CarerError

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def page(report_run: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return report.build(report_run.whole_run(tmp_path_factory.mktemp("runs") / "20260304_kindness"))


def test_the_page_is_written_beside_the_run_and_is_the_same_each_time(page: Path):
    assert page.name == "report.html"
    first = page.read_text(encoding="utf-8")
    assert report.build(page.parent).read_text(encoding="utf-8") == first
    assert sorted(path.name for path in page.parent.iterdir()) == [
        "config.toml",
        "figures.json",
        "manifest.json",
        "metrics.jsonl",
        "report.html",
        "transcripts.jsonl",
    ]


def test_the_page_stands_alone(page: Path):
    text = page.read_text(encoding="utf-8")
    assert "<script" not in text
    assert "http://" not in text.replace("http://www.w3.org", "")
    assert "https://" not in text
    assert " style=" not in text
    assert "default-src 'none'" in text
    assert str(page.parent.parent.parent) not in text


@pytest.mark.parametrize("width", [1280, 375, 320])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_every_width_and_offends_no_policy(chromium: "Browser", page: Path, width: int, scheme: str):
    context = chromium.new_context(
        viewport={"width": width, "height": 800}, color_scheme="dark" if scheme == "dark" else "light"
    )
    tab = context.new_page()
    console: list[str] = []
    asked: list[str] = []
    tab.on("console", lambda message: console.append(message.text))
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(page.as_uri())
    assert console == []
    assert [url for url in asked if not url.startswith("data:")] == [page.as_uri()]
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    ground = tab.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert ground == ("rgb(21, 22, 26)" if scheme == "dark" else "rgb(251, 250, 247)")
    # One of each pair of drawings is seen, and it is coloured by the theme's variables.
    assert tab.locator("svg.chart:visible").count() == tab.locator("svg.chart").count() / 2 == 2
    lines = tab.locator("svg.chart:visible path[stroke='var(--series-1)']").first
    stroke = lines.evaluate("node => getComputedStyle(node).stroke")
    assert stroke == ("rgb(255, 133, 104)" if scheme == "dark" else "rgb(196, 71, 43)")
    context.close()


def test_the_page_reads_well_without_eyes(chromium: "Browser", page: Path):
    tab = chromium.new_page()
    tab.goto(page.as_uri())
    assert tab.locator("html").get_attribute("lang") == "en"
    assert tab.locator("h1").count() == 1
    for drawing in tab.locator("svg.chart").all():
        label = drawing.get_attribute("aria-label") or ""
        assert drawing.get_attribute("role") == "img"
        assert "Line chart" in label
        assert "kindness" in label
    for table in tab.locator("table").all():
        assert table.locator("caption").count() == 1
        assert table.locator("thead th[scope=col]").count() >= 3
    ids = tab.evaluate("[...document.querySelectorAll('[id]')].map(node => node.id)")
    assert len(ids) == len(set(ids))
    row = tab.get_by_role("row", name="kindness").first
    assert "0.71" in row.inner_text()
    assert "0.65 to 0.77" in row.inner_text() or "0.65 to 0.76" in row.inner_text()
    tab.close()


def test_what_the_page_says_of_the_run(page: Path):
    text = page.read_text(encoding="utf-8")
    for words in (
        "Naive Kindness in the village",
        "took 7 min",
        "5 seeds",
        "n &lt; 3: no interval",
        "Every estimate is over 5 seeds.",
        "carer run naive_kindness --config",
        "Here, take my blanket.",
        "simulated reward",
        "torch",
    ):
        assert words in text
    assert "banner" not in text.split("</style>")[1]


def test_a_curve_becomes_a_picture(page: Path, tmp_path: Path):
    drawing = report.figure(page.parent, 0, tmp_path / "gain.svg")
    assert ElementTree.parse(drawing).getroot().tag.endswith("svg")
    picture = report.figure(page.parent, 1, tmp_path / "promise.png", theme="dark")
    assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("index", "name", "words"),
    [(2, "a.svg", "no curve 2: its figures.json lists 2"), (0, "a.pdf", "End the name in .svg or .png")],
)
def test_a_picture_that_cannot_be_made_says_why(page: Path, tmp_path: Path, index: int, name: str, words: str):
    with pytest.raises(CarerError, match=words):
        report.figure(page.parent, index, tmp_path / name)


def test_audits_stand_behind_the_run_s_own_figures(report_run: ModuleType, tmp_path: Path):
    folder = report_run.whole_run(tmp_path / "20260304_audited")
    audits = folder / "audits"
    audits.mkdir()
    table = {"title": "The battery", "columns": ["row", "score"], "rows": [["1: own <b>baby</b>", 0.5]]}
    curve = {"title": "What damage <b>does</b>", "x": "dose", "y": "left", "group": "line", "split": "damage"}
    points = [{"split": "damage", "line": "care", "seed": 0, "dose": dose, "left": 1 - dose} for dose in (0.0, 0.5)]
    told = {"tables": [table], "verdicts": ["It is <i>not</i> care."], "curves": [curve], "points": points}
    audits.joinpath("care.json").write_text(json.dumps(told))
    audits.joinpath("torn.json").write_text('{"tables": [')
    audits.joinpath("wrong.json").write_text('{"tables": "none", "points": [1]}')
    text = report.build(folder).read_text(encoding="utf-8")
    assert text.index("The battery") > text.index("Conditions")
    assert "1: own &lt;b&gt;baby&lt;/b&gt;" in text
    assert "It is &lt;i&gt;not&lt;/i&gt; care." in text
    assert "audits/torn.json" in text
    assert "`tables` of audits/wrong.json was left out" in text
    assert "`points` of audits/wrong.json was left out" in text
    assert "What damage &lt;b&gt;does&lt;/b&gt;" in text
    assert "care ends at 0.5" in text
