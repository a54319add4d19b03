"""The one file that touches what TRL keeps private (1.16), for GRPO and RLOO alike.

Everything else uses reward functions, configs and callbacks, which are TRL's stable seams. Private are
`_tokenize_prompts`, `_generate`, `_generate_single_turn`, `_calculate_rewards`, `_get_train_sampler`,
`_generate_and_score_completions`, `_metrics`, `_logs`, `_step`, `_buffered_inputs`, and the generation
settings that are put aside while a partner speaks.
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import torch
from accelerate.utils import is_peft_model
from torch import Tensor, nn
from transformers import GenerationConfig, PreTrainedModel
from trl.trainer.grpo_trainer import GRPOTrainer
from trl.trainer.rloo_trainer import RLOOTrainer
from trl.trainer.utils import RepeatSampler

from carer.concepts import Conversation
from carer.language.clock import Stopwatch

_ABSENT = object()
_Base: Any = object  # a TRL trainer comes in behind it


class TrlSeam(_Base):
    """What GRPO and RLOO share. Mixed in before a TRL trainer.

    Attributes:
        fold: makes a prompt fit the chat template; set before training.
        watch: where the seconds of a batch go; logged as ``time/<name>``.
        raw_rewards: the rewards of the last batch of all processes before any normalisation, [rows, terms].

    """

    fold: Callable[[Conversation], Conversation] = staticmethod(lambda prompt: prompt)
    watch: Stopwatch
    raw_rewards: Tensor | None = None
    _sampler: "EpochSampler | None" = None

    # What the rest of the package may use.

    @property
    def mode(self) -> str:
        """``train`` or ``eval``."""
        return "train" if self.model.training else "eval"

    @property
    def policy(self) -> nn.Module:
        """The trained model, unwrapped."""
        return self.accelerator.unwrap_model(self.model)

    @property
    def start(self) -> nn.Module | None:
        """TRL's reference model, where it keeps the weights of the start of training."""
        if self.ref_model is None or self.args.sync_ref_model:
            return None
        return self.accelerator.unwrap_model(self.ref_model)

    @property
    def sharded(self) -> bool:
        """Whether no process holds all of the parameters (FSDP, or DeepSpeed's stage 3)."""
        return bool(self.is_fsdp_enabled) or self._dist.is_zero3

    @property
    def group_size(self) -> int:
        """Replies to each prompt in the current mode."""
        return self.num_generations if self.model.training else self.num_generations_eval

    def count(self, name: str, value: float) -> None:
        """Log `value`, already the same on all processes, under `name`; averaged until the next log."""
        self._metrics[self.mode][name].append(value)

    def gather_rows(self, rows: Tensor) -> Tensor:
        """Stack the rows [n, k] of all processes, in their order; `n` may differ, and be 0."""
        if self.accelerator.num_processes == 1:
            return rows
        rows = rows.to(self.accelerator.device)
        for dim in (1, 0):
            padded: Any = self.accelerator.pad_across_processes(rows, dim=dim, pad_index=cast("int", torch.nan))
            rows = padded
        every: Any = self.accelerator.gather(rows)
        return every[~every.isnan().all(1)].cpu()

    def sample(
        self, prompts: list[list[int]], max_tokens: int, stops: list[int], *, plain: bool = False
    ) -> list[list[int]]:
        """Sample one turn for each prompt with TRL's backend and sampling settings.

        Args:
            prompts: token ids; every process asks for equally many.
            max_tokens: the most new tokens of a turn.
            stops: token ids that end a turn, beside those that end the carer's replies.
            plain: use the model's own `generate` even where vLLM or continuous batching serve the policy.

        """
        ending = sorted({*self.eos_token_ids, *stops})
        settings: dict[str, Any] = {
            "eos_token_ids": ending,
            # RLOO's vLLM call takes the number of replies from here, and every prompt has one.
            "num_generations": 1,
            "num_generations_eval": 1,
        }
        if plain:
            settings |= {"use_vllm": False, "use_transformers_continuous_batching": False}
        if self.use_vllm and not plain:
            server = self.vllm_generation
            own = {**(server.generation_kwargs or {}), "stop_token_ids": ending}
            with (
                _changed(server, max_completion_length=max_tokens, generation_kwargs=own),
                _changed(self, **settings),
            ):
                return self._single_turn(prompts)
        options = {**self._generation_options(), "max_new_tokens": max_tokens, "eos_token_id": ending}
        settings |= {
            "generation_kwargs": options,
            "generation_config": GenerationConfig(**options, disable_compile=True),
        }
        with _changed(self, **settings):
            return self._single_turn(prompts)

    def rollout_state(self) -> dict[str, Any]:
        """What TRL holds between optimiser steps and does not save: the buffered batch and its counters."""
        state: dict[str, Any] = {
            "step": self._step,
            "metrics": {k: list(v) for k, v in self._metrics["train"].items()},
        }
        every = self.args.steps_per_generation * self.num_iterations
        if self._step % every and self._buffered_inputs is not None:
            state["buffer"] = self._buffered_inputs
        if hasattr(self, "_last_world_entropy"):
            state |= {"entropy_coef": self.entropy_coef, "entropy": self._last_world_entropy}
        return state

    def load_rollout_state(self, state: Mapping[str, Any]) -> None:
        """Restore what `rollout_state` returned."""
        self._step = state["step"]
        for name, values in state["metrics"].items():
            self._metrics["train"][name].extend(values)
        if "buffer" in state:
            self._buffered_inputs = [_to(batch, self.accelerator.device) for batch in state["buffer"]]
        if "entropy" in state:
            self.entropy_coef, self._last_world_entropy = state["entropy_coef"], state["entropy"]

    # TRL's private hooks.

    def _tokenize_prompts(self, prompts: list[Any]) -> Any:
        with self.watch("own_python"):
            folded = [self.fold(prompt) for prompt in prompts]
        return super()._tokenize_prompts(folded)

    def _generate(self, prompts: list[Any]) -> Any:
        with self.watch("generate_reply"):
            return super()._generate(prompts)

    def _calculate_rewards(self, inputs: Any, prompts: Any, completions: Any, completion_ids_list: Any) -> Tensor:
        raw: Tensor = super()._calculate_rewards(inputs, prompts, completions, completion_ids_list)
        with self.watch("own_python"):
            self.raw_rewards = raw
            self._log_terms(raw)
            rewards = self._for_advantages(raw)
        for name, seconds in self.watch.take().items():
            self.count(f"time/{name}", seconds)
        return rewards

    def _for_advantages(self, raw: Tensor) -> Tensor:
        """The rewards from which TRL makes advantages, [rows, terms]."""
        return raw

    def _get_train_sampler(self, dataset: Any = None) -> Any:
        plain = super()._get_train_sampler(dataset)
        self._sampler = EpochSampler(
            plain.data_source,
            plain.mini_repeat_count,
            plain.batch_size,
            plain.repeat_count,
            plain.shuffle,
            plain.seed,
        )
        return self._sampler

    def set_epoch(self, epoch: int) -> None:
        """Tell the sampler which pass over the data begins: a resumed run shuffles like an unbroken one."""
        if self._sampler is not None:
            self._sampler.epoch = epoch

    def _log_terms(self, raw: Tensor) -> None:
        """Log each term's weight, its normalised spread, and the share of groups in which it is constant."""
        grouped = raw.view(-1, self.group_size, raw.shape[1])
        constant = grouped.std(1, correction=0) < 1e-8 if self.group_size > 1 else torch.ones_like(grouped[:, 0]).bool()
        spread = _normalised(grouped).std(dim=(0, 1), correction=0)
        for at, name in enumerate(self.reward_func_names):
            self.count(f"rewards/{name}/weight", self.reward_weights[at].item())
            self.count(f"rewards/{name}/normalized_std", spread[at].item())
            self.count(f"zero_variance/{name}", constant[:, at].float().mean().item())
        self.count("zero_variance/all", constant.all(1).float().mean().item())

    def _generation_options(self) -> dict[str, Any]:
        """TRL's own settings where it made them (not under vLLM), else the same from its attributes."""
        if "generation_kwargs" in vars(self):
            return dict(self.generation_kwargs)
        return {
            "do_sample": True,
            "pad_token_id": self._tokenizer.pad_token_id,
            "bos_token_id": self._tokenizer.bos_token_id,
            "temperature": self.temperature,
            "top_p": self.top_p,
            "top_k": self.top_k,
            "min_p": self.min_p,
            "repetition_penalty": self.repetition_penalty,
        }

    def _single_turn(self, prompts: list[list[int]]) -> list[list[int]]:
        raise NotImplementedError


class GRPOSeam(TrlSeam, GRPOTrainer):
    """GRPO normalises terms itself (`multi_objective_aggregation`); it returns log-probabilities with ids."""

    def _single_turn(self, prompts: list[list[int]]) -> list[list[int]]:
        ids, _ = self._generate_single_turn(prompts, None, {}, num_generations=1)
        return ids


class RLOOSeam(TrlSeam, RLOOTrainer):
    """RLOO sums raw terms: they are normalised here, within each group, before its leave-one-out baseline."""

    def _single_turn(self, prompts: list[list[int]]) -> list[list[int]]:
        return self._generate_single_turn(prompts, None, {})  # pyright: ignore

    def _for_advantages(self, raw: Tensor) -> Tensor:
        if self.args.multi_objective_aggregation != "normalize_then_sum":
            return raw
        return _normalised(raw.view(-1, self.group_size, raw.shape[1])).view_as(raw)

    def _generate_and_score_completions(self, inputs: Any) -> Any:
        output = super()._generate_and_score_completions(inputs)
        if self.raw_rewards is not None:  # TRL has logged what it was handed: put the raw figures in their place
            raw, metrics = self.raw_rewards, self._metrics[self.mode]
            for at, name in enumerate(self.reward_func_names):
                metrics[f"rewards/{name}/mean"][-1] = raw[:, at].mean().item()
                metrics[f"rewards/{name}/std"][-1] = raw[:, at].std().item() if len(raw) > 1 else 0.0
                logged = self._logs["rewards"][name]
                for _ in range(min(len(raw), len(logged))):
                    logged.pop()
                logged.extend(raw[:, at].tolist())
            total = (raw * self.reward_weights.to(raw.device)).sum(1)
            metrics["reward"][-1] = total.mean().item()
            metrics["reward_std"][-1] = total.std().item() if len(raw) > 1 else 0.0
        return output


class EpochSampler(RepeatSampler):
    """TRL's sampler with a shuffle that depends on the seed and the epoch, not on how often it was iterated.

    TRL's own starts a resumed second epoch with the first epoch's order.
    """

    epoch = 0

    def __iter__(self) -> Any:
        if self.shuffle and self.seed is not None:
            self.generator.manual_seed(self.seed + self.epoch)
        return super().__iter__()


@contextmanager
def reference_from(model: Any, beta: float, peft_config: Any) -> Iterator[None]:
    """Let TRL make its reference model from a model object that was never saved.

    TRL reloads the reference from the path in the model's config. Where that leads nowhere, the model is
    saved to a folder for as long as the trainer is built.
    """
    if not isinstance(model, PreTrainedModel) or is_peft_model(model) or peft_config is not None or beta == 0.0:
        yield
        return
    path = model.config._name_or_path
    if path and (Path(path).is_dir() or (len(Path(path).parts) <= 2 and not Path(path).is_absolute())):
        yield  # a folder, or what may be the id of a hub repository
        return
    with tempfile.TemporaryDirectory() as folder:
        model.save_pretrained(folder)
        model.config._name_or_path = folder
        try:
            yield
        finally:
            model.config._name_or_path = path


def same_weights(source: nn.Module, target: nn.Module) -> None:
    """Copy `source`'s parameters into `target`: what TRL read from disk may not be what it was given."""
    current = dict(source.named_parameters())
    with torch.no_grad():
        for name, parameter in target.named_parameters():
            parameter.copy_(current[name])


def _normalised(grouped: Tensor) -> Tensor:
    """Rewards [groups, size, terms] with mean 0 and deviation 1 within each group, as TRL's GRPO has it."""
    if grouped.shape[1] < 2:
        return torch.zeros_like(grouped)
    return (grouped - grouped.mean(1, keepdim=True)) / (grouped.std(1, keepdim=True) + 1e-4)


def _to(batch: Mapping[str, Any], device: torch.device) -> dict[str, Any]:
    return {key: value.to(device) if isinstance(value, Tensor) else value for key, value in batch.items()}


@contextmanager
def _changed(owner: Any, **values: Any) -> Iterator[None]:
    """Set attributes of `owner` for the length of the block."""
    before = {name: vars(owner).get(name, _ABSENT) for name in values}
    for name, value in values.items():
        setattr(owner, name, value)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is _ABSENT:
                delattr(owner, name)
            else:
                setattr(owner, name, value)
