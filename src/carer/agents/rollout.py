"""Rollouts: what a role went through, as it is kept for learning.

Observations are kept as the world gives them, packed, and decoded where they are read.
"""

from dataclasses import replace
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from carer.agents.acting import Advisor, Decision, act, allowed, evaluated, joint, look, remembered
from carer.agents.config import PPOConfig
from carer.agents.moment import Drive, Moment, Reader
from carer.agents.planning import Imagination, Mind, advice
from carer.agents.planning.model import laid_flat
from carer.agents.state import LearnerState, Memory, RoleState, feature_shapes
from carer.agents.task import Task, WorldTerm, scores
from carer.worlds import Transition
from carer.worlds.counted import tick_word
from carer.worlds.rare import anywhere


class Experience(NamedTuple):
    """A rollout of a role of A seats in B episodes, T ticks.

    Attributes:
        observation: [T, *observation.shape, A, B], as the world gives it.
        mask: uint32 [T, W, A, B], the actions allowed, as bits.
        action: int32 [T, A, B].
        log_prob: float32 [T, A, B], of the action when it was taken.
        value: float32 [T, A, B], in units of reward.
        reward: float32 [T, A, B]; where the episode was truncated, plus the discounted value of its last state.
        alive: bool [T, A, B], the agent acted.
        done: bool [T, B], the episode ended with this tick.
        forgets: bool [T, A, B], so did the seat's memory: with the episode, or because somebody new took the seat.
        advice: float32 [T, actions, A, B], what deliberation added to the logits; None without any.
    """

    observation: Array
    mask: Array
    action: Array
    log_prob: Array
    value: Array
    reward: Array
    alive: Array
    done: Array
    forgets: Array
    advice: Array | None = None


class Tally(NamedTuple):
    """What a rollout added up to, for logging.

    Attributes:
        terms: float32 [T, terms] for each role, the mean raw score of each term.
        returns: float32 [T, A] for each role, the summed returns of the episodes that ended.
        length: int32 [T], the summed ticks of the episodes that ended.
        ended: int32 [T], how many did.
    """

    terms: tuple[Array, ...]
    returns: tuple[Array, ...]
    length: Array
    ended: Array


class Rollout(NamedTuple):
    """What a rollout gives to learn from.

    Attributes:
        experiences: for each role; None for a frozen one.
        last: float32 [A, B] for each role, the value of the state after it in units of reward; None for a frozen one.
        kept: for each role what each of its terms kept to learn from, with a leading axis [T]; None where nothing.
        tally: see `Tally`.
    """

    experiences: tuple[Experience | None, ...]
    last: tuple[Array | None, ...]
    kept: tuple[tuple[Any, ...], ...]
    tally: Tally


def rollout(config: PPOConfig, task: Task, learner: LearnerState) -> tuple[LearnerState, Rollout]:
    """Play `config.steps` ticks."""
    root = jax.random.fold_in(learner.key, learner.update)

    def tick(carry: tuple[tuple[Memory, ...], Any], at: Array) -> tuple[Any, Any]:
        memories, state = carry
        key = jax.random.fold_in(root, at)
        seen, led = _seen(task, state), task.world.led(state)
        decisions = [
            act(
                role.policy,
                task.world,
                memory.hidden,
                *see,
                jax.random.fold_in(key, number),
                advise=advisor(config, task, role, number, jax.random.fold_in(key, len(seen) + number)),
                led=None if led is None else jnp.stack([led[seat] for seat in task.seats[number]]),
            )
            for number, (role, memory, see) in enumerate(zip(learner.roles, memories, seen, strict=True))
        ]
        action = joint(task, state, learner.key, decisions)
        after = task.world.advance(learner.key, state, action)
        word = tick_word(learner.key, state.episode, state.time)
        done = after.terminated | after.truncated

        experiences, kept, carried, terms, returns = [], [], [], [], []
        for number, (memory, see, decision) in enumerate(zip(memories, seen, decisions, strict=True)):
            role, seats = learner.roles[number], task.seats[number]
            hidden = remembered(task.world, state, after.state, seats, decision.hidden)
            decision = decision._replace(hidden=hidden)
            reader = Reader(task.world, role.policy, seats, hidden, after.state)
            moments = [Moment(task.world, state, word, action, after, reader, learned) for learned in role.learned]
            raw = scores(task.terms[number], moments)
            reward = jnp.tensordot(learner.hyper.weights[number], raw, axes=1)
            so_far = memory.returns + reward
            experiences.append(_experience(task, learner, number, see, decision, reward, state, after))
            kept.append(tuple(map(_kept, task.terms[number], moments)))
            carried.append(Memory(jnp.where(done, 0.0, hidden), jnp.where(done, 0.0, so_far)))
            terms.append(raw.mean(axis=tuple(range(1, raw.ndim))))
            returns.append(jnp.where(done, so_far, 0.0).sum(-1))
        tally = Tally(tuple(terms), tuple(returns), jnp.where(done, after.state.time, 0).sum(), done.sum())
        renewed = task.world.renew(learner.key, after.state, done)
        return (tuple(carried), renewed), (tuple(experiences), tuple(kept), tally)

    start = tuple(role.memory for role in learner.roles), learner.world
    (memories, world), (experiences, kept, tally) = jax.lax.scan(tick, start, jnp.arange(config.steps))
    roles = [replace(role, memory=memory) for role, memory in zip(learner.roles, memories, strict=True)]
    learner = replace(learner, roles=tuple(roles), world=world)
    last = tuple(
        None if number in task.frozen else worth(task, learner, number, memories[number].hidden, world)
        for number in range(len(memories))
    )
    return learner, Rollout(experiences, last, kept, tally)


def advisor(config: PPOConfig, task: Task, role: RoleState, number: int, key: Array) -> Advisor | None:
    """What a role thinks before it acts; None where it does not, or has no world model to think with."""
    how, terms = config.deliberation, task.terms[number]
    at = [index for index, term in enumerate(terms) if isinstance(term.score, Imagination)]
    if how is None or not at:
        return None
    mind = Mind(role.policy, role.learned[at[0]].model, role.normaliser, feature_shapes(task.world))

    def advise(hidden: Array, observation: Array) -> Array:
        seen = laid_flat(task.world.decode(observation.reshape(*task.world.observation.shape, -1)))
        found = advice(mind, how, hidden.reshape(hidden.shape[0], -1), seen, key)
        return found.reshape(-1, *hidden.shape[1:])

    return advise


def worth(task: Task, learner: LearnerState, number: int, hidden: Array, state: Any) -> Array:
    """The value of a state for a role, in units of reward: float32 [A, B]."""
    role, seats = learner.roles[number], task.seats[number]
    seen = look(task.world, state, seats), allowed(task.world, state, seats)
    return role.normaliser.real(evaluated(role.policy, task.world, hidden, *seen)[2])


def _kept(term: WorldTerm, moment: Moment[Any]) -> Any:
    return term.score.keep(moment) if isinstance(term.score, Drive) else None


def _seen(task: Task, state: Any) -> list[tuple[Array, Array]]:
    return [(look(task.world, state, seats), allowed(task.world, state, seats)) for seats in task.seats]


def _experience(
    task: Task,
    learner: LearnerState,
    number: int,
    seen: tuple[Array, Array],
    decision: Decision,
    reward: Array,
    before: Any,
    after: Transition[Any],
) -> Experience | None:
    if number in task.frozen:
        return None
    # Where the clock ran out, the episode would have gone on: its last state is worth something. Seldom computed.
    seats, truncated = task.seats[number], after.truncated
    beyond = jax.lax.cond(
        anywhere(truncated),
        lambda: jnp.where(truncated, worth(task, learner, number, decision.hidden, after.state), 0.0),
        lambda: jnp.zeros_like(reward),
    )
    alive, new = task.world.alive(before), task.world.newcomers(before, after.state)
    done = after.terminated | truncated
    return Experience(
        *seen,
        action=decision.action,
        log_prob=decision.log_prob,
        value=learner.roles[number].normaliser.real(decision.value),
        reward=reward + learner.hyper.gamma * beyond,
        alive=jnp.stack([alive[seat] for seat in seats]),
        done=done,
        forgets=done | jnp.stack([new[seat] for seat in seats]),
        advice=decision.advice,
    )
