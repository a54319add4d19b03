"""A language model as the subject of an audit: it replies, it imagines the other's answer, it reads."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from carer.concepts import Conversation, Message
from carer.language.model_view import ModelView
from carer.language.partner import evaluating
from carer.language.simulate import Simulator, episodes_of
from carer.language.speech import Said, hear
from carer.language.templates import adapt, detect, render, stop_ids


class LanguageCarer:
    """A language model that audits can question (`carer.concepts.Subject` over conversations).

    Sampling draws from its own random stream and leaves the global one as it was, so that asking a model in
    training does not change its training.

    Args:
        name: how reports call it.
        model: a causal language model, PEFT or not; used in eval mode and given back as it was.
        tokenizer: its tokenizer and chat template.
        order: how the target's turn is opened, see `carer.language.perspective`.
        max_tokens: of a reply.
        temperature: of sampling.
        batch_size: conversations at a time.
        seed: of the sampling.
    """

    def __init__(
        self,
        name: str,
        model: PreTrainedModel,
        tokenizer: PreTrainedTokenizerBase,
        *,
        order: str = "continue",
        max_tokens: int = 40,
        temperature: float = 1.0,
        batch_size: int = 128,
        seed: int = 0,
    ) -> None:
        self.name = name
        self.model = model
        self.tokenizer = tokenizer
        self.traits = detect(tokenizer)
        self.max_tokens = max_tokens
        self.temperature = temperature
        self.batch_size = batch_size
        self.seed = seed
        self.stops = stop_ids(tokenizer, self.traits)
        self.simulator = Simulator(tokenizer, self._sample, order=order, max_tokens=max_tokens)
        self.view = ModelView(self._reading, tokenizer, self.traits)

    def act(self, situations: Sequence[Conversation]) -> list[str]:
        """Reply to conversations. An empty or cut-off reply comes back as it is."""
        return [said.text for said in self.reply(situations)]

    def reply(self, conversations: Sequence[Conversation]) -> list[Said]:
        """Reply to conversations, with how each reply was said."""
        texts = [render(self.tokenizer, adapt(one, self.traits), open="assistant") for one in conversations]
        ids = self.tokenizer(texts, add_special_tokens=False)["input_ids"]
        return hear(self.tokenizer, self._sample(ids, self.max_tokens, self.stops), self.stops)  # pyright: ignore[reportArgumentType]

    def imagine(self, conversations: Sequence[Conversation], replies: Sequence[Said]) -> list[Said]:
        """What the target would answer to the replies, in this model's own simulation."""
        episodes = episodes_of(conversations, replies, [{} for _ in replies])
        return self.simulator.answer(episodes)[1]

    def surprise(self, states: Sequence[Conversation], messages: Sequence[Message]) -> torch.Tensor:
        """Total negative log-probability of each message after its state, in nats, [n]."""
        self.view.forget()
        reading = self.view.read(states, messages)
        return reading.nll * reading.lengths

    @contextmanager
    def _reading(self) -> Iterator[torch.nn.Module]:
        with evaluating(self.model) as model:
            yield model

    def _sample(self, prompts: list[list[int]], max_tokens: int, stops: list[int]) -> list[list[int]]:
        """Sample turns, the longest prompts first so that little is padded; returned in the order asked."""
        order = sorted(range(len(prompts)), key=lambda at: -len(prompts[at]))
        turns: list[list[int]] = [[] for _ in prompts]
        with self._own_randomness(), evaluating(self.model), torch.inference_mode():
            for start in range(0, len(order), self.batch_size):
                chunk = order[start : start + self.batch_size]
                for at, ids in zip(
                    chunk, self._generate([prompts[at] for at in chunk], max_tokens, stops), strict=True
                ):
                    turns[at] = ids
        return turns

    def _generate(self, prompts: list[list[int]], max_tokens: int, stops: list[int]) -> list[list[int]]:
        batch = self.tokenizer.pad({"input_ids": prompts}, padding_side="left", return_tensors="pt")
        batch = batch.to(self.model.device)
        generate: Any = self.model.generate
        out = generate(
            **batch,
            do_sample=True,
            temperature=self.temperature,
            top_k=0,
            top_p=1.0,
            max_new_tokens=max_tokens,
            eos_token_id=stops,
            pad_token_id=self.tokenizer.pad_token_id,
        )
        return out[:, batch["input_ids"].shape[1] :].tolist()

    @contextmanager
    def _own_randomness(self) -> Iterator[None]:
        devices = [self.model.device] if self.model.device.type == "cuda" else []
        with torch.random.fork_rng(devices=devices):
            torch.manual_seed(self.seed)
            yield
