"""Any world as a PettingZoo parallel environment, for learners that are not written in JAX.

::

    env = to_pettingzoo(make("nursery", "standard"), 0)
    observations, infos = env.reset(seed=7)
    while env.agents:
        actions = {agent: env.action_space(agent).sample(infos[agent]["action_mask"]) for agent in env.agents}
        observations, rewards, terminated, truncated, infos = env.step(actions)

PettingZoo itself is imported when `to_pettingzoo` is called, and no sooner.
"""

from typing import TYPE_CHECKING, Any

from jax import Array

from carer.concepts import CarerError
from carer.worlds.base import World

if TYPE_CHECKING:
    from carer.worlds.parallel_env import WorldEnv


def to_pettingzoo(world: World[Any], key: Array | int = 0) -> "WorldEnv":
    """A world as a `pettingzoo.ParallelEnv`, one episode at a time.

    Agents are lives, not seats. One enters when it first acts (a baby at its birth, with the observation after that
    tick) and leaves when it neither acts nor is paid any more; the first seat's stays to the end of the episode,
    for a mother is paid for her child's life beyond her own. PettingZoo allows no agent to come back: who holds a
    seat after another's death is a new agent, ``baby_2`` after ``baby``.

    Args:
        world: see `carer.worlds.make`.
        key: a seed, or a typed JAX key of shape (), for the episodes that `reset` begins without a seed.

    Returns:
        the environment. Observations are numpy arrays of the world's shape and dtype, actions whole numbers, and
        each info holds ``action_mask`` (int8, as `Discrete.sample` takes it) and nothing else: what truly happened
        in the last tick is `env.truth`.

    Raises:
        CarerError: PettingZoo is not installed, or the key is none.

    """
    try:
        from carer.worlds.parallel_env import WorldEnv
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("pettingzoo", "gymnasium"):
            raise
        raise CarerError(
            f"to_pettingzoo needs the package {error.name!r}, which is not installed.",
            "Install the extra that brings it: pip install 'carer[worlds]'.",
        ) from None
    return WorldEnv(world, key)
