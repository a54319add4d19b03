"""Audits: a manipulation, a measure and a control, asked of any subject."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

X_contra = TypeVar("X_contra", contravariant=True)
A_co = TypeVar("A_co", covariant=True)


class Subject(Protocol[X_contra, A_co]):
    """Anything an audit can question: it acts on what it is shown.

    A language model answers conversations; an agent answers observations. Audits see policies only through this.
    """

    name: str

    def act(self, situations: Sequence[X_contra]) -> Sequence[A_co]:
        """Return one action for each situation."""
        ...


@dataclass(frozen=True)
class Estimate:
    """A figure with its 95 % interval. `low` and `high` are None where fewer than three seeds forbid one."""

    value: float
    low: float | None = None
    high: float | None = None
    n: int = 1

    def separate_from(self, other: "Estimate") -> bool:
        """Whether the two intervals do not overlap; False where either has none."""
        if self.low is None or self.high is None or other.low is None or other.high is None:
            return False
        return self.low > other.high or other.low > self.high


@dataclass(frozen=True)
class Verdict:
    """What an audit found: an effect with its interval, the per-seed scores behind it, and its controls."""

    audit: str
    effect: Estimate
    per_seed: Sequence[float]
    controls: Mapping[str, Estimate] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)
