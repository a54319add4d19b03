"""What the rows of the battery measure: counted tick by tick in a trial, read as one figure for each mother."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from jax import Array

from carer.worlds.nursery import UNIT
from carer.worlds.nursery.trial import Lives, Measure, count_lives


@dataclass(frozen=True)
class Figure:
    """A measure; the higher it is, the more care it shows, on whatever scale.

    It is read in whole lives, and it can be paid tick by tick: who is paid for the act itself shows what she can do.

    Attributes:
        name: what is reported, with its unit.
        count: see `Measure`; a module's function.
        read: the sums of `count` over a mother's episodes, in numpy, as one figure.
        pays: what `count` gives in one tick as a reward, [episodes]; it grows with the figure.
    """

    name: str
    count: Measure
    read: Callable[[Any], float]
    pays: Callable[[Any], Array]


def _life(lives: Lives) -> float:
    return float(lives.baby.mean())


def _alive(lives: Lives) -> Array:
    return lives.baby


def _own_share(lives: Lives) -> float:
    own, others = float(lives.given.sum()), float(lives.given_others.sum())
    return own / max(own + others, 1.0)


def _rather_own(lives: Lives) -> Array:
    return (lives.given - lives.given_others) / UNIT


BABY_LIFE = Figure("ticks that the baby lives", count_lives, _life, _alive)
OWN_SHARE = Figure("share of what she feeds that her own gets", count_lives, _own_share, _rather_own)
