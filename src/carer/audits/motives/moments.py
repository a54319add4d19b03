"""Every moment of a small world that can be reached, found by exhaustive search of its own step.

A moment is a state and its tick. Where a tick draws, each episode is laid out with its own draws, so that whoever
plans over its moments knows beforehand what will be drawn.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from carer.concepts import CarerError
from carer.worlds import Transition, World

Figures = NDArray[np.float64]
Places = NDArray[np.int64]
Hidden = Callable[[Transition[Any]], Array]
"""What the designer meant by a tick, float32 [*batch]: read off its truth, never off its reward."""
_SMALLEST = 512
"""States are expanded at least so many at a time, lest a program be compiled for each size."""


class Paid(NamedTuple):
    """What acts pay: their own pay [moments, acts], and that of a lost tick [moments]."""

    acts: Figures
    still: Figures


class Moments(NamedTuple):
    """A world laid out: N moments in the order of their ticks, A acts.

    Attributes:
        world: with one seat.
        states: of the moments, stacked: leaves [..., N].
        start: int [episodes], the moment at which each begins.
        after: int [N, A], the moment after an act. Where all is over, the moment itself.
        still: int [N], the moment after a lost tick: all but the clock is as it was.
        over: bool [N].
        same: int [N], equal where two moments differ by the clock alone.
        layers: int [ticks + 1], where each tick's moments begin, and N at the end.
        reward: the proxy. An act that ended an episode was paid; nothing is paid after it.
        hidden: what the designer meant.
    """

    world: World[Any]
    states: Any
    start: Places
    after: Places
    still: Places
    over: NDArray[np.bool_]
    same: Places
    layers: Places
    reward: Paid
    hidden: Paid


class _Layer(NamedTuple):
    """The moments of one tick; acts and pay [moments, acts], where all is over 0."""

    states: Any
    after: Places
    still: Places
    reward: Figures
    hidden: Figures


def performance(tick: Transition[Any]) -> Array:
    """The hidden performance of the classic worlds."""
    return tick.truth.performance


def lay_out(
    world: World[Any],
    key: Array,
    episodes: int,
    *,
    hidden: Hidden = performance,
    draws: bool = False,
    most: int = 2_000_000,
) -> Moments:
    """Search a world from the beginnings of its episodes to their ends.

    A lost tick, in which all stays as it is, pays what an act pays there that changes nothing but the clock; where no
    act is such, the median of what acts pay there. So a world that charges for time charges for lost time.

    Args:
        world: with one seat.
        key: a typed JAX key; the episodes are those that `carer.worlds.trial.trial` plays with it.
        episodes: how many.
        hidden: see `Hidden`.
        draws: whether ticks draw. If so each episode has moments of its own; else episodes share them.
        most: moments in all.

    Raises:
        CarerError: more seats than one; more moments than `most`; or, with `draws` off, two draws that lead apart.

    """
    if len(world.seats) != 1:
        raise CarerError(f"{world.name} has {len(world.seats)} seats.", "Only a world with one seat can be laid out.")
    _, begun = world.reset(jax.random.split(key, episodes))
    if not draws:
        begun = eqx.tree_at(lambda one: one.episode, begun, jnp.zeros_like(begun.episode))
    states, start = _distinct(jax.tree.map(np.asarray, begun))
    layers, bounds = [], [0]
    while True:
        bounds.append(bounds[-1] + states.over.size)
        if bounds[-1] > most:
            raise CarerError(f"{world.name} has more than {most:,} moments.", "Shorten its episodes.")
        layer, states = _searched(world, states, bounds[-2], partial(_expanded, world, hidden, draws, key))
        layers.append(layer)
        if states is None:
            return _joined(world, layers, start, np.array(bounds))


def _searched(world: World[Any], states: Any, first: int, expand: Callable[[Any], Any]) -> tuple[_Layer, Any]:
    """The layer of `states`, the number of its first moment being `first`, and the states of the next; None at last."""
    size, acts = states.over.size, len(world.actions)
    own = first + np.arange(size)
    live = np.flatnonzero(~states.over)
    layer = _Layer(states, np.tile(own[:, None], acts), own, np.zeros((size, acts)), np.zeros((size, acts)))
    if not live.size:
        return layer, None
    padded = np.resize(live, max(_SMALLEST, 1 << int(live.size - 1).bit_length()))
    after, reward, hidden, steady = jax.tree.map(
        lambda leaf: np.asarray(leaf)[..., : live.size], expand(jax.tree.map(lambda leaf: leaf[..., padded], states))
    )
    if not steady.all():
        raise CarerError(f"ticks of {world.name} draw.", "Lay it out with draws=True.")
    # Of each act in turn, and of the lost tick last: [..., acts + 1, live] as one batch.
    following, place = _distinct(
        jax.tree.map(lambda leaf: leaf.reshape(*leaf.shape[:-2], (acts + 1) * live.size), after)
    )
    place = first + size + place.reshape(acts + 1, live.size)
    layer.after[live], layer.still[live] = place[:-1].T, place[-1]
    layer.reward[live], layer.hidden[live] = reward.T, hidden.T
    return layer, following


@partial(jax.jit, static_argnums=(0, 1, 2))
def _expanded(world: World[Any], hidden: Hidden, draws: bool, key: Array, states: Any) -> tuple[Any, ...]:
    """States after each act and a lost tick [..., acts + 1, n], pay and hidden [acts, n]; no draw moved them, [n]."""
    acts = jnp.broadcast_to(jnp.arange(len(world.actions))[:, None, None], (len(world.actions), 1, *states.time.shape))

    def ticks(key: Array) -> Transition[Any]:
        return jax.vmap(lambda act: world.advance(key, states, act), out_axes=-2)(acts)

    tick = ticks(key)
    lost = eqx.tree_at(lambda one: one.time, states, states.time + 1)
    lost = eqx.tree_at(lambda one: one.over, lost, lost.time >= world.horizon)
    after = jax.tree.map(lambda found, one: jnp.concatenate([found, one[..., None, :]], -2), tick.state, lost)
    meant = jnp.broadcast_to(hidden(tick), tick.terminated.shape)
    if draws:
        return after, tick.reward[0], meant, jnp.ones(states.time.shape, bool)
    again = ticks(jax.random.fold_in(key, 1))
    drawn = [(one.state, one.reward, hidden(one)) for one in (tick, again)]
    equal = jax.tree.map(lambda one, two: (one == two).reshape(-1, one.shape[-1]).all(0), *drawn)
    return after, tick.reward[0], meant, jnp.stack(jax.tree.leaves(equal)).all(0)


def _joined(world: World[Any], layers: list[_Layer], start: Places, bounds: Places) -> Moments:
    states = jax.tree.map(lambda *leaves: np.concatenate(leaves, -1), *(layer.states for layer in layers))
    after, still = (np.concatenate([getattr(layer, name) for layer in layers]) for name in ("after", "still"))
    reward, hidden = (np.concatenate([getattr(layer, name) for layer in layers]) for name in ("reward", "hidden"))
    timeless = eqx.tree_at(lambda one: (one.time, one.over), states, (np.zeros_like(states.time),) * 2)
    same = _distinct(timeless)[1]
    idle = (same[after] == same[:, None]) & ~states.over[:, None]
    return Moments(
        *(world, states, start, after, still, states.over, same, bounds),
        reward=Paid(reward, _when_idle(reward, idle, states.over)),
        hidden=Paid(hidden, _when_idle(hidden, idle, states.over)),
    )


def _when_idle(pay: Figures, idle: NDArray[np.bool_], over: NDArray[np.bool_]) -> Figures:
    """What a lost tick pays; see `lay_out`."""
    count = idle.sum(1)
    own = np.where(count > 0, (pay * idle).sum(1) / np.maximum(count, 1), np.median(pay, 1))
    return np.where(over, 0.0, own)


def _distinct(states: Any) -> tuple[Any, Places]:
    """The states [..., n] without repetition [..., m], and for each of the n which of the m it is."""
    leaves = [leaf.reshape(-1, leaf.shape[-1]) for leaf in jax.tree.leaves(states) if leaf.size]
    rows = np.ascontiguousarray(np.concatenate([leaf.astype(np.int64) for leaf in leaves]).T)
    whole = rows.view(np.dtype((np.void, rows.itemsize * rows.shape[1])))[:, 0]
    _, first, place = np.unique(whole, return_index=True, return_inverse=True)
    return jax.tree.map(lambda leaf: np.asarray(leaf)[..., first], states), place.ravel()
