"""A small language model from nothing: byte-level BPE tokenizer, Llama architecture, one pass over the data."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import (
    DataCollatorForLanguageModeling,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedTokenizerFast,
    Trainer,
    TrainerCallback,
    TrainingArguments,
)

from carer.concepts import CarerError, Conversation
from carer.language.checkpoint import CheckpointHooks, StopWhenAsked
from carer.language.quiet import without_printing
from carer.runs import Checkpoints, Preemption

PAD, END = "<|pad|>", "<|end|>"
MARKERS = ("<|scene|>", "<|user|>", "<|assistant|>")
CONTEXT = 512
HEAD_WIDTH = 32


def train_tokenizer(texts: Iterable[str], vocabulary: int, chat_template: str) -> PreTrainedTokenizerFast:
    """A byte-level BPE tokenizer of `vocabulary` tokens; any text can be written in it."""
    core = Tokenizer(models.BPE())
    core.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)  # pyright: ignore[reportAttributeAccessIssue]
    core.decoder = decoders.ByteLevel()  # pyright: ignore[reportAttributeAccessIssue]
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=[PAD, END, *MARKERS],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    core.train_from_iterator(texts, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=core,
        eos_token=END,
        pad_token=PAD,
        additional_special_tokens=list(MARKERS),
        chat_template=chat_template,
        model_max_length=CONTEXT,
        padding_side="left",
    )


def new_llama(tokenizer: PreTrainedTokenizerFast, width: int, layers: int, seed: int) -> LlamaForCausalLM:
    """A Llama of `layers` blocks with freshly drawn weights and tied embeddings."""
    if width % HEAD_WIDTH:
        raise CarerError(f"width = {width}.", f"It must be a multiple of {HEAD_WIDTH}, the width of an attention head.")
    torch.manual_seed(seed)
    pad, end = (tokenizer.get_vocab()[token] for token in (PAD, END))
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=width,
        intermediate_size=width * 8 // 3 // HEAD_WIDTH * HEAD_WIDTH,
        num_hidden_layers=layers,
        num_attention_heads=width // HEAD_WIDTH,
        num_key_value_heads=width // HEAD_WIDTH,
        max_position_embeddings=CONTEXT,
        tie_word_embeddings=True,
        pad_token_id=pad,
        bos_token_id=None,  # pyright: ignore[reportArgumentType]
        eos_token_id=end,
    )
    return LlamaForCausalLM(config)


class PretrainingTrainer(CheckpointHooks, Trainer):  # pyright: ignore[reportIncompatibleMethodOverride]
    """Transformers' trainer with verified checkpoints, predicting every token of every seat.

    Args:
        model: what to train.
        tokenizer: its tokenizer and chat template.
        conversations: each is read once.
        run_checkpoints: where checkpoints go.
        preemption: stops training with a checkpoint when it is asked to.
        callbacks: of Transformers.
        options: of `TrainingArguments`.
    """

    def __init__(
        self,
        model: LlamaForCausalLM,
        tokenizer: PreTrainedTokenizerFast,
        conversations: Sequence[Conversation],
        *,
        run_checkpoints: Checkpoints,
        preemption: Preemption,
        callbacks: Sequence[TrainerCallback] = (),
        **options: Any,
    ) -> None:
        self.run_checkpoints = run_checkpoints
        texts: Any = tokenizer.apply_chat_template(list(conversations), tokenize=False)  # pyright: ignore[reportArgumentType]
        ids: Any = tokenizer(texts, add_special_tokens=False, truncation=True)["input_ids"]
        super().__init__(
            model,
            TrainingArguments(
                output_dir=str(Path(run_checkpoints.folder)),
                num_train_epochs=1,
                train_sampling_strategy="group_by_length",
                adam_beta2=0.95,
                weight_decay=0.1,
                lr_scheduler_type="cosine_with_min_lr",
                lr_scheduler_kwargs={"min_lr_rate": 0.03},
                warmup_steps=200,
                report_to=[],
                disable_tqdm=True,
                dataloader_pin_memory=False,
                **options,
            ),
            data_collator=DataCollatorForLanguageModeling(tokenizer, mlm=False),
            train_dataset=Dataset.from_dict({"input_ids": ids}),  # pyright: ignore[reportArgumentType]
            callbacks=list(callbacks),
        )
        without_printing(self)
        self.add_callback(StopWhenAsked(preemption, self))
