"""CartPole as in Barto, Sutton and Anderson (1983), with the figures of gymnasium's CartPole-v1."""

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from carer.worlds.base import EpisodeState, Features, Transition, World
from carer.worlds.counted import draw
from carer.worlds.settings import built, check

_GRAVITY, _CART, _POLE, _HALF_LENGTH = 9.8, 1.0, 0.1, 0.5
_FORCE, _TICK = 10.0, 0.02
_FARTHEST, _STEEPEST = 2.4, 12 * 2 * 3.141592653589793 / 360
_START = 0.05


class CartPoleState(EpisodeState):
    """A moment.

    Attributes:
        motion: float32 [4, *batch]: position (m), velocity (m/s), angle (rad), angular velocity (rad/s).
    """

    motion: Array


@dataclass(frozen=True)
class CartPole(World[CartPoleState]):
    """Balance a pole on a cart: 1 for each tick, until it falls over or the cart leaves the track.

    Attributes:
        limit: ticks after which an episode is truncated.
    """

    limit: int = 500

    def __post_init__(self) -> None:
        """Refuse what makes no such world."""
        check("limit", self.limit, 1, 100_000)

    @property
    def name(self) -> str:
        """The name under which `make` knows it."""
        return "cartpole"

    @property
    def seats(self) -> tuple[str, ...]:
        """One balancer."""
        return ("balancer",)

    @property
    def actions(self) -> tuple[str, ...]:
        """Push the cart with 10 N."""
        return ("left", "right")

    @property
    def observation(self) -> jax.ShapeDtypeStruct:
        """float32 [4]; see `CartPoleState.motion`."""
        return jax.ShapeDtypeStruct((4,), jnp.float32)

    @property
    def horizon(self) -> int:
        """Ticks after which an episode is truncated."""
        return self.limit

    def initial(self, episode: Array) -> CartPoleState:
        """Every figure evenly drawn from -0.05 to 0.05."""
        word = episode[0] ^ episode[1]
        unit = (draw(word, range(4), 0) >> 8).astype(jnp.float32) * 2.0**-24
        zero = jnp.zeros(word.shape, jnp.int32)
        return CartPoleState(episode, zero, zero > 0, (2.0 * unit - 1.0) * _START)

    def transition(self, word: Array, state: CartPoleState, action: Array) -> Transition[CartPoleState]:
        """One Euler step."""
        x, x_dot, theta, theta_dot = state.motion
        force = jnp.where(action[0] == 1, _FORCE, -_FORCE)
        sin, cos, mass = jnp.sin(theta), jnp.cos(theta), _CART + _POLE
        pushed = (force + _POLE * _HALF_LENGTH * theta_dot**2 * sin) / mass
        turning = (_GRAVITY * sin - cos * pushed) / (_HALF_LENGTH * (4.0 / 3.0 - _POLE * cos**2 / mass))
        moving = pushed - _POLE * _HALF_LENGTH * turning * cos / mass
        motion = jnp.stack([x, x_dot, theta, theta_dot]) + _TICK * jnp.stack([x_dot, moving, theta_dot, turning])
        fallen = (jnp.abs(motion[0]) > _FARTHEST) | (jnp.abs(motion[2]) > _STEEPEST)
        after = CartPoleState(state.episode, state.time + 1, state.over, motion)
        return Transition(after, jnp.ones_like(motion[:1]), fallen, fallen & False, None)

    def view(self, state: CartPoleState, seat: int) -> Array:
        """The motion, all of it."""
        return state.motion

    def decode(self, observation: Array) -> Features:
        """The motion as it is: flat [4]."""
        return Features(observation, jnp.zeros((0, 0, *observation.shape[1:]), jnp.float32))


def make(**params: Any) -> CartPole:
    """CartPole; see `CartPole` for its parameters.

    Raises:
        UnknownNameError: no such parameter.
        CarerError: a value out of bounds.

    """
    return built(CartPole, params)
