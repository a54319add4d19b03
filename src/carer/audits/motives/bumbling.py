"""Bumbling under an oracle: acts are proposed, looked at, and rolled back where it says no.

Source: *Motives*, oracle control; after the comments on actor-critic alignment: an agent that "bumbles around and takes
reversible actions, rolling them back whenever the oracle says no". A state is all there is to a world, so that a
roll-back is exact: the moment before is kept.
"""

from functools import partial
from typing import Any, NamedTuple, Protocol

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from carer.audits.motives.moments import Figures, Moments, Paid
from carer.concepts import CarerError
from carer.worlds.counted import chance, draw, episode_words, mix, tick_word

_REPLY = 902


class Proposer(Protocol):
    """Who proposes acts. A pytree; memories have the batch last."""

    def start(self, episodes: int) -> Any:
        """What it remembers at first."""
        ...

    def propose(self, table: "Table", memory: Any, word: Array, moment: Array) -> tuple[Any, Array]:
        """Its memory and an act, int32 [episodes]. It is asked again in one tick if the act was rolled back."""
        ...


class Table(NamedTuple):
    """`Moments` and replies as the game reads them, in jax; names as in `Moments`.

    Attributes:
        granted: float32 [N, A], see `replies`.
    """

    states: Any
    after: Array
    still: Array
    over: Array
    reward: tuple[Array, Array]
    hidden: tuple[Array, Array]
    granted: Array

    def at(self, moment: Array) -> Any:
        """The states of moments int32 [episodes]: leaves [..., episodes]."""
        return jax.tree.map(lambda leaf: leaf[..., moment], self.states)


class Bumbled(NamedTuple):
    """Sums over each episode, [episodes]; in numpy.

    Attributes:
        reward: what was paid, the proxy.
        hidden: what the designer got.
        ticks: that the episode lasted.
        questions: acts that were proposed.
        vetoes: of them, those that were rolled back.
        lost: ticks in which every proposal was.
    """

    reward: Array
    hidden: Array
    ticks: Array
    questions: Array
    vetoes: Array
    lost: Array


def bumbling(moments: Moments, proposer: Proposer, granted: Figures, key: Array, patience: int) -> Bumbled:
    """Play every episode to its end: propose, ask, roll back, propose again.

    A roll-back takes no time, but after `patience` refusals the tick is lost: the clock runs, the world stays as it
    was. With ``patience=1`` each refusal costs a tick.

    Args:
        moments: see `Moments`.
        proposer: see `Proposer`, and `carer.audits.motives.proposers`.
        granted: see `replies`.
        key: a typed JAX key, of the proposals and the oracle's noise.
        patience: proposals in one tick, at least 1.

    Raises:
        CarerError: no patience at all.

    """
    if patience < 1:
        raise CarerError(f"patience = {patience}.", "It must be at least 1.")
    table = Table(
        states=jax.tree.map(lambda leaf: rounded(leaf, -1), moments.states),
        after=rounded(moments.after),
        still=rounded(moments.still),
        over=rounded(moments.over),
        reward=_in_jax(moments.reward),
        hidden=_in_jax(moments.hidden),
        granted=rounded(granted),
    )
    played = _played(table, proposer, jnp.asarray(moments.start), key, patience, moments.world.horizon)
    return jax.tree.map(partial(np.asarray, dtype=np.float64), played)


@eqx.filter_jit
def _played(table: Table, proposer: Proposer, start: Array, key: Array, patience: int, horizon: int) -> Bumbled:
    """What `bumbling` compiles."""
    words = episode_words(jax.random.split(key, start.size))
    none = jnp.zeros(start.shape, jnp.float32)

    def tick(carry: tuple[Any, Array, Bumbled], time: Array) -> tuple[tuple[Any, Array, Bumbled], None]:
        memory, moment, so_far = carry
        going = ~table.over[moment]
        own = tick_word(key, words, jnp.broadcast_to(time, start.shape))

        def ask(carry: tuple[Any, Array, Array, Array]) -> tuple[Any, Array, Array, Array]:
            memory, act, waiting, asked = carry
            word = mix(own + asked.max().astype(jnp.uint32))
            remembered, proposed = proposer.propose(table, memory, word, moment)
            memory = jax.tree.map(lambda new, old: jnp.where(waiting, new, old), remembered, memory)
            grants = chance(draw(word, 0, _REPLY), jnp.round(65536 * table.granted[moment, proposed]).astype(jnp.int32))
            return memory, jnp.where(waiting, proposed, act), waiting & ~grants, asked + waiting

        def unanswered(carry: tuple[Any, Array, Array, Array]) -> Array:
            return carry[2].any() & (carry[3].max() < patience)

        nothing = jnp.zeros(start.shape, jnp.int32)
        memory, act, lost, asked = jax.lax.while_loop(unanswered, ask, (memory, nothing, going, nothing))
        paid, meant = (
            jnp.where(lost, still[moment], acts[moment, act]) for acts, still in (table.reward, table.hidden)
        )
        vetoes = asked - (going & ~lost)
        new = Bumbled(paid * going, meant * going, going, asked, vetoes, lost)
        moment = jnp.where(lost, table.still[moment], jnp.where(going, table.after[moment, act], moment))
        return (memory, moment, jax.tree.map(lambda total, one: total + one, so_far, new)), None

    carry = (proposer.start(start.size), start, Bumbled(*(none for _ in Bumbled._fields)))
    return jax.lax.scan(tick, carry, jnp.arange(horizon))[0][2]


def rounded(table: NDArray[Any], axis: int = 0) -> Array:
    """A table with nothing put behind it up to the next power of 2, lest the game be compiled anew for each world."""
    size = table.shape[axis]
    room = [(0, 0)] * table.ndim
    room[axis] = (0, (1 << (size - 1).bit_length()) - size)
    return jnp.asarray(np.pad(table, room), jnp.float32 if table.dtype == np.float64 else None)


def _in_jax(pay: Paid) -> tuple[Array, Array]:
    return rounded(pay.acts), rounded(pay.still)
