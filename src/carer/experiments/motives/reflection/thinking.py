"""What thinking does to choices in `self_reflection`: how far sampled self-frames move choices."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from carer.audits.motives.reflection import Figures, Frames, followed, thought_over
from carer.experiments.configs import SelfReflectionConfig
from carer.experiments.motives.reflection.frames import Values

PICTURES = ("own", "shuffled")
"""Whose plan is in the self-frames that are sampled: the agent's own, or any."""


@dataclass(frozen=True)
class Judged:
    """What the agents of one arm make of their plans, and what thinking makes of their choices.

    Attributes:
        frames: see `Frames`.
        wrong: the same, but with any plan in the self-picture: what is read if the picture is not one's own.
        follows: by what is in the picture (`PICTURES`), the share of choices that are the self-frame's where both
            frames disagree: float64 [doses, seeds].
    """

    frames: Frames
    wrong: Frames
    follows: Mapping[str, Figures]


def judged(config: SelfReflectionConfig, found: Values) -> Judged:
    """Let the agents of an arm think, dose by dose; both kinds of picture draw the same frames."""
    frames = found.frames(config.margin)
    wrong = Frames(frames.world, found.shuffled.mean(2), frames.baseline, config.margin)
    follows = {}
    for name, own in zip(PICTURES, (found.own, found.shuffled), strict=True):
        rng = np.random.default_rng(config.seed)
        choices = [thought_over(found.world, own, config.sampled, dose, rng) for dose in config.thinking]
        follows[name] = followed(np.stack(choices), frames)
    return Judged(frames, wrong, follows)
