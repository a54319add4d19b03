"""Who answers in the target's place in Algorithm 1, step 3: live, frozen or lagged weights.

A partner that is not live is a second set of the trained parameters. They are put in the model's place for as
long as the partner speaks or reads, by exchanging tensors and copying nothing; so one mechanism serves full
fine-tuning and every PEFT method, and no second model is built.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal, Protocol, get_args

import torch
from torch import Tensor, nn

from carer.concepts import CarerError, UnknownNameError

PartnerKind = Literal["live", "frozen", "lagged"]
PARTNERS: tuple[PartnerKind, ...] = get_args(PartnerKind)


class Seam(Protocol):
    """What a partner asks of the trainer (`carer.language.trl_adapter`)."""

    @property
    def policy(self) -> nn.Module:
        """The trained model, unwrapped."""
        ...

    @property
    def sharded(self) -> bool:
        """Whether no process holds all of the parameters."""
        ...

    @property
    def start(self) -> nn.Module | None:
        """A model that keeps the weights of the start of training, where there is one."""
        ...

    def sample(
        self, prompts: list[list[int]], max_tokens: int, stops: list[int], *, plain: bool = False
    ) -> list[list[int]]:
        """Sample one turn for each prompt; `plain` uses the model's own `generate`, whatever the backend."""
        ...


class Partner:
    """The live partner, Algorithm 1 to the letter: the policy itself, as it is now."""

    kind: PartnerKind = "live"

    def __init__(self, seam: Seam) -> None:
        self.seam = seam

    def sample(self, prompts: list[list[int]], max_tokens: int, stops: list[int]) -> list[list[int]]:
        """Sample one turn of at most `max_tokens` for each prompt (token ids)."""
        with self.model():
            return self.seam.sample(prompts, max_tokens, stops)

    @contextmanager
    def model(self) -> Iterator[nn.Module]:
        """The partner's model, in eval mode: dropout belongs to training."""
        with evaluating(self.seam.policy) as policy:
            yield policy

    def follow(self, step: int) -> None:
        """Called after optimiser step `step`."""

    def state_dict(self) -> dict[str, Tensor]:
        """The weights that a resumed run could not know."""
        return {}

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """Restore what `state_dict` returned."""
        del state


class StoredPartner(Partner):
    """A partner with weights of its own: ``frozen`` at the start or ``lagged`` behind the policy.

    Args:
        seam: the trainer.
        kind: ``frozen`` or ``lagged``.
        decay: what a lagged partner keeps of itself at each update; 0 makes a periodic copy.
        every: optimiser steps between updates.

    """

    def __init__(self, seam: Seam, kind: PartnerKind, decay: float = 0.99, every: int = 1) -> None:
        super().__init__(seam)
        if seam.sharded:
            raise CarerError(
                f"a {kind} partner needs whole parameters, and they are sharded over the processes.",
                "Use partner='live', or train with plain data parallelism.",
            )
        self.kind = kind
        self.decay = decay
        self.every = every
        source = seam.start if kind == "frozen" else None
        self.shared = source is not None
        self.weights = _trained(source, seam.policy) if source else _copied(seam.policy)

    def sample(self, prompts: list[list[int]], max_tokens: int, stops: list[int]) -> list[list[int]]:
        """Sample from the stored weights with the model's own `generate`; vLLM would serve the live ones."""
        with self.model():
            return self.seam.sample(prompts, max_tokens, stops, plain=True)

    @contextmanager
    def model(self) -> Iterator[nn.Module]:
        """The policy with the stored weights in place."""
        with self._in_place(), evaluating(self.seam.policy) as policy:
            yield policy

    def follow(self, step: int) -> None:
        """Move a lagged partner towards the policy: `w <- decay * w + (1 - decay) * policy`."""
        if self.kind == "frozen" or step % self.every:
            return
        now = dict(self.seam.policy.named_parameters())
        with torch.no_grad():
            for name, weight in self.weights.items():
                weight.lerp_(now[name].data.to(weight.device), 1.0 - self.decay)

    def state_dict(self) -> dict[str, Tensor]:
        """A lagged partner's weights. A frozen one's are those of the model that training starts from."""
        return dict(self.weights) if self.kind == "lagged" else {}

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """Restore what `state_dict` returned."""
        for name, weight in state.items():
            self.weights[name].copy_(weight)

    @contextmanager
    def _in_place(self) -> Iterator[None]:
        held: list[tuple[nn.Parameter, Tensor]] = []
        parameters = dict(self.seam.policy.named_parameters())
        try:
            for name, weight in self.weights.items():
                parameter = parameters[name]
                held.append((parameter, parameter.data))
                parameter.data = weight.to(parameter.device)
            yield
        finally:
            for parameter, data in held:
                parameter.data = data


def build_partner(kind: str, seam: Seam, *, decay: float, every: int) -> Partner:
    """Make the partner called `kind`.

    Raises:
        UnknownNameError: there is none of that name; offers the nearest.

    """
    for known in PARTNERS:
        if known == kind:
            return Partner(seam) if known == "live" else StoredPartner(seam, known, decay, every)
    raise UnknownNameError("partner", kind, PARTNERS)


@contextmanager
def evaluating(model: nn.Module) -> Iterator[nn.Module]:
    """Put `model` in eval mode, and back as it was."""
    training = model.training
    model.eval()
    try:
        yield model
    finally:
        model.train(training)


def _copied(model: nn.Module) -> dict[str, Tensor]:
    return {name: p.data.clone() for name, p in model.named_parameters() if p.requires_grad}


def _trained(source: nn.Module, policy: nn.Module) -> dict[str, Tensor]:
    """`source`'s own tensors for the parameters that are trained in `policy`: shared, not copied."""
    trained = {name for name, p in policy.named_parameters() if p.requires_grad}
    return {name: p.data for name, p in source.named_parameters() if name in trained}


__all__ = ["PARTNERS", "Partner", "PartnerKind", "Seam", "StoredPartner", "build_partner", "evaluating"]
