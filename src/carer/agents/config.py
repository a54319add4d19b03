"""What a learner is set to: sizes that shape its program, and figures that may vary within one program."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import equinox as eqx
import jax.numpy as jnp
from jax import Array

from carer.concepts import CarerError

if TYPE_CHECKING:
    from carer.agents.planning.thinking import Deliberation
    from carer.agents.task import Task


@dataclass(frozen=True)
class PPOConfig:
    """Recurrent PPO (Schulman et al. 2017) with a GRU. The first eight and the last shape it; the rest become `Hyper`.

    Attributes:
        updates: rollouts, each with its optimisation; schedules run over them.
        envs: episodes played side by side.
        steps: ticks of a rollout, over which gradients flow back through time.
        epochs: passes over a rollout.
        minibatches: parts of a pass; they split the episodes, never time.
        width: units of the embedding and of the GRU.
        pool: how the embeddings of a set of tokens become one.
        recurrent: off, nothing is remembered from tick to tick: a control.
        learning_rate: of Adam, at the first update.
        learning_rate_end: at the last.
        entropy_coef: weight of the entropy bonus, at the first update.
        entropy_coef_end: at the last.
        gamma: discount.
        gae_lambda: of generalised advantage estimation.
        clip: of the probability ratio.
        value_coef: weight of the value loss.
        max_grad_norm: gradients longer than this are scaled down to it.
        value_rate: share of the newest rollout in the running mean and deviation of returns.
        deliberation: how roles think before they act that learn a world model (`carer.agents.planning.Imagination`
            among their terms); None for no thinking.
    """

    updates: int = 1000
    envs: int = 1024
    steps: int = 64
    epochs: int = 2
    minibatches: int = 4
    width: int = 128
    pool: Literal["max", "sum"] = "max"
    recurrent: bool = True
    learning_rate: float = 1e-3
    learning_rate_end: float = 0.0
    entropy_coef: float = 0.01
    entropy_coef_end: float = 0.001
    gamma: float = 0.995
    gae_lambda: float = 0.95
    clip: float = 0.2
    value_coef: float = 0.5
    max_grad_norm: float = 0.5
    value_rate: float = 0.05
    deliberation: "Deliberation | None" = None

    def __post_init__(self) -> None:
        """Refuse what makes no learner, naming the setting and its bound."""
        for name in ("updates", "envs", "steps", "epochs", "minibatches", "width"):
            if getattr(self, name) < 1:
                raise CarerError(f"{name} = {getattr(self, name)}.", "It must be at least 1.")
        if self.envs % self.minibatches:
            raise CarerError(
                f"minibatches = {self.minibatches}.",
                f"It must divide envs = {self.envs}: they split the episodes.",
            )
        if self.pool not in ("max", "sum"):
            raise CarerError(f"pool = {self.pool!r}.", "It must be 'max' or 'sum'.")
        for name in ("gamma", "gae_lambda", "value_rate"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise CarerError(f"{name} = {getattr(self, name)}.", "It must be between 0 and 1.")
        for name in ("learning_rate", "clip", "max_grad_norm"):
            if not getattr(self, name) > 0.0:
                raise CarerError(f"{name} = {getattr(self, name)}.", "It must be above 0.")


@dataclass(frozen=True)
class LearnConfig:
    """How `learn` trains.

    Attributes:
        ppo: see `PPOConfig`.
        seed: the root of all randomness; learner i draws from ``fold_in(key(seed), i)``.
        seeds: learners, trained side by side; see `carer.agents.stacking`.
        log_every: updates from one row of metrics to the next.
        evaluate_every: updates from one evaluation to the next; 0 for the last update only.
        episodes: episodes of an evaluation.
        checkpoint_every: updates from one checkpoint to the next.
        keep: how many checkpoints are kept, the newest.
    """

    ppo: PPOConfig = field(default_factory=PPOConfig)
    seed: int = 0
    seeds: int = 1
    log_every: int = 1
    evaluate_every: int = 100
    episodes: int = 128
    checkpoint_every: int = 100
    keep: int = 2

    def __post_init__(self) -> None:
        """Refuse what cannot be done."""
        for name, least in (("seeds", 1), ("log_every", 1), ("evaluate_every", 0), ("episodes", 1)):
            if getattr(self, name) < least:
                raise CarerError(f"{name} = {getattr(self, name)}.", f"It must be at least {least}.")
        for name in ("checkpoint_every", "keep"):
            if getattr(self, name) < 1:
                raise CarerError(f"{name} = {getattr(self, name)}.", "It must be at least 1.")


class Hyper(eqx.Module):
    """What may differ between learners of one program: float32 scalars, named as in `PPOConfig`.

    `jax.vmap` over any of them trains a stack of learners; `dataclasses.replace` sets them.

    Attributes:
        weights: of each role, the weights of its objective's terms [terms].
    """

    learning_rate: Array
    learning_rate_end: Array
    entropy_coef: Array
    entropy_coef_end: Array
    gamma: Array
    gae_lambda: Array
    clip: Array
    value_coef: Array
    max_grad_norm: Array
    value_rate: Array
    weights: tuple[Array, ...]

    @classmethod
    def of(cls, config: PPOConfig, task: "Task") -> "Hyper":
        """What `config` and the objectives of `task` say."""
        names = [name for name in cls.__dataclass_fields__ if name != "weights"]
        weights = tuple(jnp.asarray([term.weight for term in terms], jnp.float32) for terms in task.terms)
        return cls(**{name: jnp.float32(getattr(config, name)) for name in names}, weights=weights)


def between(start: Array, end: Array, progress: Array) -> Array:
    """The linear schedule: `start` at progress 0, `end` at 1."""
    return start + (end - start) * progress
