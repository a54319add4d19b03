"""What a kindness step costs: its time over that of a plain TRL `GRPOTrainer` step.

    uv run --extra all python benchmarks/step_cost.py            # a 2-million-parameter model, minutes on one core
    uv run --extra all python benchmarks/step_cost.py --model FOLDER --reward FOLDER

Both trainers have the same model, reward model, batch and numbers of tokens: every reply, the target's too, is made to
end after exactly `--tokens` tokens. Steps are timed in turns of the two, in one process; medians are compared.
"""

import argparse
import importlib
import json
import statistics
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from transformers import AutoTokenizer, TrainerCallback
from trl.trainer.grpo_config import GRPOConfig
from trl.trainer.grpo_trainer import GRPOTrainer

from carer.language.config import KindnessConfig
from carer.language.quiet import quiet, without_printing
from carer.language.trainer import KindnessTrainer


def main() -> None:
    options = parse()
    torch.set_num_threads(options.threads)
    warnings.simplefilter("ignore", FutureWarning)
    quiet()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        model, reward = options.model, options.reward
        if model is None:
            model, reward = small_models(root)
        print(json.dumps(measure(options, str(model), str(reward), root), indent=1))


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, help="a model's folder; by default a small one is made")
    parser.add_argument("--reward", type=Path, help="a reward model's folder")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--group", type=int, default=8)
    parser.add_argument("--tokens", type=int, default=24)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    if (options.model is None) != (options.reward is None):
        parser.error("give --model and --reward together, or neither")
    return options


def small_models(root: Path) -> tuple[Path, Path]:
    """A policy of 2 million parameters and a reward model of its size, with random weights."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
    from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification

    tiny_models: Any = importlib.import_module("tiny_models")

    tokenizer = tiny_models.tiny_tokenizer("village")
    config = tiny_models.tiny_config("village", tokenizer)
    config.update({"hidden_size": 192, "intermediate_size": 512, "num_hidden_layers": 4, "num_attention_heads": 6})
    config.update({"num_key_value_heads": 6, "head_dim": 32})
    config.num_labels = 1
    torch.manual_seed(0)
    for name, kind in (("lm", AutoModelForCausalLM), ("rm", AutoModelForSequenceClassification)):
        kind.from_config(config).save_pretrained(root / name)
        tokenizer.save_pretrained(root / name)
    return root / "lm", root / "rm"


def measure(options: argparse.Namespace, model: str, reward: str, root: Path) -> dict[str, Any]:
    """Median seconds of a step, their ratios to plain GRPO's, and the share of our own Python."""
    dataset = Dataset.from_list(
        [
            {"prompt": [{"role": "user", "content": f"I am hungry and cold today, number {at}.", "name": "Ada"}]}
            for at in range(512)
        ]
    )
    tokenizer = AutoTokenizer.from_pretrained(model)
    markers = [one for one in tokenizer.all_special_ids if one != tokenizer.eos_token_id]
    forced = {"min_new_tokens": options.tokens - 1, "forced_eos_token_id": tokenizer.eos_token_id}
    settings: dict[str, Any] = {
        "per_device_train_batch_size": options.batch,
        "num_generations": options.group,
        "max_completion_length": options.tokens,
        "max_steps": options.steps,
        "beta": 0.04,
        "bf16": False,
        "gradient_checkpointing": False,
        "logging_steps": 1,
        "report_to": "none",
        "save_strategy": "no",
        "disable_tqdm": True,
        "dataloader_pin_memory": False,
        "log_level": "error",
        "use_cpu": not torch.cuda.is_available(),
        "generation_kwargs": {**forced, "suppress_tokens": markers},
    }
    clocks = {name: StepClock() for name in ("plain", "kindness", "kindness+intrinsic")}
    plain = GRPOTrainer(
        model,
        reward_funcs=reward,
        args=GRPOConfig(output_dir=str(root / "plain"), **settings),
        train_dataset=dataset,
        callbacks=[clocks["plain"]],
    )
    trainers: dict[str, Any] = {"plain": plain}
    for name, intrinsic in (("kindness", []), ("kindness+intrinsic", ["curiosity", "rnd"])):
        trainers[name] = KindnessTrainer(
            model,
            args=KindnessConfig(output_dir=str(root / "kind"), **settings),
            train_dataset=dataset,
            extrinsic=reward,
            intrinsic=intrinsic,
            callbacks=[clocks[name]],
        )
    for trainer in trainers.values():
        without_printing(trainer)
    for _ in range(options.rounds):
        for trainer in trainers.values():
            trainer.train()
    seconds = {name: statistics.median(clock.seconds) for name, clock in clocks.items()}
    own = {
        name: statistics.median(clock.logged("time/own_python")) / seconds[name]
        for name, clock in clocks.items()
        if name != "plain"
    }
    return {
        "seconds": seconds,
        "ratio": {name: seconds[name] / seconds["plain"] for name in own},
        "own_python_share": own,
        "invalid": clocks["kindness"].logged("invalid/target_rlhf")[-1],
        "parts": {
            name: statistics.median(clocks["kindness"].logged(f"time/{name}"))
            for name in ("generate_reply", "simulate", "score", "own_python")
        },
        "steps": len(clocks["plain"].seconds),
    }


class StepClock(TrainerCallback):
    """Seconds of each step but the first after a start, which also warms up."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.rows: list[dict[str, float]] = []

    def on_step_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        self.began = time.perf_counter()

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        if state.global_step > 1:
            self.seconds.append(time.perf_counter() - self.began)

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **kwargs: Any) -> None:
        if state.global_step > 1:
            self.rows.append(logs)

    def logged(self, name: str) -> list[float]:
        return [row[name] for row in self.rows if name in row]


if __name__ == "__main__":
    main()
