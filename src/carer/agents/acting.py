"""Acting: what a policy sees of a world, how it decides, and how its decisions become a tick."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from carer.agents.batching import pack, unpack
from carer.agents.networks import RecurrentPolicy, Tap, untouched
from carer.agents.task import Task
from carer.worlds import World
from carer.worlds.base import carried_out
from carer.worlds.counted import tick_word

Advisor = Callable[[Array, Array], Array]
"""``(memory [H, A, B], observation [*observation.shape, A, B]) -> what is added to the logits [actions, A, B]``."""
_NEVER = -1e9
"""The logit of an action that is masked: its probability is exactly 0, and nothing becomes NaN."""


class Decision(NamedTuple):
    """What a policy does in one tick, for N agents.

    Attributes:
        action: int32 [N].
        log_prob: float32 [N].
        value: float32 [N], normalised.
        hidden: float32 [H, N].
        advice: float32 [actions, N], what deliberation added to the logits; None without any.
    """

    action: Array
    log_prob: Array
    value: Array
    hidden: Array
    advice: Array | None = None


def look(world: World[Any], state: Any, seats: Sequence[int]) -> Array:
    """What the seats see, and no one else: [*observation.shape, seats, B]."""
    views = [world.view(state, seat) for seat in seats]
    return jnp.stack(views, axis=len(world.observation.shape))


def allowed(world: World[Any], state: Any, seats: Sequence[int]) -> Array:
    """The actions allowed to the seats, as bits: uint32 [W, seats, B]."""
    mask = world.action_mask(state)
    return pack(jnp.stack([mask[seat] for seat in seats], axis=1))


def evaluated(
    policy: RecurrentPolicy, world: World[Any], hidden: Array, observation: Array, mask: Array, tap: Tap = untouched
) -> tuple[Array, Array, Array]:
    """A policy's tick: hidden [H, A, B], masked logits [actions, A, B] and normalised values [A, B].

    Args:
        policy: see `RecurrentPolicy`.
        world: decodes the observation.
        hidden: float32 [H, A, B].
        observation: [*observation.shape, A, B].
        mask: uint32 [W, A, B], see `allowed`.
        tap: see `Tap`.

    """
    batch = hidden.shape[1:]
    features = world.decode(observation.reshape(*world.observation.shape, -1))
    hidden, logits, value = policy(hidden.reshape(hidden.shape[0], -1), features, tap)
    logits = logits.reshape(-1, *batch)
    logits = jnp.where(unpack(mask, logits.shape[0]), logits, _NEVER)
    return hidden.reshape(-1, *batch), logits, value.reshape(batch)


def act(
    policy: RecurrentPolicy,
    world: World[Any],
    hidden: Array,
    observation: Array,
    mask: Array,
    key: Array,
    *,
    greedy: bool = False,
    tap: Tap = untouched,
    advise: Advisor | None = None,
    led: Array | None = None,
) -> Decision:
    """Decide for a tick; arguments as `evaluated` takes them.

    `greedy` takes the likeliest action instead of a draw; `advise` is asked after the observation was read; `led`,
    int32 [A, B], is what is done whatever is decided (`World.led`): it counts as the seat's own action.
    """
    hidden, logits, value = evaluated(policy, world, hidden, observation, mask, tap)
    advice = None if advise is None else advise(hidden, observation)
    logits = logits if advice is None else logits + advice
    action = jnp.argmax(logits, axis=0) if greedy else jax.random.categorical(key, logits, axis=0)
    action = carried_out(led, action.astype(jnp.int32))
    return Decision(action, of_action(jax.nn.log_softmax(logits, axis=0), action), value, hidden, advice)


def of_action(table: Array, action: Array) -> Array:
    """The entries of [actions, ...] at `action` [...]; a sum over a mask, which CPUs do faster than a gather."""
    index = jnp.arange(table.shape[0]).reshape(-1, *(1,) * action.ndim)
    return jnp.where(index == action, table, 0.0).sum(0)


def remembered(world: World[Any], before: Any, after: Any, seats: Sequence[int], hidden: Array) -> Array:
    """The memory [H, seats, B] after a tick: empty where somebody new has taken the seat."""
    new = world.newcomers(before, after)
    return jnp.where(jnp.stack([new[seat] for seat in seats]), 0.0, hidden)


def joint(task: Task, state: Any, key: Array, decisions: Sequence[Decision]) -> Array:
    """What every seat does, int32 [agents, B]: what its role decided; where it is not learned, what `others` says."""
    if task.others is None:
        actions = list(jnp.zeros((len(task.world.seats), *state.time.shape), jnp.int32))
    else:
        actions = list(task.others(tick_word(key, state.episode, state.time), state))
    for seats, decision in zip(task.seats, decisions, strict=True):
        for at, seat in enumerate(seats):
            actions[seat] = decision.action[at]
    return jnp.stack(actions)


def play(task: Task, state: Any, key: Array, decisions: Sequence[Decision]) -> Any:
    """The world's tick after the decisions of all roles."""
    return task.world.advance(key, state, joint(task, state, key, decisions))
