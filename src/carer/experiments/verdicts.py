"""Plain sentences on a figure, each as strong as its interval and no stronger."""

from carer.concepts import Estimate


def bracket(score: Estimate, style: str = ".2f") -> str:
    """An interval as it stands behind a figure, " [0.80, 0.95]"; nothing where there is none."""
    if score.low is None or score.high is None:
        return ""
    return f" [{score.low:{style}}, {score.high:{style}}]"


def against_bar(what: str, score: Estimate, bar: float, style: str = ".2f") -> str:
    """Whether a score reaches a bar.

    Args:
        what: what the score is of, with a verb: the figure follows it.
        score: with its interval over seeds, if there are enough of them.
        bar: what it has to reach.
        style: how figures are written.

    """
    goal, said = f"{bar:{style}}", f"{what} {score.value:{style}}"
    if score.low is None or score.high is None:
        return f"{_capital(said)}, from {score.n} seed(s), too few for an interval (bar {goal})."
    said = f"{said}{bracket(score, style)}, {score.n} seeds"
    if score.low >= bar:
        return f"The bar of {goal} is reached: {said}."
    if score.value >= bar:
        return f"The mean is above the bar of {goal}, its interval is not: {said}."
    return f"The bar of {goal} is missed: {said}."


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
