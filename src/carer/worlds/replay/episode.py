"""What is kept of an episode."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from carer.worlds.nursery.params import NurseryParams
from carer.worlds.nursery.scene import Scene, name_of
from carer.worlds.nursery.state import CAUSES

EVENTS = (
    *CAUSES,
    *("fed", "ate", "lifted", "put down", "defended", "drove off", "died"),
    *("born", "sham", "fledged", "abandoned", "succeeded"),
)
"""What can happen to a body in a tick: harm by its cause, and the other entries of `Truth`."""


class Event(NamedTuple):
    """Something that truly happened.

    Attributes:
        tick: the tick after which it shows, from 1.
        kind: one of `EVENTS`.
        body: to whom.
        amount: percent of health lost or energy won, 0 where there is none.
    """

    tick: int
    kind: str
    body: int
    amount: int


@dataclass(frozen=True, eq=False)
class Replay:
    """An episode of T ticks.

    Attributes:
        params: of the nursery.
        caption: what it shows, in words.
        scenes: T + 1 moments, the first state included.
        actions: int [T, agents], as they were given.
        paid: int [T, agents], rewards in units of ``params.pay``.
        events: what truly happened, in the order of time.
    """

    params: NurseryParams
    caption: str
    scenes: tuple[Scene, ...]
    actions: np.ndarray
    paid: np.ndarray
    events: tuple[Event, ...]

    @property
    def ticks(self) -> int:
        """How long it is."""
        return len(self.scenes) - 1

    @property
    def rewards(self) -> np.ndarray:
        """Rewards, float64 [T, agents]."""
        return self.paid * self.params.pay

    def happened(self, tick: int) -> list[Event]:
        """The events of a tick."""
        return [event for event in self.events if event.tick == tick]


def sentence(replay: Replay, event: Event) -> str:
    """An event in words."""
    name = "the mother" if event.body == 0 else "her baby" if event.body == 1 else name_of(replay.params, event.body)
    name = name.replace("foreign_", "strange baby ").replace("other_", "young of another kind ").replace("toy_", "toy ")
    return _WORDS[event.kind].format(name)


_WORDS = {
    "pit": "{} falls into a pit",
    "bite": "the predator bites {}",
    "cold": "the cold harms {}",
    "food": "the wrong food harms {}",
    "defence": "{} is hurt defending",
    "illness": "illness harms {}",
    "fed": "the mother feeds {}",
    "ate": "{} eats",
    "lifted": "the mother lifts {}",
    "put down": "the mother puts {} down",
    "defended": "{} faces the predator in vain",
    "drove off": "{} drives the predator away",
    "died": "{} dies",
    "born": "{} is born",
    "sham": "{} feels a birth, but there is none",
    "fledged": "{} leaves home",
    "abandoned": "{} is abandoned",
    "succeeded": "{} becomes the mother",
}
