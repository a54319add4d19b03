import dataclasses
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from toys import SMALL, Trio, same

from carer.agents import NOT_LEARNED, Hyper, LearnerState, PPOConfig, Task, WorldTerm, init, train, update
from carer.agents.acting import Decision, evaluated, play
from carer.agents.loss import Rows, average, loss, normalised
from carer.agents.rollout import Experience, Rollout, rollout, worth
from carer.concepts import CarerError, RewardKind, RewardTerm
from carer.worlds import Transition

ROLES = (0, 0, 1)


def less_is_more(tick: Transition[Any]) -> jax.Array:
    return -tick.reward


INIT, UPDATE, TRAIN, ROLLOUT = (jax.jit(one, static_argnums=(0, 1)) for one in (init, update, train, rollout))


def started(task: Task, config: PPOConfig = SMALL) -> LearnerState:
    return INIT(config, task, jax.random.key(0))


def played(task: Task, config: PPOConfig = SMALL) -> tuple[LearnerState, LearnerState, Rollout]:
    """A learner before and after a rollout, and the rollout."""
    learner = started(task, config)
    return learner, *ROLLOUT(config, task, learner)


@pytest.fixture(scope="module")
def trio() -> tuple[Task, LearnerState, LearnerState, Rollout]:
    task = Task(Trio(), ROLES)
    return task, *played(task)


def experience_of(rollout: Rollout, role: int) -> Experience:
    found = rollout.experiences[role]
    assert found is not None
    return found


def test_a_rollout_keeps_packed_observations_and_the_batch_last(trio) -> None:
    _, _, _, out = trio
    first = experience_of(out, 0)
    assert first.observation.shape == (6, 3, 2, 8)
    assert first.observation.dtype == jnp.int32
    assert first.mask.shape == (6, 1, 2, 8)
    assert first.action.shape == first.reward.shape == (6, 2, 8)
    assert experience_of(out, 1).action.shape == (6, 1, 8)
    np.testing.assert_array_equal(first.observation[:, 2, 1], 1)  # the second seat's view says so


def test_forbidden_actions_are_never_taken(trio) -> None:
    _, _, _, out = trio
    assert int(experience_of(out, 0).action.max()) <= 2
    np.testing.assert_array_equal(experience_of(out, 0).mask, 0b0111)


class Led(Trio):
    """The first seat's hand is led to action 2."""

    def led(self, state: Any) -> jax.Array:
        return jnp.stack([jnp.full_like(state.time, 2), *[jnp.full_like(state.time, -1)] * 2])


def test_what_a_led_hand_does_counts_as_the_seats_own_act() -> None:
    config = dataclasses.replace(SMALL, steps=1)
    before, _, out = played(Task(Led(), ROLES), config)
    _, _, free = played(Task(Trio(), ROLES), config)
    found, role = experience_of(out, 0), before.roles[0]
    assert (np.asarray(found.action[:, 0]) == 2).all()
    assert (np.asarray(experience_of(free, 0).action[:, 0]) != 2).any()
    np.testing.assert_array_equal(found.action[:, 1], experience_of(free, 0).action[:, 1])
    _, logits, _ = evaluated(role.policy, Trio(), role.memory.hidden, found.observation[0], found.mask[0])
    np.testing.assert_allclose(found.log_prob[0, 0], jax.nn.log_softmax(logits, axis=0)[2, 0], rtol=1e-5)
    np.testing.assert_array_equal(found.reward[0, 0], 2.0)  # a tick pays what was done


def test_truncated_episodes_are_paid_what_their_last_state_is_worth() -> None:
    task = Task(Trio(limit=1))  # every episode is truncated at once
    config = dataclasses.replace(SMALL, steps=1)
    before, _, out = played(task, config)
    found = experience_of(out, 0)
    tick = task.world.advance(before.key, before.world, found.action[0])
    role = before.roles[0]
    # The memory after the tick, before it is emptied for the next episode.
    hidden, _, _ = evaluated(role.policy, task.world, role.memory.hidden, found.observation[0], found.mask[0])
    last = worth(task, before, 0, hidden, tick.state)
    np.testing.assert_allclose(found.reward[0], tick.reward + config.gamma * last, rtol=1e-5)
    assert float(jnp.abs(last).min()) > 0


def test_terminated_episodes_are_worth_nothing_more() -> None:
    task = Task(Trio(limit=100))
    _, _, out = played(task)
    found = experience_of(out, 0)
    np.testing.assert_array_equal(found.reward, found.action.astype(jnp.float32))
    assert bool(found.done.any())


def test_memory_is_emptied_where_an_episode_ended() -> None:
    _, after, out = played(Task(Trio()), dataclasses.replace(SMALL, steps=4))
    done = np.asarray(experience_of(out, 0).done[-1])
    hidden = np.asarray(after.roles[0].memory.hidden)
    assert done.any()
    assert not done.all()
    assert (hidden[..., done] == 0).all()
    assert (hidden[..., ~done] != 0).any(0).all()


@pytest.mark.parametrize("seed", range(3))
def test_a_dead_agent_moves_neither_policy_nor_entropy(trio, seed: int) -> None:
    task, before, _, out = trio
    found = experience_of(out, 0)
    assert not bool(found.alive.all())
    rng = np.random.default_rng(seed)
    role, hyper = before.roles[0], before.hyper
    advantage = jnp.asarray(rng.normal(size=found.action.shape), jnp.float32)

    def gradient(experience: Experience, advantage: jax.Array) -> Any:
        rows = Rows(experience, normalised(advantage, experience.alive), jnp.zeros_like(advantage))
        without_value = dataclasses.replace(hyper, value_coef=jnp.float32(0.0))
        parts = role.policy, task.world, without_value, jnp.float32(0.3), role.memory.hidden, rows
        return jax.grad(loss, has_aux=True)(*parts)[0]

    dead = ~found.alive
    other = jnp.asarray(rng.integers(0, 3, found.action.shape), jnp.int32)
    lied = found._replace(action=jnp.where(dead, other, found.action), log_prob=jnp.where(dead, -7.0, found.log_prob))
    gradient = jax.jit(gradient)
    plain, changed = gradient(found, advantage), gradient(lied, jnp.where(dead, 1e3, advantage))
    jax.tree.map(partial(np.testing.assert_allclose, atol=1e-6), plain, changed)
    nobody = gradient(found._replace(alive=found.alive & False), advantage)
    assert all(float(jnp.abs(leaf).max()) == 0.0 for leaf in jax.tree.leaves(nobody))


def test_the_dead_still_learn_what_the_rest_of_the_episode_is_worth(trio) -> None:
    task, before, _, out = trio
    found, role = experience_of(out, 0), before.roles[0]
    rows = Rows(found._replace(alive=found.alive & False), jnp.zeros(found.action.shape), jnp.ones(found.action.shape))
    parts = task.world, before.hyper, jnp.float32(0.3), role.memory.hidden, rows
    slopes = jax.jit(jax.grad(lambda policy: loss(policy, *parts)[0]))(role.policy)
    assert float(jnp.abs(slopes.critic.weight).max()) > 0
    assert float(jnp.abs(slopes.actor.weight).max()) == 0


def test_advantages_are_normalised_over_the_living() -> None:
    values, alive = jnp.asarray([1.0, 3.0, 1e6]), jnp.asarray([True, True, False])
    np.testing.assert_allclose(normalised(values, alive), [-1.0, 1.0, 0.0], atol=1e-5)
    assert float(average(values, alive & False)) == 0.0


TERMS: dict[str, WorldTerm] = {
    "own": RewardTerm("own", RewardKind.EXTRINSIC, lambda tick: tick.reward),
    "less": RewardTerm("less", RewardKind.KINDNESS, less_is_more, weight=0.5),
}


def test_roles_share_nothing_and_terms_are_weighted_and_logged_raw() -> None:
    task = Task(Trio(limit=100), ROLES, objectives=((TERMS["own"],), (TERMS["own"], TERMS["less"])))
    learner = started(task)
    np.testing.assert_array_equal(learner.hyper.weights[1], [1.0, 0.5])
    other = dataclasses.replace(learner, hyper=dataclasses.replace(learner.hyper, weights=(jnp.ones(1), jnp.zeros(2))))
    a, metrics = UPDATE(SMALL, task, learner)
    b, _ = UPDATE(SMALL, task, other)
    assert same(a.roles[0], b.roles[0])
    assert not same(a.roles[1].policy, b.roles[1].policy)
    assert not same(a.roles[0].policy, learner.roles[0].policy)
    assert not same(learner.roles[0].policy, learner.roles[1].policy)

    _, _, out = played(task)
    found = experience_of(out, 1)
    np.testing.assert_allclose(found.reward, 0.5 * found.action)
    mean = float(found.action.mean())
    assert float(metrics["third/reward/own"]) == pytest.approx(mean)
    assert float(metrics["third/reward/less"]) == pytest.approx(-mean)


def test_a_term_of_the_wrong_shape_is_named() -> None:
    task = Task(Trio(), objectives=((RewardTerm("flat", RewardKind.CONTROL, lambda tick: tick.reward[0]),),))
    with pytest.raises(CarerError, match=r"'flat' scores \[8\].*\[3, 8\]"):
        played(task)


LOOKED: set[int] = set()


class Watched(Trio):
    def view(self, state: Any, seat: int) -> jax.Array:
        LOOKED.add(seat)
        return super().view(state, seat)


def all_two(word: jax.Array, state: Any) -> jax.Array:
    assert word.shape == state.time.shape
    return jnp.full((3, *state.time.shape), 2)


def harder(state: Any, progress: jax.Array) -> Any:
    return dataclasses.replace(state, hard=jnp.full_like(state.hard, 1.0) + progress)


def of_the_third(tick: Transition[Any]) -> jax.Array:
    return jnp.broadcast_to(tick.reward[2], tick.reward.shape)


@pytest.fixture(scope="module")
def mixed() -> tuple[LearnerState, LearnerState, dict[str, jax.Array]]:
    """A learning role, a frozen one, and a seat that another plays, under a curriculum."""
    LOOKED.clear()
    terms: tuple[WorldTerm, ...] = (RewardTerm("third", RewardKind.CONTROL, of_the_third),)
    roles = (0, 1, NOT_LEARNED)
    task = Task(Watched(), roles, objectives=(terms, terms), frozen=(1,), others=all_two, curriculum=harder)
    config = dataclasses.replace(SMALL, updates=3)
    before = after = started(task, config)
    LOOKED.clear()  # a reset looks at everyone
    metrics = {}
    for _ in range(3):
        after, metrics = UPDATE(config, task, after)
    return before, after, metrics


def test_a_frozen_role_acts_and_never_learns(mixed) -> None:
    before, after, metrics = mixed
    assert same(after.roles[1].policy, before.roles[1].policy)
    assert not same(after.roles[0].policy, before.roles[0].policy)
    assert "second/loss/policy" not in metrics
    assert "second/reward/third" in metrics


def test_a_seat_that_is_not_learned_is_played_by_the_others_and_never_looked_at(mixed) -> None:
    _, _, metrics = mixed
    assert float(metrics["first/reward/third"]) == 2.0
    assert {0, 1} == LOOKED


def test_without_others_a_seat_that_is_not_learned_takes_action_0() -> None:
    decision = Decision(jnp.full((1, 4), 2), jnp.zeros((1, 4)), jnp.zeros((1, 4)), jnp.zeros((8, 1, 4)))
    world = Trio()
    _, state = world.reset(jax.random.split(jax.random.key(0), 4))
    tick = play(Task(world, (0, NOT_LEARNED, NOT_LEARNED)), state, jax.random.key(1), [decision])
    np.testing.assert_array_equal(tick.reward[:, 0], [2.0, 0.0, 0.0])


def test_the_curriculum_is_told_the_progress_and_outlives_episodes(mixed) -> None:
    _, after, _ = mixed
    np.testing.assert_allclose(after.world.hard, 2.0)


def test_learners_stacked_are_learners_alone() -> None:
    task = Task(Trio())
    keys = jax.random.split(jax.random.key(5), 2)
    together, metrics = jax.jit(jax.vmap(partial(train, SMALL, task)))(keys)
    for at, key in enumerate(keys):
        one, _ = TRAIN(SMALL, task, key)
        pairs = zip(jax.tree.leaves(one.policies), jax.tree.leaves(together.policies), strict=True)
        for mine, theirs in pairs:
            np.testing.assert_allclose(mine, theirs[at], atol=2e-5)
        np.testing.assert_array_equal(one.world.death, together.world.death[at])
    assert metrics["first/entropy"].shape == (2, 2)


def test_learning_rates_may_differ_between_stacked_learners() -> None:
    task = Task(Trio())
    rates = jnp.asarray([0.0, 1e-3, 1e-2])
    hyper = dataclasses.replace(Hyper.of(SMALL, task), learning_rate_end=jnp.float32(0.0))

    def learnt(rate: jax.Array) -> jax.Array:
        start = started(task).policies[0].gru.recurrent
        own = dataclasses.replace(hyper, learning_rate=rate)
        after, _ = train(SMALL, task, jax.random.key(0), own)
        return jnp.abs(after.policies[0].gru.recurrent - start).mean()

    moved = jax.jit(jax.vmap(learnt))(rates)
    assert float(moved[0]) == 0.0
    assert float(moved[1]) > 0.0
    assert float(moved[2]) > 4 * float(moved[1])


def test_schedules_run_from_start_to_end() -> None:
    task = Task(Trio())
    first, _ = UPDATE(SMALL, task, started(task))
    second, _ = UPDATE(SMALL, task, first)
    assert not same(first.policies[0].gru, started(task).policies[0].gru)
    assert same(first.policies[0].gru, second.policies[0].gru)  # the rate of the last update is the end's


@pytest.mark.parametrize(("spoil", "wanted"), [(2, 0), (-1, -1)])
def test_what_is_not_finite_is_not_learnt_from(spoil: int, wanted: int) -> None:
    task = Task(Trio(spoil=spoil))
    learner = started(task)
    once, metrics = UPDATE(SMALL, task, learner)
    twice, _ = UPDATE(SMALL, task, once)
    assert int(once.fault) == int(twice.fault) == wanted
    if spoil >= 0:
        assert not np.isfinite(metrics["first/reward/reward"])
        assert same(learner.policies, twice.policies)
        assert same(learner.roles[0].normaliser, twice.roles[0].normaliser)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"roles": (0, 1)}, "roles has 2 entries.*first, second, third"),
        ({"roles": (0, 2, 2)}, "without a gap"),
        ({"roles": (-1, -1, -1)}, "without a gap"),
        ({"roles": (0, 0, 1), "objectives": ((TERMS["own"],),)}, "There are 2 roles"),
        ({"frozen": (0,)}, "at least one must learn"),
    ],
)
def test_tasks_that_do_not_fit_are_refused(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(CarerError, match=words):
        Task(Trio(), **settings)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"envs": 0}, "envs = 0.*at least 1"),
        ({"envs": 10, "minibatches": 4}, "minibatches = 4.*divide envs = 10"),
        ({"gamma": 1.5}, "gamma = 1.5.*between 0 and 1"),
        ({"clip": 0.0}, "clip = 0.0.*above 0"),
        ({"pool": "mean"}, "'max' or 'sum'"),
    ],
)
def test_settings_that_make_no_learner_are_refused(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(CarerError, match=words):
        PPOConfig(**settings)
