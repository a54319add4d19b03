"""One moment of a nursery as plain numbers: what a picture of it is drawn from, and what a replay keeps."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from carer.worlds.nursery.params import UNIT, NurseryParams
from carer.worlds.nursery.state import OWN, NurseryState, bush_kinds

KINDS = ("mother", "own", "foreign", "other", "toy")


@dataclass(frozen=True)
class Layout:
    """What stays where it is for an episode.

    Attributes:
        bushes: x, y and food (1 A, 2 B) of each.
        pits: x and y of each.
        box: x and y of the cryosleep box, None where there is none.
    """

    bushes: tuple[tuple[int, int, int], ...]
    pits: tuple[tuple[int, int], ...]
    box: tuple[int, int] | None


@dataclass(frozen=True)
class Body:
    """A body; shares are percent.

    Attributes:
        kind: one of `KINDS`.
        x, y: its cell.
        there: lives in the world (a toy always does).
        energy, health, warmth: 0 to 100.
        grown: percent of its growth.
        cry: 0 to 15.
        posture: 0 none, 1 hunger, 2 cold, 3 pain.
        ill: it is ill.
        boxed: it lies in the cryosleep box.
    """

    kind: str
    x: int
    y: int
    there: bool
    energy: int
    health: int
    warmth: int
    grown: int
    cry: int
    posture: int
    ill: bool
    boxed: bool


@dataclass(frozen=True)
class Scene:
    """One moment.

    Attributes:
        params: of the world.
        layout: see `Layout`.
        time: ticks since the episode began.
        hour: tick of the day.
        bodies: the mother, her own baby, foreign babies, young of another kind, toys.
        ripe: of each bush.
        food: what the mother holds: 0 nothing, 1 A, 2 B.
        carried: the number of the body she carries, 0 for none.
        predator: its cell, None while there is none.
        generation: how many babies have become mothers.
        lives: how many of the mother's children live, the ones away included.
    """

    params: NurseryParams
    layout: Layout
    time: int
    hour: int
    bodies: tuple[Body, ...]
    ripe: tuple[bool, ...]
    food: int
    carried: int
    predator: tuple[int, int] | None
    generation: int
    lives: int

    @property
    def night(self) -> bool:
        """Whether it is night."""
        return self.hour >= self.params.day - self.params.night

    @property
    def day(self) -> int:
        """Which day it is, from 1."""
        return 1 + self.time // self.params.day


def kinds(p: NurseryParams) -> tuple[str, ...]:
    """The kind of each body."""
    return ("mother", "own", *["foreign"] * p.foreign, *["other"] * p.other_species, *["toy"] * p.toys)


def layout_of(p: NurseryParams, s: NurseryState) -> Layout:
    """The layout of an episode, from any of its states (of one episode: no batch axis)."""
    cells = zip(_whole(s.bush_x), _whole(s.bush_y), bush_kinds(p), strict=True)
    return Layout(
        bushes=tuple(cells),
        pits=tuple(zip(_whole(s.pit_x), _whole(s.pit_y), strict=True)),
        box=(int(s.box_x), int(s.box_y)) if p.cryosleep else None,
    )


def scene_of(p: NurseryParams, s: NurseryState, layout: Layout | None = None) -> Scene:
    """A state of one episode (no batch axis) as a scene.

    Args:
        p: parameters.
        s: the state; its arrays may be numpy's or JAX's.
        layout: of the episode, if it is known already.

    """
    share = {name: _whole(_percent(getattr(s, name), UNIT)) for name in ("energy", "health", "warmth")}
    grown = _whole(_percent(np.minimum(np.asarray(s.age), p.growth), p.growth))
    columns = {name: _whole(getattr(s, name)) for name in ("x", "y", "cry", "posture")}
    flags = {"there": np.asarray(s.alive), "ill": np.asarray(s.ill), "boxed": np.asarray(s.boxed)}
    bodies = tuple(
        Body(
            kind=kind,
            grown=grown[at],
            **{name: values[at] for name, values in (share | columns).items()},
            **{name: bool(values[at]) for name, values in flags.items()},
        )
        for at, kind in enumerate(kinds(p))
    )
    return Scene(
        params=p,
        layout=layout or layout_of(p, s),
        time=int(s.time),
        hour=int(s.hour),
        bodies=bodies,
        ripe=tuple(bool(wait == 0) for wait in np.asarray(s.bush_wait)),
        food=int(s.food),
        carried=int(s.carried),
        predator=(int(s.predator_x), int(s.predator_y)) if int(s.predator_left) > 0 else None,
        generation=int(s.generation),
        lives=int(bodies[OWN].there) + int((np.asarray(s.away) > 0).sum()),
    )


def name_of(p: NurseryParams, body: int) -> str:
    """The name of a body: its seat's, or ``toy_0`` ..."""
    return p.seats[body] if body < p.agents else f"toy_{body - p.agents}"


def _percent(values: Any, whole: int) -> np.ndarray:
    """Percent, rounded up: nothing but 0 is shown as empty."""
    return -(-np.asarray(values) * 100 // whole)


def _whole(values: Any) -> list[int]:
    return [int(value) for value in np.asarray(values)]
