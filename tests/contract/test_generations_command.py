"""`carer run generations`, end to end and small."""

import json
from pathlib import Path
from typing import Any

import pytest

from carer.cli.main import main
from carer.runs import Run

SMALL = [
    "--preset", "easy", "--seeds", "3", "--generations", "2", "--updates", "2", "--later-updates", "2", "--envs", "8",
    "--steps", "8", "--width", "8", "--minibatches", "2", "--episodes", "8", "--adult-age", "20", "--horizon", "90",
    "--alone", "1",
]  # fmt: skip


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("runs")
    assert main(["run", "generations", "--out", str(out), *SMALL]) == 0
    (folder,) = out.iterdir()
    return folder


def _rows(folder: Path, split: str) -> list[dict[str, Any]]:
    rows = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    return [row for row in rows if row["split"] == split]


def _weights(folder: Path, condition: str) -> bytes:
    latest = Run.open(folder).checkpoints(condition).latest()
    assert latest is not None
    return (latest / "policies.safetensors").read_bytes()


@pytest.mark.slow
def test_every_generation_of_every_line_is_tried_in_the_same_nurseries(run_folder: Path) -> None:
    trials = _rows(run_folder, "trial")
    asked = {(row["condition"], row["generation"], row["seed"]) for row in trials}
    assert asked == {(line, at, seed) for line in ("same", "copy", "own") for at in range(3) for seed in range(3)}
    for seed in range(3):
        of_seed = [row for row in trials if row["seed"] == seed]
        assert len({row["selfish"] for row in of_seed}) == len({row["all_skills"] for row in of_seed}) == 1
        assert len({row["score"] for row in of_seed if row["generation"] == 0}) == 1  # the same first mothers
    # In so few ticks nobody dies: who is paid for her own life and who for her child's are paid alike.
    learned = [_weights(run_folder, name) for name in ("first", "same-1", "same-2", "copy-1", "copy-2")]
    assert len(set(learned)) == 5, "each generation goes on learning"


@pytest.mark.slow
def test_the_chains_go_on_and_are_checked(run_folder: Path) -> None:
    chains = _rows(run_folder, "chain")
    assert len(chains) == 9
    assert sum(row["successions"] for row in chains) > 0
    assert Run.open(run_folder).status == "finished"


@pytest.mark.slow
def test_the_report_shows_care_over_the_generations(run_folder: Path) -> None:
    figures = json.loads((run_folder / "figures.json").read_text())
    assert [row[0] for row in figures["tables"][0]["rows"]] == ["same", "copy", "own"]
    assert all(row[4]["low"] is not None for row in figures["tables"][0]["rows"])
    (said,) = figures["verdicts"]
    assert "no care that could decay" in said, "after two updates there is none"
    page = (run_folder / "report.html").read_text()
    assert "Care over the generations" in page
    assert "could not be drawn" not in page


@pytest.mark.parametrize(("flags", "said"), [(["--lines", "sam"], "same"), (["--adult-age", "0"], "adult_age = 0.")])
def test_what_cannot_be_bred_is_refused(
    flags: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "generations", "--out", str(tmp_path / "runs"), *flags]) == 2
    assert said in capsys.readouterr().err
