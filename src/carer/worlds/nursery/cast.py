"""A nursery with every seat played by a script."""

from collections.abc import Callable
from functools import partial

import jax
import jax.numpy as jnp
from jax import Array

from carer.worlds.nursery.brains import scripted_babies
from carer.worlds.nursery.mothers import scripted
from carer.worlds.nursery.params import NurseryParams
from carer.worlds.nursery.state import MOTHER, NurseryState, put
from carer.worlds.nursery.world import Nursery


def scripted_cast(world: Nursery, mother: str = "all_skills") -> Callable[[Array, NurseryState], Array]:
    """Everybody by script, ``(word, state) -> int32 [agents, *batch]``: a mother, and babies as the world has them.

    Args:
        world: a nursery; with the brain ``policy`` its babies need such actions, else they are ignored.
        mother: see `carer.worlds.nursery.mothers.scripted`.

    Raises:
        UnknownNameError: no such mother.

    """
    scripted(mother)
    return partial(_act, world.params, mother)


@partial(jax.jit, static_argnums=(0, 1))
def _act(p: NurseryParams, mother: str, word: Array, state: NurseryState) -> Array:
    babies = scripted_babies(p, word, state).astype(jnp.int32)
    return put(babies, MOTHER, scripted(mother)(p, word, state))[: p.agents]
