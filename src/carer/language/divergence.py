"""A loss or gradient that is not a number stops training before it can reach the weights."""

import json
import math
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor

from carer.concepts import CarerError

_Base: Any = object  # a TRL trainer comes in behind it


class DivergedError(CarerError):
    """The loss or the gradient is NaN or infinite. The batch is in `folder`, and no update was made."""

    exit_code = 1

    def __init__(self, what: str, step: int, folder: Path) -> None:
        super().__init__(
            f"{what} at step {step}; training stopped before the update. The batch is in {folder}.",
            "Go on from the last checkpoint with a lower rate: carer resume <run> --fork --learning-rate <lower>",
        )
        self.folder = folder


class StopBeforeNaN(_Base):
    """Looks at every loss and gradient norm. Mixed in before a TRL trainer.

    `Trainer` by itself hides such a loss from the log (`logging_nan_inf_filter`) and applies the update.
    """

    _batch: dict[str, Any] | None = None

    def compute_loss(self, model: Any, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """Keep the batch until its gradient is known to be sound."""
        self._batch = inputs
        return super().compute_loss(model, inputs, *args, **kwargs)

    def training_step(self, *args: Any, **kwargs: Any) -> Tensor:
        """One forward and backward pass.

        Raises:
            DivergedError: the loss is not finite.

        """
        loss = super().training_step(*args, **kwargs)
        if not torch.isfinite(loss):
            raise self._diverged("loss", loss.item())
        return loss

    def _get_grad_norm(self, model: Any, grad_norm: Any = None) -> Any:
        norm = super()._get_grad_norm(model, grad_norm=grad_norm)
        # Under float16 the scaler expects the odd infinite gradient, and skips that update itself.
        if norm is not None and not math.isfinite(float(norm)) and getattr(self.accelerator, "scaler", None) is None:
            raise self._diverged("gradient norm", float(norm))
        self._batch = None
        return norm

    def _diverged(self, what: str, value: float) -> DivergedError:
        step = self.state.global_step + 1
        folder = Path(self.args.output_dir) / "nonfinite" / f"step-{step:06d}"
        if self.args.should_save:
            folder.mkdir(parents=True, exist_ok=True)
            batch = self._batch or {}
            tensors = {
                key: one.detach().cpu().contiguous().clone() for key, one in batch.items() if isinstance(one, Tensor)
            }
            save_file(tensors, folder / "batch.safetensors")
            facts = {"step": step, what: repr(value), **self._texts(tensors)}
            (folder / "batch.json").write_text(json.dumps(facts, ensure_ascii=False, indent=1), encoding="utf-8")
        return DivergedError(f"the {what} is {value}", step, folder)

    def _texts(self, tensors: dict[str, Tensor]) -> dict[str, list[str]]:
        decode: Any = getattr(self.processing_class, "batch_decode", None)
        keys = [key for key in ("prompt_ids", "completion_ids") if key in tensors]
        return {} if decode is None else {key.removesuffix("_ids"): decode(tensors[key]) for key in keys}
