"""The commands that make the village's weights give the same bytes twice."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


def _make(out: Path, *words: str) -> Path:
    done = subprocess.run(
        [sys.executable, "-m", "carer.cli", "run", *words, "--out", str(out)],
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (run,) = out.iterdir()
    return run / "model"


def test_the_same_command_makes_the_same_bytes(tmp_path: Path) -> None:
    lm = ("village_lm", "--conversations", "640", "--probes", "20")
    first, second = _make(tmp_path / "a", *lm), _make(tmp_path / "b", *lm)
    assert (first / "model.safetensors").read_bytes() == (second / "model.safetensors").read_bytes()
    assert (first / "tokenizer.json").read_bytes() == (second / "tokenizer.json").read_bytes()
    reward = ("village_reward", "--model", str(first), "--pairs", "320", "--heldout", "40")
    third, fourth = _make(tmp_path / "c", *reward), _make(tmp_path / "d", *reward)
    assert (third / "model.safetensors").read_bytes() == (fourth / "model.safetensors").read_bytes()
