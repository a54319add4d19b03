"""A short episode of a small nursery, recorded once for all tests that read one."""

from functools import cache

import jax

from carer.worlds.nursery import Nursery, NurseryParams
from carer.worlds.nursery.cast import scripted_cast
from carer.worlds.replay import Replay, record

PARAMS = NurseryParams(
    size=9,
    view=5,
    horizon=60,
    bushes=5,
    bushes_b=1,
    pits=3,
    day=30,
    night=10,
    foreign=1,
    toys=1,
    birth_from=3,
    birth_to=6,
    predator_rate=0.1,
    brain="policy",
)
CAPTION = "A mother with all skills."


@cache
def world() -> Nursery:
    """The world."""
    return Nursery(PARAMS)


@cache
def replay() -> Replay:
    """An episode in which the baby is born, fed, and lives to the end."""
    return record(world(), scripted_cast(world()), jax.random.key(2), caption=CAPTION)
