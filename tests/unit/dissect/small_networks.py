"""Networks with random weights, drawn by numpy: nothing to compile."""

from functools import partial
from typing import Literal

import jax
import jax.numpy as jnp
import numpy as np

from carer.agents import RecurrentPolicy
from carer.worlds import Features

FLAT, TOKEN, ACTIONS = 3, 4, 5


def random_policy(
    key: int = 0, width: int = 6, tokens: int = 2, pool: Literal["max", "sum"] = "max"
) -> RecurrentPolicy:
    shapes = Features(jnp.zeros((FLAT, 1)), jnp.zeros((tokens, TOKEN, 1)))
    create = partial(RecurrentPolicy.create, features=shapes, actions=ACTIONS, width=width, pool=pool)
    rng = np.random.default_rng(key)
    return jax.tree.map(lambda leaf: jnp.asarray(0.6 * rng.normal(size=leaf.shape), jnp.float32), _shape(create))


def _shape(create: partial[RecurrentPolicy]) -> RecurrentPolicy:
    return jax.eval_shape(create, jax.random.key(0))
