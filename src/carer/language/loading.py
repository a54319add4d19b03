"""Load language models, tokenizers and reward models: safetensors only, and no remote code."""

from pathlib import Path
from typing import Any, cast

import torch
from peft import PeftConfig, PeftModel, get_peft_model
from safetensors import SafetensorError
from transformers import (
    AutoConfig,
    AutoModelForCausalLM,
    AutoModelForSequenceClassification,
    AutoTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)

from carer.concepts import CarerError
from carer.language.sources import Kind, base_of, is_adapter, resolve
from carer.language.templates import template_of

# Tokens that models set aside for padding, or leave unused; tried in this order where none is named.
_PADS = ("<pad>", "<|pad|>", "[PAD]", "<|finetune_right_pad_id|>", "<|endoftext|>", "<unk>")


def load_model(
    name: str | Path,
    *,
    revision: str | None = None,
    dtype: str | torch.dtype | None = None,
    lora: PeftConfig | None = None,
    trainable: bool = True,
) -> PreTrainedModel | PeftModel:
    """Load a causal language model from a folder, a PEFT adapter's folder, a hub id, or ``village``.

    Args:
        name: where the weights are.
        revision: of a hub repository.
        dtype: of the parameters; by default as saved where there is an accelerator (float16 becomes float32),
            float32 on a CPU.
        lora: a PEFT configuration; a fresh adapter is put on the model.
        trainable: whether the adapter of an adapter folder may be trained further.

    Raises:
        CarerError: see `resolve`; or weights are damaged or missing; or `lora` is asked of an adapter folder.

    """
    folder = resolve(name, revision=revision)
    if not is_adapter(folder):
        model = cast("PreTrainedModel", _load(AutoModelForCausalLM, folder, dtype))
        return model if lora is None else cast("PeftModel", get_peft_model(model, lora))
    if lora is not None:
        check_whole(name, revision=revision)
    base_name, base_revision = base_of(folder)
    base = cast("PreTrainedModel", load_model(base_name, revision=base_revision, dtype=dtype))
    try:
        return PeftModel.from_pretrained(base, str(folder), is_trainable=trainable)
    except (SafetensorError, OSError, RuntimeError, ValueError) as error:
        raise _damaged(folder, error) from error


def check_whole(name: str | Path, *, revision: str | None = None) -> None:
    """Refuse an adapter where a fresh LoRA is to be put on a whole model.

    Raises:
        CarerError: it is an adapter; or see `resolve`.

    """
    if is_adapter(resolve(name, revision=revision)):
        raise CarerError(
            f"{name} is an adapter already, and a fresh LoRA was asked for.",
            "Train the adapter further without the LoRA options, or merge it into its base first.",
        )


def load_tokenizer(
    name: str | Path,
    *,
    kind: Kind = "lm",
    revision: str | None = None,
    padding_side: str = "left",
) -> PreTrainedTokenizerBase:
    """Load the tokenizer beside a model; it has a chat template and a padding token.

    An adapter's folder without a tokenizer stands for its base model's.

    Raises:
        CarerError: there is no tokenizer, it asks for remote code, or it has no chat template.

    """
    folder = resolve(name, kind=kind, revision=revision)
    if is_adapter(folder) and not (folder / "tokenizer_config.json").is_file():
        base, base_revision = base_of(folder)
        return load_tokenizer(base, kind=kind, revision=base_revision, padding_side=padding_side)
    try:
        tokenizer = AutoTokenizer.from_pretrained(str(folder), trust_remote_code=False, padding_side=padding_side)
    except Exception as error:  # tokenizer files are read by several parsers, each with errors of its own
        raise CarerError(
            f"the tokenizer in {folder} cannot be loaded: {_first_line(error)}",
            "Save it with `save_pretrained` again.",
        ) from error
    template_of(tokenizer)
    if tokenizer.pad_token is None:
        _choose_padding(tokenizer)
    return tokenizer


def load_reward_model(
    name: str | Path,
    *,
    revision: str | None = None,
    dtype: str | torch.dtype | None = None,
) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """Load a frozen sequence classifier with one label, and its tokenizer (padding on the right).

    Raises:
        CarerError: as `load_model`; or the model has not exactly one label, or no trained score head.

    """
    folder = resolve(name, kind="reward", revision=revision)
    if is_adapter(folder):
        raise CarerError(f"{name} is an adapter.", "Merge it into its base and save the whole reward model.")
    labels = _config(folder).num_labels
    if labels != 1:
        raise CarerError(
            f"the model in {folder} has {labels} labels, and a reward model has one.",
            "Train it with num_labels=1 (TRL's RewardTrainer does); is this a classifier?",
        )
    model = cast("PreTrainedModel", _load(AutoModelForSequenceClassification, folder, dtype)).requires_grad_(False)
    tokenizer = load_tokenizer(folder, kind="reward", padding_side="right")
    model.config.get_text_config().pad_token_id = tokenizer.pad_token_id
    model.config.pad_token_id = tokenizer.pad_token_id
    check_vocabulary(model, tokenizer)
    return model, tokenizer


def check_vocabulary(model: PreTrainedModel | PeftModel, tokenizer: PreTrainedTokenizerBase) -> None:
    """Raise a `CarerError` if the tokenizer can write a token that the model has no embedding for."""
    embeddings = cast("Any", model).get_input_embeddings().weight.shape[0]
    if len(tokenizer) > embeddings:
        raise CarerError(
            f"the tokenizer knows {len(tokenizer)} tokens and the model has embeddings for {embeddings}.",
            "Take the tokenizer that was saved with the model, or resize its embeddings and train them.",
        )


def _config(folder: Path) -> Any:
    try:
        return AutoConfig.from_pretrained(str(folder), trust_remote_code=False)
    except Exception as error:  # an unknown architecture or a value of the wrong type
        raise CarerError(
            f"{folder / 'config.json'} cannot be understood: {_first_line(error)}",
            "Is the architecture newer than the installed Transformers?",
        ) from error


def _load(auto: Any, folder: Path, dtype: str | torch.dtype | None) -> PreTrainedModel:
    config = _config(folder)
    # float16 is a storage format: Adam's moments underflow in it.
    trainable = getattr(config, "dtype", None) not in (torch.float16, "float16")
    wanted = dtype or ("auto" if torch.cuda.is_available() and trainable else torch.float32)
    try:
        model, info = auto.from_pretrained(
            str(folder),
            config=config,
            dtype=wanted,
            use_safetensors=True,
            trust_remote_code=False,
            output_loading_info=True,
        )
    except (SafetensorError, OSError, RuntimeError, ValueError, KeyError) as error:
        raise _damaged(folder, error) from error
    # Transformers fills absent weights with random numbers and only warns: a reward head made of
    # noise would train.
    if missing := sorted(info["missing_keys"]):
        raise CarerError(
            f"the weights in {folder} lack {len(missing)} of the model's parameters, such as {missing[0]}.",
            f"Is this folder a {type(model).__name__}? Expected architectures: {config.architectures}.",
        )
    return model


def _choose_padding(tokenizer: PreTrainedTokenizerBase) -> None:
    """Name a padding token: one the vocabulary has, other than the end of sequence if it can be helped."""
    vocabulary = tokenizer.get_vocab()
    spare = next((token for token in _PADS if token in vocabulary and token != tokenizer.eos_token), None)
    tokenizer.pad_token = spare or tokenizer.eos_token or next(iter(vocabulary))


def _damaged(folder: Path, error: Exception) -> CarerError:
    return CarerError(f"the weights in {folder} cannot be loaded: {_first_line(error)}", "Fetch or save them again.")


def _first_line(error: Exception) -> str:
    return next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
