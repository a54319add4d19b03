"""A sentence is as strong as its interval."""

import pytest

from carer.concepts import Estimate
from carer.experiments.verdicts import against_bar


@pytest.mark.parametrize(
    ("score", "said"),
    [
        (Estimate(0.9, 0.8, 0.95, 5), "The bar of 0.70 is reached: they live to 0.90 [0.80, 0.95], 5 seeds."),
        (
            Estimate(0.75, 0.6, 0.9, 5),
            "The mean is above the bar of 0.70, its interval is not: they live to 0.75 [0.60, 0.90], 5 seeds.",
        ),
        (Estimate(0.69, 0.6, 0.9, 5), "The bar of 0.70 is missed: they live to 0.69 [0.60, 0.90], 5 seeds."),
        (Estimate(0.9, n=2), "They live to 0.90, from 2 seed(s), too few for an interval (bar 0.70)."),
    ],
)
def test_against_a_bar(score: Estimate, said: str) -> None:
    assert against_bar("they live to", score, 0.7) == said


def test_shares_may_be_written_as_percent() -> None:
    assert against_bar("they reach", Estimate(0.95, 0.94, 0.96, 10), 0.9, ".0%") == (
        "The bar of 90% is reached: they reach 95% [94%, 96%], 10 seeds."
    )
