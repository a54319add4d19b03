"""What seldom happens, computed for the few worlds in which it does."""

from collections.abc import Callable
from functools import reduce
from typing import Any, TypeVar

import jax
import jax.numpy as jnp
from jax import Array
from jax.custom_batching import custom_vmap

from carer.worlds.compiling import settled

I = TypeVar("I")  # noqa: E741 - inputs
O = TypeVar("O")  # noqa: E741 - outputs

GROUP = 16
"""Worlds that share one place; two of a group that are due in one tick take turns."""
_SMALL = 64


def where_rare(due: Array, compute: Callable[[I], O], inputs: I, otherwise: O) -> O:
    """``where(due, compute(inputs), otherwise)``, at a sixteenth of the cost of `compute` where few are due.

    A batch stands in rows of `GROUP` worlds; of each row the first that is due is computed, then the next, until
    none is left. No gather and no scatter: both are slow on CPUs.

    Args:
        due: bool [*batch].
        compute: works on any batch, world by world.
        inputs: a tree of arrays [..., *batch].
        otherwise: a tree of arrays [..., *batch], as `compute` returns it.

    """

    def choose(mask: Array, new: O, old: O) -> O:
        return jax.tree.map(lambda one, other: jnp.where(mask, one, other), new, old)

    if due.ndim != 1 or due.size < _SMALL or due.size % GROUP:
        return jax.lax.cond(due.any(), lambda old: choose(due, compute(inputs), old), lambda old: old, otherwise)
    rows = (GROUP, due.size // GROUP)

    def turn(carry: tuple[Array, O]) -> tuple[Array, O]:
        left, so_far = carry
        waiting = left.reshape(rows)
        free, first = jnp.ones(rows[1], bool), []
        for at in range(GROUP):
            first.append(waiting[at] & free)
            free = free & ~waiting[at]
        now = settled(jnp.stack(first))

        def of_first(leaf: Array) -> Array:
            parts = leaf.reshape(*leaf.shape[:-1], *rows)
            # Every place computes something; where nobody is due it is the first world's, and is not used.
            return reduce(lambda kept, at: jnp.where(now[at], parts[..., at, :], kept), range(GROUP), parts[..., 0, :])

        made = settled(compute(settled(jax.tree.map(of_first, inputs))))

        def merged(new: Array, old: Array) -> Array:
            parts = old.reshape(*old.shape[:-1], *rows)
            return jnp.where(now, new[..., None, :], parts).reshape(old.shape)

        return left & ~now.reshape(left.shape), jax.tree.map(merged, made, so_far)

    return jax.lax.while_loop(lambda carry: carry[0].any(), turn, (due, otherwise))[1]


@custom_vmap
def anywhere(mask: Array) -> Array:
    """Whether any entry of a mask is true; under `jax.vmap`, of any learner's mask.

    `jax.lax.cond` with a batched predicate computes both branches every time. A predicate from here is never batched,
    so that what is rarely needed costs nothing while no learner needs it; the branch itself must select.
    """
    return mask.any()


@anywhere.def_vmap
def _anywhere(size: int, batched: list[bool], mask: Array) -> tuple[Any, bool]:
    del size, batched
    return anywhere(mask), False
