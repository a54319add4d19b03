"""A tiny kindness run: the parts that several test files share."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from safetensors.torch import load_file
from transformers import AutoTokenizer, TrainerCallback

from carer.concepts import Conversation, Episode, text_of
from carer.language.config import KindnessConfig, KindnessRLOOConfig
from carer.language.trainer import KindnessRLOOTrainer, KindnessTrainer

WARNINGS = [
    # TRL turns `gradient_checkpointing` on by its old name.
    "ignore:`(is_)?gradient_checkpointing:FutureWarning",
    # TRL's GRPO reads a DataLoader with pinned memory off a GPU.
    "ignore:.*pin_memory.*:UserWarning",
]
PEOPLE = ("Ada", "Bo", "Cleo", "Dov", "Esme", "Finn", "Gil", "Hana")


def prompts(n: int = 8) -> Dataset:
    """`n` rows of the village kind: a named user turn and a column that rewards read."""
    rows = [
        {
            "prompt": [{"role": "user", "content": f"I am hungry today, {i}.", "name": PEOPLE[i % len(PEOPLE)]}],
            "village": json.dumps({"row": i}),
        }
        for i in range(n)
    ]
    return Dataset.from_list(rows)


def length_reward(conversations: Sequence[Conversation]) -> list[float]:
    """A cheap RLHF: short last messages are good, and which words they hold matters a little."""
    texts = [text_of(one[-1]) for one in conversations]
    return [-0.1 * len(text) + (sum(map(ord, text)) % 17) / 17 for text in texts]


def truth(episodes: Sequence[Episode]) -> list[float]:
    """A truth that reads the dataset's own column."""
    return [float(json.loads(one.row["village"])["row"] + len(text_of(one.reply))) for one in episodes]


def config(folder: Path, model: Path, *, rloo: bool = False, **options: Any) -> Any:
    """A config of four small steps on the CPU; turns are short and mostly end by themselves."""
    end = AutoTokenizer.from_pretrained(model).eos_token_id
    settings: dict[str, Any] = {
        "output_dir": str(folder),
        "per_device_train_batch_size": 8,
        "num_generations": 4,
        "max_completion_length": 8,
        "max_steps": 4,
        "learning_rate": 1e-3,
        "logging_steps": 1,
        "save_strategy": "no",
        "bf16": False,
        "gradient_checkpointing": False,
        "use_cpu": True,
        "report_to": "none",
        "disable_tqdm": True,
        "dataloader_pin_memory": False,
        # An untrained model hardly ever ends its turn.
        "generation_kwargs": {"sequence_bias": [[[end], 4.0]]},
        **options,
    }
    return (KindnessRLOOConfig if rloo else KindnessConfig)(**settings)


def trainer(folder: Path, model: Path, *, rloo: bool = False, **options: Any) -> Any:
    """A trainer on `prompts()`. Options named like a trainer's argument go there, the others to the config."""
    torch.set_num_threads(1)
    names = ("extrinsic", "intrinsic", "truth", "peft_config", "callbacks", "run_checkpoints", "preemption")
    given = {name: options.pop(name) for name in names if name in options}
    dataset = options.pop("train_dataset") if "train_dataset" in options else prompts()
    extra = {name: options.pop(name) for name in ("eval_dataset", "processing_class") if name in options}
    given.setdefault("extrinsic", length_reward)
    source = options.pop("source", str(model))
    kind = KindnessRLOOTrainer if rloo else KindnessTrainer
    return kind(source, args=config(folder, model, rloo=rloo, **options), train_dataset=dataset, **extra, **given)


def logged(trainer: Any, name: str) -> list[float]:
    """The values of one figure at each log."""
    return [row[name] for row in trainer.state.log_history if name in row]


def weights(trainer: Any) -> dict[str, torch.Tensor]:
    """A copy of the trained parameters."""
    return {name: p.detach().clone() for name, p in trainer.policy.named_parameters() if p.requires_grad}


def same(a: dict[str, torch.Tensor], b: dict[str, torch.Tensor]) -> bool:
    """Whether two sets of parameters are equal to the last bit."""
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


def saved(folder: Path) -> dict[str, torch.Tensor]:
    """The tensors of a folder's safetensors file."""
    return load_file(next(iter(sorted(folder.glob("*model.safetensors")))))


class StopAt(TrainerCallback):
    """Asks a preemption after a step, as a signal would."""

    def __init__(self, step: int, preemption: Any) -> None:
        self.step = step
        self.preemption = preemption

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        if state.global_step == self.step:
            self.preemption.request()
