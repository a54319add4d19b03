"""Algorithm 1, steps 2 and 3: the target's state, and its reply sampled from a partner's model."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from transformers import PreTrainedTokenizerBase

from carer.concepts import Conversation, Episode, Message, last_name
from carer.language.clock import Stopwatch
from carer.language.perspective import choose_order, target_turn
from carer.language.speech import Said, hear
from carer.language.templates import detect, stop_ids

# Prompts as token ids, the most new tokens, and the ids that end a turn -> one sampled turn for each prompt.
Sample = Callable[[list[list[int]], int, list[int]], list[list[int]]]


class Simulator:
    """Turns prompts and the carer's replies into episodes in which the target has answered.

    Args:
        tokenizer: of the partner's model, with its chat template.
        sample: samples turns from the partner.
        order: ``continue`` opens a target turn after the same history, ``swap_first`` relabels the history
            and answers it as the assistant. Where the template forbids the one, the other is taken; see
            `order`, `why`.
        max_tokens: the most tokens of a simulated reply.

    """

    def __init__(
        self,
        tokenizer: PreTrainedTokenizerBase,
        sample: Sample,
        *,
        order: str = "continue",
        max_tokens: int = 64,
    ) -> None:
        self.tokenizer = tokenizer
        self.traits = detect(tokenizer)
        self.order, self.why = choose_order(self.traits, order)
        self.sample = sample
        self.max_tokens = max_tokens
        self.stops = stop_ids(tokenizer, self.traits)
        self.watch = Stopwatch()

    def answer(self, episodes: Sequence[Episode]) -> tuple[list[Episode], list[Said]]:
        """Return the episodes with `a_{t+1}^i`, and how each was said.

        Every episode is answered, those with an incomplete reply too: processes that sample together must ask
        for equally many turns.
        """
        if not episodes:
            return [], []
        texts = [target_turn(self.tokenizer, one.target_state, self.order, self.traits) for one in episodes]
        ids: Any = self.tokenizer(texts, add_special_tokens=False)["input_ids"]
        with self.watch("simulate"):
            turns = self.sample(ids, self.max_tokens, self.stops)
        said = hear(self.tokenizer, turns, self.stops)
        answered = [
            replace(one, target_reply=_message("user", turn.text, one.prompt), target_complete=turn.complete)
            for one, turn in zip(episodes, said, strict=True)
        ]
        return answered, said


def episodes_of(
    prompts: Sequence[Conversation], replies: Sequence[Said], rows: Sequence[Mapping[str, Any]]
) -> list[Episode]:
    """Episodes in which the carer has replied and the target has not yet answered."""
    return [
        Episode(prompt, _message("assistant", said.text, prompt), complete=said.complete, row=row)
        for prompt, said, row in zip(prompts, replies, rows, strict=True)
    ]


def _message(role: str, text: str, history: Conversation) -> Message:
    """A message under the name that `role` goes by in `history`, if any."""
    name = last_name(history, role)
    return {"role": role, "content": text, "name": name} if name else {"role": role, "content": text}
