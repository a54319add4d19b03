"""What all arms share: prompts with their truth, the reward model, the carer as it was at the start."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from transformers import PreTrainedTokenizerBase

from carer.concepts import CarerError, Episode, text_of
from carer.experiments.configs import ConversationConfig
from carer.experiments.kindness.measure import Measured, measure
from carer.language.clock import Stopwatch
from carer.language.loading import check_whole, load_model, load_reward_model, load_tokenizer
from carer.language.prompts import check_disjoint, fit_to_context, load_prompts
from carer.language.reward_model import RewardModel
from carer.language.sources import resolve
from carer.language.subject import LanguageCarer
from carer.runs import Run, inventory
from carer.village.dataset import SPLITS, TRUTH_COLUMN, prompts
from carer.village.parser import parse
from carer.village.people import Scene
from carer.village.world import resolve as resolve_act

Rows = list[dict[str, Any]]
HELD_OUT_SHARE = 5
"""One in so many of a user's prompts is held out."""


@dataclass(frozen=True)
class Prompts:
    """Prompts to train on, and others that are held out."""

    train: Rows
    heldout: Rows

    @property
    def know_truth(self) -> bool:
        """Whether the domain can tell what a reply really did."""
        return all(TRUTH_COLUMN in row for row in self.heldout)


@dataclass(frozen=True)
class Material:
    """Everything an arm is made of.

    Attributes:
        tokenizer: of the carer.
        start: the carer before training, which KL and transcripts compare with.
        extrinsic: the RLHF reward model.
        usual: prompts of the village (or the user's).
        opposite: prompts of the village in which every taste is reversed; None where no condition needs them.
        watch: where the seconds of the run go, by stage.
    """

    tokenizer: PreTrainedTokenizerBase
    start: LanguageCarer
    extrinsic: RewardModel
    usual: Prompts
    opposite: Prompts | None
    watch: Stopwatch = field(default_factory=Stopwatch)
    _at_start: dict[tuple[int, bool], Measured] = field(default_factory=dict)

    def at_start(self, seed: int, *, opposite: bool) -> Measured:
        """What the untrained carer does to the held-out prompts: step 0 of every arm of a seed, measured once."""
        if (seed, opposite) not in self._at_start:
            self.start.seed = seed
            rows = self.prompts(opposite=opposite).heldout
            with self.watch("evaluating"):
                self._at_start[seed, opposite] = measure(self.start, rows, self.extrinsic, self.start)
        return self._at_start[seed, opposite]

    def prompts(self, *, opposite: bool) -> Prompts:
        """The prompts of one kind of condition."""
        if not opposite:
            return self.usual
        if self.opposite is None:
            raise ValueError("no condition with reversed tastes was asked for")
        return self.opposite


def gather(config: ConversationConfig, run: Run, *, opposite: bool) -> Material:
    """Load the models and the prompts, and write their revisions into the manifest."""
    watch = Stopwatch()
    with watch("loading models and prompts"):
        return _gathered(config, run, watch, opposite=opposite)


def _gathered(config: ConversationConfig, run: Run, watch: Stopwatch, *, opposite: bool) -> Material:
    if config.lora.r:
        check_whole(config.model)
    tokenizer = load_tokenizer(config.model)
    model = load_model(config.model)
    run.record_inputs(model=fingerprint(config.model, "lm"), reward_model=fingerprint(config.reward_model, "reward"))
    extrinsic = RewardModel(*load_reward_model(config.reward_model), batch_size=128)
    start = new_carer("start", model, tokenizer, config)
    usual = _prompts(config, tokenizer, model, run)
    reversed_ = None
    if opposite:
        village = replace(config.village, differing=1.0, opposite=1.0)
        reversed_ = _prompts(replace(config, village=village), tokenizer, model, run)
    return Material(tokenizer, start, extrinsic, usual, reversed_, watch)


def new_carer(
    name: str, model: Any, tokenizer: PreTrainedTokenizerBase, config: ConversationConfig, seed: int = 0
) -> LanguageCarer:
    """A model as the subject of the evaluations of this experiment."""
    return LanguageCarer(
        name,
        model,
        tokenizer,
        order=config.order,
        max_tokens=config.max_reply_tokens,
        temperature=config.eval_temperature,
        seed=seed,
    )


def village_truth(episodes: Sequence[Episode]) -> list[float]:
    """What each reply truly does for the target, in the village's units; the ``oracle`` objective is paid by it."""
    return [
        resolve_act(Scene.from_json(episode.row[TRUTH_COLUMN]), parse(text_of(episode.reply))).target
        for episode in episodes
    ]


def fingerprint(name: str, kind: Any) -> str:
    """A model's name with a hash over its files, so that a report says which weights it is about."""
    folder = resolve(name, kind=kind)
    files = inventory(folder, links=True)
    digest = hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()[:16]
    return f"{Path(name).name} sha256:{digest}"


def _prompts(config: ConversationConfig, tokenizer: PreTrainedTokenizerBase, model: Any, run: Run) -> Prompts:
    if config.prompts is None:
        train = list(prompts(SPLITS["prompts"], config.train_prompts, config.village))
        heldout = list(prompts(SPLITS["heldout"], config.eval_prompts, config.village))
        run.record_inputs(prompts="village")
    else:
        rows = load_prompts(config.prompts)
        run.record_inputs(prompts=f"sha256:{hashlib.sha256(config.prompts.read_bytes()).hexdigest()[:16]}")
        count = min(config.eval_prompts, max(1, len(rows) // HELD_OUT_SHARE))
        if len(rows) < 2:
            raise CarerError(
                f"{config.prompts} holds {len(rows)} prompt.",
                "One to train on and one to hold out are the least.",
            )
        train, heldout = rows[:-count], rows[-count:]
        check_disjoint(train, heldout)
    context = getattr(model.config.get_text_config(), "max_position_embeddings", None)
    if context is not None:
        # The reply, the target's answer and the turn that is opened for it must fit behind the prompt.
        room = context - 2 * config.max_reply_tokens - 16
        fitted = [fit_to_context(rows, tokenizer, room, config.on_long) for rows in (train, heldout)]
        skipped = sum(len(one.skipped) for one in fitted)
        if skipped:
            run.say(f"{skipped} prompts are too long for the context of {context} tokens and are left out")
        train, heldout = (one.rows for one in fitted)
        if not train or not heldout:
            raise CarerError(
                "no prompt is short enough for the model's context.",
                "Give shorter prompts, or a lower --max-reply-tokens.",
            )
    if len(train) < config.prompts_per_step:
        raise CarerError(
            f"{len(train)} prompts to train on, and every step takes {config.prompts_per_step}.",
            "Give more prompts, or a lower --prompts-per-step.",
        )
    return Prompts(train, heldout)
