"""Who proposes to an oracle: by chance, by a plan that is exact, or as any player of a world does."""

from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jax import Array

from carer.audits.motives.bumbling import Table, rounded
from carer.audits.motives.moments import Figures
from carer.worlds.counted import below, draw
from carer.worlds.trial import Player

_ACT, _TIE = 903, 904
_EQUAL = 1e-3
"""Acts whose scores differ by less are worth the same."""


class Bumbler(eqx.Module):
    """Proposes any act, each time anew: no plan, no memory."""

    def start(self, episodes: int) -> tuple[()]:
        """Nothing."""
        del episodes
        return ()

    def propose(self, table: Table, memory: tuple[()], word: Array, moment: Array) -> tuple[tuple[()], Array]:
        """Any act."""
        del moment
        return memory, below(draw(word, 0, _ACT), table.after.shape[1])


class Seeing(eqx.Module):
    """A player of `carer.worlds.trial` who proposes. Asked again, it decides anew from what it remembered before."""

    player: Player
    world: Any = eqx.field(static=True)

    def start(self, episodes: int) -> tuple[Any, Any, Array]:
        """The memory before the tick and after it, and the tick."""
        empty = self.player.start(episodes)
        return empty, empty, jnp.full(episodes, -1, jnp.int32)

    def propose(self, table: Table, memory: tuple[Any, Any, Array], word: Array, moment: Array) -> tuple[Any, Array]:
        """What the player does."""
        state = table.at(moment)
        before, after, at = memory
        again = state.time == at
        before = jax.tree.map(lambda old, new: jnp.where(again, old, new), before, after)
        after, act = self.player.act(self.world, before, word, state)
        return (before, after, state.time), act


class Refused(NamedTuple):
    """What a planner remembers: the tick, int32 [episodes], and which acts were undone in it, bool [A, episodes]."""

    tick: Array
    acts: Array


class Ranked(eqx.Module):
    """Proposes the act with the highest score; of equals, any.

    Attributes:
        scores: float32 [N, A] or more rows, what each act is worth to it at each moment.
        insists: proposes it again if it was refused; otherwise the next best, until all were, and then the best again.
    """

    scores: Array
    insists: bool = eqx.field(static=True, default=False)

    @classmethod
    def by(cls, scores: Figures, *, insists: bool = False) -> "Ranked":
        """A planner by its scores [moments, acts]; see `carer.audits.motives.lookahead.scores`."""
        return cls(rounded(scores), insists)

    def start(self, episodes: int) -> Refused:
        """Nothing was refused."""
        return Refused(jnp.full(episodes, -1, jnp.int32), jnp.zeros((self.scores.shape[1], episodes), bool))

    def propose(self, table: Table, memory: Refused, word: Array, moment: Array) -> tuple[Refused, Array]:
        """The best act of those that are left."""
        tick, acts = table.at(moment).time, self.scores.shape[1]
        refused = memory.acts & (memory.tick == tick) & (not self.insists)
        refused = refused & ~refused.all(0)
        worth = jnp.where(refused, -jnp.inf, self.scores[moment].T)
        chances = (draw(word, range(acts), _TIE) >> 9).astype(jnp.float32)
        act = jnp.argmax(jnp.where(worth >= worth.max(0) - _EQUAL, chances, -1.0), axis=0).astype(jnp.int32)
        now = jnp.arange(acts)[:, None] == act
        return Refused(tick, refused | now), act
