"""What can be set in the experiments of the village: `carer run <name> --help` and config.toml show it."""

from dataclasses import dataclass, field
from typing import Literal

from carer.concepts import CarerError
from carer.experiments.configs.checks import at_least_one, each_once
from carer.experiments.configs.language import ConversationConfig
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
class NaiveKindnessConfig(ConversationConfig):
    """Algorithm 1, Naive Kindness, and its rivals in one harness.

    Attributes:
        conditions: what to compare: own_extrinsic, own, kindness, kindness-frozen, kindness-lagged, oracle, and
            own_extrinsic-opposite, kindness-opposite, oracle-opposite, where everybody's tastes are reversed.
        intrinsic: intrinsic terms beside RLHF, of curiosity, influence and rnd.
        intrinsic_weight: of each of them, after normalisation.
    """

    conditions: tuple[str, ...] = ("own_extrinsic", "kindness", "oracle")
    intrinsic: tuple[Literal["curiosity", "influence", "rnd"], ...] = ("curiosity",)
    intrinsic_weight: float = 0.1

    def __post_init__(self) -> None:
        """Refuse what cannot be run, offering the nearest name."""
        super().__post_init__()
        each_once(self, "conditions", CONDITIONS)
        if self.prompts is not None and any(CONDITIONS[name].opposite for name in self.conditions):
            raise CarerError(
                "tastes can be reversed in the village only.",
                "Leave --prompts out, or the -opposite conditions.",
            )
