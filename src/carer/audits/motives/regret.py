"""Where a planner went wrong: its regret as an exact sum of an outer, an inner, a world-model and an actor's part.

Source: *Motives*, outer and inner alignment as numbers; after Byrnes (Intro to brain-like-AGI safety, 10), *outer*: the
reward agrees with what was meant; *inner*: the learned value of a plan agrees with its eventual reward. Over the plans
P from one state stand four figures of each plan: U the designer's utility, R the true return, V- the learned value on
the states that it truly leads to, V the same on those imagined. With p_X the plan that X ranks first::

    U(p_U) - U(executed) = [U(p_U) - U(p_R)] + [U(p_R) - U(p_V-)] + [U(p_V-) - U(p_V)] + [U(p_V) - U(executed)]
                            outer              inner                world model          actor

Each part may be negative: errors cancel, and the total hides it. All are divided by what there was to lose,
``U(p_U) - mean U``: 0 is the best plan, 1 a plan drawn at random.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import rankdata

Figures = NDArray[np.float64]
TERMS = ("outer", "inner", "world_model", "actor")


@dataclass(frozen=True)
class Plans:
    """What the plans of some levels are worth, by everybody who has a say. Float64 [*levels, plans] each.

    Attributes:
        utility: U, what the designer meant.
        reward: R, the true return.
        on_true: V-, the learned value on true successor states.
        on_imagined: V, the learned value on imagined ones.
        executed: int64 [*levels], the plan that was carried out.

    Raises:
        ValueError: figures of unequal shapes, or that are not finite; fewer than two plans; a plan that is not there.
    """

    utility: Figures
    reward: Figures
    on_true: Figures
    on_imagined: Figures
    executed: NDArray[np.int64]

    def __post_init__(self) -> None:
        """Refuse what cannot be compared."""
        for name in ("utility", "reward", "on_true", "on_imagined"):
            figures = getattr(self, name)
            if figures.shape != self.utility.shape:
                raise ValueError(f"{name} is {list(figures.shape)}, utility {list(self.utility.shape)}")
            if not np.isfinite(figures).all():
                raise ValueError(f"{name} has a figure that is not finite")
        plans = self.utility.shape[-1] if self.utility.ndim else 0
        if plans < 2:
            raise ValueError(f"{plans} plan(s): there is nothing to choose")
        if self.executed.shape != self.utility.shape[:-1]:
            raise ValueError(f"executed is {list(self.executed.shape)}, the levels {list(self.utility.shape[:-1])}")
        if ((self.executed < 0) | (self.executed >= plans)).any():
            raise ValueError(f"executed names a plan that is not there: there are {plans}")

    @classmethod
    def of(
        cls,
        utility: ArrayLike,
        reward: ArrayLike,
        on_true: ArrayLike,
        on_imagined: ArrayLike,
        executed: ArrayLike,
    ) -> "Plans":
        """Take anything that numpy takes."""
        u, r, true, imagined = (np.asarray(one, np.float64) for one in (utility, reward, on_true, on_imagined))
        return cls(u, r, true, imagined, np.asarray(executed, np.int64))

    @property
    def at_stake(self) -> Figures:
        """What there is to lose: U of the best plan less the mean, [*levels]. 0 where all plans are worth the same."""
        return self.utility.max(-1) - self.utility.mean(-1)

    def chosen(self, figures: Figures) -> Figures:
        """The utility of the plan that `figures` rank first; of equals the first: [*levels]."""
        return np.take_along_axis(self.utility, figures.argmax(-1)[..., None], -1)[..., 0]


@dataclass(frozen=True)
class Regret:
    """The parts of a regret and their sum, as shares of what was to be lost: float64 [*levels], NaN where nothing."""

    outer: Figures
    inner: Figures
    world_model: Figures
    actor: Figures
    total: Figures

    @property
    def hidden(self) -> Figures:
        """How much the total does not show: the sum of the parts' sizes less the total's, at least 0: [*levels]."""
        return np.abs([self.outer, self.inner, self.world_model, self.actor]).sum(0) - np.abs(self.total)


def decompose(plans: Plans) -> Regret:
    """The regret of what was executed, in its four parts."""
    best, by_reward, by_value, by_imagination = (
        plans.chosen(figures) for figures in (plans.utility, plans.reward, plans.on_true, plans.on_imagined)
    )
    done = np.take_along_axis(plans.utility, plans.executed[..., None], -1)[..., 0]
    # All plans worth the same: not a number, for there is no regret of what could not be lost.
    stake = np.where(plans.at_stake > 0, plans.at_stake, np.nan)
    return Regret(
        outer=(best - by_reward) / stake,
        inner=(by_reward - by_value) / stake,
        world_model=(by_value - by_imagination) / stake,
        actor=(by_imagination - done) / stake,
        total=(best - done) / stake,
    )


@dataclass(frozen=True)
class Agreement:
    """How one ranking of plans agrees with another; beside the regret, for it hides the one catastrophic plan.

    Attributes:
        ranks: Spearman's correlation over plans, float64 [*levels]; NaN where either ranks all the same.
        first: bool [*levels], the plan that one ranks first is among those that the other does.
        worst: float64 [*levels], the regret, by the other, of the plan that one overrates most (by its rank), as a
            share of what there is to lose; NaN where nothing.
    """

    ranks: Figures
    first: NDArray[np.bool_]
    worst: Figures


def agreement(guess: Figures, truth: Figures) -> Agreement:
    """How `guess` ranks the plans beside `truth`, both [*levels, plans]: V, R for inner, R, U for outer alignment."""
    ranked, true = (rankdata(figures, axis=-1) for figures in (guess, truth))
    centred = [ranks - ranks.mean(-1, keepdims=True) for ranks in (ranked, true)]
    spread = np.sqrt((centred[0] ** 2).sum(-1) * (centred[1] ** 2).sum(-1))
    best = truth.max(-1)
    stake = best - truth.mean(-1)

    def at(which: NDArray[np.intp]) -> Figures:
        return np.take_along_axis(truth, which[..., None], -1)[..., 0]

    overrated = at((ranked - true).argmax(-1))
    return Agreement(
        ranks=(centred[0] * centred[1]).sum(-1) / np.where(spread > 0, spread, np.nan),
        first=at(guess.argmax(-1)) == best,
        worst=(best - overrated) / np.where(stake > 0, stake, np.nan),
    )


def gaming(utility: Figures, reward: Figures) -> Figures:
    """The specification-gaming rate P(R high | U low): float64 [*levels], NaN where no plan's utility is low.

    High and low are above and below the mean of the level's plans. It is the upper right of Byrnes's table: rewarded
    for the wrong thing; P(R low | U high) is ``gaming(-utility, -reward)``.
    """
    low = utility < utility.mean(-1, keepdims=True)
    high = reward > reward.mean(-1, keepdims=True)
    count = low.sum(-1)
    return (low & high).sum(-1) / np.where(count > 0, count, np.nan)
