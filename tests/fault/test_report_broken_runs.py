"""Runs that failed, stopped or lost files: the page says so and fills nothing in."""

import json
import os
import re
from pathlib import Path
from types import ModuleType

import pytest

from carer import report
from carer.concepts import CarerError, UnknownNameError
from carer.report import source


def body(page: Path) -> str:
    return page.read_text(encoding="utf-8").split("</style>")[1]


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("failed", "This run failed."),
        ("preempted", "was stopped before its end"),
        ("running", "had not ended"),
        ("finished", "It wrote no figures"),
        ("surprised", "How this run ended is not known"),
    ],
)
def test_a_run_without_figures_has_a_banner_and_no_numbers(
    report_run: ModuleType, tmp_path: Path, status: str, words: str
):
    manifest = report_run.manifest(status=status, error="ValueError: loss is nan" if status == "failed" else None)
    text = body(report.build(report_run.write_run(tmp_path / "run", manifest_json=manifest)))
    assert 'class="banner' in text
    assert words in text
    assert "It wrote no figures, so there are none here." in text
    assert ("loss is nan" in text) == (status == "failed")
    for drawn in ("<table", "<figure", "<svg", 'class="transcript"'):
        assert drawn not in text
    # Beyond the provenance nothing on the page is a measured number.
    main = text.split('<main id="main">')[1].split('class="provenance"')[0]
    assert not re.search(r"\d\.\d", main)


def test_a_preempted_run_shows_the_part_it_wrote(report_run: ModuleType, tmp_path: Path):
    run = report_run.whole_run(tmp_path / "run", every=100, status="preempted", ended=None)
    text = body(report.build(run))
    assert "Figures are of the part that ran" in text
    assert f"carer resume {tmp_path.name}/run" in text
    assert "<figure" in text


def test_figures_without_metrics_draw_no_curves(report_run: ModuleType, tmp_path: Path):
    run = report_run.whole_run(tmp_path / "run", every=100)
    (run / "metrics.jsonl").unlink()
    text = body(report.build(run))
    assert "<figure" not in text
    assert "“True gain over training” was not drawn" in text
    assert "0.71" in text


@pytest.mark.parametrize("name", source.FILES)
@pytest.mark.parametrize("content", [None, b"", b"{", b"\xff\xfe\x00", b"[1, 2]\n", b"[" * 100_000, b"null\n"])
def test_any_file_may_be_missing_empty_torn_or_nonsense(
    report_run: ModuleType, tmp_path: Path, name: str, content: bytes | None
):
    run = report_run.whole_run(tmp_path / "run", every=100)
    if content is None:
        (run / name).unlink()
    else:
        (run / name).write_bytes(content)
    text = body(report.build(run))
    assert "Where this comes from" in text
    if name == "manifest.json":
        assert "How this run ended is not known" in text


def test_torn_and_bad_lines_are_named_and_the_others_kept(
    report_run: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(source, "MAX_LINE_BYTES", 1 << 16)
    run = report_run.whole_run(tmp_path / "run", every=100)
    good = (run / "metrics.jsonl").read_bytes()
    count = good.count(b"\n")
    bad = b"\xff\xfe\n" + b'{"step": "' + b"x" * (1 << 17) + b'"}\n' + b"[]\n"
    (run / "metrics.jsonl").write_bytes(good + bad + good[:200] + b'\n{"step": 1, "con')
    read = source.read(run)
    assert len(read.metrics) == count + 1
    assert [problem.split(" ", 1)[0] for problem in read.problems] == [
        f"metrics.jsonl:{count + 1}",
        f"metrics.jsonl:{count + 2}",
        f"metrics.jsonl:{count + 3}",
        "metrics.jsonl:",
    ]
    assert "longer than" in read.problems[1]
    assert "more bad lines" in read.problems[-1]


def test_a_torn_last_line_is_called_torn(report_run: ModuleType, tmp_path: Path):
    run = report_run.whole_run(tmp_path / "run", every=100)
    with (run / "metrics.jsonl").open("a", encoding="utf-8") as stream:
        stream.write('{"step": 205, "condi')
    (problem,) = source.read(run).problems
    assert "torn (the last line)" in problem


@pytest.mark.parametrize(
    "figures",
    [
        {"tables": 3, "curves": "x", "verdicts": 1, "next": {}},
        {"tables": [None, {"columns": ["a"], "rows": [1]}], "curves": [None, {"y": 3}, {"y": "nowhere"}]},
        {"tables": [{"columns": ["a", "b"], "rows": [["x", {"value": "high"}]]}]},
        {"curves": [{"y": "true_gain", "references": [3], "labels": [1]}]},
        {"curves": [{"y": "true_gain", "references": 3}], "title": {"a": 1}, "lead": [2]},
    ],
)
def test_odd_figures_are_named_and_not_guessed(report_run: ModuleType, tmp_path: Path, figures: dict[str, object]):
    run = report_run.whole_run(tmp_path / "run", every=100)
    (run / "figures.json").write_text(json.dumps(figures), encoding="utf-8")
    text = body(report.build(run))
    assert "What could not be read" in text or "not finite" in text or "not measured" in text


def test_links_out_of_the_run_directory_are_not_followed(report_run: ModuleType, tmp_path: Path):
    secret = tmp_path / "secret.toml"
    secret.write_text('password = "do not show"', encoding="utf-8")
    run = report_run.whole_run(tmp_path / "run", every=100)
    (run / "config.toml").unlink()
    (run / "config.toml").symlink_to(secret)
    outside = tmp_path / "outside.html"
    outside.write_text("untouched", encoding="utf-8")
    (run / "report.html").symlink_to(outside)
    page = report.build(run)
    assert "do not show" not in body(page)
    assert "config.toml is a link that leads out" in body(page)
    assert outside.read_text(encoding="utf-8") == "untouched"
    assert not page.is_symlink()


def test_a_pipe_in_place_of_a_file_does_not_hang_the_report(report_run: ModuleType, tmp_path: Path):
    run = report_run.whole_run(tmp_path / "run", every=100)
    (run / "transcripts.jsonl").unlink()
    os.mkfifo(run / "transcripts.jsonl")
    assert "Where this comes from" in body(report.build(run))


def test_what_is_no_run_is_refused(report_run: ModuleType, tmp_path: Path):
    report_run.whole_run(tmp_path / "20260304_kindness")
    with pytest.raises(UnknownNameError, match="Did you mean '20260304_kindness'"):
        report.build(tmp_path / "20260304_kindnes")
    (tmp_path / "other").mkdir()
    with pytest.raises(CarerError, match="not a run directory"):
        report.build(tmp_path / "other")
    assert list((tmp_path / "other").iterdir()) == []
    with pytest.raises(CarerError, match="no run directory"):
        report.build(tmp_path / "nowhere" / "run")


def test_a_run_from_the_future_is_refused_with_both_versions(report_run: ModuleType, tmp_path: Path):
    run = report_run.whole_run(tmp_path / "run", every=100, schema=99)
    with pytest.raises(CarerError, match=r"schema 99.*up to schema 1"):
        report.build(run)


def test_a_page_that_cannot_be_written_says_where(
    report_run: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    run = report_run.whole_run(tmp_path / "run", every=100)

    def refuse(*_: object, **__: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(CarerError, match=r"report\.html: No space left"):
        report.build(run)
    monkeypatch.undo()
    assert not (run / "report.html").exists()
