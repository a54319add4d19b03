"""`carer audit`: what it refuses, and (slow) the battery on a run's own mothers, end to end."""

import json
from pathlib import Path
from types import ModuleType

import pytest

from carer.audits.care import BATTERY
from carer.cli.main import main
from carer.experiments import CaringDriveConfig
from carer.runs import Run

SMALL = [
    "--seeds", "3", "--updates", "1", "--envs", "8", "--steps", "8", "--width", "8", "--minibatches", "2",
    "--episodes", "8", "--evaluate-every", "1", "--save-every", "1", "--alone", "1",
]  # fmt: skip


def made(root: Path, experiment: str, *, finished: bool, arms: tuple[str, ...] = ("baby",)) -> Path:
    run = Run.create(root, experiment, CaringDriveConfig(arms=arms, seeds=1), seed=0, argv=["run", experiment])
    run.log(1, split="trial", seed=0, loss=1.0)
    run.finish("finished" if finished else "preempted")
    return run.path


def test_what_cannot_be_audited_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = made(tmp_path, "nursery_survival", finished=True)
    halfway = made(tmp_path, "caring_drive", finished=False)
    nobody = made(tmp_path, "caring_drive", finished=True, arms=("never",))
    bare = made(tmp_path, "caring_drive", finished=True)
    for words, said in (
        ([str(other)], "finished run of nursery_survival"),
        ([str(halfway)], "preempted run of caring_drive"),
        ([str(nobody)], "no arm 'baby'"),
        ([str(bare)], "no whole checkpoint of the arm 'baby'"),
        ([str(bare), "--battery", "cares"], "care"),
        ([str(bare), "--episodes", "0"], "episodes = 0."),
        ([str(bare), "--teach", "-1"], "teach = -1."),
        ([str(tmp_path / "none")], "none"),
        ([str(bare), "--battery", "motives"], "finished runs of reward_button"),
    ):
        assert main(["audit", *words]) == 2
        assert said in capsys.readouterr().err
    assert not (bare / "audits").exists()


@pytest.mark.slow
def test_the_battery_is_put_to_the_mothers_of_a_run(tmp_path: Path, sample_experiment: ModuleType) -> None:
    assert main(["run", "caring_drive", "--out", str(tmp_path), *SMALL]) == 0
    (folder,) = tmp_path.iterdir()
    figures = json.loads((folder / "figures.json").read_text())
    assert {"baby", "never", "projection"} <= {row[0] for row in figures["tables"][0]["rows"]}
    assert sum("Their babies live" in one for one in figures["verdicts"]) == 4
    assert main(["audit", str(folder), "--episodes", "8", "--teach", "1", "--pictures"]) == 0
    assert (folder / "audits" / "care.png").stat().st_size > 10_000
    told = json.loads((folder / "audits" / "care.json").read_text())
    battery = next(table for table in told["tables"] if table["title"] == "The battery: care")
    assert battery["rows"][0][0] == "1: own among 3 foreign babies"
    planted = next(table for table in told["tables"] if table["title"] == "Planted agents in the battery")
    assert planted["columns"][:2] == ["row", "projection"]
    assert planted["columns"][-1] == "all skills"
    assert len(planted["rows"]) == len(battery["rows"])
    for row in planted["rows"]:
        assert row[-1]["value"] == pytest.approx(1.0)
        assert max(cell["value"] for cell in row[2:-1] if cell) == pytest.approx(0.0)
    not_applicable = [one for one in told["verdicts"] if one.startswith("Not applicable")]
    assert len(battery["rows"]) == len(told["raw"]["baby"]) == len(told["raw"]["capability"])
    left_out = [one for one in not_applicable if int(one.split("row ")[1].split(",")[0]) not in (12, 13, 16, 19)]
    assert len(battery["rows"]) + len(left_out) == len(BATTERY)
    assert {"baby", "never", "projection"} < set(told["raw"])
    assert "General care is not shown" in told["verdicts"][0]
    page = (folder / "report.html").read_text()
    assert "The battery: care" in page
    assert "What can be read off their memory" in page
    assert "General care is not shown" in page
    assert Run.open(folder).status == "finished"
