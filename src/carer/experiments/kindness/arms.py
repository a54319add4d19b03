"""One arm of the comparison: one condition trained with one seed, evaluated on the way."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from datasets import Dataset
from peft import LoraConfig
from transformers import set_seed

from carer.concepts import CarerError
from carer.experiments.configs import CONDITIONS, Condition, NaiveKindnessConfig
from carer.experiments.kindness.material import Material, Prompts, Rows, new_carer, village_truth
from carer.experiments.kindness.measure import Measured, measure
from carer.experiments.kindness.resuming import done_before, forget_after
from carer.language.config import KindnessConfig, KindnessRLOOConfig
from carer.language.loading import load_model
from carer.language.quiet import without_printing
from carer.language.rewards import build_intrinsic
from carer.language.telemetry import EveryFewSteps, RunLog
from carer.language.trainer import KindnessRLOOTrainer, KindnessTrainer
from carer.runs import Checkpoints, Preemption, Progress, Run, read_json, read_jsonl

TRANSCRIPTS = "transcripts.jsonl"


@dataclass(frozen=True)
class Arm:
    """A condition and a seed."""

    name: str
    seed: int

    @property
    def condition(self) -> Condition:
        """What is rewarded, and in which village."""
        return CONDITIONS[self.name]

    @property
    def place(self) -> str:
        """Where the arm keeps its things, below ``checkpoints/``, ``arms/`` and ``models/``."""
        return f"{self.name}/seed-{self.seed}"

    @property
    def labels(self) -> dict[str, Any]:
        """What its rows of metrics are marked with."""
        return {"condition": self.name, "seed": self.seed}

    def owns(self, row: Mapping[str, Any]) -> bool:
        """Whether a row is one of this arm's."""
        return all(row.get(name) == value for name, value in self.labels.items())

    def finished(self, run: Run) -> dict[str, Any] | None:
        """The figures it ended with, or None while it has not ended."""
        path = run.path / "arms" / f"{self.place}.json"
        return read_json(path) if path.is_file() else None


def train(
    arm: Arm,
    config: NaiveKindnessConfig,
    material: Material,
    run: Run,
    progress: Progress,
    preemption: Preemption,
) -> None:
    """Train one arm from its latest checkpoint to its end, or until it is asked to stop."""
    prompts = material.prompts(opposite=arm.condition.opposite)
    checkpoints = run.checkpoints(arm.place)
    done = done_before(checkpoints)
    forget_after(run, done if done else -1, arm.labels)
    set_seed(arm.seed)
    trainer = _trainer(arm, config, material, prompts, checkpoints, preemption, run, progress)
    material.start.model.to(trainer.accelerator.device)
    carer = new_carer(arm.name, trainer.policy, material.tokenizer, config, seed=arm.seed)
    last: list[Measured] = []

    def ask() -> Measured:
        with material.watch("evaluating"):
            return measure(carer, prompts.heldout, material.extrinsic, material.start)

    def evaluate(step: int) -> None:
        last[:] = [ask()]
        run.log(step, **arm.labels, split="eval", **last[0].metrics)

    if not done:
        before = material.at_start(arm.seed, opposite=arm.condition.opposite)
        run.log(0, **arm.labels, split="eval", **before.metrics)
    trainer.add_callback(EveryFewSteps(config.eval_every, evaluate))
    trainer.train(resume_from_checkpoint="latest")
    if preemption.requested:
        return
    if trainer.state.global_step < config.steps:
        raise RuntimeError(f"{arm.place} ended at step {trainer.state.global_step} of {config.steps}")
    after = last[0] if last else ask()  # nothing was left to train where the last step was saved already
    folder = run.path / "models" / arm.place
    trainer.save_model(str(folder))
    material.tokenizer.save_pretrained(folder)
    before = material.at_start(arm.seed, opposite=arm.condition.opposite)
    _keep_transcripts(arm, config, prompts, before, after, run)
    run.write_json(f"arms/{arm.place}.json", after.metrics)


def _trainer(
    arm: Arm,
    config: NaiveKindnessConfig,
    material: Material,
    prompts: Prompts,
    checkpoints: Checkpoints,
    preemption: Preemption,
    run: Run,
    progress: Progress,
) -> KindnessTrainer | KindnessRLOOTrainer:
    condition = arm.condition
    if condition.objective == "oracle" and not prompts.know_truth:
        raise CarerError(
            "the oracle is paid by the truth, and these prompts know none.",
            "Leave 'oracle' out of --conditions, or use the village's prompts.",
        )
    options: dict[str, Any] = {
        "output_dir": str(checkpoints.folder),
        "objective": condition.objective,
        "partner": condition.partner,
        "order": config.order,
        "max_steps": config.steps,
        "per_device_train_batch_size": config.prompts_per_step * config.generations,
        "num_generations": config.generations,
        "max_completion_length": config.max_reply_tokens,
        "learning_rate": config.learning_rate,
        "warmup_steps": config.warmup_steps,
        "temperature": config.temperature,
        "beta": config.beta,
        "score_batch_size": 128,
        "logging_steps": 1,
        "save_steps": config.save_every,
        "seed": arm.seed,
        "report_to": [],
        "disable_tqdm": True,
        "activation_checkpointing": False,
        "bf16": False,
        "dataloader_pin_memory": False,
    }
    intrinsic = []
    if condition.objective in ("own", "kindness"):
        for name in config.intrinsic:
            reward = build_intrinsic(name)
            reward.weight = config.intrinsic_weight
            intrinsic.append(reward)
    adapter = None
    if config.lora.r:
        adapter = LoraConfig(
            r=config.lora.r,
            lora_alpha=config.lora.alpha,
            lora_dropout=config.lora.dropout,
            target_modules="all-linear",
            task_type="CAUSAL_LM",
        )
    common: dict[str, Any] = {
        "train_dataset": _dataset(prompts.train),
        "processing_class": material.tokenizer,
        "extrinsic": material.extrinsic,
        "intrinsic": intrinsic,
        "truth": village_truth if prompts.know_truth else None,
        "peft_config": adapter,
        "callbacks": [RunLog(run, arm.labels, progress, headline="reward")],
        "run_checkpoints": checkpoints,
        "preemption": preemption,
    }
    model = load_model(config.model)
    if config.algorithm == "grpo":
        trainer = KindnessTrainer(model, KindnessConfig(**options), **common)
    else:
        trainer = KindnessRLOOTrainer(model, KindnessRLOOConfig(**options), **common)
    without_printing(trainer)
    return trainer


def _dataset(rows: Rows) -> Dataset:
    try:
        return Dataset.from_list(rows)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise CarerError(
            f"the columns of the prompts hold mixed types: {error}.",
            "Give each column one type in every row, and content as text or as parts throughout.",
        ) from error


def _keep_transcripts(
    arm: Arm, config: NaiveKindnessConfig, prompts: Prompts, before: Measured, after: Measured, run: Run
) -> None:
    """What the carer said to the first held-out prompts before training, and what it says now."""
    path = run.path / TRANSCRIPTS
    kept = [row for row in read_jsonl(path) if not arm.owns(row)] if path.is_file() else []
    new = [
        {
            **arm.labels,
            "id": row["id"],
            "prompt": row["prompt"],
            "before": _told(before, at),
            "after": _told(after, at),
        }
        for at, row in enumerate(prompts.heldout[: config.transcripts])
    ]
    run.write_text(TRANSCRIPTS, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in (*kept, *new)))


def _told(measured: Measured, at: int) -> Mapping[str, Any]:
    told: dict[str, Any] = {"reply": measured.replies[at].text, "target": measured.imagined[at].text}
    if measured.outcomes:
        outcome = measured.outcomes[at]
        told["truth"] = {
            "gain": round(outcome.target, 3),
            "third_party": round(outcome.third, 3),
            "deceives": outcome.deceives,
        }
    return told
