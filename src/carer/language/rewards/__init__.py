"""Rewards for language models: the guard, and intrinsic rewards `IRF(feedback|s)`."""

from collections.abc import Callable

from carer.concepts import UnknownNameError
from carer.language.rewards.base import Gather, Guarded, IntrinsicReward, alone, guarded
from carer.language.rewards.curiosity import Curiosity
from carer.language.rewards.influence import Influence, informed
from carer.language.rewards.rnd import RND

INTRINSIC: dict[str, Callable[..., IntrinsicReward]] = {
    "curiosity": Curiosity,
    "influence": Influence,
    "rnd": RND,
}


def build_intrinsic(name: str, **options: float) -> IntrinsicReward:
    """Make the intrinsic reward called `name`.

    Raises:
        UnknownNameError: there is none of that name; offers the nearest.

    """
    if name not in INTRINSIC:
        raise UnknownNameError("intrinsic reward", name, INTRINSIC)
    return INTRINSIC[name](**options)


__all__ = [
    "INTRINSIC",
    "RND",
    "Curiosity",
    "Gather",
    "Guarded",
    "Influence",
    "IntrinsicReward",
    "alone",
    "build_intrinsic",
    "guarded",
    "informed",
]
