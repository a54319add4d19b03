"""Preferences between segments of behaviour: who is asked, what about, and what was said.

Source: Christiano et al. 2017, *Deep reinforcement learning from human preferences*. `carer.agents.reward_model` learns
from them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from carer.concepts import CarerError
from carer.worlds import Transition

Opinion = Callable[[Any, Transition[Any]], Array]
"""``(state before, tick) -> float32 [*batch]``: what a judge makes of one tick of the first seat."""

_TIE = 1e-4
"""Sums of opinions that are no further apart differ by rounding alone."""


class Preferences(NamedTuple):
    """What a judge said of pairs of segments.

    Attributes:
        segments: float32 [F, L, S], features of S segments of L ticks; see `features`.
        pairs: int32 [2, N], which two are compared.
        answers: float32 [N], 1 where the first is preferred, 0 where the second, 1/2 where neither.
    """

    segments: Array
    pairs: Array
    answers: Array


@dataclass(frozen=True)
class Judge:
    """Who prefers one segment to another: by the sum of opinions of its ticks, with noise.

    Attributes:
        opinion: see `Opinion`.
        noise: the difference at which the better one is preferred with odds of e to 1; 0 for a judge who never errs,
            and says so where two are the same to it; infinity for one who answers at random.

    Raises:
        CarerError: the noise is below 0, or not a number.
    """

    opinion: Opinion
    noise: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what is no noise."""
        if not self.noise >= 0.0:
            raise CarerError(f"noise = {self.noise}.", "It must be 0 or more.")

    def answers(self, key: Array, first: Array, second: Array) -> Array:
        """Whether the first is preferred, as in `Preferences`: float32 [N], from both sums of opinions [N]."""
        gap = first - second
        if self.noise == 0.0:
            return jnp.where(jnp.abs(gap) < _TIE, 0.5, gap > 0).astype(jnp.float32)
        return jax.random.bernoulli(key, jax.nn.sigmoid(gap / self.noise)).astype(jnp.float32)

    def asked(self, key: Array, segments: Array, opinions: Array, count: int) -> Preferences:
        """Answers on pairs drawn at random.

        Args:
            key: a typed JAX key.
            segments: float32 [F, L, S].
            opinions: float32 [S], the sums of opinions.
            count: N.

        Raises:
            CarerError: fewer than two segments.

        """
        total = segments.shape[-1]
        if total < 2:
            raise CarerError(f"there are {total} segments to compare.", "Two at least are needed: play more episodes.")
        choosing, answering = jax.random.split(key)
        first, step = jax.random.randint(choosing, (2, count), jnp.array([[0], [1]]), total)
        pairs = jnp.stack([first, (first + step) % total])
        return Preferences(segments, pairs, self.answers(answering, opinions[pairs[0]], opinions[pairs[1]]))


def cut_up(ticks: Array, length: int) -> Array:
    """Episodes cut into segments, one after another: [T, ..., B] -> [..., L, S]; a rest at the end is left out.

    Raises:
        CarerError: an episode is shorter than a segment.

    """
    count = ticks.shape[0] // length
    if not count:
        raise CarerError(
            f"segments of {length} ticks cannot be cut from {ticks.shape[0]}.", "Shorten them, or play on for longer."
        )
    cut = jnp.moveaxis(ticks[: count * length].reshape(count, length, *ticks.shape[1:]), (1, 0), (-3, -2))
    return cut.reshape(*cut.shape[:-2], -1)


def drawn(known: Preferences, key: Array, count: int) -> Preferences:
    """So many of the pairs, drawn at random, and no segments but theirs: [F, L, 2 count]."""
    some = jax.random.randint(key, (count,), 0, known.answers.shape[0])
    segments = known.segments[..., known.pairs[:, some].reshape(-1)]
    return Preferences(segments, jnp.arange(2 * count).reshape(2, count), known.answers[some])


def together(first: Preferences, second: Preferences) -> Preferences:
    """All pairs of both, whose segments are equally long."""
    return Preferences(
        segments=jnp.concatenate([first.segments, second.segments], axis=-1),
        pairs=jnp.concatenate([first.pairs, second.pairs + first.segments.shape[-1]], axis=-1),
        answers=jnp.concatenate([first.answers, second.answers]),
    )


def checked(known: Preferences) -> Preferences:
    """The same, if a reward model can be learned from it; leaves may have axes in front, as those of several seeds.

    Raises:
        CarerError: no pair; features, or answers, that are not finite; in some seed no pair of which one is preferred.

    """
    answers = np.asarray(known.answers)
    if not answers.size:
        raise CarerError("the judge was asked about no pair.", "Ask about one at least.")
    for what, figures in (("features", np.asarray(known.segments)), ("answers", answers)):
        if not np.isfinite(figures).all():
            raise CarerError(f"the {what} of preferences are not all finite.", "A reward model would learn nothing.")
    if ((answers < 0) | (answers > 1)).any():
        raise CarerError("an answer is below 0 or above 1.", "1 prefers the first of a pair, 0 the second.")
    if (answers == 0.5).all(-1).any():
        raise CarerError(
            "the judge saw no difference in any pair.", "Show segments that differ in what it is asked about."
        )
    return known
