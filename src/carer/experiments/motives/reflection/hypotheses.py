"""The hypotheses on self-reflective valence, each with the measure that was fixed for it.

Source: *Motives*, self-reflective valence, and B5 of the reward button: after Byrnes, a self-reflective thought is good
or bad for the same reasons as any other, so that both frames differ only where some reward reads thoughts. The bounds
were set after pilots on seed 777 and before any figure of the default seed.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from carer.experiments.configs import SelfReflectionConfig
from carer.experiments.motives.growing import UNTRAINED
from carer.experiments.motives.hypotheses import Hypothesis
from carer.experiments.motives.reflection.thinking import Judged
from carer.experiments.motives.rows import slopes

_RARE, _MORE = 0.1, 0.1
_FLAT = 0.05
_RATE = "share of plans, clearly good or bad in both frames, that are good in one and bad in the other"


def mirrors(scores: Sequence[float], name: str = "B5") -> Hypothesis:
    """B5, from the dystonic rates of agents whose thoughts nobody reads: one for each seed."""
    claim = "without a reward that reads thoughts, self-reflective valence mirrors object-level valence"
    return Hypothesis(name, claim, _RATE, scores, "below", _RARE)


def asked(config: SelfReflectionConfig, found: Mapping[str, Judged]) -> list[Hypothesis]:
    """The hypotheses for which there are arms, from what was found by arm."""
    rates = {arm: one.frames.dystonic_rate() for arm, one in found.items()}
    claims = []
    if "unread" in rates:
        claims.append(mirrors(rates["unread"].tolist(), "R1 = B5"))
    if {"unread", UNTRAINED} <= set(rates):
        claims.append(
            Hypothesis(
                "R1b",
                "the frames agree because value has learned to: in who has learned nothing they agree less",
                "R1's rate: untrained, less unread",
                *(np.subtract(rates[UNTRAINED], rates["unread"]).tolist(), "above", 0.0),
            )
        )
    if {"unread", "approval"} <= set(rates):
        claims.append(
            Hypothesis(
                "R2a",
                "a reward that reads thoughts makes plans ego-dystonic",
                "R1's rate: with approval, less without",
                *(np.subtract(rates["approval"], rates["unread"]).tolist(), "above", _MORE),
            )
        )
    if {"unread", "sham"} <= set(rates):
        claims.append(
            Hypothesis(
                "R2b",
                "as much praise and blame that does not read one's own thought makes none",
                "R1's rate: with sham approval, less without",
                *(np.subtract(rates["sham"], rates["unread"]).tolist(), "within", _MORE),
            )
        )
    if "approval" in found:
        claims += _doses(config, found["approval"])
    return claims


def _doses(config: SelfReflectionConfig, one: Judged) -> list[Hypothesis]:
    measure = (
        "where both frames choose differently, rise of the share of choices that are the self-frame's, for each "
        "doubling of 1 + self-frames sampled"
    )
    return [
        Hypothesis(
            "R3",
            "thinking is a dose: the more self-frames are sampled, the more choices go by the self-frame",
            measure,
            *(slopes(config.thinking, one.follows["own"]), "above", _FLAT),
        ),
        Hypothesis(
            "R4",
            "it is the own plan in the picture that does it: with any plan there, thinking moves nothing",
            f"{measure}; any plan in the picture",
            *(slopes(config.thinking, one.follows["shuffled"]), "within", _FLAT),
        ),
    ]
