"""Rewards, losses and gradients that are not numbers, and a signal in the middle of training."""

import json
import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from transformers import TrainerCallback

import kindness
from carer.concepts import CarerError, Conversation, NonFiniteRewardError
from carer.language.divergence import DivergedError
from carer.runs.checkpoints import Checkpoints

pytestmark = [pytest.mark.filterwarnings(one) for one in kindness.WARNINGS]
Folder = Callable[[str], Path]


@pytest.mark.parametrize("rloo", [False, True], ids=["grpo", "rloo"])
@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, None], ids=str)
def test_a_reward_that_is_no_number_is_named_with_its_row(
    bad: Any, rloo: bool, tiny_model_folder: Folder, tmp_path: Path
) -> None:
    shown: list[Conversation] = []

    def extrinsic(conversations: Sequence[Conversation]) -> list[Any]:
        shown.extend(conversations)
        return [*kindness.length_reward(conversations[:-1]), bad]

    trainer = kindness.trainer(
        tmp_path, tiny_model_folder("qwen"), rloo=rloo, objective="own_extrinsic", extrinsic=extrinsic
    )
    before = kindness.weights(trainer)
    with pytest.raises(NonFiniteRewardError, match=r"'own_rlhf' returned .* for row \d") as caught:
        trainer.train()
    assert 0 <= caught.value.row < 8
    assert caught.value.row >= len(shown) - 1
    assert kindness.same(before, kindness.weights(trainer))


@pytest.mark.parametrize("what", ["loss", "gradient"])
def test_training_stops_before_a_nan_reaches_the_weights(what: str, tiny_model_folder: Folder, tmp_path: Path) -> None:
    trainer = kindness.trainer(tmp_path, tiny_model_folder("qwen"), callbacks=[_Spoil(what)])
    with pytest.raises(DivergedError, match=what) as caught:
        trainer.train()
    assert all(value.isfinite().all() for value in kindness.weights(trainer).values())
    assert trainer.state.global_step == 1
    assert load_file(caught.value.folder / "batch.safetensors")["completion_ids"].shape[0] == 8
    facts = json.loads((caught.value.folder / "batch.json").read_text())
    assert facts["step"] == 2
    assert len(facts["completion"]) == 8


class _Spoil(TrainerCallback):
    """Makes the second step's loss or gradient NaN, without touching the weights."""

    def __init__(self, what: str) -> None:
        self.what = what

    def on_step_begin(self, args: Any, state: Any, control: Any, model: Any = None, **kwargs: Any) -> None:
        if state.global_step != 1:
            return
        if self.what == "gradient":
            next(model.parameters()).register_hook(lambda grad: grad * math.nan)
        else:
            original = model.forward

            def forward(*args: Any, **kwargs: Any) -> Any:
                out = original(*args, **kwargs)
                if getattr(out, "log_probs", None) is not None and torch.is_grad_enabled():
                    out.log_probs = out.log_probs * math.nan
                return out

            model.forward = forward


@pytest.mark.parametrize(
    ("rows", "message"),
    [([], "empty"), ([{"prompt": "good morning"}], "messages"), ([{"text": "good morning"}], "messages")],
    ids=["empty", "text", "no-prompt"],
)
def test_datasets_without_conversations_are_refused(
    rows: list[dict[str, Any]], message: str, tiny_model_folder: Folder, tmp_path: Path
) -> None:
    from datasets import Dataset

    dataset = Dataset.from_list(rows) if rows else kindness.prompts().select([])
    with pytest.raises(CarerError, match=message):
        kindness.trainer(tmp_path, tiny_model_folder("qwen"), train_dataset=dataset)


SCRIPT = """
import sys, warnings
from pathlib import Path
sys.path.insert(0, {tests!r})
warnings.simplefilter("ignore")
import kindness
from transformers import TrainerCallback
from carer.runs.preemption import Preemption

class Mark(TrainerCallback):
    def on_step_end(self, args, state, control, **kwargs):
        Path({folder!r}, f"done-{{state.global_step}}").touch()

with Preemption() as preemption:
    trainer = kindness.trainer(
        Path({folder!r}), Path({model!r}), max_steps=200, preemption=preemption, callbacks=[Mark()]
    )
    trainer.train()
    sys.exit(preemption.exit_code)
"""


def test_sigterm_ends_training_after_the_step_with_a_checkpoint(tiny_model_folder: Folder, tmp_path: Path) -> None:
    script = SCRIPT.format(
        tests=str(Path(__file__).parents[1]), folder=str(tmp_path), model=str(tiny_model_folder("qwen"))
    )
    child = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.DEVNULL, env={**os.environ, "OMP_NUM_THREADS": "1"}
    )
    while not (tmp_path / "done-2").exists():
        assert child.poll() is None
        time.sleep(0.02)
    child.send_signal(signal.SIGTERM)
    assert child.wait(timeout=60) == 143
    done = max(int(path.name.split("-")[1]) for path in tmp_path.glob("done-*"))
    latest = Checkpoints(tmp_path / "checkpoints").latest()
    assert latest is not None
    assert latest.name == f"step-{done:06d}"
    assert done < 200
