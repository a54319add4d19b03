"""The nursery's generations as a chain of agents: the first mother has a seat, and those after her have another.

In the nursery a grown baby takes its mother's seat, and the seat's pay is then for the newcomer's children. Here agent
n is paid for the life of agent n + 1, *The caring drive*'s rule, to its end: also after her child has taken her place.
"""

from dataclasses import dataclass, replace

import jax
import jax.numpy as jnp
from jax import Array

from carer.concepts import CarerError
from carer.worlds.base import Features, Transition, World
from carer.worlds.nursery.family import lives
from carer.worlds.nursery.state import MOTHER, OWN, NurseryState
from carer.worlds.nursery.world import Nursery

HEIR = "heir"
"""The seat of whoever has taken the first mother's place."""


@dataclass(frozen=True)
class Chain(World[NurseryState]):
    """A nursery with `generations`, and the seat `HEIR` behind its own seats. The rules are the nursery's but for pay.

    The first mother is paid for her own life until she has a child, and from then on for that child's life, child or
    mother, until it has died or has itself been followed. The heir's seat is paid the same way for the life of
    whoever holds it and then of that one's child; of a chain's third and later ones it sees to it that they are paid
    as one line. The episode goes on while somebody lives for whom somebody is paid.

    Attributes:
        nursery: with `generations`, real births, and one birth for each mother.

    Raises:
        CarerError: another nursery.
    """

    nursery: Nursery

    def __post_init__(self) -> None:
        """Refuse a nursery without a chain."""
        p = self.nursery.params
        if not p.generations or p.birth != "real" or p.births != 1 or p.fledge_age or p.abandon:
            raise CarerError(
                "this nursery has no chain of mothers.",
                "Make it with generations=True, birth='real', births=1, fledge_age=0 and abandon=False.",
            )

    @property
    def name(self) -> str:
        """What it is called."""
        return "nursery_chain"

    @property
    def seats(self) -> tuple[str, ...]:
        """Those of the nursery, and the heir's."""
        return (*self.nursery.seats, HEIR)

    @property
    def actions(self) -> tuple[str, ...]:
        """Those of the nursery."""
        return self.nursery.actions

    @property
    def observation(self) -> jax.ShapeDtypeStruct:
        """That of the nursery."""
        return self.nursery.observation

    @property
    def horizon(self) -> int:
        """That of the nursery."""
        return self.nursery.horizon

    @property
    def lives(self) -> tuple[int, ...]:
        """One first mother, and as many heirs as there may be after her."""
        mothers, *others = self.nursery.lives
        return (1, *others, mothers - 1)

    def initial(self, episode: Array) -> NurseryState:
        """That of the nursery."""
        return self.nursery.initial(episode)

    def renewed(self, state: NurseryState, fresh: NurseryState) -> NurseryState:
        """As in the nursery."""
        return self.nursery.renewed(state, fresh)

    def transition(self, word: Array, state: NurseryState, action: Array) -> Transition[NurseryState]:
        """The nursery's tick; the mother of the moment does what her seat's action says."""
        acts = jnp.where(state.generation > 0, action[-1], action[MOTHER])
        tick = self.nursery.transition(word, state, action[:-1].at[MOTHER].set(acts))
        payee = (tick.state.generation == 1) & tick.state.alive[MOTHER]
        mother, heir = _paid(tick.state)
        pay = jnp.stack([mother, heir]).astype(jnp.float32) * self.nursery.params.pay
        reward = jnp.concatenate([pay[:1], tick.reward[MOTHER + 1 :], pay[1:]])
        return tick._replace(reward=reward, terminated=tick.terminated & ~payee)

    def view(self, state: NurseryState, seat: int) -> Array:
        """As in the nursery; who is not yet, or no more, the mother sees nothing."""
        if MOTHER < seat < len(self.nursery.seats):
            return self.nursery.view(state, seat)
        there = state.generation == 0 if seat == MOTHER else state.generation > 0
        return jnp.where(there, self.nursery.view(state, MOTHER), jnp.uint32(0))

    def decode(self, observation: Array) -> Features:
        """As in the nursery."""
        return self.nursery.decode(observation)

    def alive(self, state: NurseryState) -> Array:
        """As in the nursery; the mother's body acts for the seat of who she is."""
        bodies, first = self.nursery.alive(state), state.generation == 0
        mother = bodies[MOTHER]
        return jnp.concatenate([(mother & first)[None], bodies[MOTHER + 1 :], (mother & ~first)[None]])

    def action_mask(self, state: NurseryState) -> Array:
        """As in the nursery; an heir can do what a mother can."""
        rows = self.nursery.action_mask(state)
        return jnp.concatenate([rows, rows[MOTHER][None]])

    def holder(self, state: NurseryState) -> Array:
        """Each heir is somebody new in her seat, and the first mother is one and the same to the end."""
        rows = self.nursery.holder(state)
        return jnp.concatenate([rows[MOTHER][None] * 0, rows[MOTHER + 1 :], state.generation[None]])


def chain(nursery: Nursery, adult_age: int, horizon: int) -> Chain:
    """The chain of mothers in a nursery like this one, but with generations, `adult_age` and `horizon`."""
    return Chain(Nursery(replace(nursery.params, generations=True, adult_age=adult_age, horizon=horizon)))


def _paid(s: NurseryState) -> tuple[Array, Array]:
    """How many lives the first mother and the heir are paid for after a tick: int32 [*batch] each."""
    living, own = lives(s), s.alive[MOTHER].astype(jnp.int32)
    has_borne = s.births_left == 0
    of_the_one_there = jnp.where(has_borne, living, own)
    first = jnp.where(s.generation == 0, of_the_one_there, jnp.where(s.generation == 1, own, 0))
    return first, jnp.where(s.generation > 0, of_the_one_there, 0)


def child_lives(s: NurseryState) -> Array:
    """Whether agent 1, the first mother's child, lives, in whichever body: bool [*batch]."""
    return jnp.where(s.generation == 0, s.alive[OWN], (s.generation == 1) & s.alive[MOTHER])
