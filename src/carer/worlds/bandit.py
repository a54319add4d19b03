"""A bandit: k arms, each of which pays 1 with its own probability. The optimum is known."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from carer.worlds.base import EpisodeState, Features, Transition, World
from carer.worlds.counted import chance, draw
from carer.worlds.settings import built, check

_ARM, _PAY = 0, 1


class BanditState(EpisodeState):
    """A moment between two pulls.

    Attributes:
        odds: int32 [arms, *batch], of 65536: what each arm pays.
        last: int32 [*batch], the arm pulled last, -1 before the first pull.
        won: bool [*batch], it paid.
    """

    odds: Array
    last: Array
    won: Array


class BanditTruth(NamedTuple):
    """Attributes: best and pulled, float32 [*batch], what the best arm and the one pulled pay on average."""

    best: Array
    pulled: Array


@dataclass(frozen=True)
class Bandit(World[BanditState]):
    """A k-armed bandit. One sees the arm pulled last and whether it paid.

    Attributes:
        arms: how many.
        pulls: pulls of an episode, which then has ended.
        redrawn: each episode draws what its arms pay, evenly from 0 to 1: finding the best takes a memory. Otherwise
            arm ``i`` of ``k`` always pays with probability ``(i + 1) / (k + 1)``.
    """

    arms: int = 5
    pulls: int = 20
    redrawn: bool = False

    def __post_init__(self) -> None:
        """Refuse what makes no bandit."""
        check("arms", self.arms, 2, 512)
        check("pulls", self.pulls, 1, 10_000)

    @property
    def name(self) -> str:
        """The name under which `make` knows it."""
        return "bandit"

    @property
    def seats(self) -> tuple[str, ...]:
        """One player."""
        return ("player",)

    @property
    def actions(self) -> tuple[str, ...]:
        """An arm each."""
        return tuple(f"arm {arm}" for arm in range(self.arms))

    @property
    def observation(self) -> jax.ShapeDtypeStruct:
        """int32 [2]: the arm pulled last (-1 for none) and whether it paid."""
        return jax.ShapeDtypeStruct((2,), jnp.int32)

    @property
    def horizon(self) -> int:
        """One more than the pulls: an episode is never cut short."""
        return self.pulls + 1

    def initial(self, episode: Array) -> BanditState:
        """No arm pulled yet."""
        none = jnp.zeros(episode.shape[1:], jnp.int32)
        if self.redrawn:
            odds = (draw(episode[0] ^ episode[1], range(self.arms), _ARM) >> 16).astype(jnp.int32)
        else:
            odds = jnp.stack([none + 65536 * (arm + 1) // (self.arms + 1) for arm in range(self.arms)])
        return BanditState(episode, none, none > 0, odds, none - 1, none > 0)

    def transition(self, word: Array, state: BanditState, action: Array) -> Transition[BanditState]:
        """Pull an arm."""
        arm = action[0]
        which = jnp.arange(self.arms).reshape(-1, *(1,) * arm.ndim)
        odds = jnp.where(which == arm, state.odds, 0).sum(0)
        won = chance(draw(word, 0, _PAY), odds)
        after = BanditState(state.episode, state.time + 1, state.over, state.odds, arm, won)
        truth = BanditTruth(state.odds.max(0) / 65536, odds / 65536)
        return Transition(after, won[None].astype(jnp.float32), after.time >= self.pulls, won & False, truth)

    def view(self, state: BanditState, seat: int) -> Array:
        """The last pull."""
        return jnp.stack([state.last, state.won.astype(jnp.int32)])

    def decode(self, observation: Array) -> Features:
        """The arm pulled last as one of `arms`, and whether it paid: flat [arms + 1]."""
        last, won = observation
        which = jnp.arange(self.arms).reshape(-1, *(1,) * last.ndim)
        flat = jnp.concatenate([which == last, won[None] > 0]).astype(jnp.float32)
        return Features(flat, jnp.zeros((0, 0, *last.shape), jnp.float32))


def make(**params: Any) -> Bandit:
    """A bandit; see `Bandit` for its parameters.

    Raises:
        UnknownNameError: no such parameter.
        CarerError: a value out of bounds.

    """
    return built(Bandit, params)
