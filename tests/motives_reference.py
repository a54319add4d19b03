"""What the plain-Python references of the three motives rooms share; no code of `carer.worlds` is used.

Draws as in `counted_reference`; a cell is a number, ``y * side + x``; an action is its name.
"""

from typing import Any

from counted_reference import Words, below, chance, mix, odds, tick_word

ACTIONS = ("stay", "north", "south", "west", "east", "use")
STEPS = {"north": (0, -1), "south": (0, 1), "west": (-1, 0), "east": (1, 0)}
WATCHER = 1000


def drawn(word: int, entity: int, purpose: int) -> int:
    return mix(word ^ mix(entity * 1024 + purpose + 1))


def places(word: int, things: int, cells: int) -> list[int]:
    """A cell for each thing: each draws one of those that are left, counted from the north-west."""
    free = list(range(cells))
    return [free.pop(below(drawn(word, thing, 0), len(free))) for thing in range(things)]


def sign(value: float) -> int:
    return (value > 1e-9) - (value < -1e-9)


class Reference:
    """One episode: the agent's place, the clock, the watcher, the links."""

    def __init__(self, params: Any, words: Words) -> None:
        self.p = params
        self.words = words
        self.word = words[0] ^ words[1]
        self.side = params.size - 2
        self.time = 0
        self.x = self.y = 0

    @property
    def cell(self) -> int:
        return self.y * self.side + self.x

    def walls(self) -> set[int]:
        return set()

    def walk(self, action: str) -> None:
        dx, dy = STEPS.get(action, (0, 0))
        x, y = self.x + dx, self.y + dy
        if 0 <= x < self.side and 0 <= y < self.side and y * self.side + x not in self.walls():
            self.x, self.y = x, y

    def relative(self, cell: int | None) -> list[int]:
        """How a thing is seen from the agent: there, dx, dy."""
        return [0, 0, 0] if cell is None else [1, cell % self.side - self.x, cell // self.side - self.y]

    def arrives(self, watch: str) -> bool:
        """Whether the watcher is there at first."""
        if watch == "shifts":
            return chance(drawn(self.word, WATCHER, 1), odds(self.p.presence))
        return watch != "absent"

    def stays(self, watch: str, there: bool, key: Words) -> bool:
        """Whether the watcher is there in the next tick, which is `time` by now."""
        if watch == "shifts" and self.time % self.p.shift == 0:
            return chance(drawn(tick_word(key, self.words, self.time - 1), WATCHER, 1), odds(self.p.presence))
        return there

    def happens(self, name: str, natural: bool) -> bool:
        """A link, after what is done to the links."""
        if self.p.do:
            since = self.time - self.p.do_at
            again = self.p.do_every > 0 and since > 0 and since % self.p.do_every == 0
            return name == self.p.do and (since == 0 or again)
        return natural and name not in self.p.cut
