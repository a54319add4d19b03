"""`carer run nursery_survival`, end to end and small."""

import json
from pathlib import Path
from typing import Any

import pytest

from carer.cli.main import main
from carer.runs import Checkpoints, Run
from carer.worlds.replay import read

SMALL = [
    "--seeds", "3", "--updates", "2", "--envs", "8", "--steps", "8", "--width", "8",
    "--episodes", "4", "--evaluate-every", "1", "--save-every", "1",
]  # fmt: skip


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("runs")
    assert main(["run", "nursery_survival", "--out", str(out), "--preset", "easy", *SMALL]) == 0
    (folder,) = out.iterdir()
    return folder


def _table(run_folder: Path) -> dict[str, Any]:
    told = json.loads((run_folder / "figures.json").read_text())
    return {row[0]: row for row in told["tables"][0]["rows"]}


def test_every_seed_is_evaluated_and_the_figures_are_theirs(run_folder: Path) -> None:
    rows = [json.loads(line) for line in (run_folder / "metrics.jsonl").read_text().splitlines()]
    lived = {(row["step"], row["seed"]): row["mother/lived"] for row in rows if row["split"] == "eval"}
    assert set(lived) == {(step, seed) for step in (1, 2) for seed in range(3)}
    last = [lived[2, seed] for seed in range(3)]
    trained = _table(run_folder)["trained"][1]
    assert trained["value"] == pytest.approx(sum(last) / 3)
    assert trained["low"] <= trained["value"] <= trained["high"]
    assert trained["n"] == 3


def test_the_scale_is_the_skilled_mother(run_folder: Path) -> None:
    table = _table(run_folder)
    assert table["scripted: all skills"][2] == 1.0
    assert table["scripted: random"][1]["value"] < table["scripted: all skills"][1]["value"]


def test_checkpoints_verify_and_an_episode_can_be_watched(run_folder: Path) -> None:
    assert Run.open(run_folder).status == "finished"
    assert Checkpoints(run_folder / "checkpoints").latest() is not None
    replay = read(run_folder / "episodes" / "trained_mother.json")
    assert replay.ticks > 0
    page = (run_folder / "report.html").read_text()
    assert "The first trained mother." in page
    assert "data:image/png" in page


def test_what_cannot_be_trained_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for flags, said in ((["--seeds", "0"], "seeds = 0."), (["--learning-rate", "0"], "learning_rate = 0.0.")):
        assert main(["run", "nursery_survival", "--out", str(tmp_path / "runs"), *flags]) == 2
        assert said in capsys.readouterr().err
