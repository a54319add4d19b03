"""Several learners at once: stacked on a leading axis, they advance in one program or in as many threads as cores."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from operator import itemgetter
from typing import Any

import jax
import jax.numpy as jnp


def one_of(stack: Any, at: int) -> Any:
    """One tree of a stack."""
    return jax.tree.map(itemgetter(at), stack)


def side_by_side(function: Callable[[Any], Any], stack: Any) -> Callable[[Any], Any]:
    """Compile a function of one learner as a function of a stack of them.

    A GPU is given one program for all of them. On a CPU the matrix products of one learner seldom keep more than one
    core busy, and batched ones no more of them: there each learner runs by itself, in a thread for each core.

    Args:
        function: pure, of one tree to one tree.
        stack: the trees it will be called with, stacked: every leaf has a leading axis.

    """
    if jax.default_backend() != "cpu":
        return jax.jit(jax.vmap(function))
    size = jax.tree.leaves(stack)[0].shape[0]
    apart = jax.jit(lambda trees: [one_of(trees, at) for at in range(size)])
    together = jax.jit(lambda trees: jax.tree.map(lambda *leaves: jnp.stack(leaves), *trees))
    alone = jax.jit(function).lower(jax.eval_shape(apart, stack)[0]).compile()

    def advance(stack: Any) -> Any:
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return together(list(pool.map(lambda one: jax.block_until_ready(alone(one)), apart(stack))))

    return advance
