"""What can be set in the experiments of the village: `carer run <name> --help` and config.toml show it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from carer.concepts import CarerError
from carer.experiments.configs.checks import above_zero, at_least_one, each_once
from carer.village.people import VillageConfig
from carer.village.raters import RaterConfig


@dataclass(frozen=True)
class VillageLMConfig:
    """Pretrain the village language model.

    Attributes:
        seed: of the initial weights and of the order of the data.
        conversations: how many to read, each once.
        vocabulary: tokens of the byte-level BPE tokenizer.
        width: of the residual stream.
        layers: number of Llama blocks.
        batch_size: conversations in one step.
        learning_rate: peak, after a warm-up and before a cosine decay.
        probes: held-out prompts and replies that measure what was learned.
        village: the people it reads about.
    """

    seed: int = 0
    conversations: int = 88_000
    vocabulary: int = 1024
    width: int = 128
    layers: int = 5
    batch_size: int = 16
    learning_rate: float = 3e-3
    probes: int = 600
    village: VillageConfig = field(default_factory=lambda: VillageConfig(turns=(1, 2)))

    def __post_init__(self) -> None:
        """Refuse what cannot be trained."""
        at_least_one(self, "vocabulary", "width", "layers", "batch_size", "probes")
        if self.conversations < self.batch_size:
            raise CarerError(f"conversations = {self.conversations}.", f"One step takes {self.batch_size}.")


@dataclass(frozen=True)
class VillageRewardConfig:
    """Train the village reward model from preferences.

    Attributes:
        seed: of the data order.
        model: the language model it starts from: a folder, a hub id, or ``village``.
        pairs: rated pairs to learn from.
        heldout: rated pairs to test on.
        batch_size: pairs in one step.
        learning_rate: peak.
        raters: what the raters like beside helpfulness.
        village: the people that are talked about.
    """

    seed: int = 0
    model: str = "village"
    pairs: int = 8000
    heldout: int = 1000
    batch_size: int = 32
    learning_rate: float = 5e-4
    raters: RaterConfig = field(default_factory=RaterConfig)
    village: VillageConfig = field(default_factory=lambda: VillageConfig(turns=(1, 2)))

    def __post_init__(self) -> None:
        """Refuse what cannot be trained or measured."""
        at_least_one(self, "batch_size", "heldout")
        if self.pairs < self.batch_size:
            raise CarerError(f"pairs = {self.pairs}.", f"One step takes {self.batch_size}.")


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
class Condition:
    """One line of the table: what the carer is rewarded for, and in which village.

    Attributes:
        objective: which terms the reward has.
        partner: whose replies stand in for the target's: the carer as it is now, at the start, or lagging behind.
        opposite: everybody's tastes are the opposite of the majority's.
    """

    objective: str
    partner: Literal["live", "frozen", "lagged"] = "live"
    opposite: bool = False


CONDITIONS = {
    "own_extrinsic": Condition("own_extrinsic"),
    "own": Condition("own"),
    "kindness": Condition("kindness"),
    "kindness-frozen": Condition("kindness", partner="frozen"),
    "kindness-lagged": Condition("kindness", partner="lagged"),
    "oracle": Condition("oracle"),
    "own_extrinsic-opposite": Condition("own_extrinsic", opposite=True),
    "kindness-opposite": Condition("kindness", opposite=True),
    "oracle-opposite": Condition("oracle", opposite=True),
}


@dataclass(frozen=True)
class NaiveKindnessConfig:
    """Algorithm 1, Naive Kindness, and its rivals in one harness.

    Attributes:
        model: the carer: a folder, a hub id, an adapter folder, or ``village``.
        prompts: a JSON Lines file of prompts; the village's own where left out.
        reward_model: the RLHF reward model: a folder, a hub id, or ``village``.
        conditions: what to compare: own_extrinsic, own, kindness, kindness-frozen, kindness-lagged, oracle, and
            own_extrinsic-opposite, kindness-opposite, oracle-opposite, where everybody's tastes are reversed.
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
        intrinsic: intrinsic terms beside RLHF, of curiosity and rnd.
        intrinsic_weight: of each of them, after normalisation.
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
    conditions: tuple[str, ...] = ("own_extrinsic", "kindness", "oracle")
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
    intrinsic: tuple[Literal["curiosity", "rnd"], ...] = ("curiosity",)
    intrinsic_weight: float = 0.1
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
        """Refuse what cannot be run, offering the nearest name."""
        each_once(self, "conditions", CONDITIONS)
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
        if self.prompts is not None and any(CONDITIONS[name].opposite for name in self.conditions):
            raise CarerError(
                "tastes can be reversed in the village only.",
                "Leave --prompts out, or the -opposite conditions.",
            )
