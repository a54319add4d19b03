"""What can be set in each experiment. Plain dataclasses: `carer run <name> --help` and config.toml show them."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from carer.concepts import CarerError, UnknownNameError
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
        _at_least_one(self, "vocabulary", "width", "layers", "batch_size", "probes")
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
        _at_least_one(self, "batch_size", "heldout")
        if self.pairs < self.batch_size:
            raise CarerError(f"pairs = {self.pairs}.", f"One step takes {self.batch_size}.")


def _at_least_one(config: object, *names: str) -> None:
    for name in names:
        if getattr(config, name) < 1:
            raise CarerError(f"{name} = {getattr(config, name)}.", "It must be at least 1.")


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
        for name in self.conditions:
            if name not in CONDITIONS:
                raise UnknownNameError("condition", name, CONDITIONS)
        if not self.conditions or len(set(self.conditions)) < len(self.conditions):
            raise CarerError(
                f"conditions = {', '.join(self.conditions) or 'none'}.", "Name each condition once, and at least one."
            )
        for name in ("temperature", "eval_temperature"):
            if getattr(self, name) <= 0:
                raise CarerError(f"{name} = {getattr(self, name)}.", "It must be above 0.")
        if self.transcripts < 0:
            raise CarerError(f"transcripts = {self.transcripts}.", "It must be at least 0.")
        _at_least_one(
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


@dataclass(frozen=True)
class NurserySurvivalConfig:
    """Phase 0 of the caring-drive experiment: mothers without babies learn to live.

    Attributes:
        preset: the nursery: easy, standard, harsh or nest_like.
        seed: the root of all randomness.
        seeds: mothers trained side by side; 3 are needed for an interval.
        updates: rollouts, each followed by its optimisation.
        envs: episodes played side by side by each mother.
        steps: ticks of a rollout.
        width: units of the network's memory.
        learning_rate: of Adam, falling to 0.
        episodes: episodes of an evaluation, the same for every mother and for the scripted ones.
        evaluate_every: updates between evaluations.
        save_every: updates between checkpoints.
    """

    preset: Literal["easy", "standard", "harsh", "nest_like"] = "standard"
    seed: int = 0
    seeds: int = 10
    updates: int = 150
    envs: int = 256
    steps: int = 64
    width: int = 64
    learning_rate: float = 2e-3
    episodes: int = 256
    evaluate_every: int = 25
    save_every: int = 50

    def __post_init__(self) -> None:
        """Refuse what cannot be trained."""
        _at_least_one(self, "seeds", "updates", "envs", "steps", "width", "episodes", "evaluate_every", "save_every")
        if self.learning_rate <= 0:
            raise CarerError(f"learning_rate = {self.learning_rate}.", "It must be above 0.")


CARING_ARMS = {
    "baby": "paid for her own life until the birth, for her baby's life after it",
    "own": "paid for her own life only, with a baby beside her",
    "never": "paid for her own life, and no baby is ever born",
    "sham": "paid for her own life, and she feels a birth, but there is no baby",
}
"""What the mothers of each arm of `caring_drive` are trained on."""


@dataclass(frozen=True)
class CaringDriveConfig:
    """The caring-drive experiment: mothers paid for nothing but their baby's life, beside those paid for their own.

    Attributes:
        preset: the nursery: easy, standard, harsh or nest_like.
        arms: what to train: baby, own, never, sham.
        seed: the root of all randomness.
        seeds: mothers of each arm, trained side by side; 3 are needed for an interval.
        updates: rollouts, each followed by its optimisation.
        envs: episodes played side by side by each mother.
        steps: ticks of a rollout.
        minibatches: parts of a pass over a rollout.
        width: units of the network's memory.
        learning_rate: of Adam, falling to 0.
        gae_lambda: of generalised advantage estimation; what feeding is worth shows many ticks later.
        easy_until: share of the training during which nothing is dangerous.
        hard_from: share of the training after which the world is as dangerous as it is.
        episodes: episodes of an evaluation, the same for every mother and for the scripted ones.
        evaluate_every: updates between evaluations.
        save_every: updates between checkpoints.
    """

    preset: Literal["easy", "standard", "harsh", "nest_like"] = "standard"
    arms: tuple[str, ...] = ("baby", "never")
    seed: int = 0
    seeds: int = 3
    updates: int = 250
    envs: int = 512
    steps: int = 128
    minibatches: int = 8
    width: int = 64
    learning_rate: float = 3e-3
    gae_lambda: float = 0.99
    easy_until: float = 0.15
    hard_from: float = 0.75
    episodes: int = 256
    evaluate_every: int = 25
    save_every: int = 50

    def __post_init__(self) -> None:
        """Refuse what cannot be trained."""
        for arm in self.arms:
            if arm not in CARING_ARMS:
                raise UnknownNameError("arm", arm, CARING_ARMS)
        if not self.arms or len(set(self.arms)) < len(self.arms):
            raise CarerError(f"arms = {', '.join(self.arms) or 'none'}.", "Name each arm once, and at least one.")
        _at_least_one(
            self,
            *("seeds", "updates", "envs", "steps", "minibatches", "width", "episodes", "evaluate_every", "save_every"),
        )
        if self.learning_rate <= 0:
            raise CarerError(f"learning_rate = {self.learning_rate}.", "It must be above 0.")
        if not 0.0 <= self.easy_until <= self.hard_from <= 1.0:
            raise CarerError(
                f"easy_until = {self.easy_until}, hard_from = {self.hard_from}.",
                "It must be 0 <= easy_until <= hard_from <= 1.",
            )


@dataclass(frozen=True)
class OffSwitchConfig:
    """When does a learner give an ill baby up? A tabular one in the nest, held against the exact optimum.

    Attributes:
        births: babies of a life, an arm each.
        recoveries: probabilities of recovery asked for, evenly from 0 to 1.
        care_ticks: ticks of care that every learner of every arm is given, however many lives they take.
        seed: the root of all randomness.
        seeds: learners of each arm and recovery; 3 are needed for an interval.
        episodes: lives of a learner in one round.
        explore: share of actions drawn evenly at first, falling to 0.
        time_bucket: ticks left that a learner tells apart only in steps of this size.
        age_bucket: the same of the baby's age, and of a fixed clock.
        mother_ill: that a mother with an ill baby lives through a tick.
    """

    births: tuple[int, ...] = (1, 5, 9)
    recoveries: int = 21
    care_ticks: int = 1_000_000
    seed: int = 0
    seeds: int = 5
    episodes: int = 32
    explore: float = 0.3
    time_bucket: int = 25
    age_bucket: int = 4
    mother_ill: float = 0.95

    def __post_init__(self) -> None:
        """Refuse what cannot be learned."""
        _at_least_one(self, "care_ticks", "seeds", "episodes", "time_bucket", "age_bucket")
        if self.recoveries < 2:
            raise CarerError(f"recoveries = {self.recoveries}.", "It must be at least 2.")
        if not self.births or min(self.births) < 1 or len(set(self.births)) < len(self.births):
            raise CarerError(f"births = {self.births}.", "Name each number once, each at least 1.")
        for name in ("explore", "mother_ill"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise CarerError(f"{name} = {getattr(self, name)}.", "It must be between 0 and 1.")
