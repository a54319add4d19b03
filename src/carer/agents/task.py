"""What is learned: a world, who learns in it, what for, and how it grows harder."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import jax.numpy as jnp
from jax import Array

from carer.agents.moment import Drive, Moment
from carer.concepts import CarerError, RewardKind, RewardTerm
from carer.worlds import Transition, World

NOT_LEARNED = -1

WorldScore = Callable[[Transition[Any]], Array]
"""The raw rewards of one tick: float32 [agents, *batch]."""
WorldTerm = RewardTerm[WorldScore | Drive]
Curriculum = Callable[[Any, Array], Any]
"""``(state of the world, progress from 0 to 1) -> state``, called before each rollout."""
FixedPolicy = Callable[[Array, Any], Array]
"""``(word uint32 [*batch] to draw from, state of the world) -> int32 [agents, *batch]``."""


def paid_by_the_world(tick: Transition[Any]) -> Array:
    """The world's own reward."""
    return tick.reward


OWN_REWARD: tuple[WorldTerm, ...] = (RewardTerm("reward", RewardKind.EXTRINSIC, paid_by_the_world),)
"""The objective of a role that is given no other."""


@dataclass(frozen=True)
class Task:
    """A world with its learners. Frozen and hashable: `jax.jit` takes it as a static argument.

    Attributes:
        world: see `World`.
        roles: for each seat, the number of its role: seats of one role share a policy, roles share nothing.
            `NOT_LEARNED` for a seat that `others` plays. Empty: all seats are of role 0.
        objectives: for each role, the terms it is paid by. Empty: the world's own reward.
        frozen: roles that act with the policy they are given and never learn.
        others: plays the seats that are not learned; action 0 by default.
        curriculum: sets the world's difficulty; only the world and its start state, never a reward.

    Raises:
        CarerError: roles, objectives or frozen roles that do not fit each other.
    """

    world: World[Any]
    roles: tuple[int, ...] = ()
    objectives: tuple[tuple[WorldTerm, ...], ...] = ()
    frozen: tuple[int, ...] = ()
    others: FixedPolicy | None = None
    curriculum: Curriculum | None = None

    def __post_init__(self) -> None:
        """Check that the parts fit."""
        names = ", ".join(self.world.seats)
        if self.roles and len(self.roles) != len(self.world.seats):
            raise CarerError(f"roles has {len(self.roles)} entries.", f"It needs one for each seat: {names}.")
        numbers = sorted(set(self.roles or (0,)) - {NOT_LEARNED})
        if numbers != list(range(len(numbers))) or not numbers:
            raise CarerError(
                f"roles = {self.roles}.", f"Number them 0, 1, ... without a gap; {NOT_LEARNED} is a seat not learned."
            )
        if self.objectives and len(self.objectives) != len(numbers):
            raise CarerError(f"objectives has {len(self.objectives)} entries.", f"There are {len(numbers)} roles.")
        if not set(self.frozen) < set(numbers):
            raise CarerError(f"frozen = {self.frozen}.", f"Of the roles {numbers} at least one must learn.")

    @cached_property
    def seats(self) -> tuple[tuple[int, ...], ...]:
        """For each role, its seats."""
        roles = self.roles or (0,) * len(self.world.seats)
        return tuple(tuple(seat for seat, own in enumerate(roles) if own == role) for role in range(max(roles) + 1))

    @cached_property
    def terms(self) -> tuple[tuple[WorldTerm, ...], ...]:
        """For each role, the terms of its objective."""
        return self.objectives or (OWN_REWARD,) * len(self.seats)

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """For each role, the name of its first seat, under which its figures are logged."""
        return tuple(self.world.seats[seats[0]] for seats in self.seats)

    @cached_property
    def learning(self) -> tuple[int, ...]:
        """The roles that learn."""
        return tuple(role for role in range(len(self.seats)) if role not in self.frozen)


def scores(terms: Sequence[WorldTerm], moments: Sequence[Moment[Any]]) -> Array:
    """The raw rewards of a role's seats by each term, from the moment as each meets it: float32 [terms, A, *batch].

    Raises:
        CarerError: a term's score has another shape than [agents, *batch].

    """
    found = []
    for term, moment in zip(terms, moments, strict=True):
        raw = term.score.score(moment) if isinstance(term.score, Drive) else term.score(moment.tick)
        wanted = moment.tick.reward.shape
        if raw.shape != wanted:
            raise CarerError(
                f"reward term {term.name!r} scores {list(raw.shape)}.",
                f"It must score every agent of every episode: {list(wanted)}.",
            )
        found.append(jnp.stack([raw[seat] for seat in moment.reader.seats]).astype(jnp.float32))
    return jnp.stack(found)
