"""Random network distillation: a message is worth what a predictor cannot yet tell of its hidden states."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from carer.concepts import Conversation, Message
from carer.language.model_view import ModelView
from carer.language.rewards.base import IntrinsicReward


class RND(IntrinsicReward):
    """`||f(h) - f_fixed(h)||^2` on pooled hidden states `h`, divided by its running standard deviation.

    `f_fixed` is a random network that never changes; `f` is trained to copy it on the messages that occur, so
    messages like earlier ones come to pay little. `h` is normalised to zero mean and unit variance first.
    Both are small and stay on the CPU.

    Args:
        weight: share of the term after normalisation.
        width: outputs of both networks.
        learning_rate: of `f`, with Adam.
        steps: gradient steps of `f` on each batch.
        seed: of both networks; the global random stream is left alone.

    """

    name = "rnd"

    def __init__(
        self,
        weight: float = 1.0,
        width: int = 64,
        learning_rate: float = 1e-3,
        steps: int = 1,
        seed: int = 0,
    ) -> None:
        self.weight = weight
        self.width = width
        self.learning_rate = learning_rate
        self.steps = steps
        self.seed = seed
        self._networks: nn.ModuleDict | None = None
        self._optimizer: torch.optim.Adam | None = None
        self._count, self._mean, self._spread = (
            0.0,
            0.0,
            0.0,
        )  # of the errors so far; spread = sum of squares about mean

    def score(self, states: Sequence[Conversation], feedback: Sequence[Message], model: ModelView) -> list[float]:
        """Error of `f` in standard deviations; see `IntrinsicReward.score`."""
        hidden = model.read(states, feedback).hidden
        everyone = self.gather(hidden.double()).float() if self.learning else hidden
        if everyone.shape[0] == 0:
            return []
        networks = self._built(everyone.shape[1])
        with torch.no_grad():
            errors = self._errors(networks, hidden) if len(feedback) else torch.zeros(0)
            if self.learning:
                self._count_in(self._errors(networks, everyone))
        if self.learning:
            self._learn(networks, everyone)
        deviation = (self._spread / self._count) ** 0.5 if self._count > 1 else 1.0
        return (errors / max(deviation, 1e-8)).tolist()

    def state_dict(self) -> dict[str, Any]:
        """Both networks, Adam's moments and the errors' running moments; empty before the first batch."""
        if self._networks is None or self._optimizer is None:
            return {}
        state: dict[str, Any] = {"count": self._count, "mean": self._mean, "spread": self._spread}
        state |= {f"network.{name}": tensor for name, tensor in self._networks.state_dict().items()}
        for at, moments in self._optimizer.state_dict()["state"].items():
            state |= {f"adam.{at}.{name}": tensor for name, tensor in moments.items()}
        return state

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore what `state_dict` returned."""
        self._networks = self._optimizer = None
        self._count, self._mean, self._spread = (float(state.get(key, 0.0)) for key in ("count", "mean", "spread"))
        weights = {
            name.removeprefix("network."): tensor for name, tensor in state.items() if name.startswith("network.")
        }
        if not weights:
            return
        networks = self._built(weights["fixed.0.weight"].shape[1])
        networks.load_state_dict(weights)
        assert self._optimizer is not None
        adam: dict[int, dict[str, Tensor]] = {}
        for name, tensor in state.items():
            if name.startswith("adam."):
                _, at, moment = name.split(".")
                adam.setdefault(int(at), {})[moment] = tensor
        self._optimizer.load_state_dict({**self._optimizer.state_dict(), "state": adam})

    def _built(self, inputs: int) -> nn.ModuleDict:
        if self._networks is None:
            with torch.random.fork_rng(devices=[]):
                torch.manual_seed(self.seed)
                layers = [
                    nn.Sequential(nn.Linear(inputs, 128), nn.ReLU(), nn.Linear(128, self.width)) for _ in range(2)
                ]
            self._networks = nn.ModuleDict({"fixed": layers[0].requires_grad_(False), "learned": layers[1]})
            self._optimizer = torch.optim.Adam(layers[1].parameters(), lr=self.learning_rate)
        return self._networks

    @staticmethod
    def _errors(networks: nn.ModuleDict, hidden: Tensor) -> Tensor:
        """Squared distance of both networks' outputs, [n]."""
        h = functional.layer_norm(hidden, hidden.shape[1:])
        return (networks["learned"](h) - networks["fixed"](h)).square().sum(1)

    def _count_in(self, errors: Tensor) -> None:
        """Fold a batch into the running moments (Chan et al.'s parallel form)."""
        count, mean = float(len(errors)), errors.double().mean().item()
        spread = (errors.double() - mean).square().sum().item()
        total, shift = self._count + count, mean - self._mean
        self._mean += shift * count / total
        self._spread += spread + shift * shift * self._count * count / total
        self._count = total

    def _learn(self, networks: nn.ModuleDict, hidden: Tensor) -> None:
        assert self._optimizer is not None
        for _ in range(self.steps):
            with torch.enable_grad():
                loss = self._errors(networks, hidden.detach()).mean()
                self._optimizer.zero_grad()
                loss.backward()
            self._optimizer.step()
