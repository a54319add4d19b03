"""What a reward may look at: a tick, what stood before it, and the acting role's own network as it is now."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

import jax.numpy as jnp
from jax import Array

from carer.agents.networks import RecurrentPolicy
from carer.worlds import Transition, World

W = TypeVar("W", bound=World[Any])


@dataclass(frozen=True)
class Reader:
    """The network of a role of A seats, to read the world as a tick has left it, from any seat.

    It reads with the memory that each of the role's seats has by then: one look from another's place, by somebody who
    has lived her own life. Nothing is computed until it is asked for.

    Attributes:
        world: decodes what is seen.
        policy: the role's, as it acts in this rollout.
        seats: the role's.
        hidden: float32 [H, A, B], the memories.
        state: the state of the world after the tick.
    """

    world: World[Any]
    policy: RecurrentPolicy
    seats: Sequence[int]
    hidden: Array
    state: Any

    def activations(self, site: str, seat: int | None = None) -> Array:
        """What passes a site of `carer.agents.SITES` when the world is read from a seat: float32 [units, A, B].

        Args:
            site: where in the network.
            seat: whose place it is read from, the perspective switch S; None for each seat of the role from its own.

        """
        found: dict[str, Array] = {}

        def noted(name: str, activations: Array) -> Array:
            found[name] = activations
            return activations

        views = [self.world.view(self.state, own if seat is None else seat) for own in self.seats]
        seen = jnp.concatenate(views, axis=-1)  # the seats one after another, as the memories are laid flat
        self.policy(self.hidden.reshape(self.hidden.shape[0], -1), self.world.decode(seen), noted)
        return found[site].reshape(-1, *self.hidden.shape[1:])

    def paid(self, values: Array) -> Array:
        """What the role's seats are paid, float32 [A, B], as a score of every agent: 0 for the others, [agents, B]."""
        rows = {seat: values[at] for at, seat in enumerate(self.seats)}
        nothing = jnp.zeros_like(values[0])
        return jnp.stack([rows.get(seat, nothing) for seat in range(len(self.world.seats))])


class Moment(NamedTuple, Generic[W]):
    """One tick, as a drive of a role meets it.

    Attributes:
        world: the world it happened in.
        before: the state before the tick.
        word: uint32 [*batch], what the tick's draws descended from.
        action: int32 [agents, *batch], what was asked of the world; a world's script may move some seats otherwise.
        tick: see `Transition`.
        reader: see `Reader`.
        learned: what the drive has learned so far; None where it learns nothing.
    """

    world: W
    before: Any
    word: Array
    action: Array
    tick: Transition[Any]
    reader: Reader
    learned: Any


class Drive(ABC):
    """A score that needs more than the tick. Frozen and hashable, as all of a task is; what it learns is elsewhere.

    A drive may have learned parts of its own. They are trained after each rollout, apart from the policy, and are a
    part of the learner: stacked, saved and resumed with it.
    """

    @abstractmethod
    def score(self, moment: Moment[Any]) -> Array:
        """The raw rewards of one tick: float32 [agents, *batch]."""

    def create(self, world: World[Any], policy: RecurrentPolicy, key: Array) -> Any:
        """The learned parts before any learning: a tree of arrays, None where there are none."""
        del world, policy, key

    def keep(self, moment: Moment[Any]) -> Any:
        """What is learned from, of one tick: a tree of arrays, the batch last."""
        del moment

    def learn(self, world: World[Any], learned: Any, kept: Any, key: Array) -> tuple[Any, dict[str, Array]]:
        """The learned parts after a rollout, which was kept with a leading axis [T], and figures to log."""
        del world, kept, key
        return learned, {}
