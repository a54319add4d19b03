"""`carer run rivals`, end to end and small."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from carer.agents.objectives import OBJECTIVES, OUTLIVING
from carer.audits.care import BATTERY
from carer.cli.main import main
from carer.experiments.care.rivals import task_of
from carer.experiments.configs import RIVALS, RivalsConfig
from carer.runs import Run
from carer.worlds.nursery import make

pytestmark = pytest.mark.timeout(1200)  # three learners, and every condition is a world to compile

SMALL = [
    "--seeds", "3", "--updates", "2", "--envs", "8", "--steps", "8", "--width", "8", "--minibatches", "2",
    "--episodes", "8", "--rows", "11", "--battery-episodes", "8", "--evaluate-every", "1", "--save-every", "1",
    "--alone", "1",
]  # fmt: skip
ARMS = ("baby", "kindness", "empowerment")


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("runs")
    assert main(["run", "rivals", "--out", str(out), "--arms", *ARMS, *SMALL]) == 0
    (folder,) = out.iterdir()
    return folder


def _rows(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]


@pytest.mark.slow
def test_the_tables_have_each_drive_and_its_profile(run_folder: Path) -> None:
    told = json.loads((run_folder / "figures.json").read_text())
    table, profiles = told["tables"][:2]
    assert [row[0] for row in table["rows"]] == list(ARMS)
    assert table["columns"] == ["drive", "baby's life", "held-out rows", "what it pays"]
    assert profiles["columns"] == ["row", *ARMS]
    left_out = [said for said in told["verdicts"] if said.startswith("Not applicable")]
    assert len(profiles["rows"]) + len(left_out) == sum(condition.row == 11 for condition in BATTERY)
    for cell in [cell for row in table["rows"] for cell in row[1:3]] + [c for row in profiles["rows"] for c in row[1:]]:
        assert cell["low"] <= cell["value"] <= cell["high"]
        assert cell["n"] == 3
    assert any(said.startswith("kindness: babies live to a score of") for said in told["verdicts"])


@pytest.mark.slow
def test_raw_scores_are_kept_for_every_mother(run_folder: Path) -> None:
    profiles = json.loads((run_folder / "figures.json").read_text())["tables"][1]
    profile = [row for row in _rows(run_folder) if row["split"] == "profile"]
    kept = json.loads((run_folder / "battery.json").read_text())
    for at, (asked, shown) in enumerate(zip(kept, profiles["rows"], strict=True)):
        for arm, cell in zip(ARMS, shown[1:], strict=True):
            logged = [row["score"] for row in profile if row["condition"] == arm and row["place"] == at + 1]
            assert logged == asked[arm]["per_seed"]
            assert sum(logged) / 3 == pytest.approx(cell["value"])


@pytest.mark.slow
def test_the_drives_pay_and_learn_and_the_report_shows_them(run_folder: Path) -> None:
    train = [row for row in _rows(run_folder) if row["split"] == "train" and row["step"] == 2]
    (kindness,) = [row for row in train if row["condition"] == "kindness" and row["seed"] == 0]
    assert {"mother/reward/own_life", "mother/reward/target_life", "mother/target_life/explained"} <= kindness.keys()
    (empowerment,) = [row for row in train if row["condition"] == "empowerment" and row["seed"] == 0]
    assert empowerment["mother/empowerment/loss"] > 0
    page = (run_folder / "report.html").read_text()
    assert "What each drive makes of a mother" in page
    assert "Profiles over the battery" in page
    assert "was not drawn" not in page


@pytest.mark.slow
def test_a_run_that_was_stopped_goes_on_to_the_same_mothers(run_folder: Path, tmp_path: Path) -> None:
    """SIGTERM while the second arm is training; what was learned, tried and asked is the same in the end."""
    command = [sys.executable, "-m", "carer.cli"]
    flags = ["--out", str(tmp_path), "--arms", *ARMS, *SMALL]
    process = subprocess.Popen(
        [*command, "run", "rivals", *flags], env=os.environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    deadline = time.monotonic() + 300
    while not list(tmp_path.glob("*/checkpoints/kindness/step-*")) and time.monotonic() < deadline:
        time.sleep(0.2)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=300)
    (folder,) = tmp_path.iterdir()
    assert process.returncode == 143
    assert Run.open(folder).status == "preempted"
    assert main(["resume", str(folder)]) == 0

    def scores(folder: Path) -> list[Any]:
        rows = [row for row in _rows(folder) if row["split"] in ("trial", "profile")]
        return [(row["condition"], row["seed"], row.get("baby_life"), row.get("score")) for row in rows]

    assert scores(folder) == scores(run_folder)


def test_the_arms_differ_in_what_is_paid_and_so_in_when_nothing_more_is() -> None:
    assert set(RIVALS) == set(OBJECTIVES) == set(RivalsConfig().arms)
    tasks = [task_of(RivalsConfig(), arm) for arm in RIVALS]
    assert len({task.terms for task in tasks}) == len(tasks)
    for arm, task in zip(RIVALS, tasks, strict=True):
        assert task.world == make("standard", ends=OUTLIVING.get(arm, "childless"))
        assert (task.roles, task.curriculum) == (tasks[0].roles, tasks[0].curriculum)


@pytest.mark.parametrize(
    ("flags", "said"),
    [(["--arms", "kindnes"], "kindness"), (["--battery-episodes", "0"], "battery_episodes = 0.")],
)
def test_what_cannot_be_trained_is_refused(
    flags: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "rivals", "--out", str(tmp_path / "runs"), *flags]) == 2
    assert said in capsys.readouterr().err
