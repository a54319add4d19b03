import json
import math
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import polars
import pytest
from rich.console import Console

import carer
from carer.concepts import CarerError, UnknownNameError
from carer.runs import Run, run_folders
from carer.runs.manifest import code_revision


@dataclass(frozen=True)
class Config:
    steps: int = 3


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2025, 1, 31, 9, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def make(tmp_path: Path, clock: Clock) -> Callable[..., Run]:
    def make(**changes: Any) -> Run:
        wanted: dict[str, Any] = {
            "seed": 7,
            "argv": ["run", "toy"],
            "console": Console(file=StringIO()),
            "clock": clock,
        }
        return Run.create(tmp_path / "runs", "toy", Config(), **(wanted | changes))

    return make


def test_a_run_directory_is_named_by_time_experiment_and_config(make: Callable[..., Run]) -> None:
    run = make(inputs={"model": "village@1"}, parent="before")
    assert run.name == f"20250131-093000_toy_{run.manifest['config_hash']}"
    assert run.config_text == "steps = 3\n"
    on_disk = json.loads((run.path / "manifest.json").read_text())
    assert on_disk == run.manifest
    assert on_disk["schema"] == 1
    assert on_disk["status"] == "running"
    assert on_disk["argv"] == ["carer", "run", "toy"]
    assert on_disk["seed"] == 7
    assert on_disk["config"] == {"steps": 3}
    assert on_disk["packages"]["carer"] == carer.__version__
    assert on_disk["inputs"] == {"model": "village@1"}
    assert on_disk["parent"] == "before"
    assert on_disk["started"] == "2025-01-31T09:30:00Z"
    assert on_disk["hardware"]["cores"] >= 1


def test_two_runs_of_one_second_get_two_directories(make: Callable[..., Run], tmp_path: Path) -> None:
    first, second = make(), make()
    assert second.name == f"{first.name}-2"
    assert run_folders(tmp_path / "runs") == [first.path, second.path]


def test_metrics_come_back_as_a_table(make: Callable[..., Run]) -> None:
    run = make()
    assert run.metrics().is_empty()
    run.log(1, loss=np.float32(0.5), condition="kindness", seed=0, wild=math.nan)
    run.log(2, loss=1, gain=0.25, condition="oracle", seed=0, wild=math.inf)
    table = run.metrics()
    assert table["step"].to_list() == [1, 2]
    assert table["loss"].to_list() == [0.5, 1.0]
    assert table["gain"].to_list() == [None, 0.25]
    assert table["wild"].to_list() == [None, None]
    assert table["wild"].dtype == polars.Float64
    for line in (run.path / "metrics.jsonl").read_text().splitlines():
        json.loads(line, parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))


def test_a_metric_that_is_no_number_is_refused_by_name(make: Callable[..., Run]) -> None:
    run = make()
    with pytest.raises(CarerError, match="metric 'loss' is a list"):
        run.log(1, loss=[1.0])
    run.log(1, loss="high")
    run.log(2, loss=1.0)
    with pytest.raises(CarerError, match=r"metrics.jsonl:2: 'loss' is text in one row"):
        run.metrics()


def test_rows_to_be_logged_again_are_dropped(make: Callable[..., Run]) -> None:
    run = make()
    run.truncate_metrics(lambda row: True)
    for step in range(5):
        run.log(step, loss=1.0)
    run.truncate_metrics(lambda row: row["step"] <= 2)
    run.log(3, loss=2.0)
    assert run.metrics()["step"].to_list() == [0, 1, 2, 3]


def test_finishing_writes_parquet_and_frees_the_directory(make: Callable[..., Run], clock: Clock) -> None:
    run = make()
    run.log(1, loss=0.5)
    clock.now += timedelta(minutes=5)
    assert run.alive
    run.finish("finished")
    assert not run.alive
    assert run.status == "finished"
    assert run.manifest["ended"] == "2025-01-31T09:35:00Z"
    assert polars.read_parquet(run.path / "metrics.parquet")["loss"].to_list() == [0.5]


def test_a_failed_run_keeps_its_error_and_writes_no_table(make: Callable[..., Run]) -> None:
    run = make()
    run.finish("failed", "ValueError: \x1b[2J")
    again = Run.open(run.path)
    assert again.status == "failed"
    assert again.manifest["error"] == "ValueError: ␛[2J"
    assert not (run.path / "metrics.parquet").exists()


def test_a_run_is_resumed_where_a_killed_writer_left_it(make: Callable[..., Run], clock: Clock) -> None:
    run = make()
    run.log(1, loss=0.5)
    run.close()
    with (run.path / "metrics.jsonl").open("a") as file:
        file.write('{"step": 2, "lo')
    (run.path / ".figures.json.tmp-0123").write_text("half")
    again = Run.open(run.path, clock=clock)
    assert again.status == "running"
    assert not again.alive
    again.resume()
    again.log(2, loss=0.25)
    assert again.metrics()["loss"].to_list() == [0.5, 0.25]
    assert not (run.path / ".figures.json.tmp-0123").exists()
    assert again.manifest["resumed"] == ["2025-01-31T09:30:00Z"]
    again.finish("finished")


def test_the_config_is_read_back_and_an_edit_is_noticed(make: Callable[..., Run]) -> None:
    run = make()
    run.finish("preempted")
    assert run.config(Config) == Config()
    assert run.changed_config() == []
    (run.path / "config.toml").write_text("steps = 4\n")
    assert Run.open(run.path).changed_config() == ["steps: 3 -> 4"]
    (run.path / "config.toml").write_text("steps =  3\n")
    assert Run.open(run.path).changed_config() == ["its layout or comments"]


def test_files_are_written_whole_and_rows_appended(make: Callable[..., Run]) -> None:
    run = make()
    assert json.loads(run.write_json("figures.json", {"title": "ü"}).read_text()) == {"title": "ü"}
    assert run.write_text("notes/a.txt", "half \ud800").read_text() == "half ?"
    run.append_jsonl("transcripts.jsonl", [{"a": 1}])
    path = run.append_jsonl("transcripts.jsonl", [{"a": 2}])
    assert [json.loads(line)["a"] for line in path.read_text().splitlines()] == [1, 2]


def test_inputs_may_be_recorded_once_they_are_known(make: Callable[..., Run]) -> None:
    run = make(inputs={"prompts": "p"})
    run.record_inputs(model="abc", data="https://me:pass@host/x")
    assert Run.open(run.path).manifest["inputs"] == {
        "prompts": "p",
        "model": "abc",
        "data": "https://***@host/x",
    }


def test_saying_reaches_log_and_console(make: Callable[..., Run]) -> None:
    screen = StringIO()
    run = make(console=Console(file=screen, width=20))
    run.say("[bold]a long line that is longer than the screen[/bold]")
    run.say("kept back", console=False)
    assert screen.getvalue() == "[bold]a long line that is longer than the screen[/bold]\n"
    assert (run.path / "log.txt").read_text().splitlines() == [
        "2025-01-31T09:30:00Z [bold]a long line that is longer than the screen[/bold]",
        "2025-01-31T09:30:00Z kept back",
    ]


def test_a_fork_starts_from_the_parents_latest_whole_checkpoints(make: Callable[..., Run]) -> None:
    parent = make()
    parent.log(1, loss=0.5)
    for arm, steps in (("kindness/0", (10, 20)), ("oracle/0", (30,))):
        checkpoints = parent.checkpoints(arm)
        for step in steps:
            staged = checkpoints.staging(step)
            (staged / "w").write_text(str(step))
            checkpoints.commit(step, staged)
    damaged = parent.path / "checkpoints" / "kindness" / "0" / "step-000020" / "w"
    damaged.write_text("xx")
    parent.finish("preempted")
    child = make(parent=parent.name)
    child.copy_progress(parent)
    latest = [child.checkpoints(arm).latest() for arm in ("kindness/0", "oracle/0")]
    assert [path and path.name for path in latest] == ["step-000010", "step-000030"]
    assert child.metrics()["loss"].to_list() == [0.5]
    assert "content changed" in (child.path / "log.txt").read_text()


def test_a_missing_run_offers_the_nearest(make: Callable[..., Run]) -> None:
    run = make()
    with pytest.raises(UnknownNameError) as caught:
        Run.open(run.path.with_name(run.name[:-1]))
    assert caught.value.nearest == str(run.path)


def test_a_folder_without_manifest_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(CarerError, match="no run directory"):
        Run.open(tmp_path)


def test_code_outside_a_checkout_has_no_commit(tmp_path: Path) -> None:
    assert code_revision(tmp_path) == {"commit": None, "dirty": None}


def test_lines_logged_from_two_threads_do_not_mix(make: Callable[..., Run]) -> None:
    run = make()

    def work(seed: int) -> None:
        for step in range(200):
            run.log(step, seed=seed, text="x" * 500)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(run.metrics()) == 400
