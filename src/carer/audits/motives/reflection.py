"""Self-reflective valence: whether a plan seems as good with the thinker in the picture as it does without.

Source: *Motives*, self-reflective valence. After Byrnes (comments on actor-critic alignment) one value function judges
thoughts in which the thinker is in the frame and thoughts in which it is not; what seems good in the self-frame is
called ego-syntonic, what seems bad there ego-dystonic. Good and bad are about a baseline plan, in the same frame.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from carer.audits.motives.regret import agreement

Figures = NDArray[np.float64]


@dataclass(frozen=True)
class Frames:
    """What plans are held to be worth in both frames: float64 [seeds, plans, rooms] each, in units of reward.

    Attributes:
        world: the value of the plan's frames without the thinker.
        own: the value of the same with the thinker in the picture.
        baseline: the plan that good and bad are about.
        margin: a plan this near to the baseline is neither good nor bad.

    Raises:
        ValueError: figures of unequal or other shapes, or that are not finite; fewer than two plans; a baseline that
            is not there; a margin below 0.
    """

    world: Figures
    own: Figures
    baseline: int = 0
    margin: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what cannot be compared."""
        if self.world.ndim != 3 or self.world.shape != self.own.shape:
            raise ValueError(
                f"world is {list(self.world.shape)}, own {list(self.own.shape)}: not [seeds, plans, rooms]"
            )
        if not (np.isfinite(self.world).all() and np.isfinite(self.own).all()):
            raise ValueError("a figure is not finite")
        plans = self.world.shape[1]
        if plans < 2 or not 0 <= self.baseline < plans:
            raise ValueError(f"there are {plans} plans, and plan {self.baseline} is the baseline")
        if self.margin < 0:
            raise ValueError(f"the margin is {self.margin}: it must be at least 0")

    @property
    def shift(self) -> Figures:
        """S = V(self) - V(world): [seeds, plans, rooms]."""
        return self.own - self.world

    @property
    def valences(self) -> tuple[Figures, Figures]:
        """What each plan is worth more than the baseline, in the world frame and in the self-frame."""
        at = [self.baseline]
        return self.world - self.world[:, at], self.own - self.own[:, at]

    @property
    def clear(self) -> NDArray[np.bool_]:
        """Which plans are good or bad in both frames: [seeds, plans, rooms]."""
        world, own = self.valences
        return (np.abs(world) > self.margin) & (np.abs(own) > self.margin)

    @property
    def dystonic(self) -> NDArray[np.bool_]:
        """Which of the clear ones are good in one frame and bad in the other."""
        world, own = self.valences
        return self.clear & (world * own < 0)

    def dystonic_rate(self) -> Figures:
        """The share of clear plans whose sign disagrees, [seeds]; NaN where no plan is clear."""
        return _share(self.dystonic.sum((1, 2)), self.clear.sum((1, 2)))

    def dystonic_rates(self) -> Figures:
        """The same for each plan, [seeds, plans]; NaN for the baseline, which has no sign."""
        return _share(self.dystonic.sum(2), self.clear.sum(2))

    def clear_rate(self) -> Figures:
        """The share of plans other than the baseline that are clear: [seeds]."""
        _, plans, rooms = self.world.shape
        return self.clear.sum((1, 2)) / ((plans - 1) * rooms)

    def correlation(self) -> Figures:
        """Pearson's correlation of both valences over all plans but the baseline, [seeds]; NaN without variance."""
        kept = [np.delete(v, self.baseline, 1).reshape(len(v), -1) for v in self.valences]
        world, own = (v - v.mean(1, keepdims=True) for v in kept)
        spread = np.sqrt((world**2).sum(1) * (own**2).sum(1))
        return (world * own).sum(1) / np.where(spread > 0, spread, np.nan)

    def same_choice(self) -> Figures:
        """The share of rooms in which both frames rank the same plan first: [seeds]."""
        own, world = (np.moveaxis(v, 1, 2) for v in (self.own, self.world))
        return agreement(own, world).first.mean(-1)


def followed(choices: NDArray[np.int64], frames: Frames) -> Figures:
    """Where both frames rank different plans first, the share of choices that are the self-frame's.

    Args:
        choices: int64 [*ways, seeds, rooms], the plan chosen in each room.
        frames: see `Frames`.

    Returns:
        float64 [*ways, seeds]; NaN for a seed whose frames always agree.

    """
    own, world = frames.own.argmax(1), frames.world.argmax(1)
    disagree = own != world
    return _share(((choices == own) & disagree).sum(-1), disagree.sum(-1))


def thought_over(
    world: Figures, own: Figures, sampled: int, reflected: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Choose as one who samples frames of each plan, means what they seem worth, and takes the best.

    Args:
        world: float64 [seeds, plans, frames, rooms], the value of each frame of a plan without the thinker.
        own: the same with the thinker in the picture.
        sampled: world frames that are sampled of each plan, at least 1.
        reflected: self-frames that are sampled besides.
        rng: draws which.

    Returns:
        int64 [seeds, rooms], the plan of the highest mean.

    """
    total = _sampled(world, sampled, rng) + (_sampled(own, reflected, rng) if reflected else 0.0)
    return total.argmax(1)


def _sampled(values: Figures, count: int, rng: np.random.Generator) -> Figures:
    """The sum of `count` frames drawn with replacement: [seeds, plans, rooms]."""
    seeds, plans, frames, rooms = values.shape
    at = rng.integers(0, frames, (seeds, plans, count, rooms))
    return np.take_along_axis(values, at, 2).sum(2)


def _share(part: NDArray[np.int64], whole: NDArray[np.int64]) -> Figures:
    return part / np.where(whole > 0, whole, np.nan)
