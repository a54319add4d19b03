from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from toys import SMALL, Trio, same

from carer.agents import NOT_LEARNED, Evaluation, RecurrentPolicy, Task, act, allowed, evaluate, fresh_policy, look

KEY = jax.random.key(11)


@pytest.fixture(scope="module")
def policy() -> RecurrentPolicy:
    return fresh_policy(SMALL, Trio(), jax.random.key(0))


@pytest.fixture(scope="module")
def played(policy: RecurrentPolicy) -> Evaluation:
    return jax.jit(lambda policy: evaluate(Task(Trio()), (policy,), KEY, 16))(policy)


def test_each_episode_is_played_to_its_own_end_and_once(played: Evaluation) -> None:
    _, state = Trio().reset(jax.random.split(KEY, 16))
    death = np.asarray(state.death)
    length = np.where(death % 2 == 1, 4, 5)
    np.testing.assert_array_equal(played.length, length)
    np.testing.assert_array_equal(played.lived[1], length)
    np.testing.assert_array_equal(played.lived[0], np.minimum(death, length))
    assert played.returns.shape == (3, 16)
    assert (np.asarray(played.returns) <= 2.0 * length).all()


def test_the_same_key_plays_the_same_episodes(policy: RecurrentPolicy, played: Evaluation) -> None:
    again = jax.jit(lambda policy: evaluate(Task(Trio()), (policy,), KEY, 16))(policy)
    assert same(played, again)


def test_greedy_takes_the_likeliest_allowed_action(policy: RecurrentPolicy) -> None:
    world = Trio()
    actor = policy.actor
    bias = jnp.asarray([[0.0], [50.0], [0.0], [99.0]])  # the last is forbidden
    biased = RecurrentPolicy(
        policy.flat, policy.token, policy.gru, type(actor)(actor.weight, bias), policy.critic, "max", recurrent=True
    )
    _, state = world.reset(jax.random.split(KEY, 5))
    see = look(world, state, (0, 2)), allowed(world, state, (0, 2))
    for greedy in (True, False):
        decide = jax.jit(partial(act, biased, world, greedy=greedy))
        decision = decide(jnp.zeros((8, 2, 5)), *see, KEY)
        np.testing.assert_array_equal(decision.action, 1)
        np.testing.assert_allclose(decision.log_prob, 0.0, atol=1e-6)


def test_seats_that_are_not_learned_are_played_by_the_others(policy: RecurrentPolicy) -> None:
    def two(word: jax.Array, state: object) -> jax.Array:
        return jnp.full((3, *word.shape), 2)

    task = Task(Trio(), (NOT_LEARNED, 0, NOT_LEARNED), others=two)
    found = jax.jit(lambda policy: evaluate(task, (policy,), KEY, 4))(policy)
    np.testing.assert_array_equal(found.returns[0], 2 * found.length)
