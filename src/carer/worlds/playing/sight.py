"""What an agent in a seat is told, as a person can read it: made of its observation and of nothing else."""

from dataclasses import dataclass
from functools import partial

import jax
import numpy as np

from carer.worlds.base import Features
from carer.worlds.nursery.features import FLAT, TOKEN
from carer.worlds.nursery.observation import CHANNELS
from carer.worlds.nursery.world import Nursery


@dataclass(frozen=True)
class Other:
    """Another body that is seen or heard.

    Attributes:
        seen: it is in view; else it is only heard, and `east` and `south` tell no more than the direction.
        east, south: cells from oneself.
        size: 0 newborn to 1 grown.
        posture: 0 none, 1 hunger, 2 cold, 3 pain.
        cry: 0 to 15.
        carried: somebody carries it.
        looks: -2 to 2 each: three of its own, one of its kind; all 0 where it is not seen.
        kin: how like one's own it smells, -1 to 1; None where nothing is smelt.
    """

    seen: bool
    east: int
    south: int
    size: float
    posture: int
    cry: int
    carried: bool
    looks: tuple[float, ...]
    kin: float | None


@dataclass(frozen=True)
class Sight:
    """What is told in one moment.

    Attributes:
        maps: for each of `CHANNELS`, bool [view, view], rows from north to south, oneself in the middle.
        others: who is seen or heard, the nearest first.
        energy, health, warmth, pain: 0 to 1; pain is health just lost.
        food: in hand: 0 nothing, 1 A, 2 B.
        carries, is_carried, night, alive, cue: see `carer.worlds.nursery.observation`.
        hour: time of the day, 0 to 1.
    """

    maps: dict[str, np.ndarray]
    others: tuple[Other, ...]
    energy: float
    health: float
    warmth: float
    pain: float
    food: int
    carries: bool
    is_carried: bool
    night: bool
    alive: bool
    cue: bool
    hour: float

    @property
    def view(self) -> int:
        """Cells on a side of what is seen."""
        return self.maps["wall"].shape[0]

    def here(self, channel: str) -> bool:
        """Whether one stands on such a cell."""
        return bool(self.maps[channel][self.view // 2, self.view // 2])


def sight_of(world: Nursery, observation: jax.Array) -> Sight:
    """An observation (uint32 [words]) as a person can read it."""
    flat, tokens = jax.device_get(_decode(world, observation))
    side = world.params.view
    maps = flat[: len(CHANNELS) * side**2].reshape(len(CHANNELS), side, side) > 0.5
    own = dict(zip(FLAT, flat[len(CHANNELS) * side**2 :].tolist(), strict=True))
    scent = np.array([own[f"own scent {at}"] for at in range(8)])
    told = [dict(zip(TOKEN, row.tolist(), strict=True)) for row in tokens]
    return Sight(
        maps=dict(zip(CHANNELS, maps, strict=True)),
        others=tuple(_other(row, scent, side // 2) for row in told if row["seen"] or row["heard"]),
        food=1 if own["holds A"] else 2 if own["holds B"] else 0,
        carries=bool(own["carries"]),
        is_carried=bool(own["is carried"]),
        night=bool(own["night"]),
        alive=bool(own["alive"]),
        cue=bool(own["cue"]),
        hour=own["time of day"],
        **{name: own[name] for name in ("energy", "health", "warmth", "pain")},
    )


@partial(jax.jit, static_argnums=0)
def _decode(world: Nursery, observation: jax.Array) -> Features:
    return world.decode(observation)


def _other(row: dict[str, float], own_scent: np.ndarray, reach: int) -> Other:
    scent = np.array([row[f"scent {at}"] for at in range(8)])
    length = float(np.linalg.norm(scent) * np.linalg.norm(own_scent))
    return Other(
        seen=bool(row["seen"]),
        east=round(row["column"] * reach),
        south=round(row["row"] * reach),
        size=row["size"],
        posture=1 if row["hungry"] else 2 if row["cold"] else 3 if row["in pain"] else 0,
        cry=round(row["cry"] * 15),
        carried=bool(row["carried"]),
        looks=tuple(row[f"looks {at}"] for at in range(4)),
        kin=float(scent @ own_scent) / length if length else None,
    )
