"""What is counted beside the rewards: signs that a policy pleases its simulator, not the target."""

import itertools
from collections.abc import Sequence

import numpy as np

from carer.concepts import Episode, text_of
from carer.language.speech import Said

ECHO = 0.8  # share of a reply's word pairs that stand in what it answers


def of_turns(name: str, turns: Sequence[Said]) -> dict[str, float]:
    """Shares of a batch's turns that are empty, cut off or role-confused, and their mean length in tokens."""
    n = len(turns)
    return {
        f"{name}/length": sum(turn.length for turn in turns) / n,
        f"{name}/empty": sum(not turn.text for turn in turns) / n,
        f"{name}/truncated": sum(not turn.ended for turn in turns) / n,
        f"{name}/role_confusion": sum(turn.confused for turn in turns) / n,
    }


def echo_rate(episodes: Sequence[Episode]) -> float:
    """Share of the target's replies that give the carer's words back: such a simulator knows no target."""
    answered = [one for one in episodes if one.target_reply is not None]
    if not answered:
        return 0.0
    return sum(_echoes(one) for one in answered) / len(answered)


def _echoes(episode: Episode) -> bool:
    assert episode.target_reply is not None
    said = _pairs(text_of(episode.target_reply))
    return bool(said) and len(said & _pairs(text_of(episode.reply))) >= ECHO * len(said)


def _pairs(text: str) -> set[tuple[str, str]]:
    words = text.casefold().split()
    return set(itertools.pairwise(words))


def correlation(scores: Sequence[float], lengths: Sequence[int]) -> float | None:
    """Pearson's correlation of rewards with lengths; None where either does not vary."""
    a, b = np.asarray(scores, dtype=float), np.asarray(lengths, dtype=float)
    if len(a) < 3 or a.std() < 1e-12 or b.std() < 1e-12:
        return None
    return float(np.corrcoef(a, b)[0, 1])
