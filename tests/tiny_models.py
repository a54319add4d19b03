"""Tiny models of four families, built from their configs, with the chat template each family really ships.

`build(style, folder)` saves a causal language model and `build_reward(style, folder)` a reward model (one
label), each with its tokenizer, as `save_pretrained` writes them. About 100,000 parameters, a vocabulary
under 600, weights from a fixed seed.
"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Literal, get_args

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import (
    AutoModelForCausalLM,
    AutoModelForSequenceClassification,
    GemmaConfig,
    LlamaConfig,
    PreTrainedConfig,
    PreTrainedTokenizerFast,
    Qwen3Config,
)

Style = Literal["qwen", "llama", "gemma", "village"]
STYLES: tuple[Style, ...] = get_args(Style)
VOCABULARY = 600  # at most; the sentences below hold fewer merges
CONTEXT = 512


@dataclass(frozen=True)
class Family:
    """What sets one family apart: its config class, its special tokens, and where its chat template lies."""

    config: Callable[..., PreTrainedConfig]
    template: tuple[str, str]  # package, file
    end_of_turn: str
    pad: str
    bos: str | None
    others: tuple[str, ...]


FAMILIES: dict[Style, Family] = {
    "qwen": Family(
        Qwen3Config,
        ("trl", "chat_templates/qwen3.jinja"),
        end_of_turn="<|im_end|>",
        pad="<|endoftext|>",
        bos=None,
        others=("<|im_start|>", "<think>", "</think>"),
    ),
    "llama": Family(
        LlamaConfig,
        ("trl", "chat_templates/llama3.jinja"),
        end_of_turn="<|eot_id|>",
        pad="<|finetune_right_pad_id|>",
        bos="<|begin_of_text|>",
        others=("<|start_header_id|>", "<|end_header_id|>"),
    ),
    "gemma": Family(
        GemmaConfig,
        ("trl", "chat_templates/gemma.jinja"),
        end_of_turn="<end_of_turn>",
        pad="<pad>",
        bos="<bos>",
        others=("<start_of_turn>",),
    ),
    "village": Family(
        LlamaConfig,
        ("carer", "village/chat_template.jinja"),
        end_of_turn="<|end|>",
        pad="<|pad|>",
        bos=None,
        others=("<|scene|>", "<|user|>", "<|assistant|>"),
    ),
}


def build(style: Style, folder: Path, *, seed: int = 0) -> Path:
    """Save a tiny causal language model of `style`, with its tokenizer, in `folder`; return the folder."""
    tokenizer = tiny_tokenizer(style)
    torch.manual_seed(seed)
    model = AutoModelForCausalLM.from_config(tiny_config(style, tokenizer))
    model.generation_config.eos_token_id = tokenizer.eos_token_id
    model.generation_config.pad_token_id = tokenizer.pad_token_id
    model.generation_config.bos_token_id = tokenizer.bos_token_id
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def build_reward(style: Style, folder: Path, *, seed: int = 1, labels: int = 1) -> Path:
    """Save a tiny reward model of `style` in `folder`; return the folder. A sound one has one label."""
    tokenizer = tiny_tokenizer(style)
    torch.manual_seed(seed)
    model = AutoModelForSequenceClassification.from_config(tiny_config(style, tokenizer, labels))
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def tiny_config(style: Style, tokenizer: PreTrainedTokenizerFast, labels: int = 2) -> PreTrainedConfig:
    """The family's own config class at width 64 and two layers; two labels are Transformers' default."""
    return FAMILIES[style].config(
        vocab_size=len(tokenizer),
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=16,
        max_position_embeddings=CONTEXT,
        tie_word_embeddings=True,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        num_labels=labels,
        dtype="float32",
    )


def tiny_tokenizer(style: Style) -> PreTrainedTokenizerFast:
    """A byte-level BPE tokenizer with the family's special tokens and chat template; it spells any text."""
    family = FAMILIES[style]
    special = [family.pad, family.end_of_turn, *([family.bos] if family.bos else []), *family.others]
    core = Tokenizer(models.BPE())
    core.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)  # pyright: ignore[reportAttributeAccessIssue]
    core.decoder = decoders.ByteLevel()  # pyright: ignore[reportAttributeAccessIssue]
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,  # pyright: ignore[reportCallIssue]
        special_tokens=special,  # pyright: ignore[reportCallIssue]
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),  # pyright: ignore[reportCallIssue]
        show_progress=False,  # pyright: ignore[reportCallIssue]
    )
    core.train_from_iterator(_sentences(), trainer)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=core,
        bos_token=family.bos,
        eos_token=family.end_of_turn,
        pad_token=family.pad,
        extra_special_tokens=list(family.others),
        model_max_length=CONTEXT,
        clean_up_tokenization_spaces=False,
    )
    package, path = family.template
    tokenizer.chat_template = (files(package) / path).read_text(encoding="utf-8")
    return tokenizer


def _sentences() -> list[str]:
    """A few hundred village sentences: enough to learn the common words from."""
    people = ("Ada", "Bo", "Cleo", "Dov", "Esme")
    needs = ("hungry", "cold", "lonely", "bored", "worried", "thirsty")
    things = (
        "bread",
        "a warm blanket",
        "some company",
        "a good book",
        "a cup of tea",
        "the garden",
        "the house",
    )
    acts = ("give you", "offer you", "bring you", "share with you", "promise you")
    lines = [f"{name}: I am {need} today, could you help me please?" for name, need in itertools.product(people, needs)]
    lines += [f"I will {act} {thing}, and thank you for asking." for act, thing in itertools.product(acts, things)]
    lines += [f"What would {name} like: {thing}?" for name, thing in itertools.product(people, things)]
    roles = ("system", "user", "assistant", "model")
    lines += [
        f"{role}\nYou are at the market; {name} is here with them." for role, name in itertools.product(roles, people)
    ]
    return lines
