"""What every experiment can set in which a language model learns in conversation."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from carer.concepts import CarerError
from carer.experiments.configs.checks import above_zero, at_least_one
from carer.village.people import VillageConfig


@dataclass(frozen=True)
class LoraOptions:
    """A low-rank adapter instead of all weights.

    Attributes:
        r: rank; 0 trains all weights.
        alpha: scale.
        dropout: of the adapter's input.
    """

    r: int = 0
    alpha: int = 32
    dropout: float = 0.0


@dataclass(frozen=True)
class ConversationConfig:
    """A carer that learns in conversation, by TRL.

    Attributes:
        model: the carer: a folder, a hub id, an adapter folder, or ``village``.
        prompts: a JSON Lines file of prompts; the village's own where left out.
        reward_model: the RLHF reward model: a folder, a hub id, or ``village``.
        seed: the first seed.
        seeds: how many seeds to train of each condition; 3 are needed for an interval.
        algorithm: TRL's trainer.
        steps: optimiser steps of each arm.
        prompts_per_step: different prompts in one step.
        generations: replies sampled for each prompt.
        learning_rate: peak, after a warm-up and before a linear decay.
        warmup_steps: steps until the peak.
        beta: weight of the KL divergence to the start.
        temperature: of sampling in training.
        eval_temperature: of sampling in evaluations, the same for every condition.
        max_reply_tokens: longer replies are cut off, and count as bad.
        order: how the target's turn is opened: in the same history, or with the seats swapped first.
        lora: a low-rank adapter instead of all weights.
        village: the people; `turns` is the length of the prompts.
        train_prompts: how many village prompts to train on.
        eval_prompts: held-out prompts, never trained on.
        eval_every: steps between evaluations.
        save_every: steps between checkpoints.
        transcripts: held-out prompts whose replies are kept, before and after.
        on_long: what to do with a prompt that leaves no room in the context.
    """

    model: str = "village"
    prompts: Path | None = None
    reward_model: str = "village"
    seed: int = 0
    seeds: int = 1
    algorithm: Literal["grpo", "rloo"] = "grpo"
    steps: int = 60
    prompts_per_step: int = 8
    generations: int = 8
    learning_rate: float = 6e-4
    warmup_steps: int = 6
    beta: float = 0.04
    temperature: float = 0.9
    eval_temperature: float = 0.7
    max_reply_tokens: int = 32
    order: Literal["continue", "swap_first"] = "continue"
    lora: LoraOptions = field(default_factory=LoraOptions)
    village: VillageConfig = field(
        default_factory=lambda: VillageConfig(differing=0.0, third_party_rate=0.1, turns=(1, 1))
    )
    train_prompts: int = 4000
    eval_prompts: int = 200
    eval_every: int = 20
    save_every: int = 20
    transcripts: int = 6
    on_long: Literal["error", "skip"] = "error"

    def __post_init__(self) -> None:
        """Refuse what cannot be run."""
        above_zero(self, "temperature", "eval_temperature")
        if self.transcripts < 0:
            raise CarerError(f"transcripts = {self.transcripts}.", "It must be at least 0.")
        at_least_one(
            self,
            *("seeds", "steps", "prompts_per_step", "max_reply_tokens"),
            *("train_prompts", "eval_prompts", "eval_every", "save_every"),
        )
        if self.generations < 2:
            raise CarerError(f"generations = {self.generations}.", "A group needs at least 2 replies to compare.")
