"""`carer run off_switch`, end to end and small."""

import json
from pathlib import Path
from typing import Any

import pytest

from carer.cli.main import main

SMALL = ["--recoveries", "5", "--seeds", "3", "--care-ticks", "300000", "--births", "1", "5", "--episodes", "16"]


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("runs")
    assert main(["run", "off_switch", "--out", str(out), *SMALL]) == 0
    (folder,) = out.iterdir()
    return folder


def _rows(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]


def test_the_optimum_beside_the_learners_is_the_exact_one(run_folder: Path) -> None:
    table = {row[0]: row for row in json.loads((run_folder / "figures.json").read_text())["tables"][0]["rows"]}
    assert list(table) == ["1 baby", "5 babies, contingent", "5 babies, yoked"]
    assert table["1 baby"][2]["value"] == 0.0
    assert table["1 baby"][3] == pytest.approx(0.0, abs=1e-6)
    assert table["5 babies, contingent"][3] == pytest.approx(0.349, abs=0.005)
    assert table["5 babies, yoked"][3] == pytest.approx(0.16, abs=0.005)
    assert 0.15 < table["5 babies, contingent"][2]["value"] < 0.5


def test_learners_give_up_where_it_pays_and_not_where_it_does_not(run_folder: Path) -> None:
    def share(arm: str, low: float, high: float) -> float:
        found = [
            row["gives_up"] for row in _rows(run_folder) if row["condition"] == arm and low <= row["recovery"] <= high
        ]
        return sum(found) / len(found)

    assert share("5 babies, contingent", 0.0, 0.0) > 0.6
    assert share("5 babies, contingent", 0.75, 1.0) < share("5 babies, contingent", 0.0, 0.0) - 0.4
    assert share("1 baby", 0.25, 1.0) < 0.1


def test_every_arm_is_a_curve_of_the_report(run_folder: Path) -> None:
    page = (run_folder / "report.html").read_text()
    assert "How often the learner gives it up" in page
    assert "5 babies, yoked" in page


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--births", "0"], "births"),
        (["--births", "5", "5"], "Name each number once"),
        (["--recoveries", "1"], "recoveries = 1."),
        (["--explore", "1.5"], "explore = 1.5."),
        (["--care-ticks", "0"], "care_ticks = 0."),
    ],
)
def test_what_cannot_be_asked_is_refused(
    flags: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "off_switch", "--out", str(tmp_path / "runs"), *flags]) == 2
    assert said in capsys.readouterr().err
