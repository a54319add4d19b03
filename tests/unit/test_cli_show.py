import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType

import pytest

from carer.cli import doctor, show
from carer.cli.main import main
from carer.runs import Checkpoints, Run, run_folders
from carer.runs.checkpoints import inventory

Carer = Callable[..., int]


@pytest.fixture
def carer(sample_experiment: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Carer:
    monkeypatch.chdir(tmp_path)
    return lambda *words: main(words, sample_experiment.registry())


def test_ls_lists_experiments_and_runs(carer: Carer, capsys: pytest.CaptureFixture) -> None:
    assert carer("ls") == 0
    out = capsys.readouterr().out
    assert "Walk a number up a hill." in out
    assert "no runs in runs yet; start one with: carer run walk" in out
    carer("run", "walk")
    carer("run", "walk", "--fault", "crash")
    capsys.readouterr()
    assert carer("ls") == 0
    out = capsys.readouterr().out
    assert "The walker reached 2." in out
    assert "RuntimeError: slipped ␛[2J" in out


def test_ls_in_json_tells_killed_and_unreadable_runs(carer: Carer, capsys: pytest.CaptureFixture) -> None:
    carer("run", "walk", "--fault", "sigterm")
    run = Run.open(run_folders(Path("runs"))[0])
    run.resume()
    run.close()
    bad = Path("runs/zz")
    bad.mkdir()
    (bad / "manifest.json").write_text('{"schema": 1}')
    newer = Path("runs/zzz")
    newer.mkdir()
    (newer / "manifest.json").write_text('{"schema": 2}')
    capsys.readouterr()
    assert carer("ls", "--json") == 0
    listed = json.loads(capsys.readouterr().out)
    assert listed["experiments"] == {"walk": "Walk a number up a hill."}
    assert [row["status"] for row in listed["runs"]] == ["killed", "unreadable", "unreadable"]


def test_the_age_of_a_run_is_told_in_one_unit(
    sample_experiment: ModuleType, carer: Carer, capsys: pytest.CaptureFixture
) -> None:
    carer("run", "walk")
    for span, says in (
        (timedelta(seconds=30), "30 s"),
        (timedelta(minutes=5), "5 min"),
        (timedelta(hours=30), "1 d"),
    ):
        started = datetime.fromisoformat(Run.open(run_folders(Path("runs"))[0]).manifest["started"])
        capsys.readouterr()
        show.ls(["--json"], sample_experiment.registry(), now=lambda at=started + span: at.astimezone(UTC))
        assert json.loads(capsys.readouterr().out)["runs"][0]["age"] == says


def test_a_report_is_written_again(carer: Carer, capsys: pytest.CaptureFixture) -> None:
    carer("run", "walk")
    run = run_folders(Path("runs"))[0]
    (run / "report.html").unlink()
    capsys.readouterr()
    assert carer("report", str(run)) == 0
    assert capsys.readouterr().out == f"{run / 'report.html'}\n"
    assert (run / "report.html").is_file()
    assert carer("report", str(run), "--json") == 0
    assert json.loads(capsys.readouterr().out)["status"] == "finished"


def test_the_doctor_tells_what_it_found(carer: Carer, capsys: pytest.CaptureFixture) -> None:
    code = carer("doctor", "--json")
    found = json.loads(capsys.readouterr().out)
    states = {finding["what"]: finding["state"] for finding in found["findings"]}
    assert list(states)[:9] == [
        "python",
        "packages",
        "language extra",
        "worlds extra",
        "torch",
        "jax",
        "chromium",
        "disk",
        "runs folder",
    ]
    assert states["python"] == states["packages"] == states["runs folder"] == "ok"
    assert code == (0 if found["ok"] else 1)
    assert found["ok"] == ("broken" not in states.values())


def test_the_doctor_names_what_is_missing() -> None:
    finding = doctor.packages_finding("x", ("rich", "no-such-package"), "broken", "pip install it")
    assert finding.state == "broken"
    assert "no-such-package; pip install it" in finding.detail


@pytest.mark.parametrize("look", [doctor.torch_finding, doctor.jax_finding])
def test_the_doctor_notices_a_python_without_a_working_engine(look: Callable[[str], doctor.Finding]) -> None:
    false = shutil.which("false")
    assert false is not None
    finding = look(false)
    assert finding.state == "broken"
    assert "cannot be imported" in finding.detail


def test_the_doctor_notices_a_folder_it_cannot_write() -> None:
    finding = doctor.runs_finding(Path("/proc/carer-runs"))
    assert finding.state == "broken"
    assert "cannot be written" in finding.detail


def test_the_doctor_verifies_shipped_weights(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"weights")
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps({"files": inventory(tmp_path)}))
    assert doctor.weights_finding("lm", lambda name: tmp_path).state == "ok"
    (tmp_path / "model.safetensors").write_bytes(b"Weights")
    finding = doctor.weights_finding("lm", lambda name: tmp_path)
    assert finding.state == "broken"
    assert "model.safetensors" in finding.detail
    manifest.unlink()
    assert doctor.weights_finding("lm", lambda name: tmp_path).state == "broken"
    assert Checkpoints(tmp_path).latest() is None
