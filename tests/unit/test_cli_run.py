import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from carer.cli.main import main
from carer.runs import Run, run_folders

Carer = Callable[..., int]


@pytest.fixture
def carer(sample_experiment: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Carer:
    """`carer("run", "walk", ...)` in a folder of its own; returns the exit code."""
    monkeypatch.chdir(tmp_path)
    return lambda *words: main(words, sample_experiment.registry())


def only_run() -> Run:
    folders = run_folders(Path("runs"))
    assert len(folders) == 1
    return Run.open(folders[0])


def test_a_run_leaves_its_directory_and_says_what_is_next(carer: Carer, capsys: pytest.CaptureFixture) -> None:
    assert carer("run", "walk", "--steps", "3", "--slope.rate", "2", "--slope.names", "a", "b") == 0
    run = only_run()
    assert run.status == "finished"
    assert run.config_text == (
        'steps = 3\nseed = 0\nfault = "none"\n\n[slope]\nrate = 2.0\nnames = [\n    "a",\n    "b",\n]\n'
    )
    assert run.metrics()["height"].to_list() == [2.0, 4.0, 6.0]
    assert run.manifest["argv"][:3] == ["carer", "run", "walk"]
    assert (run.path / "report.html").is_file()
    assert (run.path / "metrics.parquet").is_file()
    assert capsys.readouterr().out.splitlines()[-4:] == [
        f"run      {run.path} (finished)",
        f"figures  {run.path / 'figures.json'}",
        f"report   {run.path / 'report.html'}",
        "next     carer ls",
    ]


def test_json_is_the_last_and_only_line(carer: Carer, capsys: pytest.CaptureFixture) -> None:
    assert carer("run", "walk", "--json") == 0
    run = only_run()
    out = capsys.readouterr()
    assert json.loads(out.out) == {
        "run": str(run.path),
        "status": "finished",
        "report": str(run.path / "report.html"),
        "figures": str(run.path / "figures.json"),
    }
    assert "walk:" in out.err


def test_a_dry_run_prints_a_config_that_reproduces_it(carer: Carer, capsys: pytest.CaptureFixture) -> None:
    assert carer("run", "walk", "--dry-run", "--steps", "7", "--limit", "3") == 0
    toml = capsys.readouterr().out
    assert not Path("runs").exists()
    Path("c.toml").write_text(toml)
    assert carer("run", "walk", "--dry-run", "--config", "c.toml") == 0
    assert capsys.readouterr().out == toml
    assert carer("run", "walk", "--dry-run", "--config=c.toml", "--steps", "8", "--json") == 0
    assert json.loads(capsys.readouterr().out)["steps"] == 8


def test_a_run_goes_where_out_says(carer: Carer) -> None:
    assert carer("run", "walk", "--out", "elsewhere/deep") == 0
    assert len(run_folders(Path("elsewhere/deep"))) == 1


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["walk"], "Known: audit, doctor, ls, play, report, resume, run"),
        (["run", "walc"], "unknown experiment 'walc'"),
        (["rum", "walk"], "unknown verb 'rum'. *\n *Did you mean 'run'?"),
        (["run", "walk", "--stepz", "3"], "--steps"),
        (["run", "walk", "--slope.rat", "3"], "--slope.rate"),
        (["run", "walk", "--steps", "many"], "--steps"),
        (["run", "walk", "--fault", "userr"], "--fault"),
        (["run", "--steps", "3", "walk"], "name the experiment first"),
        (["run", "walk", "--config", "missing.toml"], "cannot read the config missing.toml"),
        (["run", "walk", "--config", "odd.toml"], "Did you mean 'slope.rate'?"),
        (["resume", "--fork"], "name the run first"),
        (["resume", "runs/none"], "there is no run at runs/none"),
        (["report", "runs/none"], "there is no run at runs/none"),
        (["resume", "."], "no run directory"),
        (["ls", "--ouy", "x"], "--out"),
    ],
)
def test_what_is_asked_wrongly_is_named_and_the_nearest_offered(
    carer: Carer, capsys: pytest.CaptureFixture, words: list[str], says: str
) -> None:
    Path("odd.toml").write_text("[slope]\nrte = 1\n")
    assert carer(*words) == 2
    out = capsys.readouterr()
    assert re.search(says.replace("?", r"\?"), out.err), out.err
    assert "Traceback" not in out.err
    assert not Path("runs").exists()


def test_a_fault_of_the_user_fails_the_run_without_a_traceback(carer: Carer, capsys: pytest.CaptureFixture) -> None:
    assert carer("run", "walk", "--fault", "user") == 2
    run = only_run()
    assert run.status == "failed"
    assert run.manifest["error"] == "the hill is gone. Choose another."
    out = capsys.readouterr()
    assert out.err == "error: the hill is gone.\n       Choose another.\n"
    assert f"next     carer resume {run.path}" in out.out


def test_a_crash_is_logged_in_full_and_told_in_short(carer: Carer, capsys: pytest.CaptureFixture) -> None:
    assert carer("run", "walk", "--fault", "crash") == 1
    run = only_run()
    assert run.status == "failed"
    err = capsys.readouterr().err
    assert "error: walk failed: RuntimeError: slipped ␛[2J" in err
    assert "Traceback" not in err
    log = (run.path / "log.txt").read_text()
    assert "Traceback" in log
    assert "slipped ␛[2J" in log


def test_a_missing_extra_is_named(carer: Carer, capsys: pytest.CaptureFixture) -> None:
    assert carer("run", "walk", "--fault", "torch") == 2
    err = capsys.readouterr().err
    assert "walk needs the package 'torch', which is not installed." in err
    assert "pip install 'carer[language]'" in err


def test_a_secret_in_an_error_reaches_neither_log_nor_screen(
    carer: Carer, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HILL_TOKEN", "very-secret-hill-pass")
    assert carer("run", "walk", "--fault", "secret") == 1
    written = b"".join(path.read_bytes() for path in only_run().path.rglob("*") if path.is_file())
    out = capsys.readouterr()
    assert b"very-secret" not in written
    assert "very-secret" not in out.out + out.err


def test_sigterm_saves_and_resume_ends_where_an_unbroken_run_does(carer: Carer, capsys: pytest.CaptureFixture) -> None:
    assert carer("run", "walk", "--fault", "sigterm", "--steps", "5") == 143
    run = only_run()
    assert run.status == "preempted"
    assert run.metrics()["step"].to_list() == [1, 2]
    assert f"next     carer resume {run.path}" in capsys.readouterr().out
    assert carer("resume", str(run.path)) == 0
    again = only_run()
    assert again.status == "finished"
    assert again.metrics()["height"].to_list() == [0.5, 1.0, 1.5, 2.0, 2.5]
    assert len(again.manifest["resumed"]) == 1
    assert carer("resume", str(run.path)) == 2
    assert "is finished" in capsys.readouterr().err


def test_a_second_ctrl_c_stops_at_once(carer: Carer) -> None:
    assert carer("run", "walk", "--fault", "interrupt") == 130
    assert only_run().status == "preempted"


def test_a_changed_config_is_refused_with_the_difference_or_forked(carer: Carer, capsys: pytest.CaptureFixture) -> None:
    assert carer("run", "walk", "--fault", "sigterm") == 143
    parent = only_run()
    Path("other.toml").write_text('steps = 6\nfault = "sigterm"\n[slope]\nrate = 1.0\n')
    capsys.readouterr()
    assert carer("resume", str(parent.path), "--config", "other.toml") == 2
    err = capsys.readouterr().err
    assert "slope.rate: 0.5 -> 1.0" in err
    assert "steps: 4 -> 6" in err
    assert "--fork" in err
    assert carer("resume", str(parent.path), "--steps", "6") == 2
    assert Run.open(parent.path).manifest == parent.manifest

    assert carer("resume", str(parent.path), "--config", "other.toml", "--fork") == 0
    child = next(Run.open(path) for path in run_folders(Path("runs")) if path != parent.path)
    assert child.manifest["parent"] == parent.name
    assert child.status == "finished"
    assert child.metrics()["height"].to_list() == [0.5, 1.0, 2.0, 3.0, 4.0, 5.0]
    assert Run.open(parent.path).status == "preempted"


def test_an_edited_config_file_is_refused(carer: Carer, capsys: pytest.CaptureFixture) -> None:
    assert carer("run", "walk", "--fault", "sigterm") == 143
    run = only_run()
    text = run.config_text.replace("steps = 4", "steps = 9")
    (run.path / "config.toml").write_text(text)
    assert carer("resume", str(run.path)) == 2
    assert "steps: 4 -> 9" in capsys.readouterr().err


def test_a_run_in_use_cannot_be_resumed(carer: Carer, capsys: pytest.CaptureFixture) -> None:
    assert carer("run", "walk", "--fault", "sigterm") == 143
    run = only_run()
    run.resume()
    assert carer("resume", str(run.path)) == 2
    assert "in use by another process" in capsys.readouterr().err
    run.close()


def test_a_killed_process_is_resumed(carer: Carer, tmp_path: Path, sample_experiment: ModuleType) -> None:
    script = Path(str(sample_experiment.__file__))
    code = (
        "import os, signal, sys, sample_experiment as s\n"
        "def die(fault): os.kill(os.getpid(), signal.SIGKILL)\n"
        "s._go_wrong = die\n"
        "from carer.cli.main import main\n"
        "main(['run', 'walk'], s.registry())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(script.parent)},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == -9, done.stderr
    run = only_run()
    assert run.status == "running"
    assert not run.alive
    assert carer("resume", str(run.path)) == 0
    assert only_run().metrics()["step"].to_list() == [1, 2, 3, 4]


def test_help_of_a_run_shows_the_experiments_own_flags(carer: Carer, capsys: pytest.CaptureFixture) -> None:
    run_help = ["run", "walk", "--help"]
    assert carer(*run_help) == 0
    out = capsys.readouterr().out
    assert "--slope.rate" in out
    assert "How much is climbed in a step." in out
