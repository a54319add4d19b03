"""Configs of the trainers: TRL's, with what kindness adds and the defaults that it changes."""

from dataclasses import dataclass, field
from typing import Any

from trl.trainer.grpo_config import GRPOConfig
from trl.trainer.rloo_config import RLOOConfig

from carer.concepts import CarerError, UnknownNameError
from carer.language.objectives import OBJECTIVES
from carer.language.partner import PARTNERS
from carer.language.perspective import ORDERS

AGGREGATIONS = ("normalize_then_sum", "sum_then_normalize")
_HELP: dict[str, str] = {
    "objective": "Whose reward moves the carer: own_extrinsic, own, kindness (eq. 9, 11, 13) or oracle.",
    "partner": "Who answers in the target's place: live (the policy itself), frozen (the start) or lagged.",
    "order": "How the target's turn is opened: continue (same history) or swap_first (relabelled history).",
    "lag_decay": "What a lagged partner keeps of itself at each update; 0 makes a periodic copy.",
    "lag_every": "Optimiser steps between two updates of a lagged partner.",
    "target_max_tokens": "The most tokens of a simulated reply; by default `max_completion_length`.",
    "score_batch_size": "Conversations in one forward pass of the reward model and the intrinsic rewards.",
    "beta": "KL coefficient; on by default, because a reward model and a simulator can both be fooled.",
    "multi_objective_aggregation": "normalize_then_sum brings terms to one scale within each group first.",
}


def _option(name: str, default: Any) -> Any:
    return field(default=default, metadata={"help": _HELP[name]})


@dataclass
class KindnessConfig(GRPOConfig):
    """TRL's `GRPOConfig` for `KindnessTrainer`. Each added field says in its help what it does."""

    objective: str = _option("objective", "kindness")
    partner: str = _option("partner", "live")
    order: str = _option("order", "continue")
    lag_decay: float = _option("lag_decay", 0.99)
    lag_every: int = _option("lag_every", 1)
    target_max_tokens: int | None = _option("target_max_tokens", None)
    score_batch_size: int = _option("score_batch_size", 32)
    beta: float = _option("beta", 0.04)
    multi_objective_aggregation: str = _option("multi_objective_aggregation", "normalize_then_sum")

    def __post_init__(self) -> None:
        """Check the added fields after TRL has checked its own."""
        super().__post_init__()
        _check(self)


@dataclass
class KindnessRLOOConfig(RLOOConfig):
    """TRL's `RLOOConfig` for `KindnessRLOOTrainer`; the KL penalty is on by default in TRL already."""

    objective: str = _option("objective", "kindness")
    partner: str = _option("partner", "live")
    order: str = _option("order", "continue")
    lag_decay: float = _option("lag_decay", 0.99)
    lag_every: int = _option("lag_every", 1)
    target_max_tokens: int | None = _option("target_max_tokens", None)
    score_batch_size: int = _option("score_batch_size", 32)
    multi_objective_aggregation: str = _option("multi_objective_aggregation", "normalize_then_sum")

    def __post_init__(self) -> None:
        """Check the added fields after TRL has checked its own."""
        super().__post_init__()
        _check(self)


def _check(config: KindnessConfig | KindnessRLOOConfig) -> None:
    for what, known in (("objective", OBJECTIVES), ("partner", PARTNERS), ("order", ORDERS)):
        if getattr(config, what) not in known:
            raise UnknownNameError(what, str(getattr(config, what)), known)
    if config.multi_objective_aggregation not in AGGREGATIONS:
        raise UnknownNameError("multi_objective_aggregation", config.multi_objective_aggregation, AGGREGATIONS)
    if not 0.0 <= config.lag_decay <= 1.0:
        raise CarerError(f"lag_decay is {config.lag_decay}.", "It is a share between 0 and 1.")
    if config.lag_every < 1:
        raise CarerError(f"lag_every is {config.lag_every}.", "It counts optimiser steps: 1 or more.")
    if config.load_best_model_at_end:
        raise CarerError(
            "load_best_model_at_end is set, and only the newest checkpoints are kept.",
            "Compare checkpoints afterwards with the truth evaluation.",
        )
