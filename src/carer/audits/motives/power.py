"""Power as numbers, exactly, where the next state is known: POWER of a state, and empowerment in n steps.

Sources: Turner et al. 2021, *Optimal policies tend to seek power*, whose POWER is the mean value that an optimal agent
could reach from a state, over rewards of which nothing is known; Klyubin et al. 2005, *Empowerment*, the capacity of
the channel from n acts to the state after them. Where that channel has no noise, the capacity is the logarithm of the
number of states that it can end in.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Figures = NDArray[np.float64]
Successors = NDArray[np.integer[Any]]
_NEAR = 1e-4


def power(successors: Successors, gamma: float, rewards: int, seed: int = 0) -> Figures:
    """POWER(s) = (1 - gamma) / gamma E_R[V*_R(s) - R(s)], each R(s) drawn evenly from 0 to 1: float64 [states].

    The values are exact for each reward that is drawn, to .0001; the mean over rewards has a standard error of at most
    ``.5 / sqrt(rewards)``, which the difference of two states shares in large part, as they meet the same rewards.

    Args:
        successors: [states, actions], the state after each action.
        gamma: discount, its own: how far ahead options count.
        rewards: reward functions that are drawn.
        seed: of the draws.

    Raises:
        ValueError: no table of states, or a discount that is not between 0 and 1.

    """
    states = _checked(successors)
    if not 0.0 < gamma < 1.0:
        raise ValueError(f"gamma = {gamma}: it must be above 0 and below 1")
    if rewards < 1:
        raise ValueError(f"rewards = {rewards}: it must be at least 1")
    reward = np.random.default_rng(seed).random((states, rewards), np.float32)
    value = reward / (1.0 - gamma)  # of an upper size already, so that few sweeps are left
    sweeps = int(np.ceil(np.log(_NEAR * (1.0 - gamma)) / np.log(gamma)))
    for _ in range(sweeps):
        best = value[successors[:, 0]]
        for action in range(1, successors.shape[1]):
            np.maximum(best, value[successors[:, action]], out=best)
        value = reward + np.float32(gamma) * best
    return ((1.0 - gamma) / gamma * (value - reward)).mean(1, dtype=np.float64)


def empowerment(successors: Successors, steps: int) -> Figures:
    """The logarithm of how many states so many acts can end in, in nats: float64 [states].

    Args:
        successors: [states, actions], the state after each action.
        steps: acts, chosen before the first of them.

    Raises:
        ValueError: no table of states, or fewer than one step.

    """
    states = _checked(successors)
    if steps < 1:
        raise ValueError(f"steps = {steps}: it must be at least 1")
    reached = np.eye(states, dtype=bool)
    for _ in range(steps):
        reached = np.logical_or.reduce([reached[successors[:, action]] for action in range(successors.shape[1])])
    return np.log(reached.sum(1))


def _checked(successors: Successors) -> int:
    """How many states there are."""
    if successors.ndim != 2 or not successors.size:
        raise ValueError(f"successors are {list(successors.shape)}: they must be [states, actions]")
    if successors.min() < 0 or successors.max() >= len(successors):
        raise ValueError(f"a successor is not one of the {len(successors)} states")
    return len(successors)
