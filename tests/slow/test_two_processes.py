"""Two processes on the CPU: one group of replies spread over both, one shared state, one checkpoint."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow
Folder = Callable[[str], Path]

SCRIPT = """
import hashlib, json, os, sys, warnings
from pathlib import Path
sys.path.insert(0, {tests!r})
warnings.simplefilter("ignore")
import kindness
from carer.runs.preemption import Preemption

folder, resume, stop = Path(sys.argv[1]), sys.argv[2] == "resume", sys.argv[2] == "stop"
rank, preemption = os.environ["RANK"], Preemption()
trainer = kindness.trainer(
    folder, Path({model!r}), intrinsic=["curiosity", "rnd"], partner="lagged", truth=kindness.truth,
    per_device_train_batch_size=2, num_generations=4, preemption=preemption, ddp_backend="gloo",
    # The signal reaches one of the two.
    callbacks=[kindness.StopAt(2, preemption)] if stop and rank == "1" else [],
)
trainer.train(resume_from_checkpoint=True if resume else None)
digest = hashlib.sha256()
for value in kindness.weights(trainer).values():
    digest.update(value.numpy().tobytes())
state = {{name: value for one in trainer.intrinsic for name, value in one.state_dict().items()}}
rnd = float(sum(abs(value).double().sum() if hasattr(value, "abs") else abs(value) for value in state.values()))
facts = {{
    "step": trainer.state.global_step, "weights": digest.hexdigest(), "state": rnd,
    "rewards": kindness.logged(trainer, "rewards/target_rlhf/mean"),
    "constant": kindness.logged(trainer, "zero_variance/target_rlhf"),
}}
(folder / f"facts-{{sys.argv[2]}}-{{rank}}.json").write_text(json.dumps(facts))
"""


def launch(script: Path, folder: Path, mode: str) -> list[dict[str, Any]]:
    folder.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2"]
    done = subprocess.run(
        [*command, str(script), str(folder), mode],
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return [json.loads((folder / f"facts-{mode}-{rank}.json").read_text()) for rank in (0, 1)]


def test_two_processes_train_stop_and_resume_as_one(tiny_model_folder: Folder, tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text(SCRIPT.format(tests=str(Path(__file__).parents[1]), model=str(tiny_model_folder("qwen"))))
    whole = launch(script, tmp_path / "whole", "whole")
    half = launch(script, tmp_path / "half", "stop")
    resumed = launch(script, tmp_path / "half", "resume")
    assert [one["step"] for one in (*whole, *half, *resumed)] == [4, 4, 2, 2, 4, 4]
    assert whole[0] == whole[1]  # the same weights, rewards and reward state in both
    assert {name: resumed[0][name] for name in ("weights", "state")} == {
        name: whole[0][name] for name in ("weights", "state")
    }
