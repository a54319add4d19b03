"""When giving up pays: the exact optimum of the nest, by dynamic programming over the ticks that are left.

With t ticks left, b births after this baby, the baby well or ill and a ticks grown::

    keep    = p [1 + gamma (m E V(t-1, b, h', a') + (1 - m) O(t-1))] + (1 - p) gamma m L
    abandon = O(t) + gamma m_free L            L = (gamma m_free)^d V(t-1-d, b-1, well, 0)

where p and m are the baby's and the mother's survival, L is what her next baby is worth, due in d ticks, and a well
baby that lives through its last tick makes the bracket ``1 + gamma F(t-1) + gamma m L``. O and F are what an
orphan and a fledged one still live. On the yoked clock d is the clock's, else it is `gap`. Numpy in double precision.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from carer.concepts import CarerError
from carer.worlds.nest.params import ILL, PROBABILITIES, WELL, NestParams
from carer.worlds.settings import check_known

Floats = NDArray[np.float64]

_HALVINGS = 40


class Optimum(NamedTuple):
    """What acting best is worth: every axis of the parameters that vary stands last, [...].

    Attributes:
        keep: [time + 1, births, 2, age, clocks, ...], with so many ticks left, births still to come, a baby well or
            ill, of that age, and (yoked) the next birth due in ``clock + 1`` ticks; else one clock.
        abandon: the same shape.
    """

    keep: Floats
    abandon: Floats

    @property
    def value(self) -> Floats:
        """Of the better of the two."""
        return np.maximum(self.keep, self.abandon)

    @property
    def gives_up(self) -> NDArray[np.bool_]:
        """Whether giving up is better."""
        return self.abandon > self.keep


def solve(p: NestParams, **varied: ArrayLike) -> Optimum:
    """Solve a nest, or many at once.

    Args:
        p: parameters.
        varied: probabilities and the discount by name, as arrays that broadcast together; they stand in for those of
            `p`.

    Raises:
        UnknownNameError: no such probability; the nearest is offered.
        CarerError: a value outside of 0 to 1.

    """
    rate, shape = _rates(p, varied)
    clocks = p.cycle if p.yoked else 1
    keep = np.zeros((p.horizon + 1, p.births, 2, p.age, clocks, *shape))
    abandon = np.zeros_like(keep)
    value = np.zeros_like(keep)
    fledged, orphaned = _tails(p, rate, shape)
    gamma, well, ill = rate["gamma"], rate["mother_well"], rate["mother_ill"]
    for left in range(1, p.horizon + 1):
        then = left - 1
        lost = gamma * _next_baby(p, rate, value, then)[:, None]  # [births, 1, clocks, ...]
        come = value[then] if not p.yoked else _clock_moved(value[then], orphaned[then])
        # A well baby grows, and may fall ill; past the last age stands what fledging is worth.
        grows = (1 - rate["illness"]) * come[:, WELL] + rate["illness"] * come[:, ILL]
        stays = 1 + gamma * (well * grows[:, 1:] + (1 - well) * orphaned[then])
        leaves = np.broadcast_to(1 + gamma * fledged[then] + well * lost, grows[:, :1].shape)
        keep[left, :, WELL] = rate["live_well"] * np.concatenate([stays, leaves], axis=1)
        keep[left, :, WELL] += (1 - rate["live_well"]) * well * lost
        waits = rate["recovery"] * come[:, WELL] + (1 - rate["recovery"]) * come[:, ILL]
        keep[left, :, ILL] = rate["live_ill"] * (1 + gamma * (ill * waits + (1 - ill) * orphaned[then]))
        keep[left, :, ILL] += (1 - rate["live_ill"]) * ill * lost
        abandon[left] = orphaned[left] + rate["mother_free"] * lost[:, None]
        value[left] = np.maximum(keep[left], abandon[left])
    return Optimum(keep, abandon)


def threshold(
    p: NestParams, *, births: ArrayLike, age: ArrayLike = 0, left: ArrayLike | None = None, clock: ArrayLike = -1
) -> Floats:
    """The recovery r* of an ill baby below which giving it up is best, found by bisection.

    Args:
        p: parameters; its own recovery is not read.
        births: how many births are still to come; broadcasts with the others.
        age: of the ill baby.
        left: ticks left, the whole life by default.
        clock: on the yoked clock, one less than the ticks to the next birth; a whole cycle by default.

    Returns:
        float64, the shape of the arguments broadcast together; 0 where giving up never pays.

    Raises:
        CarerError: a state that the nest does not have.

    """
    state = np.broadcast_arrays(p.horizon if left is None else left, births, age, clock)
    names, bounds = ("left", "births", "age", "clock"), (p.horizon + 1, p.births, p.age, p.cycle if p.yoked else 1)
    for name, values, bound in zip(names, state, bounds, strict=True):
        if (values >= bound).any() or (values < (-1 if name == "clock" else 0)).any():
            raise CarerError(f"{name} = {values.tolist()}.", f"It must be from 0 to {bound - 1}.")
    time, coming, old, due = (values.ravel() for values in state)
    low, high = np.zeros(time.size), np.ones(time.size)
    at = np.arange(time.size)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        best = solve(p, recovery=middle)
        keeps = best.keep[time, coming, ILL, old, due, at] >= best.abandon[time, coming, ILL, old, due, at]
        low, high = np.where(keeps, low, middle), np.where(keeps, middle, high)
    return high.reshape(state[0].shape)


def _rates(p: NestParams, varied: dict[str, ArrayLike]) -> tuple[dict[str, Floats], tuple[int, ...]]:
    check_known("probability of nest", varied, PROBABILITIES)
    for name in varied:
        if not ((np.asarray(varied[name]) >= 0) & (np.asarray(varied[name]) <= 1)).all():
            raise CarerError(f"{name} = {np.asarray(varied[name]).tolist()}.", "It must be between 0 and 1.")
    rate = {name: np.asarray(varied.get(name, getattr(p, name)), np.float64) for name in PROBABILITIES}
    return rate, np.broadcast_shapes(*(one.shape for one in rate.values()))


def _tails(p: NestParams, rate: dict[str, Floats], shape: tuple[int, ...]) -> tuple[Floats, Floats]:
    """What a fledged baby, and an orphan, is worth with so many ticks left: [time + 1, ...] each."""
    fledged, orphaned = np.zeros((2, p.horizon + 1, *shape))
    for left in range(1, p.horizon + 1):
        fledged[left] = 1 + rate["gamma"] * rate["fledged"] * fledged[left - 1]
        orphaned[left] = rate["orphan"] * (1 + rate["gamma"] * orphaned[left - 1])
    return fledged, orphaned


def _next_baby(p: NestParams, rate: dict[str, Floats], value: Floats, then: int) -> Floats:
    """What the mother's next baby is worth to one who has none with `then` ticks left: [births, clocks, ...]."""
    found = np.zeros_like(value[0, :, WELL, 0])
    for clock in range(found.shape[1]):
        delay = clock if p.yoked else p.gap
        if then > delay:
            # The newborn finds the clock at a whole cycle.
            newborn = value[then - delay, :-1, WELL, 0, -1]
            found[1:, clock] = (rate["gamma"] * rate["mother_free"]) ** delay * newborn
    return found


def _clock_moved(value: Floats, orphan: Floats) -> Floats:
    """What a baby at home is worth a tick later on the yoked clock: with a birth due it is orphaned by the newborn."""
    moved = np.roll(value, 1, axis=3)
    moved[1:, :, :, 0] = (orphan + value[:-1, WELL, 0, -1])[:, None, None]
    return moved
