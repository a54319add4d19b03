"""SIGTERM in the middle of `carer run naive_kindness`: the step ends, the checkpoint stands, resume ends the same."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from safetensors.torch import load_file

STEPS = 8


def _command(out: Path, model: Path, reward: Path) -> list[str]:
    return [
        sys.executable, "-m", "carer.cli", "run", "naive_kindness", "--out", str(out),
        "--model", str(model), "--reward-model", str(reward), "--conditions", "own_extrinsic", "kindness-lagged",
        "--steps", str(STEPS), "--prompts-per-step", "2", "--generations", "2", "--max-reply-tokens", "8",
        "--eval-every", "4", "--save-every", "4", "--transcripts", "1", "--train-prompts", "20", "--eval-prompts", "4",
    ]  # fmt: skip


def test_a_stopped_run_goes_on_and_ends_with_the_same_weights(
    tmp_path: Path, tiny_model_folder: Callable[..., Path], tiny_reward_folder: Callable[..., Path]
) -> None:
    model, reward = tiny_model_folder("village"), tiny_reward_folder("village")
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    whole = subprocess.run(
        _command(tmp_path / "whole", model, reward),
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert whole.returncode == 0, whole.stderr
    stopped = subprocess.Popen(
        _command(tmp_path / "stopped", model, reward), env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    _wait_for_step(tmp_path / "stopped", "kindness-lagged", 2, stopped)
    stopped.send_signal(signal.SIGTERM)
    stopped.communicate(timeout=120)
    assert stopped.returncode == 143
    (run,) = (tmp_path / "stopped").iterdir()
    assert '"status": "preempted"' in (run / "manifest.json").read_text()
    resumed = subprocess.run(
        [sys.executable, "-m", "carer.cli", "resume", str(run)],
        env=environment, capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert resumed.returncode == 0, resumed.stderr
    (reference,) = (tmp_path / "whole").iterdir()
    for arm in ("own_extrinsic", "kindness-lagged"):
        place = f"models/{arm}/seed-0/model.safetensors"
        ours, theirs = load_file(run / place), load_file(reference / place)
        assert all(ours[name].equal(theirs[name]) for name in theirs), arm
    for name in ("transcripts.jsonl", "arms/kindness-lagged/seed-0.json"):
        assert (run / name).read_text() == (reference / name).read_text()
    assert _steps(run) == _steps(reference)


def _steps(run: Path) -> list[tuple[object, ...]]:
    import json

    rows = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    return [(row["condition"], row["split"], row["step"]) for row in rows]


def _wait_for_step(root: Path, condition: str, step: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 200
    wanted = f'"step":{step},', f'"condition":"{condition}"'
    while time.monotonic() < deadline and process.poll() is None:
        for metrics in root.glob("*/metrics.jsonl"):
            lines = metrics.read_text().replace(": ", ":").replace(", ", ",").splitlines()
            if any(all(part in line for part in wanted) for line in lines):
                return
        time.sleep(0.05)
    raise AssertionError(f"step {step} of {condition} was not reached; exit code {process.poll()}")
