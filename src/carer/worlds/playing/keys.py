"""Which key does what."""

from carer.concepts import CarerError
from carer.worlds.nursery.state import ABANDON, CRY, DEFEND, EAST, EAT, GIVE, LIFT, NORTH, SOUTH, STAY, WEST

QUIT = "q"
KEYS: dict[str, int] = {
    "n": NORTH,
    "s": SOUTH,
    "w": WEST,
    "e": EAST,
    ".": STAY,
    "f": EAT,
    "g": GIVE,
    "l": LIFT,
    "d": DEFEND,
    "X": ABANDON,
    "c": CRY,
}
"""The action of each key. Abandoning, which cannot be undone, needs the shift key."""
_ALSO = {"↑": "n", "↓": "s", "←": "w", "→": "e", "up": "n", "down": "s", "left": "w", "right": "e", " ": "."}
_WORDS = {
    "f": "pick, eat",
    "g": "give",
    "l": "lift, put down",
    "d": "defend",
    "X": "abandon",
    "c": "cry",
    ".": "wait",
}


def action_of(key: str) -> int | None:
    """The action of a key: one of `KEYS`, an arrow (``up`` or ``↑``), the space bar; None for any other."""
    return KEYS.get(_ALSO.get(key, key))


def legend(possible: list[bool]) -> list[tuple[str, str]]:
    """Keys and what they do, for who has these actions (bool for each action of the nursery)."""
    told = [(key, words) for key, words in _WORDS.items() if possible[KEYS[key]]]
    return [("arrows or n s w e", "walk"), *told, (QUIT, "quit")]


def parse_keys(text: str) -> list[str]:
    """A row of keys, one character each, with `QUIT` as the end.

    Raises:
        CarerError: a key that does nothing.

    """
    for at, key in enumerate(text, start=1):
        if action_of(key) is None and key != QUIT:
            raise CarerError(
                f"key {at} of --keys is {key!r}, which does nothing.",
                f"The keys are {' '.join(KEYS)}, ↑ ↓ ← →, and {QUIT} to stop.",
            )
    return list(text.partition(QUIT)[0])
