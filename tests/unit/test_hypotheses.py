"""What bears a claim out: the whole interval, and nothing less."""

from math import inf, nan

import pytest

from carer.experiments.motives.hypotheses import Hypothesis, Sense, sentences, table

HIGH, LOW, WIDE, NIL = [0.9, 1.0, 1.1, 1.0], [0.0, 0.1, 0.2, 0.1], [-1.0, 0.5, 1.5, 2.5], [0.01, -0.01, 0.02, -0.02]


def claim(scores: list[float], sense: Sense = "above", bound: float = 0.5) -> Hypothesis:
    return Hypothesis("H", "it is so", "how much", scores, sense, bound)


@pytest.mark.parametrize(
    ("scores", "sense", "bound", "verdict"),
    [
        (HIGH, "above", 0.5, "supported"),
        (LOW, "above", 0.5, "contradicted"),
        (WIDE, "above", 0.5, "undecided"),
        (LOW, "below", 0.5, "supported"),
        (HIGH, "below", 0.5, "contradicted"),
        (NIL, "within", 0.1, "supported"),
        (HIGH, "within", 0.1, "contradicted"),
        ([-score for score in HIGH], "within", 0.1, "contradicted"),
        (LOW, "within", 0.1, "undecided"),
        (HIGH[:2], "above", 0.5, "undecided: too few seeds"),
        ([*HIGH, nan], "above", 0.5, "undecided: 1 of 5 seeds have no figure"),
        ([inf, inf, inf], "below", 0.5, "undecided: 3 of 3 seeds have no figure"),
    ],
)
def test_a_verdict_is_as_strong_as_its_interval(scores: list[float], sense: Sense, bound: float, verdict: str) -> None:
    assert claim(scores, sense, bound).verdict == verdict


def test_the_table_and_the_sentences_say_the_same() -> None:
    asked = [claim(HIGH), claim([nan, nan, nan], "within", 0.1)]
    shown = table(asked, 4)
    assert [row[-1] for row in shown["rows"]] == [one.verdict for one in asked]
    assert [row[-2] for row in shown["rows"]] == ["above 0.5", "within 0.1 of 0"]
    assert shown["rows"][0][3].startswith("1.00 [")
    assert shown["rows"][1][3] is None
    first, second = sentences(asked)
    assert first.startswith("H, it is so: supported, 1.00 [")
    assert second == "H, it is so: undecided: 3 of 3 seeds have no figure."
