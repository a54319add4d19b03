"""Exact planning over the moments of a world: what can still be had, by whom, and what can be undone.

Values are backed up from the last tick to the first (Bellman 1957); nothing is estimated.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from carer.audits.motives.moments import Figures, Moments, Paid

Choice = Callable[[Figures], Figures]
"""What is made of the scores of acts [moments, acts]: their value to who chooses so, [moments]."""
_CHUNK = 16_384


def best(scores: Figures) -> Figures:
    """The value to who takes the best act."""
    return scores.max(-1)


def average(scores: Figures) -> Figures:
    """The value to who acts at random."""
    return scores.mean(-1)


def scores(moments: Moments, pay: Paid, choice: Choice = best, granted: Figures | None = None) -> Figures:
    """What each act comes to, everything after it included, up to the end of the episode: [moments, acts].

    Args:
        moments: see `Moments`.
        pay: what is counted: ``moments.reward`` or ``moments.hidden``.
        choice: how acts are chosen from then on.
        granted: [moments, acts], the probability with which an act that is chosen happens, and the tick is not lost;
            1 if left out.

    """
    happens = np.ones_like(pay.acts) if granted is None else granted
    value, found = np.zeros(len(moments.over)), np.zeros_like(pay.acts)
    for first, end in zip(moments.layers[-2::-1], moments.layers[:0:-1], strict=True):
        now = slice(first, end)
        done = pay.acts[now] + value[moments.after[now]]
        lost = pay.still[now] + value[moments.still[now]]
        found[now] = np.where(moments.over[now, None], 0.0, happens[now] * (done - lost[:, None]) + lost[:, None])
        value[now] = choice(found[now])
    return found


def reachable(moments: Moments, pay: Paid, ticks: int, allowed: NDArray[np.bool_] | None = None) -> Figures:
    """The most that can be had within so many ticks if it begins with each act: [moments, acts].

    Args:
        moments: see `Moments`.
        pay: see `scores`.
        ticks: at least 1.
        allowed: bool [moments, acts]; others are never taken, and count as minus infinity. Where none is, ticks are
            lost.

    """
    may = np.ones(pay.acts.shape, bool) if allowed is None else allowed
    value, found = np.zeros(len(moments.over)), pay.acts
    for _ in range(ticks):
        found = np.where(may, pay.acts + value[moments.after], -np.inf)
        value = np.where(may.any(-1), found.max(-1), pay.still + value[moments.still])
    return found


def undoable(moments: Moments, ticks: int) -> NDArray[np.bool_]:
    """Whether after an act there is a way back, of at most so many acts, to all as it was but the clock.

    Bool [moments, acts]. What ends an episode cannot be undone.
    """
    acts = moments.after.shape[1]
    end, back = moments.after.ravel(), np.zeros(moments.after.size, bool)
    was = np.repeat(moments.same, acts)
    for first in range(0, end.size, _CHUNK):
        chunk = slice(first, first + _CHUNK)
        places = end[chunk, None]
        for tick in range(ticks + 1):
            back[chunk] |= ((moments.same[places] == was[chunk, None]) & ~moments.over[places]).any(1)
            if tick < ticks:
                places = moments.after[places].reshape(len(places), -1)
    return back.reshape(moments.after.shape)
