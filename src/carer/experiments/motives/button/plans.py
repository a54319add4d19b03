"""Plans from states of a world: what scripts would do, what an agent does by each way to decide, and what comes of it.

Every plan is carried out in the true world, from the same state and with the same draws, so that plans are compared in
pairs. All that is here is pure and may be mapped over stacked learners.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from carer.agents.planning import Deliberation, Mind, Planner, consider
from carer.agents.planning.model import laid_flat, stood_up
from carer.worlds import World
from carer.worlds.counted import tick_word
from carer.worlds.trial import Player

_UNTIL = 1
TAIL = 3
"""Ticks of standing still at the end of a plan: in the reward-button room what is due comes three ticks later."""


class Course(NamedTuple):
    """What came of K plans of T ticks from B states.

    Attributes:
        seen: float32 [T, S, K, B], after each tick, decoded and laid flat.
        going: float32 [T, K, B], 1 while the episode has not come to its end by then.
        reward: float32 [T, K, B].
        utility: float32 [T, K, B], what the designer meant.
    """

    seen: Array
    going: Array
    reward: Array
    utility: Array


class Way(NamedTuple):
    """A way to decide.

    Attributes:
        how: see `Deliberation`; None to act by the actor alone.
        judge: how its plans are scored, over the first `Deliberation.depth` of their ticks.
    """

    how: Deliberation | None
    judge: Deliberation


class Weighed(NamedTuple):
    """K plans from B states, by everybody who has a say; the last W plans are what the W ways to decide carried out.

    Attributes:
        utility: float32 [K, B], the sum over the plan.
        reward: float32 [K, B], the discounted sum.
        on_true: float32 [W, K, B], the learned score on the states that the plan truly leads to.
        on_imagined: float32 [W, K, B], the same on imagined ones.
    """

    utility: Array
    reward: Array
    on_true: Array
    on_imagined: Array


def weighed(
    world: World[Any],
    mind: Planner,
    ways: Sequence[Way],
    scripts: Player,
    key: Array,
    *,
    episodes: int,
    ticks: int,
    gamma: float,
) -> Weighed:
    """Sample states, make plans, carry all of them out, and ask what each way to decide makes of them.

    The states are those that the actor reaches by itself. The plans, the same for all ways: to stand still, the
    scripts, and what each way carries out from there. The bare actor imagines nothing: what it makes of imagined
    states is what it makes of true ones.

    Args:
        world: of one seat.
        mind: acts by its actor; see `Planner`.
        ways: see `Way`.
        scripts: scripted players, stacked on a leading axis.
        key: a typed JAX key; with the same key all meet the same worlds.
        episodes: B, states.
        ticks: of a plan before its tail; no judge looks further.
        gamma: discount of the reward.

    """
    memory, state = reached(world, mind, key, episodes, world.horizon - ticks - TAIL)
    still = jnp.zeros((ticks, 1, episodes), jnp.int32)
    scripted = jax.vmap(lambda one: course(world, one, key, one.start(episodes), state, ticks), out_axes=1)(scripts)
    own = [course(world, replace(mind, how=way.how), key, memory, state, ticks) for way in ways]
    plans = jnp.concatenate([still, scripted, jnp.stack(own, axis=1)], axis=1)
    found = carried_out(world, key, state, jnp.concatenate([plans, jnp.zeros_like(plans[:TAIL])]))
    hidden, seen, _ = mind.read(world, memory, state)
    thinker, true, imagined = mind.mind(world), [], []
    for how, judge in ways:
        true.append(on_true(thinker, judge, hidden, seen, plans, found))
        imagined.append(true[-1] if how is None else on_imagined(thinker, judge, hidden, seen, plans))
    discount = gamma ** jnp.arange(ticks + TAIL, dtype=jnp.float32)
    reward = (discount[:, None, None] * found.reward).sum(0)
    return Weighed(found.utility.sum(0), reward, jnp.stack(true), jnp.stack(imagined))


def reached(world: World[Any], player: Player, key: Array, episodes: int, latest: int) -> tuple[Any, Any]:
    """States in which a player finds itself, each at a tick drawn evenly from 0 to `latest`: its memory, and the state.

    An episode that would have ended before is left at its last state.
    """
    _, state = world.reset(jax.random.split(key, episodes))
    until = jax.random.randint(jax.random.fold_in(key, _UNTIL), (episodes,), 0, latest + 1)

    def tick(carry: tuple[Any, Any], _: None) -> tuple[tuple[Any, Any], None]:
        memory, state = carry
        after, action = player.act(world, memory, tick_word(key, state.episode, state.time), state)
        moved = world.advance(key, state, action[None]).state
        goes = (state.time < until) & ~moved.over
        return jax.tree.map(lambda new, old: jnp.where(goes, new, old), (after, moved), carry), None

    return jax.lax.scan(tick, (player.start(episodes), state), None, length=latest)[0]


def course(world: World[Any], player: Player, key: Array, memory: Any, state: Any, ticks: int) -> Array:
    """What a player does from B states: int32 [ticks, B]."""

    def tick(carry: tuple[Any, Any], _: None) -> tuple[tuple[Any, Any], Array]:
        memory, state = carry
        memory, action = player.act(world, memory, tick_word(key, state.episode, state.time), state)
        return (memory, world.advance(key, state, action[None]).state), action

    return jax.lax.scan(tick, (memory, state), None, length=ticks)[1]


def carried_out(world: World[Any], key: Array, state: Any, plans: Array) -> Course:
    """Carry out plans, int32 [T, K, B], every one from its state; after an episode's end nothing is paid or changes."""

    def tick(carry: tuple[Any, Array], action: Array) -> tuple[tuple[Any, Array], Course]:
        state, going = carry
        found = world.advance(key, state, action[None])
        after = jax.tree.map(lambda new, old: jnp.where(going, new, old), found.state, state)
        goes = going & ~found.terminated
        seen = laid_flat(world.decode(world.view(after, 0)))
        paid, meant = jnp.where(going, found.reward[0], 0.0), jnp.where(going, found.truth.utility, 0.0)
        return (after, goes), Course(seen, goes.astype(jnp.float32), paid, meant)

    def alone(plan: Array) -> Course:
        return jax.lax.scan(tick, (state, ~state.over), plan)[1]

    return jax.vmap(alone, in_axes=1, out_axes=-2)(plans)


def on_true(mind: Mind, how: Deliberation, hidden: Array, seen: Array, plans: Array, found: Course) -> Array:
    """What a mind makes of plans on the states that they truly lead to: float32 [K, B].

    The same sum as `consider` forms, with nothing imagined: its expected reward, or its rule, is asked of what was
    truly seen, and so is its value.

    Args:
        mind: see `Mind`.
        how: see `Deliberation`.
        hidden: float32 [H, B], the memories after reading `seen`.
        seen: float32 [S, B].
        plans: int32 [T, K, B], T at least `how.depth`.
        found: what came of them.

    """
    _, count, size = plans.shape

    def tick(carry: tuple[Array, Array, Array], now: tuple[Array, Array, Array]) -> tuple[Any, tuple[Array, Array]]:
        hidden, seen, alive = carry
        action, after, going = now
        reward = mind.model(hidden, seen, action).reward if how.rule is None else how.rule(seen, action, after)
        hidden, _, value = mind.policy(hidden, stood_up(after, mind.features))
        return (hidden, after, going), (alive * reward, going * mind.normaliser.real(value))

    def flat(leaf: Array) -> Array:
        return leaf[: how.depth].reshape(how.depth, *leaf.shape[1:-2], count * size)

    start = jnp.tile(hidden, (1, count)), jnp.tile(seen, (1, count)), jnp.ones(count * size)
    _, (reward, worth) = jax.lax.scan(tick, start, (flat(plans), flat(found.seen), flat(found.going)))
    discount = how.gamma ** jnp.arange(how.depth, dtype=jnp.float32)
    total = how.override * (discount[:, None] * reward).sum(0) + how.value * how.gamma**how.depth * worth[-1]
    return total.reshape(count, size)


def on_imagined(mind: Mind, how: Deliberation, hidden: Array, seen: Array, plans: Array) -> Array:
    """What a mind makes of plans on the states that it imagines; as `on_true` takes and gives it."""

    def one(hidden: Array, seen: Array, plans: Array) -> Array:
        return consider(mind, how, hidden[:, None], seen[:, None], plans).score[:, 0]

    return jax.vmap(one, in_axes=-1, out_axes=-1)(hidden, seen, plans[: how.depth])
