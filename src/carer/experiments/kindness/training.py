"""One learner of an experiment in conversation: what it learns from, and its way from a checkpoint to its end."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

import pyarrow as pa
from datasets import Dataset
from peft import LoraConfig
from transformers import set_seed

from carer.concepts import CarerError
from carer.experiments.configs import ConversationConfig
from carer.experiments.kindness.material import Material, Rows, new_carer
from carer.experiments.kindness.resuming import done_before, forget_after
from carer.language.config import KindnessConfig, KindnessRLOOConfig
from carer.language.loading import load_model
from carer.language.objectives import RLHF, Truth
from carer.language.quiet import without_printing
from carer.language.rewards import IntrinsicReward
from carer.language.subject import LanguageCarer
from carer.language.telemetry import EveryFewSteps, RunLog
from carer.language.trainer import KindnessRLOOTrainer, KindnessTrainer
from carer.runs import Checkpoints, Preemption, Progress, Run, read_json


@dataclass(frozen=True)
class Arm:
    """A condition and a seed."""

    name: str
    seed: int

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

    def model(self, run: Run) -> Path:
        """The folder of its trained model."""
        return run.path / "models" / self.place

    def finish(self, run: Run, figures: Mapping[str, float]) -> None:
        """Keep the figures that it ended with; it counts as finished from then on."""
        run.write_json(f"arms/{self.place}.json", figures)

    def finished(self, run: Run) -> dict[str, Any] | None:
        """The figures it ended with, or None while it has not ended."""
        path = run.path / "arms" / f"{self.place}.json"
        return read_json(path) if path.is_file() else None


@dataclass(frozen=True)
class Lesson:
    """What an arm learns from.

    Attributes:
        start: the weights it starts from, which the KL divergence holds it to.
        rows: prompts.
        extrinsic: the RLHF reward.
        objective: which terms the reward has.
        partner: whose replies stand in for the target's.
        intrinsic: intrinsic terms of the objective.
        truth: the target's true reward, where the prompts know it.
    """

    start: str | Path
    rows: Rows
    extrinsic: RLHF
    objective: str
    partner: str = "live"
    intrinsic: Sequence[IntrinsicReward] = ()
    truth: Truth | None = None


class Asked(Protocol):
    """What came of asking a carer."""

    @property
    def metrics(self) -> Mapping[str, float]: ...  # noqa: D102


Answers = TypeVar("Answers", bound=Asked)
AnyArm = TypeVar("AnyArm", bound=Arm)


def learn(
    arm: Arm,
    config: ConversationConfig,
    lesson: Lesson,
    material: Material,
    run: Run,
    progress: Progress,
    preemption: Preemption,
    *,
    ask: Callable[[LanguageCarer], Answers],
    before: Callable[[], Asked] | None = None,
) -> Answers | None:
    """Train an arm from its latest checkpoint to its end, asking it on the way, and save its model.

    Args:
        arm: which.
        config: of the experiment.
        lesson: what it learns from.
        material: what all arms share.
        run: where metrics, checkpoints and the model go.
        progress: advances with every step.
        preemption: asked after every step.
        ask: puts the evaluation's questions to the carer; its metrics are logged every `eval_every` steps.
        before: what a carer answers that has learned nothing yet: the metrics of step 0.

    Returns:
        the answers at the end, or None if asked to stop.

    """
    checkpoints = run.checkpoints(arm.place)
    done = done_before(checkpoints)
    forget_after(run, done if done else -1, arm.labels)
    set_seed(arm.seed)
    trainer = _trainer(arm, config, lesson, material, checkpoints, preemption, run, progress)
    material.start.model.to(trainer.accelerator.device)
    carer = new_carer(arm.name, trainer.policy, material.tokenizer, config, seed=arm.seed)
    last: list[Answers] = []

    def answers() -> Answers:
        with material.watch("evaluating"):
            return ask(carer)

    def evaluate(step: int) -> None:
        last[:] = [answers()]
        run.log(step, **arm.labels, split="eval", **last[0].metrics)

    if not done and before is not None:
        run.log(0, **arm.labels, split="eval", **before().metrics)
    trainer.add_callback(EveryFewSteps(config.eval_every, evaluate))
    trainer.train(resume_from_checkpoint="latest")
    if preemption.requested:
        return None
    if trainer.state.global_step < config.steps:
        raise RuntimeError(f"{arm.place} ended at step {trainer.state.global_step} of {config.steps}")
    after = last[0] if last else answers()  # nothing was left to train where the last step was saved already
    folder = arm.model(run)
    trainer.save_model(str(folder))
    material.tokenizer.save_pretrained(folder)
    return after


def learn_all(
    arms: Sequence[AnyArm],
    config: ConversationConfig,
    material: Material,
    run: Run,
    preemption: Preemption,
    train: Callable[[AnyArm, Progress], None],
) -> None:
    """Train every arm that has not ended, one after another, until all have or it is asked to stop."""
    open_arms = [arm for arm in arms if arm.finished(run) is None]
    behind = (len(arms) - len(open_arms)) * config.steps
    behind += sum(done_before(run.checkpoints(arm.place)) for arm in open_arms)
    with Progress(len(arms) * config.steps, "training", console=run.console, done=behind) as progress:
        for arm in open_arms:
            with material.watch(f"training {arm.name}"):
                train(arm, progress)
            if preemption.requested:
                return


def _trainer(
    arm: Arm,
    config: ConversationConfig,
    lesson: Lesson,
    material: Material,
    checkpoints: Checkpoints,
    preemption: Preemption,
    run: Run,
    progress: Progress,
) -> KindnessTrainer | KindnessRLOOTrainer:
    options: dict[str, Any] = {
        "output_dir": str(checkpoints.folder),
        "objective": lesson.objective,
        "partner": lesson.partner,
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
        "train_dataset": _dataset(lesson.rows),
        "processing_class": material.tokenizer,
        "extrinsic": lesson.extrinsic,
        "intrinsic": lesson.intrinsic,
        "truth": lesson.truth,
        "peft_config": adapter,
        "callbacks": [RunLog(run, arm.labels, progress, headline="reward")],
        "run_checkpoints": checkpoints,
        "preemption": preemption,
    }
    model = load_model(lesson.start)
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
