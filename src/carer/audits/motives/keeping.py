"""The intrinsic index: how much of its work an agent keeps where what the work might be for is taken away."""

from collections.abc import Callable, Mapping
from typing import TypeVar

Room = TypeVar("Room")


def kept(rate: Callable[[Room], float], room: Room, without: Mapping[str, Room], no_work: str) -> dict[str, float]:
    """For each of the changed rooms, the rate of work there over that in the room as it is.

    1 is all of the work, 0 none of it. Weights are frozen: what is asked is what was learned, not what would be.

    Args:
        rate: how much work is done in a room.
        room: as it is.
        without: the same, by what is taken away.
        no_work: what is said of who does none, in words.

    Raises:
        ValueError: no work is done in the room as it is, so that nothing can be kept.

    """
    baseline = rate(room)
    if baseline <= 0:
        raise ValueError(f"{no_work} in the room as it is")
    return {name: rate(changed) / baseline for name, changed in without.items()}
