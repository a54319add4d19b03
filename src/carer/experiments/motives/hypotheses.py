"""Hypotheses as rows of a table: what was predicted, what was measured, and whether that bears it out."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, Literal

from carer.concepts import Estimate
from carer.experiments.verdicts import bracket
from carer.stats import interval

Sense = Literal["above", "below", "within"]


@dataclass(frozen=True)
class Hypothesis:
    """One claim with its measure.

    Attributes:
        name: short, as in the source.
        claim: what it predicts, in words.
        measure: what was measured, in words.
        scores: of each seed; one that is not finite is a seed in which the measure has no meaning.
        sense: how the scores should stand to `bound`; "within" is between -bound and bound.
        bound: set before anything was measured.
    """

    name: str
    claim: str
    measure: str
    scores: Sequence[float]
    sense: Sense
    bound: float

    @property
    def found(self) -> Estimate | None:
        """The mean with its interval, over the seeds that have a figure; None where none has."""
        there = [score for score in self.scores if isfinite(score)]
        return interval(there) if there else None

    @property
    def verdict(self) -> str:
        """Supported, contradicted or undecided: by the whole interval, never by the mean alone."""
        found, bound = self.found, self.bound
        missing = sum(not isfinite(score) for score in self.scores)
        if missing:
            return f"undecided: {missing} of {len(self.scores)} seeds have no figure"
        if found is None or found.low is None or found.high is None:
            return "undecided: too few seeds"
        if self.sense == "above":
            held, broken = found.low > bound, found.high < bound
        elif self.sense == "below":
            held, broken = found.high < bound, found.low > bound
        else:
            held = -bound < found.low and found.high < bound
            broken = found.low > bound or found.high < -bound
        return "supported" if held else "contradicted" if broken else "undecided"


def table(asked: Sequence[Hypothesis], seeds: int) -> dict[str, Any]:
    """The table of `figures.json`."""
    return {
        "title": "Hypotheses",
        "note": (
            f"Mean over {seeds} agents with its 95 % interval. Supported: the whole interval is where the claim has "
            "it; contradicted: the whole interval is not; else undecided. Bounds were set before the figures were seen."
        ),
        "columns": ["hypothesis", "predicted", "measured", "figure", "bound", "verdict"],
        "rows": [[one.name, one.claim, one.measure, _figure(one.found), _bound(one), one.verdict] for one in asked],
    }


def sentences(asked: Sequence[Hypothesis]) -> list[str]:
    """One for each hypothesis."""
    ends = [", ".join(filter(None, (one.verdict, _figure(one.found)))) for one in asked]
    return [f"{one.name}, {one.claim}: {end}." for one, end in zip(asked, ends, strict=True)]


def _figure(found: Estimate | None) -> str | None:
    """As words: each row has a unit of its own, and a common scale would mean nothing."""
    return f"{found.value:.2f}{bracket(found)}" if found else None


def _bound(one: Hypothesis) -> str:
    if one.sense == "within":
        return f"within {one.bound:g} of 0"
    return f"{one.sense} {one.bound:g}"
