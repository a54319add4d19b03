"""Text of a run that tries to run, to hide or to reorder itself: inert in the page, in a real browser."""

from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from carer import report

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Dialog

PAYLOADS = (
    "</script><script>window.hit=1</script>",
    "</style><script>window.hit=1</script>",
    "</title><img src=x onerror='window.hit=1'>",
    "</svg><svg onload=window.hit=1>",
    '" onmouseover="window.hit=1" autofocus onfocus="window.hit=1',
    "' onclick='window.hit=1",
    "javascript:window.hit=1",
    "[click](javascript:window.hit=1)",
    "<a href='javascript:window.hit=1'>click</a>",
    "<meta http-equiv=refresh content='0;url=https://evil.invalid'>",
    "<iframe srcdoc='<script>parent.hit=1</script>'></iframe>",
    "<link rel=stylesheet href=https://evil.invalid/x.css><base href=https://evil.invalid>",
    "{{ 7 * 7 }}{% raw %}",
    "\x1b[2J\x1b[31mred\x1b]8;;https://evil.invalid\x07link",
    "user\u202egnirts\u2066 isolate\u200b zero\ufeff",
    "nul\x00 and half \ud83d",
    "tag\U000e0041\U000e0042s",
    "datum.x + signal('y') && window.hit=1",
)


def hostile_run(report_run: ModuleType, path: Path) -> Path:
    text = " | ".join(PAYLOADS)
    metrics: list[dict[str, Any]] = [
        {
            "step": step,
            "condition": payload,
            "seed": seed,
            "split": text,
            text: 0.1 * step + seed,
            "gain": 1.0 * step,
        }
        for payload in PAYLOADS
        for seed in range(3)
        for step in range(3)
    ]
    side = {"reply": text, "target": text, "truth": {text: text, "gain": float("nan")}}
    transcripts = [
        {
            "condition": payload,
            "seed": payload,
            "id": payload,
            "prompt": [{"role": payload, "name": payload, "content": payload}],
            "before": side,
            "after": side,
        }
        for payload in PAYLOADS
    ]
    estimate = {"value": 0.5, "low": 0.1, "high": 0.9, "n": 5}
    curve = {"title": text, "note": text, "y_title": text, "x_title": text, "y": text, "split": text}
    figures = {
        "title": text,
        "lead": text,
        "tables": [{"title": text, "note": text, "columns": [text, text], "rows": [[p, estimate] for p in PAYLOADS]}],
        "curves": [
            {**curve, "references": [{"value": 0.5, "label": text}]},
            {**curve, "y": [text, "gain"], "labels": {"gain": text}},
        ],
        "verdicts": [text],
        "next": list(PAYLOADS),
    }
    manifest = report_run.manifest(
        status="failed",
        error=text,
        experiment=text,
        argv=["carer", *PAYLOADS],
        inputs={p: p for p in PAYLOADS},
        code={"commit": text},
        python=text,
    )
    return report_run.write_run(
        path,
        manifest_json=manifest,
        config=f"# {text}".encode("utf-8", "replace").decode(),
        metrics=metrics,
        transcripts=transcripts,
        figures_json=figures,
    )


@pytest.fixture(scope="module")
def page(report_run: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return report.build(hostile_run(report_run, tmp_path_factory.mktemp("hostile") / "run"))


def test_nothing_of_it_runs_loads_or_links(chromium: "Browser", page: Path):
    tab = chromium.new_page()
    asked: list[str] = []
    console: list[str] = []
    dialogs: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("console", lambda message: console.append(message.text))

    def refuse(dialog: "Dialog") -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    tab.on("dialog", refuse)
    tab.goto(page.as_uri())
    tab.evaluate("document.querySelectorAll('details').forEach(node => node.open = true)")
    for node in tab.locator("h1, summary, td, svg").all()[:40]:
        if node.is_visible():
            node.hover(force=True)
    tab.wait_for_timeout(200)
    assert tab.evaluate("window.hit") is None
    assert tab.url == page.as_uri()
    assert [url for url in asked if not url.startswith("data:")] == [page.as_uri()]
    assert dialogs == []
    # The policy was not even needed: nothing tried.
    assert console == []
    tags = set(tab.evaluate("[...document.querySelectorAll('*')].map(node => node.localName)"))
    assert not tags & {"script", "iframe", "img", "object", "embed", "base", "form", "input", "foreignObject"}
    assert tab.locator("meta[http-equiv]").count() == 1
    attributes = set(
        tab.evaluate("[...document.querySelectorAll('*')].flatMap(n => [...n.attributes].map(a => a.name))")
    )
    assert not {name for name in attributes if name.startswith("on")} | (attributes & {"style", "srcdoc", "src"})
    links = tab.evaluate("[...document.querySelectorAll('[href]')].map(node => node.getAttribute('href'))")
    assert set(links) == {"#main", "data:,"}
    tab.close()


def test_all_of_it_is_shown_as_what_it_is(chromium: "Browser", page: Path):
    tab = chromium.new_page()
    tab.goto(page.as_uri())
    title = tab.locator("h1").inner_text()
    assert "</script><script>window.hit=1</script>" in title
    assert "{{ 7 * 7 }}" in title
    assert "␛[2J" in title
    assert "<U+202E>" in title
    assert "<U+200B>" in title
    assert "<U+E0041>" in title
    text = page.read_text(encoding="utf-8")
    hidden = {"\x1b", "\x00", "\x07", "\u202e", "\u2066", "\u200b", "\ufeff", "\U000e0041"}
    assert not hidden & set(text)
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    tab.close()


def test_a_token_of_the_environment_is_nowhere_on_the_page(
    report_run: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    secret = "s3cret-of-the-hub-0123456789"
    monkeypatch.setenv("HF_TOKEN", secret)
    run = report_run.whole_run(tmp_path / "run", error=f"401 for {secret}", status="failed")
    with (run / "config.toml").open("a", encoding="utf-8") as stream:
        stream.write(f'note = "{secret}"\n')
    with (run / "transcripts.jsonl").open("a", encoding="utf-8") as stream:
        stream.write(f'{{"condition": "kindness {secret}", "prompt": "{secret}"}}\n')
    assert secret not in report.build(run).read_text(encoding="utf-8")
