"""What a language model makes of a message, read from one seat: its surprise and its hidden states."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, cast

import torch
from torch import Tensor, nn
from transformers import PreTrainedTokenizerBase

from carer.concepts import Conversation, Message, text_of
from carer.language.clock import Stopwatch
from carer.language.templates import TemplateTraits, adapt, detect, render

_PROBE = "Qvzprobe5Kwx"  # a word no template trims or writes itself


@dataclass(frozen=True)
class Reading:
    """How a model read `n` messages.

    Attributes:
        nll: mean negative log-probability of each message's tokens, nats per token, [n]; 0 for an empty
            message.
        lengths: number of tokens of each message, [n].
        hidden: last hidden states averaged over each message's tokens, [n, width].

    """

    nll: Tensor
    lengths: Tensor
    hidden: Tensor


class ModelView:
    """A model as reader: states and messages in, surprise and hidden states out.

    Args:
        model: opens the model to read with, in eval mode; a context manager, because a lagged partner's
            weights are in place only while they are used.
        tokenizer: the model's tokenizer and chat template.
        traits: its template's traits; found out where left out.
        batch_size: conversations in one forward pass.

    One batch's readings are kept until `forget`, so that several reward terms share a forward pass.

    """

    def __init__(
        self,
        model: Callable[[], AbstractContextManager[nn.Module]],
        tokenizer: PreTrainedTokenizerBase,
        traits: TemplateTraits | None = None,
        batch_size: int = 32,
    ) -> None:
        self.model = model
        self.tokenizer = tokenizer
        self.traits = traits or detect(tokenizer)
        self.batch_size = batch_size
        self.watch = Stopwatch()
        self._kept: dict[str, tuple[float, int, Tensor]] = {}
        self._closings: dict[str, int] = {}

    def forget(self) -> None:
        """Drop the kept readings: the weights have moved, or another batch begins."""
        self._kept.clear()

    def read(self, states: Sequence[Conversation], messages: Sequence[Message]) -> Reading:
        """Read each message after its state, as the template writes it; it comes in under its own role."""
        rendered = [self._render(state, message) for state, message in zip(states, messages, strict=True)]
        new = [one for one in dict.fromkeys(rendered) if one[0] not in self._kept]
        if new:
            self._read_new(new)
        rows = [self._kept[text] for text, _, _ in rendered]
        if not rows:
            return Reading(torch.zeros(0), torch.zeros(0), torch.zeros(0, 0))
        return Reading(
            torch.tensor([row[0] for row in rows]),
            torch.tensor([row[1] for row in rows], dtype=torch.float32),
            torch.stack([row[2] for row in rows]),
        )

    def _render(self, state: Conversation, message: Message) -> tuple[str, int, int]:
        """The whole text, and where in it the message's words begin and end."""
        text = render(self.tokenizer, adapt([*state, message], self.traits))
        words = text_of(message).strip()
        end = len(text) - self._closing(message["role"])
        if text[end - len(words) : end] != words:  # a template that rewrites what it is given
            end = text.rfind(words) + len(words)
        return text, max(end - len(words), 0), end

    def _closing(self, role: str) -> int:
        """Number of characters that the template writes after the words of a last message of `role`."""
        if role not in self._closings:
            probe: Message = {"role": role, "content": _PROBE}
            text = render(self.tokenizer, adapt([{"role": "user", "content": "x"}, probe], self.traits))
            self._closings[role] = len(text) - text.rfind(_PROBE) - len(_PROBE)
        return self._closings[role]

    def _read_new(self, rendered: list[tuple[str, int, int]]) -> None:
        texts = [text for text, _, _ in rendered]
        encoded: Any = self.tokenizer(texts, add_special_tokens=False, return_offsets_mapping=True)
        spans = [
            _span(start, end, offsets)
            for (_, start, end), offsets in zip(rendered, encoded["offset_mapping"], strict=True)
        ]
        shortest_first = sorted(range(len(texts)), key=lambda at: len(encoded["input_ids"][at]))
        with self.model() as model, torch.no_grad(), self.watch("score"):
            for start in range(0, len(texts), self.batch_size):
                chunk = shortest_first[start : start + self.batch_size]
                rows = _forward(
                    model,
                    [encoded["input_ids"][at] for at in chunk],
                    [spans[at] for at in chunk],
                    cast("int", self.tokenizer.pad_token_id or 0),
                )
                self._kept.update(zip((texts[at] for at in chunk), rows, strict=True))


def _span(start: int, end: int, offsets: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """First and last-plus-one token of the characters from `start` to `end`; empty where there are none."""
    inside = [at for at, (a, b) in enumerate(offsets) if a < end and b > max(start, a)]
    return (inside[0], inside[-1] + 1) if inside else (len(offsets), len(offsets))


def _forward(
    model: nn.Module, ids: list[list[int]], spans: list[tuple[int, int]], pad: int
) -> list[tuple[float, int, Tensor]]:
    """Mean NLL, length and mean last hidden state of each span.

    Padding is on the right, where nothing sees it, so no position ids are needed; logits are made only from
    the first span on.
    """
    longest = max(map(len, ids))
    device = next(model.parameters()).device
    # Both [batch, longest].
    input_ids = torch.tensor([one + [pad] * (longest - len(one)) for one in ids], device=device)
    mask = torch.tensor([[1] * len(one) + [0] * (longest - len(one)) for one in ids], device=device)
    # The token before a span predicts its first. What stands first of all is not predicted, and left out.
    spans = [(max(start, 1), end) for start, end in spans]
    first = min(min(start for start, _ in spans) - 1, longest - 2) if longest > 1 else 0
    out = model(
        input_ids=input_ids,
        attention_mask=mask,
        output_hidden_states=True,
        use_cache=False,
        logits_to_keep=longest - first,
    )
    log_probs = torch.log_softmax(out.logits[:, first - longest : -1].float(), dim=-1)
    taken = log_probs.gather(2, input_ids[:, first + 1 :, None])[..., 0]  # [batch, longest - first - 1]
    hidden = out.hidden_states[-1].float()  # [batch, longest, width]
    rows: list[tuple[float, int, Tensor]] = []
    for row, (start, end) in enumerate(spans):
        if end <= start:
            rows.append((0.0, 0, torch.zeros(hidden.shape[2])))
            continue
        nll = -taken[row, start - first - 1 : end - first - 1].mean().item()
        rows.append((nll, end - start, hidden[row, start:end].mean(0).cpu()))
    return rows
