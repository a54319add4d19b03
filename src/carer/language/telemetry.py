"""From a Transformers trainer to the run directory: metrics, the progress bar, and evaluations on the way."""

from collections.abc import Callable, Mapping
from typing import Any

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from carer.runs import Progress, Run


class RunLog(TrainerCallback):
    """Writes what a trainer logs to ``metrics.jsonl`` and moves the progress bar.

    Args:
        run: the run directory.
        labels: written in every row (condition, seed).
        progress: moved by one for each optimiser step.
        headline: name of the figure that is shown beside the bar.
    """

    def __init__(self, run: Run, labels: Mapping[str, Any], progress: Progress, headline: str = "loss") -> None:
        self.run = run
        self.labels = dict(labels)
        self.progress = progress
        self.headline = headline
        self.note = ""

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """Write one row."""
        figures = {name: value for name, value in (logs or {}).items() if isinstance(value, int | float)}
        if "train_runtime" in figures:
            return  # the closing summary repeats what the manifest knows
        self.run.log(state.global_step, **self.labels, split="train", **figures)
        if self.headline in figures:
            self.note = f"{self.headline} {figures[self.headline]:.3g}"

    def on_step_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """Move the bar."""
        self.progress.advance(note=self.note)


class EveryFewSteps(TrainerCallback):
    """Calls `act` after every `every` optimiser steps and after the last one.

    A step ends before it is saved, so a checkpoint never stands for a step whose evaluation is missing.
    """

    def __init__(self, every: int, act: Callable[[int], None]) -> None:
        self.every = every
        self.act = act

    def on_step_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """Act, if it is time."""
        if state.global_step % self.every == 0 or state.global_step == state.max_steps:
            self.act(state.global_step)
