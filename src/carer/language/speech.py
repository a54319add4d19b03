"""Sampled tokens read as what somebody said: the words, and whether they are whole and in one role."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from transformers import PreTrainedTokenizerBase

from carer.concepts import Conversation, Message


@dataclass(frozen=True)
class Said:
    """One sampled turn.

    Attributes:
        text: the words, without special tokens.
        length: number of tokens, the one that ends the turn left out.
        ended: the turn ended by itself; False where it was cut off.
        confused: a special token stands inside it, so the speaker went on in another's turn.

    """

    text: str
    length: int
    ended: bool
    confused: bool

    @property
    def complete(self) -> bool:
        """Neither empty nor cut off, and nobody's turn but the speaker's: fit to be scored."""
        return self.ended and not self.confused and bool(self.text)


def hear(tokenizer: PreTrainedTokenizerBase, turns: Sequence[Sequence[int]], stops: Sequence[int]) -> list[Said]:
    """Read sampled turns, each a list of token ids that may end with one of `stops` and padding."""
    ending = {*stops, cast("int", tokenizer.pad_token_id)}
    markers = set(tokenizer.all_special_ids) - ending
    bodies: list[list[int]] = []
    ended: list[bool] = []
    for ids in turns:
        end = next((at for at, token in enumerate(ids) if token in ending), None)
        bodies.append(list(ids[:end]))
        ended.append(end is not None)
    texts = tokenizer.batch_decode(bodies, skip_special_tokens=True)
    return [
        Said(text.strip(), len(body), whole, not markers.isdisjoint(body))
        for text, body, whole in zip(texts, bodies, ended, strict=True)
    ]


def tidy(conversation: Sequence[Mapping[str, Any]]) -> Conversation:
    """Drop the keys that a table of messages fills in without a value (`name: None`)."""
    return [cast("Message", _tidy(message)) for message in conversation]


def _tidy(message: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in message.items() if value is not None}
    if isinstance(kept.get("content"), list):
        kept["content"] = [{key: value for key, value in part.items() if value is not None} for part in kept["content"]]
    return kept
