"""Stopping and going on: 2N steps equal N steps and N resumed ones, to the last bit."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from peft import LoraConfig

import kindness
from carer.concepts import CarerError
from carer.language.rewards import RND, Curiosity
from carer.runs.checkpoints import Checkpoints
from carer.runs.preemption import Preemption

pytestmark = [pytest.mark.filterwarnings(one) for one in kindness.WARNINGS]
Folder = Callable[[str], Path]

LORA = {"r": 4, "lora_alpha": 8, "target_modules": ["q_proj", "v_proj"], "task_type": "CAUSAL_LM"}
RUNS: dict[str, dict[str, Any]] = {
    "grpo": {"intrinsic": True, "partner": "lagged", "lag_decay": 0.5},
    "lora": {"peft": True, "partner": "frozen", "order": "swap_first"},
    "rloo": {"rloo": True},
    # A batch is used for two optimiser steps, and the stop falls between them.
    "buffered": {"steps_per_generation": 2, "stop": 3},
    # Four prompts make two batches an epoch: the stop falls on the end of the second.
    "epochs": {"rows": 4, "stop": 4, "max_steps": 6},
}


def build(
    model: Path, folder: Path, *, intrinsic: bool = False, peft: bool = False, rows: int = 8, **options: Any
) -> Any:
    options.pop("stop", None)
    return kindness.trainer(
        folder,
        model,
        intrinsic=[Curiosity(), RND()] if intrinsic else [],
        peft_config=LoraConfig(**LORA) if peft else None,
        train_dataset=kindness.prompts(rows),
        **options,
    )


@pytest.mark.parametrize("name", RUNS)
def test_two_halves_make_a_whole(name: str, tiny_model_folder: Folder, tmp_path: Path) -> None:
    model, options = tiny_model_folder("qwen"), RUNS[name]
    whole = build(model, tmp_path / "whole", **options)
    whole.train()
    preemption = Preemption()
    stop = options.get("stop", 2)
    first = build(
        model,
        tmp_path / "half",
        preemption=preemption,
        callbacks=[kindness.StopAt(stop, preemption)],
        **options,
    )
    first.train()
    assert first.state.global_step == stop
    second = build(model, tmp_path / "half", **options)
    second.train(resume_from_checkpoint=True)
    assert second.state.global_step == whole.state.global_step
    assert not kindness.same(kindness.weights(first), kindness.weights(second))
    assert kindness.same(kindness.weights(whole), kindness.weights(second))
    assert kindness.logged(whole, "loss")[stop:] == kindness.logged(second, "loss")[stop:]
    assert not list((tmp_path / "half").rglob("*.pt")) + list((tmp_path / "half").rglob("*.bin"))


@pytest.mark.parametrize("peft", [False, True])
def test_a_finished_learner_makes_no_further_step(peft: bool, tiny_model_folder: Folder, tmp_path: Path) -> None:
    options: dict[str, Any] = {"peft": peft, "save_strategy": "steps", "save_steps": 2, "max_steps": 2}
    first = build(tiny_model_folder("qwen"), tmp_path, **options)
    first.train()
    again = build(tiny_model_folder("qwen"), tmp_path, **options)
    again.train(resume_from_checkpoint="latest")
    assert again.state.global_step == 2
    assert kindness.same(kindness.weights(first), kindness.weights(again))
    assert [folder.name for folder in sorted(again.run_checkpoints.folder.iterdir())] == ["step-000002"]


def test_a_damaged_checkpoint_is_passed_over_and_named(tiny_model_folder: Folder, tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path / "steps")
    options = {"run_checkpoints": checkpoints, "save_strategy": "steps", "save_steps": 1, "max_steps": 2}
    kindness.trainer(tmp_path, tiny_model_folder("qwen"), **options).train()
    newest = checkpoints.folder / "step-000002" / "optimizer.safetensors"
    content = bytearray(newest.read_bytes())
    content[-1] ^= 1
    newest.write_bytes(content)
    again = kindness.trainer(tmp_path, tiny_model_folder("qwen"), **options)
    with pytest.raises(CarerError, match=r"optimizer\.safetensors"):
        again.train(resume_from_checkpoint=str(newest.parent))
    again.train(resume_from_checkpoint="latest")
    assert again._initial_global_step == 1
    shutil.rmtree(checkpoints.folder)
    with pytest.raises(CarerError, match="no whole checkpoint"):
        again.train(resume_from_checkpoint=True)


def test_a_checkpoint_of_another_partner_is_refused(tiny_model_folder: Folder, tmp_path: Path) -> None:
    options = {"save_strategy": "steps", "save_steps": 1, "max_steps": 1}
    kindness.trainer(tmp_path, tiny_model_folder("qwen"), partner="lagged", **options).train()
    other = kindness.trainer(tmp_path, tiny_model_folder("qwen"), partner="live", **options)
    with pytest.raises(CarerError, match="lagged partner"):
        other.train(resume_from_checkpoint=True)
