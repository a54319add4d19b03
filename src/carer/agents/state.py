"""What a learner is made of: one pytree, so that it can be stacked, saved and resumed bit for bit."""

from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import optax
from jax import Array

from carer.agents.config import Hyper, PPOConfig
from carer.agents.moment import Drive
from carer.agents.networks import RecurrentPolicy
from carer.agents.returns import Normaliser
from carer.agents.task import Task
from carer.worlds import Features, World

_ADAM_EPS = 1e-5


class Memory(NamedTuple):
    """What a role of A seats carries from tick to tick in B episodes.

    Attributes:
        hidden: float32 [H, A, B], with which the next tick is met; 0 where it is an episode's first.
        returns: float32 [A, B], what the running episodes have paid so far.
    """

    hidden: Array
    returns: Array


class RoleState(eqx.Module):
    """One role: seats that share a policy.

    Attributes:
        policy: see `RecurrentPolicy`.
        optimiser: the moments of its gradients.
        normaliser: of its returns.
        memory: see `Memory`.
        learned: of each term of its objective what it has learned, see `Drive`; None where nothing.
    """

    policy: RecurrentPolicy
    optimiser: optax.OptState
    normaliser: Normaliser
    memory: Memory
    learned: tuple[Any, ...]


class LearnerState(eqx.Module):
    """A learner between two updates.

    Attributes:
        world: the state of the world [..., B].
        roles: see `RoleState`.
        hyper: see `Hyper`.
        key: the root of all its draws; step t draws from ``fold_in(key, t)``.
        update: int32 [], updates done.
        fault: int32 [], the update whose loss, gradient or reward was not finite; -1 while all is well.
    """

    world: Any
    roles: tuple[RoleState, ...]
    hyper: Hyper
    key: Array
    update: Array
    fault: Array

    @property
    def policies(self) -> tuple[RecurrentPolicy, ...]:
        """The policies, by role."""
        return tuple(role.policy for role in self.roles)


def init(
    config: PPOConfig,
    task: Task,
    key: Array,
    hyper: Hyper | None = None,
    policies: tuple[RecurrentPolicy | None, ...] = (),
) -> LearnerState:
    """A learner that has learnt nothing.

    Args:
        config: see `PPOConfig`.
        task: see `Task`.
        key: a typed JAX key.
        hyper: instead of what `config` says; its leaves may be traced.
        policies: for each role a policy to start from (a frozen role keeps it), or None for a fresh one.

    """
    root, *keys = jax.random.split(key, 2 + len(task.seats))
    hyper = Hyper.of(config, task) if hyper is None else hyper
    given = policies or (None,) * len(task.seats)
    roles = []
    for seats, terms, own, one in zip(task.seats, task.terms, keys[1:], given, strict=True):
        policy: Any = fresh_policy(config, task.world, own) if one is None else one
        size = (len(seats), config.envs)
        roles.append(
            RoleState(
                policy=policy,
                optimiser=optimiser(hyper, hyper.learning_rate).init(policy),
                normaliser=Normaliser.create(),
                memory=Memory(jnp.zeros((policy.width, *size), jnp.float32), jnp.zeros(size, jnp.float32)),
                learned=tuple(
                    term.score.create(task.world, policy, jax.random.fold_in(own, at))
                    if isinstance(term.score, Drive)
                    else None
                    for at, term in enumerate(terms)
                ),
            )
        )
    _, world = task.world.reset(jax.random.split(keys[0], config.envs))
    return LearnerState(world, tuple(roles), hyper, root, jnp.int32(0), jnp.int32(-1))


def fresh_policy(config: PPOConfig, world: World[Any], key: Array) -> RecurrentPolicy:
    """A policy for one seat of `world`, with fresh weights."""
    return RecurrentPolicy.create(
        key,
        feature_shapes(world),
        len(world.actions),
        config.width,
        pool=config.pool,
        recurrent=config.recurrent,
    )


def feature_shapes(world: World[Any]) -> Features:
    """Shapes of a decoded observation of one episode: flat [F, 1] and tokens [K, T, 1]."""
    seen = world.observation
    return jax.eval_shape(world.decode, jax.ShapeDtypeStruct((*seen.shape, 1), seen.dtype))


def optimiser(hyper: Hyper, learning_rate: Array) -> optax.GradientTransformation:
    """Adam behind a limit on the gradient's length. Its state does not depend on the figures given here."""
    return optax.chain(
        optax.clip_by_global_norm(hyper.max_grad_norm),  # pyright: ignore[reportArgumentType]
        optax.scale_by_adam(eps=_ADAM_EPS),
        optax.scale(-learning_rate),  # pyright: ignore[reportArgumentType]
    )
