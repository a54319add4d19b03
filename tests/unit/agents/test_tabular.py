"""Monte Carlo control with tables: on a bandit with a known optimum, and credit where it is due."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from carer.agents.tabular import Played, Tables, TabularConfig, improved, play
from carer.worlds import make


def only(state: object) -> jax.Array:
    return state.time * 0  # pyright: ignore[reportAttributeAccessIssue]


def nothing_to_decide(state: object) -> jax.Array:
    return only(state) - 1


def test_each_learner_finds_the_best_arm_of_a_bandit() -> None:
    world = make("bandit", arms=3, pulls=1)
    config = TabularConfig(learners=4, episodes=64, rows=1, index=only)
    tables = Tables.empty(config, 3)
    for number in range(20):
        key = jax.random.fold_in(jax.random.key(0), number)
        _, start = world.reset(jax.random.split(key, 256))
        tables = improved(config, tables, play(config, world, tables, key, start, jnp.float32(0.5)))
    value = np.asarray(tables.value[:, 0])
    assert (value.argmax(-1) == 2).all()
    np.testing.assert_allclose(value, np.broadcast_to([0.25, 0.5, 0.75], (4, 3)), atol=0.12)
    assert len({tuple(row) for row in value.tolist()}) == 4  # every learner has seen lives of its own


def test_an_action_is_credited_with_all_that_came_after_it() -> None:
    config = TabularConfig(learners=2, episodes=1, rows=3, index=only, forget=0.5)
    played = Played(
        state=None,
        row=jnp.array([[0, 2], [1, -1]]),
        action=jnp.array([[1, 0], [0, 1]]),
        reward=jnp.array([[1.0, 4.0], [2.0, 8.0]]),
    )
    once = improved(config, Tables.empty(config, 2), played)
    assert once.value[0].tolist() == [[0, 3], [2, 0], [0, 0]]
    assert once.value[1].tolist() == [[0, 0], [0, 0], [12, 0]]  # where nothing was decided nothing is learnt
    assert float(once.visits.sum()) == 3
    twice = improved(config, once, played._replace(reward=played.reward * 0))
    assert float(twice.value[0, 0, 1]) == pytest.approx(1.0)  # 3 with half a visit, 0 with a whole one


def test_where_nothing_is_decided_nothing_is_learnt() -> None:
    world = make("bandit", arms=2, pulls=3)
    config = TabularConfig(learners=1, episodes=8, rows=1, index=nothing_to_decide)
    _, start = world.reset(jax.random.split(jax.random.key(0), 8))
    run = partial(play, config, world, Tables.empty(config, 2), jax.random.key(1), start)
    played = run(jnp.float32(0.0))
    assert (np.asarray(played.row) == -1).all()
    assert not np.asarray(improved(config, Tables.empty(config, 2), played).visits).any()


def test_without_exploring_the_best_is_done_and_with_it_everything() -> None:
    world = make("bandit", arms=4, pulls=5)
    config = TabularConfig(learners=2, episodes=128, rows=1, index=only)
    knows = Tables(jnp.array([[[0.0, 1.0, 0.0, 0.0]], [[0.0, 0.0, 0.0, 1.0]]]), jnp.ones((2, 1, 4)))
    _, start = world.reset(jax.random.split(jax.random.key(0), 256))
    greedy = np.asarray(play(config, world, knows, jax.random.key(1), start, jnp.float32(0.0)).action)
    assert (greedy[:5, :128] == 1).all()
    assert (greedy[:5, 128:] == 3).all()
    even = np.asarray(play(config, world, knows, jax.random.key(1), start, jnp.float32(1.0)).action)
    assert np.bincount(even[:5].ravel(), minlength=4).min() > 200
