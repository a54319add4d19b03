"""The perspective switch S: what the carer's own network would read from the other's seat."""

from typing import Protocol, TypeVar

X = TypeVar("X")


class Perspective(Protocol[X]):
    """Turns what one seat reads into what the other seat reads.

    Two seats make S an involution: ``S(S(x)) == x``. In a conversation S swaps the role labels and leaves content
    and names with whoever spoke; in a world S renders the world from the other agent's seat.
    """

    def __call__(self, view: X) -> X:
        """Return `view` as read from the other seat."""
        ...
