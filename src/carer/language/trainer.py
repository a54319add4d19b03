"""`KindnessTrainer`: TRL's GRPO (or RLOO) trained on what a reply does for the one who receives it.

A TRL user changes one class name::

    trainer = KindnessTrainer(
        "village",
        args=KindnessConfig(output_dir="out", objective="kindness", partner="live"),
        train_dataset=dataset,  # a column "prompt" of messages, and any others
        extrinsic="village",  # a reward model's folder, the model itself, or a function of conversations
    )
    trainer.train()

Algorithm 1 of Hewson (2024) runs inside TRL's reward functions, one for each term of the objective: TRL
samples the carer's replies, the first term called has the target answer them, and all terms score the same
episodes.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from accelerate.utils import set_seed
from datasets import Dataset, IterableDataset
from transformers import (
    PreTrainedModel,
    PreTrainedTokenizerBase,
    TrainerCallback,
    TrainerControl,
    TrainerState,
)
from transformers import TrainingArguments as Arguments

from carer.concepts import CarerError, Conversation, Episode, RewardTerm, Score
from carer.language import diagnostics
from carer.language.checkpoint import CheckpointHooks, StopWhenAsked
from carer.language.clock import Stopwatch
from carer.language.config import KindnessConfig, KindnessRLOOConfig
from carer.language.divergence import StopBeforeNaN
from carer.language.loading import load_model, load_reward_model, load_tokenizer
from carer.language.model_view import ModelView
from carer.language.objectives import RLHF, Truth, build_objective, truth_term
from carer.language.partner import Partner, build_partner
from carer.language.reward_model import RewardModel
from carer.language.rewards import IntrinsicReward, build_intrinsic, guarded
from carer.language.simulate import Simulator, episodes_of
from carer.language.speech import Said, hear, tidy
from carer.language.templates import adapt, detect
from carer.language.trl_adapter import GRPOSeam, RLOOSeam, TrlSeam, reference_from, same_weights
from carer.runs.checkpoints import Checkpoints
from carer.runs.preemption import Preemption

# Columns of a reward function's call that TRL adds and the dataset does not hold.
_NOT_COLUMNS = ("trainer_state", "log_extra", "log_metric", "environments")


class Kindness(StopBeforeNaN, CheckpointHooks, TrlSeam):
    """What `KindnessTrainer` and `KindnessRLOOTrainer` share.

    Args:
        model: a folder, hub id or ``"village"``, or a causal language model. It must be the one that training
            starts from, in a resumed run too: the KL reference and a frozen partner are taken from it.
        args: the config; see `KindnessConfig`.
        train_dataset: rows with a ``prompt`` (messages, the last one the target's, role ``user``); the other
            columns reach rewards as `Episode.row`.
        eval_dataset: the same, for evaluation during training.
        processing_class: the model's tokenizer; by default the one saved with it.
        extrinsic: `RLHF(a|s)`: a reward model's folder, hub id or ``"village"``, the model itself, a
            `RewardModel`, or any function from conversations to numbers.
        intrinsic: `IRF(feedback|s)` terms: objects, or names of `carer.language.rewards.INTRINSIC`.
        truth: a function from episodes to the target's true reward. The ``oracle`` objective is paid by it;
            under any other it is logged beside the rewards and moves nothing.
        peft_config: a PEFT config; an adapter is trained then, and saved as PEFT saves it.
        callbacks: further callbacks.
        optimizers: optimizer and scheduler, as `Trainer` takes them.
        run_checkpoints: where checkpoints go; by default ``<output_dir>/checkpoints``.
        preemption: asked after each step; where it says so, a checkpoint is written and training ends.

    Logged with each batch, beside what TRL logs: ``rewards/<term>/{mean,std}`` (raw), ``/normalized_std``,
    ``/weight``; ``raw/<term>`` (mean before the guard), ``zero_variance/<term>`` (share of groups),
    ``invalid/<term>`` (share of replies that are empty, cut off or role-confused),
    ``length_correlation/<term>/{reply,target_reply}``; ``reply/*`` and ``target_reply/*`` (length, empty,
    truncated, role_confusion), ``target_reply/echo``; ``time/{generate_reply,simulate,score,own_python}`` in
    seconds.

    Raises:
        CarerError: something is missing, unknown or of the wrong kind; the message says what to do.

    """

    config_class: type[KindnessConfig] | type[KindnessRLOOConfig]

    def __init__(
        self,
        model: str | Path | PreTrainedModel | Any,
        args: KindnessConfig | KindnessRLOOConfig | None = None,
        train_dataset: Dataset | IterableDataset | None = None,
        eval_dataset: Any = None,
        processing_class: PreTrainedTokenizerBase | None = None,
        *,
        extrinsic: str | Path | PreTrainedModel | RewardModel | RLHF | None = None,
        intrinsic: Sequence[IntrinsicReward | str] = (),
        truth: Truth | None = None,
        peft_config: Any = None,
        callbacks: Sequence[TrainerCallback] = (),
        optimizers: tuple[Any, Any] = (None, None),
        run_checkpoints: Checkpoints | None = None,
        preemption: Preemption | None = None,
    ) -> None:
        args = args or self.config_class(output_dir="kindness")
        self.watch = Stopwatch()
        model, tokenizer = _loaded(model, processing_class, args)
        _check_prompts(train_dataset)
        self.traits = detect(tokenizer)
        self.fold = lambda prompt: adapt(tidy(prompt), self.traits)
        self.intrinsic = [build_intrinsic(one) if isinstance(one, str) else one for one in intrinsic]
        self.extrinsic = self._extrinsic(extrinsic, args)
        self.carer_view = ModelView(self._carer_model, tokenizer, self.traits, args.score_batch_size)
        self.target_view = ModelView(self._target_model, tokenizer, self.traits, args.score_batch_size)
        self.terms = self._terms(args.objective, truth)
        _set_weights(args, self.terms)
        self._episodes: tuple[object, list[Episode], list[Said], list[Said]] | None = None
        self.run_checkpoints = run_checkpoints or Checkpoints(Path(args.output_dir or ".") / "checkpoints")
        with reference_from(model, args.beta, peft_config):
            super().__init__(
                model=model,
                reward_funcs=[self._reward_function(term) for term in self.terms],
                args=args,
                train_dataset=train_dataset,
                eval_dataset=eval_dataset,
                processing_class=tokenizer,
                callbacks=list(callbacks),
                optimizers=optimizers,
                peft_config=peft_config,
            )
        if self.sharded and self.intrinsic:
            raise CarerError(
                "intrinsic rewards read hidden states, and the parameters are sharded over the processes.",
                "Leave out `intrinsic`, or train with plain data parallelism.",
            )
        if self.ref_model is not None and not self.sharded:
            same_weights(self.policy, self.accelerator.unwrap_model(self.ref_model))
        self._meet(args, tokenizer)
        self.add_callback(_Follow(self))
        if preemption is not None:
            self.add_callback(StopWhenAsked(preemption, self))

    def _meet(self, args: KindnessConfig | KindnessRLOOConfig, tokenizer: PreTrainedTokenizerBase) -> None:
        """Find the partner, and bring all that computes to this process's device and watch."""
        self.partner = build_partner(args.partner, self, decay=args.lag_decay, every=args.lag_every)
        tokens = args.target_max_tokens or args.max_completion_length or 64
        self.simulator = Simulator(tokenizer, self.partner.sample, order=args.order, max_tokens=tokens)
        self.simulator.watch = self.carer_view.watch = self.target_view.watch = self.watch
        if isinstance(self.extrinsic, RewardModel):
            self.extrinsic.to(self.accelerator.device).watch = self.watch
        for reward in self.intrinsic:
            reward.gather = self.gather_rows

    def _extrinsic(self, given: Any, args: KindnessConfig | KindnessRLOOConfig) -> RLHF | None:
        if isinstance(given, str | Path):
            return RewardModel(*load_reward_model(given), batch_size=args.score_batch_size)
        if isinstance(given, PreTrainedModel):
            if not given.config._name_or_path:
                raise CarerError(
                    "the reward model was never saved, so it has no tokenizer.",
                    "Pass a `RewardModel(model, tokenizer)`, or the folder it is saved in.",
                )
            tokenizer = load_tokenizer(given.config._name_or_path, kind="reward", padding_side="right")
            return RewardModel(given, tokenizer, batch_size=args.score_batch_size)
        if given is None or isinstance(given, RewardModel):
            return given
        return self._timed(given)

    def _timed(self, function: Callable[[Any], Sequence[float]]) -> Callable[[Any], Sequence[float]]:
        """A user's own function; its seconds count as scoring."""

        def timed(batch: Any) -> Sequence[float]:
            with self.watch("score"):
                return function(batch)

        return timed

    def _terms(self, objective: str, truth: Truth | None) -> tuple[RewardTerm[Score], ...]:
        truth = None if truth is None else self._timed(truth)
        terms = build_objective(
            objective,
            extrinsic=self.extrinsic,
            intrinsic=self.intrinsic,
            truth=truth,
            carer=self.carer_view,
            target=self.target_view,
        )
        watched = () if truth is None or objective == "oracle" else (truth_term(truth, weight=0.0),)
        return (*terms, *watched)

    def _carer_model(self) -> Any:
        return Partner(self).model()

    def _target_model(self) -> Any:
        return self.partner.model()

    def _reward_function(self, term: RewardTerm[Score]) -> Callable[..., list[float]]:
        """The term as TRL calls it: once for each batch, on every process."""

        def reward(prompts: Any, completions: Any, completion_ids: Any, **columns: Any) -> list[float]:
            with self.watch("own_python"):
                episodes, replies, answers = self._exchange(prompts, completions, completion_ids, columns)
                result = guarded(term, episodes, self.gather_rows)
                log: Callable[[str, float], None] = columns["log_metric"]
                log(f"invalid/{term.name}", result.invalid / len(episodes))
                if result.raw:
                    log(f"raw/{term.name}", sum(result.raw) / len(result.raw))
                for name, turns in (("reply", replies), ("target_reply", answers)):
                    related = diagnostics.correlation(result.scores, [turn.length for turn in turns]) if turns else None
                    if related is not None:
                        log(f"length_correlation/{term.name}/{name}", related)
            return result.scores

        reward.__name__ = term.name
        return reward

    def _exchange(
        self, prompts: Any, completions: Any, completion_ids: Any, columns: dict[str, Any]
    ) -> tuple[list[Episode], list[Said], list[Said]]:
        """The batch's episodes, made by the first term that asks and shared by the others."""
        if self._episodes is not None and self._episodes[0] is completions:
            return self._episodes[1:]
        for reward in self.intrinsic:
            reward.learning = self.model.training
        self.carer_view.forget()
        self.target_view.forget()
        names = [name for name in columns if name not in _NOT_COLUMNS]
        rows = [{name: columns[name][at] for name in names} for at in range(len(prompts))]
        replies = hear(self.simulator.tokenizer, completion_ids, self.eos_token_ids)
        episodes = episodes_of([tidy(prompt) for prompt in prompts], replies, rows)
        answers: list[Said] = []
        if any(term.simulates for term in self.terms):
            episodes, answers = self.simulator.answer(episodes)
        log: Callable[[str, float], None] = columns["log_metric"]
        figures = diagnostics.of_turns("reply", replies)
        if answers:
            figures |= diagnostics.of_turns("target_reply", answers)
            figures["target_reply/echo"] = diagnostics.echo_rate(episodes)
        for name, value in figures.items():
            log(name, value)
        self._episodes = (completions, episodes, replies, answers)
        return episodes, replies, answers

    def train(self, resume_from_checkpoint: str | Path | bool | None = None, **options: Any) -> Any:
        """Train, or go on training; see `CheckpointHooks.train`. The seed rules, whatever ran before."""
        if (self.is_fsdp_enabled or self.is_deepspeed_enabled) and self.args.save_strategy != "no":
            raise CarerError(
                "checkpoints of sharded parameters (FSDP, DeepSpeed) cannot be written.",
                "Train with plain data parallelism, or set save_strategy='no'.",
            )
        set_seed(self.args.seed, device_specific=True)
        return super().train(resume_from_checkpoint, **options)

    def own_state(self) -> dict[str, Any]:
        """Intrinsic rewards, the partner, and what TRL holds between steps."""
        return {
            "intrinsic": [{"name": one.name, "state": one.state_dict()} for one in self.intrinsic],
            "partner": {"kind": self.partner.kind, "state": self.partner.state_dict()},
            "rollout": self.rollout_state(),
        }

    def load_own_state(self, state: dict[str, Any]) -> None:
        """Restore what `own_state` returned.

        Raises:
            CarerError: the checkpoint is of a run with other intrinsic rewards or another partner.

        """
        before = ([one["name"] for one in state["intrinsic"]], state["partner"]["kind"])
        now = ([one.name for one in self.intrinsic], self.partner.kind)
        if before != now:
            raise CarerError(
                f"the checkpoint is of intrinsic rewards {before[0]} and a {before[1]} partner, "
                f"and this trainer has {now[0]} and a {now[1]} one.",
                "Resume with the settings that the run began with.",
            )
        for reward, saved in zip(self.intrinsic, state["intrinsic"], strict=True):
            reward.load_state_dict(saved["state"])
        self.partner.load_state_dict(state["partner"]["state"])
        self.load_rollout_state(state["rollout"])


class KindnessTrainer(Kindness, GRPOSeam):
    """TRL's `GRPOTrainer`, trained on kindness or one of its rivals. Arguments and logs as in `Kindness`."""

    config_class = KindnessConfig
    _name = "Kindness"


class KindnessRLOOTrainer(Kindness, RLOOSeam):
    """TRL's `RLOOTrainer`, trained on kindness or one of its rivals. Arguments and logs as in `Kindness`."""

    config_class = KindnessRLOOConfig
    _name = "Kindness (RLOO)"


class _Follow(TrainerCallback):
    """Moves what follows the training: the sampler's epoch and a lagged partner."""

    def __init__(self, trainer: Kindness) -> None:
        self.trainer = trainer

    def on_epoch_begin(self, args: Arguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """Tell the sampler which epoch begins, or goes on."""
        self.trainer.set_epoch(int(state.epoch or 0))

    def on_step_end(self, args: Arguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """Let a lagged partner follow the policy."""
        self.trainer.partner.follow(state.global_step)


def _loaded(
    model: Any, tokenizer: PreTrainedTokenizerBase | None, args: KindnessConfig | KindnessRLOOConfig
) -> tuple[Any, PreTrainedTokenizerBase]:
    """The model and its tokenizer, loaded where only their folder or id was given."""
    options = args.model_init_kwargs if isinstance(args.model_init_kwargs, dict) else {}
    if isinstance(model, str | Path):
        revision = options.get("revision")
        tokenizer = tokenizer or load_tokenizer(model, revision=revision)
        return load_model(model, revision=revision, dtype=options.get("dtype", "float32")), tokenizer
    if tokenizer is None:
        path = model.config._name_or_path
        if not path:
            raise CarerError("the model was never saved, so it has no tokenizer.", "Pass `processing_class=`.")
        tokenizer = load_tokenizer(path)
    return model, tokenizer


def _check_prompts(dataset: Dataset | IterableDataset | None) -> None:
    if dataset is None:
        raise CarerError("there is nothing to train on.", "Pass `train_dataset=` with a column 'prompt' of messages.")
    row = next(iter(dataset), None)
    if row is None:
        raise CarerError("the training dataset is empty.", "Give it at least one row with a 'prompt'.")
    prompt: Conversation | Any = row.get("prompt")
    if not isinstance(prompt, list) or not prompt or "role" not in prompt[0]:
        raise CarerError(
            "the dataset's 'prompt' is not a list of messages.",
            'A prompt is a conversation, such as [{"role": "user", "content": "Good morning."}].',
        )


def _set_weights(args: KindnessConfig | KindnessRLOOConfig, terms: Sequence[RewardTerm[Score]]) -> None:
    """Give TRL the terms' weights; weights in `args` are for the objective's own terms, in their order."""
    given = args.reward_weights
    paid = [term for term in terms if term.weight != 0.0]
    if given is not None and len(given) == len(paid) < len(terms):
        given = [*given, *[0.0] * (len(terms) - len(paid))]
    args.reward_weights = [term.weight for term in terms] if given is None else given
