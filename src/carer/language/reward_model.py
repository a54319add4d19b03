"""The extrinsic reward `RLHF(a|s)` (eq. 9): a sequence classifier with one label, read at the last token."""

from collections.abc import Sequence
from typing import Any

import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from carer.concepts import CarerError, Conversation
from carer.language.clock import Stopwatch
from carer.language.templates import TemplateTraits, adapt, detect, render


class RewardModel:
    """Scores conversations with a learned reward model.

    Args:
        model: a sequence classifier with one label; put in eval mode and never trained.
        tokenizer: the tokenizer and chat template that the reward model was trained with.
        traits: its template's traits; found out where left out.
        batch_size: conversations in one forward pass.

    """

    def __init__(
        self,
        model: PreTrainedModel,
        tokenizer: PreTrainedTokenizerBase,
        traits: TemplateTraits | None = None,
        batch_size: int = 32,
    ) -> None:
        if getattr(model.config, "num_labels", 1) != 1:
            raise CarerError(
                f"the reward model has {model.config.num_labels} labels.",
                "A reward model gives one number: load it with `num_labels=1`.",
            )
        self.model = model.eval().requires_grad_(False)
        self.tokenizer = tokenizer
        self.traits = traits or detect(tokenizer)
        self.batch_size = batch_size
        self.watch = Stopwatch()
        if tokenizer.pad_token_id is None:
            tokenizer.pad_token = tokenizer.eos_token
        # The classifier reads the last token that is not padding, so both must agree on what padding is.
        model.config.get_text_config().pad_token_id = tokenizer.pad_token_id
        self._context = getattr(model.config.get_text_config(), "max_position_embeddings", None)

    def to(self, device: torch.device) -> "RewardModel":
        """Move the model to `device`."""
        self.model.to(device)  # pyright: ignore[reportArgumentType]
        return self

    def __call__(self, conversations: Sequence[Conversation]) -> list[float]:
        """The same as `score`: a reward model is one kind of `RLHF(a|s)`, any such callable another."""
        return self.score(conversations)

    def score(self, conversations: Sequence[Conversation]) -> list[float]:
        """Return ``len(conversations)`` rewards.

        Each conversation is `s` followed by `a`, the assistant message that is scored. Equal conversations
        are scored once, so equal replies get equal rewards to the last bit. One that is longer than the
        model's context loses its beginning, never the reply.
        """
        texts = [render(self.tokenizer, adapt(one, self.traits)) for one in conversations]
        unique = list(dict.fromkeys(texts))
        if not unique:
            return []
        encoded = self._encode(unique)
        shortest_first = sorted(range(len(unique)), key=lambda at: len(encoded[at]))
        scores: dict[str, float] = {}
        for start in range(0, len(unique), self.batch_size):
            chunk = shortest_first[start : start + self.batch_size]
            with self.watch("score"), torch.inference_mode():
                logits = self.model(**self._padded([encoded[at] for at in chunk])).logits  # [batch, 1]
                values = logits[:, 0].float().tolist()
            scores.update(zip((unique[at] for at in chunk), values, strict=True))
        return [scores[text] for text in texts]

    def _encode(self, texts: list[str]) -> list[list[int]]:
        ids: Any = self.tokenizer(texts, add_special_tokens=False)["input_ids"]
        if self._context is None:
            return ids
        return [one[-self._context :] for one in ids]

    def _padded(self, ids: list[list[int]]) -> dict[str, Any]:
        """Right-padded `input_ids` and `attention_mask`, both [batch, longest]."""
        longest = max(map(len, ids))
        pad = self.tokenizer.pad_token_id
        device = self.model.device
        return {
            "input_ids": torch.tensor([one + [pad] * (longest - len(one)) for one in ids], device=device),
            "attention_mask": torch.tensor([[1] * len(one) + [0] * (longest - len(one)) for one in ids], device=device),
        }
