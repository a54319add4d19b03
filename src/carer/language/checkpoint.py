"""Checkpoints of a training run: written whole, without pickle, and resumed from the latest that verifies.

The hooks of Transformers' `Trainer` that would write `optimizer.pt`, `rng_state.pth` and the like are
replaced. A checkpoint is a folder that `from_pretrained` or PEFT loads, with beside it ``optimizer``,
``scheduler``, ``carer`` (rewards, partner and TRL's rollout state) and ``rng-<process>`` (each ``.json`` and
``.safetensors``), and ``trainer_state.json``. `carer.runs.Checkpoints` commits it.
"""

from pathlib import Path
from typing import Any

import torch
from accelerate.utils import broadcast_object_list
from transformers import Trainer, TrainerCallback, TrainerControl, TrainerState, TrainingArguments
from transformers.trainer_callback import ExportableState

from carer.concepts import CarerError
from carer.language.state_files import load_state, restore_rng, rng_state, save_state
from carer.runs.checkpoints import Checkpoints
from carer.runs.preemption import Preemption

LATEST = "latest"
_Base: Any = object  # a TRL trainer comes in behind it


class CheckpointHooks(_Base):
    """Saves and resumes a `Trainer` through `Checkpoints`. Mixed in before the trainer.

    Attributes:
        run_checkpoints: where checkpoints are committed.

    """

    run_checkpoints: Checkpoints

    def own_state(self) -> dict[str, Any]:
        """What the subclass keeps beyond what `Trainer` knows; see `load_own_state`."""
        return {}

    def load_own_state(self, state: dict[str, Any]) -> None:
        """Restore what `own_state` returned, before training goes on."""
        del state

    def train(self, resume_from_checkpoint: str | Path | bool | None = None, **options: Any) -> Any:
        """Train, or go on training.

        Args:
            resume_from_checkpoint: a checkpoint's folder; True for the latest that verifies; ``"latest"`` for
                the same, but from the start where there is none; None or False for the start.
            options: as `Trainer.train` takes them.

        Raises:
            CarerError: the checkpoint is damaged, or there is none.

        """
        folder = self._resolved(resume_from_checkpoint)
        if folder is not None:
            self.load_own_state(load_state(folder, "carer"))
            state: Any = TrainerState.load_from_json(str(folder / "trainer_state.json"))
            if 0 < self.args.max_steps <= state.global_step:
                # Transformers would make one more step before it looks.
                self._load_from_checkpoint(str(folder))
                self.state = state
                return None
        return super().train(resume_from_checkpoint=None if folder is None else str(folder), **options)

    def _resolved(self, wanted: str | Path | bool | None) -> Path | None:
        if wanted is None or wanted is False:
            return None
        if wanted is True or wanted == LATEST:
            folder = self.run_checkpoints.latest()
            if folder is None and wanted is True:
                damaged = "; ".join(self.run_checkpoints.problems)
                raise CarerError(
                    f"there is no whole checkpoint in {self.run_checkpoints.folder}. {damaged}".strip(),
                    "Train from the start, or name another folder.",
                )
            return folder
        problems = self.run_checkpoints.verify(Path(wanted))
        if problems:
            raise CarerError(f"the checkpoint cannot be trusted: {'; '.join(problems)}", "Resume from another one.")
        return Path(wanted)

    # Trainer's hooks.

    def _save_checkpoint(self, model: Any, trial: Any) -> None:
        step = self.state.global_step
        staged = self._staging(step)
        self.save_model(str(staged), _internal_call=True)
        save_state(staged, f"rng-{self.args.process_index}", rng_state())
        if self.args.should_save:
            save_state(staged, "carer", self.own_state())
            self._save_optimizer_and_scheduler(str(staged))
            self._export_callbacks()
            self.state.save_to_json(str(staged / "trainer_state.json"))
        self.accelerator.wait_for_everyone()
        if self.args.should_save:
            self.run_checkpoints.commit(step, staged, processes=self.args.world_size)
        self.accelerator.wait_for_everyone()

    def _staging(self, step: int) -> Path:
        """One staging folder for all processes."""
        paths: list[Any] = [str(self.run_checkpoints.staging(step)) if self.args.should_save else None]
        if self.args.world_size > 1:
            broadcast_object_list(paths, from_process=0)
        return Path(paths[0])

    def _save(self, output_dir: str | None = None, state_dict: dict[str, Any] | None = None) -> None:
        super()._save(output_dir, state_dict)
        if self.args.should_save:
            folder = Path(output_dir or self.args.output_dir)
            (folder / "training_args.bin").unlink(missing_ok=True)  # a pickle
            (folder / "training_args.json").write_text(self.args.to_json_string(), encoding="utf-8")

    def _save_optimizer_and_scheduler(self, output_dir: str) -> None:
        save_state(Path(output_dir), "optimizer", self.optimizer.state_dict())
        save_state(Path(output_dir), "scheduler", self.lr_scheduler.state_dict())
        scaler = getattr(self.accelerator, "scaler", None)
        if scaler is not None:
            save_state(Path(output_dir), "scaler", scaler.state_dict())

    def _load_optimizer_and_scheduler(self, checkpoint: str | None) -> None:
        if checkpoint is not None:
            self.optimizer.load_state_dict(load_state(Path(checkpoint), "optimizer"))
            self.lr_scheduler.load_state_dict(load_state(Path(checkpoint), "scheduler"))

    def _load_scaler(self, checkpoint: str | None) -> None:
        scaler = getattr(self.accelerator, "scaler", None)
        if checkpoint is not None and scaler is not None:
            scaler.load_state_dict(load_state(Path(checkpoint), "scaler"))

    def _load_rng_state(self, checkpoint: str | None) -> None:
        if checkpoint is None:
            return
        name = f"rng-{self.args.process_index}"
        if not (Path(checkpoint) / f"{name}.json").is_file():
            raise CarerError(
                f"{checkpoint} was written by fewer processes than now resume it.",
                "Resume with as many processes as before.",
            )
        restore_rng(load_state(Path(checkpoint), name))

    def _export_callbacks(self) -> None:
        """Bring the state of exportable callbacks up to date, as `Trainer._save_checkpoint` does."""
        stateful: dict[str, Any] = {}
        for callback in [*self.callback_handler.callbacks, self.control]:
            if isinstance(callback, ExportableState):
                stateful.setdefault(type(callback).__name__, []).append(callback.state())
        self.state.stateful_callbacks = {
            name: states[0] if len(states) == 1 else states for name, states in stateful.items()
        }


class StopWhenAsked(TrainerCallback):
    """Ends training after the current step, with a log and a checkpoint, once `preemption.requested` is set.

    Signals do not reach all processes in the same step, so all agree on it first.
    """

    def __init__(self, preemption: Preemption, trainer: Trainer) -> None:
        self.preemption = preemption
        self.trainer = trainer

    def on_step_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """Look at the flag."""
        if self._asked():
            control.should_log = control.should_save = control.should_training_stop = True

    def _asked(self) -> bool:
        asked = self.preemption.requested
        accelerator = self.trainer.accelerator
        if accelerator.num_processes == 1:
            return asked
        flags: Any = accelerator.gather(torch.tensor([float(asked)], device=accelerator.device))
        return bool(flags.any())
