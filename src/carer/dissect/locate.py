"""Locating: which units a figure rests on, found by holding each at its mean; and random units to compare with."""

from collections.abc import Callable
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from carer.agents.networks import RecurrentPolicy
from carer.agents.seated import Seated
from carer.agents.stacking import one_of
from carer.concepts import CarerError
from carer.dissect.edit import clamped
from carer.worlds.nursery import Nursery
from carer.worlds.nursery.trial import Measure, trial

_DRAWS = 256


class Effects(NamedTuple):
    """What the units of a site are good for.

    Attributes:
        intact: the figure of the whole mother.
        lost: float64 [units], how much of it is gone where a unit tells nothing any more.
    """

    intact: float
    lost: NDArray[np.float64]


def ablations(
    world: Nursery,
    policy: RecurrentPolicy,
    site: str,
    mean: NDArray[np.float32],
    key: Array,
    episodes: int,
    measure: Measure,
    read: Callable[[Any], float],
) -> Effects:
    """Hold each unit of a site at its mean, one at a time, in the same episodes.

    Args:
        world: the nursery.
        policy: hers.
        site: one of `carer.dissect.edit.EDITABLE`.
        mean: float32 [units].
        key: a typed JAX key, of the episodes.
        episodes: of each unit.
        measure: see `Measure`; a module's function.
        read: its sums over each episode, in numpy, as one figure.

    Raises:
        UnknownNameError: no such site.

    """
    width = policy.width
    nobody_first = jnp.concatenate([jnp.zeros((1, width), bool), jnp.eye(width, dtype=bool)])
    edits = jax.vmap(lambda unit: clamped(policy, site, unit, jnp.asarray(mean)))(nobody_first)
    sums = jax.tree.map(np.asarray, sweep(world, edits, key, episodes, measure))
    figures = np.array([read(one_of(sums, at)) for at in range(1 + width)])
    return Effects(float(figures[0]), figures[0] - figures[1:])


@eqx.filter_jit
def sweep(world: Nursery, policies: RecurrentPolicy, key: Array, episodes: int, measure: Measure) -> Any:
    """What a stack of policies does in the same episodes: the sums of `measure`, [policies, ..., episodes]."""
    return jax.vmap(lambda one: trial(world, Seated(one), key, episodes, measure))(policies)


def top(relevance: NDArray[np.float64], count: int) -> NDArray[np.bool_]:
    """The `count` most relevant units: bool [units].

    Raises:
        CarerError: there are not as many.

    """
    if not 0 <= count <= relevance.size:
        raise CarerError(f"{count} of {relevance.size} units.", "Ask for no more than there are.")
    chosen = np.zeros(relevance.size, bool)
    chosen[np.argsort(-relevance, kind="stable")[:count]] = True
    return chosen


def random_like(units: NDArray[np.bool_], weight: NDArray[np.floating], seed: int) -> NDArray[np.bool_]:
    """As many random units that weigh about as much together: bool [units].

    Of 256 random sets the one whose summed `weight` [units] is nearest to that of `units`. Relevant units may be
    among them: they are random. Only `units` themselves are not drawn, where there are others.
    """
    rng = np.random.default_rng(seed)
    sets = rng.permuted(np.tile(np.arange(units.size) < units.sum(), (_DRAWS, 1)), axis=1)
    others = sets[(sets != units).any(1)]
    sets = others if len(others) else sets
    return sets[np.argmin(np.abs(sets @ weight - units @ weight))]
