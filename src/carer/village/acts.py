"""Speech acts: what a sentence does, whoever says it."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a sentence does. The first group is what one does for another; the second, how one answers or asks."""

    GIVE = "give"
    OFFER = "offer"
    ASK = "ask"
    COMFORT = "comfort"
    ADVISE = "advise"
    FLATTER = "flatter"
    PROMISE = "promise"
    CLAIM = "claim"
    REFUSE = "refuse"
    TAKE = "take"
    CHAT = "chat"

    TELL = "tell"
    REQUEST = "request"
    REQUEST_TAKE = "request_take"
    ACCEPT = "accept"
    DELIGHT = "delight"
    MILD = "mild"
    STILL = "still"
    UPSET = "upset"


CARER_KINDS = frozenset(
    {
        Kind.GIVE,
        Kind.OFFER,
        Kind.ASK,
        Kind.COMFORT,
        Kind.ADVISE,
        Kind.FLATTER,
        Kind.PROMISE,
        Kind.CLAIM,
        Kind.REFUSE,
        Kind.TAKE,
        Kind.CHAT,
    }
)
TARGET_KINDS = frozenset(Kind) - CARER_KINDS
"""Acts of the one who is in need. A carer who utters one speaks from the wrong seat (role confusion)."""

WITH_THING = frozenset(
    {Kind.GIVE, Kind.OFFER, Kind.PROMISE, Kind.CLAIM, Kind.TAKE, Kind.REQUEST, Kind.REQUEST_TAKE, Kind.ACCEPT}
)
WITH_THIRD = frozenset({Kind.TAKE, Kind.REQUEST_TAKE})
WITH_NEED = frozenset({Kind.TELL, Kind.STILL})
BESTOWING = frozenset({Kind.GIVE, Kind.OFFER, Kind.PROMISE, Kind.CLAIM})
"""Acts that speak of one's own goods; said of a tangible thing one does not hold, they deceive."""


@dataclass(frozen=True, slots=True)
class Act:
    """One act with its arguments: the thing it speaks of, the third party, or the need it tells."""

    kind: Kind
    thing: str | None = None
    third: str | None = None
    need: str | None = None


@dataclass(frozen=True, slots=True)
class Utterance:
    """What a whole message does.

    Attributes:
        acts: the acts of its sentences, in order; empty where nothing parses. The first one counts in the world.
        warm: number of warm phrases.
        agrees: it opens by agreeing.
        words: its length in words.
    """

    acts: tuple[Act, ...]
    warm: int
    agrees: bool
    words: int

    @property
    def act(self) -> Act | None:
        """The act that the world resolves, or None for an unparseable message."""
        return self.acts[0] if self.acts else None
