"""What a daughter has when she becomes the mother: her own body, and nothing of her mother's. Checked, not assumed."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from carer.agents import Decision, RecurrentPolicy, Task, act, allowed, look
from carer.agents.acting import play, remembered
from carer.concepts import CarerError
from carer.worlds.counted import tick_word
from carer.worlds.nursery import NurseryState
from carer.worlds.nursery.chain import HEIR, Chain, child_lives
from carer.worlds.nursery.state import MOTHER, OWN

_BODY = ("x", "y", "energy", "health", "warmth", "hurt", "age", "ill", "looks", "scent")


# Nobody hungers and nothing harms: whoever is born grows up, unless it is carried, however little its mother can do.
_SHELTER = ("mother_burn", "baby_burn", "carry_cost", "mother_pit", "baby_pit", "bite", "freezing", "wrong_food")


class Succession(NamedTuple):
    """How the chains of E episodes went on.

    Attributes:
        successions: int32 [E], how often a daughter took her mother's place.
        child: int32 [E], ticks that the first mother's child lived as a child.
        mother: int32 [E], ticks that the same one lived on as a mother.
        broken: for each part of what a daughter has, int32 [E], the successions at which it was not her own.
    """

    successions: Array
    child: Array
    mother: Array
    broken: dict[str, Array]


def chains(task: Task, policies: Sequence[RecurrentPolicy], key: Array, episodes: int) -> Succession:
    """Let chains of mothers live with frozen weights, and look at each succession, in numpy.

    Args:
        task: of a `Chain`; its curriculum is not applied.
        policies: one for each role.
        key: a typed JAX key; the same key gives the same nurseries.
        episodes: how many, side by side, each to its end.

    Raises:
        CarerError: a daughter had something that was not her own, a default or her mother's; the parts are named.

    """
    found: Succession = jax.tree.map(np.asarray, _lived(task, tuple(policies), key, episodes))
    wrong = {name: int(count.sum()) for name, count in found.broken.items() if count.any()}
    if wrong:
        parts = ", ".join(f"{name} ({count} times)" for name, count in wrong.items())
        raise CarerError(
            f"at {int(found.successions.sum())} successions a daughter did not have her own {parts}.",
            "Mend the world's succession, or its `holder`, by which memories are emptied.",
        )
    return found


def sheltered(world: Chain) -> Chain:
    """The same chain where children grow up even without care, so that there are successions to look at."""
    params = replace(world.nursery.params, **dict.fromkeys(_SHELTER, 0.0))
    return Chain(replace(world.nursery, params=params))


@partial(jax.jit, static_argnums=(0, 3))
def _lived(task: Task, policies: tuple[RecurrentPolicy, ...], key: Array, episodes: int) -> Succession:
    world: Any = task.world
    _, state = world.reset(jax.random.split(key, episodes))
    memory = tuple(
        jnp.zeros((policy.width, len(seats), episodes), jnp.float32)
        for policy, seats in zip(policies, task.seats, strict=True)
    )

    def tick(carry: tuple[NurseryState, tuple[Array, ...]], at: Array) -> tuple[Any, Succession]:
        state, memory = carry
        own = jax.random.fold_in(key, at)
        decisions = [
            act(
                policy,
                world,
                hidden,
                look(world, state, seats),
                allowed(world, state, seats),
                jax.random.fold_in(own, role),
            )
            for role, (policy, hidden, seats) in enumerate(zip(policies, memory, task.seats, strict=True))
        ]
        after, going = play(task, state, key, decisions), ~state.over
        kept = tuple(
            remembered(world, state, after.state, seats, decision.hidden)
            for seats, decision in zip(task.seats, decisions, strict=True)
        )
        child = child_lives(after.state) & going
        succeeded = after.truth.succeeded & going
        word = tick_word(key, state.episode, state.time)
        broken = _not_her_own(task, word, state, decisions, after.state) | {"memory": _remembers(task, kept)}
        found = Succession(
            succeeded,
            child & (after.state.generation == 0),
            child & (after.state.generation > 0),
            {name: succeeded & bad for name, bad in broken.items()},
        )
        state = jax.tree.map(lambda new, old: jnp.where(going, new, old), after.state, state)
        return (state, kept), found

    found = jax.lax.scan(tick, (state, memory), jnp.arange(world.horizon))[1]
    return jax.tree.map(lambda flags: flags.sum(0, dtype=jnp.int32), found)


def _not_her_own(
    task: Task, word: Array, before: NurseryState, decisions: Sequence[Decision], after: NurseryState
) -> dict[str, Array]:
    """For each part, where the mother's seat does not hold what the daughter brings: bool [E].

    Her body is what it would be in the same tick of the same nursery without generations, where she is a baby still:
    draws are counted, so nothing else differs. Hands, arms, cue and children are nobody's yet.
    """
    nursery = task.world.nursery  # pyright: ignore[reportAttributeAccessIssue]
    at_home = replace(nursery, params=replace(nursery.params, generations=False))
    chosen = {
        seat: decision.action[at]
        for seats, decision in zip(task.seats, decisions, strict=True)
        for at, seat in enumerate(seats)
    }
    action = jnp.zeros((len(nursery.seats), *before.time.shape), jnp.int32)
    action = action.at[MOTHER].set(jnp.where(before.generation > 0, chosen[len(nursery.seats)], chosen[MOTHER]))
    still = at_home.transition(word, before, action).state
    broken = {part: jnp.any(_rows(after, part, MOTHER) != _rows(still, part, OWN), axis=0) for part in _BODY}
    own_child = after.alive[OWN].astype(jnp.int32)  # born in the very tick, where `birth_from` is 0
    return broken | {
        "food": after.food != 0,
        "arms": after.carried != 0,
        "cue": after.cue & ~after.alive[OWN],
        "births": after.births_left + own_child != nursery.params.births,
        "children": jnp.any(after.away != 0, axis=0),
    }


def _rows(s: NurseryState, part: str, body: int) -> Array:
    """What a body has of a part: [words, E], one word but for the scent."""
    values = getattr(s, part)
    return values[:, body] if part == "scent" else values[body][None]


def _remembers(task: Task, memory: Sequence[Array]) -> Array:
    """Whether anything is left in the memory of the heir's seat: bool [E]."""
    heir = task.world.seat(HEIR)
    return jnp.stack(
        [
            jnp.any(hidden[:, seats.index(heir)] != 0, axis=0)
            for seats, hidden in zip(task.seats, memory, strict=True)
            if heir in seats
        ]
    ).any(0)
