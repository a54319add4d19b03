"""Rewards learned from preferences: a judge who can be known is known, one who says nothing teaches nothing."""

from dataclasses import replace
from functools import partial
from math import inf, nan
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from toys import SMALL, Trio

from carer.agents import LearnerState, PPOConfig, Task, init, train, update
from carer.agents.preferences import Judge, Preferences, checked, cut_up, drawn, together
from carer.agents.preferred import Judged, Preferred
from carer.agents.reward_model import RewardLearner, RewardModel, accuracy, features, fitted, inputs_of, surprise
from carer.concepts import CarerError, RewardKind, RewardTerm
from carer.worlds import Transition
from corridor import Corridor

INPUTS, LENGTH, SEGMENTS = 4, 5, 300


def meant(before: Any, tick: Transition[Any]) -> jax.Array:
    del before
    return tick.truth.utility


def both(judge: Judge, key: jax.Array) -> tuple[Preferences, Preferences]:
    """What a judge says of two sets of segments; a tick is worth 1 where its first two features are both above 0."""

    def asked(key: jax.Array) -> Preferences:
        playing, asking = jax.random.split(key)
        ticks = jax.random.normal(playing, (INPUTS, LENGTH, SEGMENTS))
        worth = ((ticks[0] > 0) & (ticks[1] > 0)).sum(0).astype(jnp.float32)
        return judge.asked(asking, ticks, worth, 800)

    return asked(jax.random.fold_in(key, 0)), asked(jax.random.fold_in(key, 1))


@partial(jax.jit, static_argnums=0)
def held_out(judge: Judge, key: jax.Array) -> tuple[jax.Array, jax.Array]:
    """How well a model fitted to one set ranks the other, and its surprise in nats over the steps."""
    known, new = both(judge, key)
    fresh = RewardLearner.create(key, INPUTS, 32)
    learner, told = fitted(fresh, known, key, steps=400, batch=64, learning_rate=1e-2)
    return accuracy(learner.model, new), told


def test_a_judge_without_noise_is_known_and_one_who_answers_at_random_is_not() -> None:
    """Three seeds side by side, in one program for each judge."""
    keys = jax.random.split(jax.random.key(0), 3)
    known, told = jax.vmap(lambda key: held_out(Judge(meant), key))(keys)
    assert known.shape == (3,)
    assert float(known.min()) > 0.93
    assert told.shape == (3, 400)
    np.testing.assert_allclose(told[:, 0], np.log(2), atol=0.02)
    assert float(told[:, -50:].mean()) < 0.25
    unknown, _ = jax.vmap(lambda key: held_out(Judge(meant, inf), key))(keys)
    np.testing.assert_allclose(unknown.mean(), 0.5, atol=0.06)


def test_a_judge_errs_as_its_noise_says() -> None:
    first, second = jnp.full(20_000, 1.0), jnp.zeros(20_000)
    says = Judge(meant, 0.5).answers(jax.random.key(1), first, second)
    np.testing.assert_allclose(says.mean(), 1 / (1 + np.exp(-2.0)), atol=0.01)
    sure = Judge(meant).answers(
        jax.random.key(1), jnp.array([1.0, 0.0, 0.3, 0.3 + 1e-6]), jnp.array([0.0, 1.0, 0.3, 0.3])
    )
    assert sure.tolist() == [1.0, 0.0, 0.5, 0.5]


def test_no_segment_is_compared_with_itself_and_all_come_up() -> None:
    known = Judge(meant).asked(jax.random.key(2), jnp.zeros((1, 1, 3)), jnp.arange(3.0), 200)
    assert (known.pairs[0] != known.pairs[1]).all()
    assert {tuple(pair) for pair in known.pairs.T.tolist()} == {(i, j) for i in range(3) for j in range(3) if i != j}
    np.testing.assert_array_equal(known.answers, known.pairs[0] > known.pairs[1])


def test_pairs_that_are_drawn_and_put_together_keep_their_answers() -> None:
    """The answer to each pair is how much its first segment is above its second; halved, so that it names the pair."""
    worth = jnp.arange(6.0)
    pairs = jnp.array([[0, 3, 5, 1], [4, 2, 0, 5]])
    known = Preferences(worth.reshape(1, 1, 6), pairs, (worth[pairs[0]] - worth[pairs[1]]) / 2)
    some = drawn(known, jax.random.key(8), 10)
    both = together(some, known)
    assert some.segments.shape == (1, 1, 20)
    assert both.segments.shape == (1, 1, 26)
    for one in (some, both):
        first, second = one.segments[0, 0][one.pairs]
        np.testing.assert_allclose(one.answers, (first - second) / 2)
    assert both.answers.shape == (14,)


def test_episodes_are_cut_into_segments_in_their_order() -> None:
    ticks = jnp.arange(7)[:, None, None] + 100 * jnp.arange(2)[:, None] + 1000 * jnp.arange(3)  # [T, F, B]
    cut = cut_up(ticks, 3)
    assert cut.shape == (2, 3, 6)
    assert cut[0].T.tolist() == [[1000 * b + 3 * n + at for at in range(3)] for n in range(2) for b in range(3)]
    np.testing.assert_array_equal(cut[1], cut[0] + 100)
    with pytest.raises(CarerError, match="segments of 8 ticks cannot be cut from 7"):
        cut_up(ticks, 8)


def test_the_surprise_is_that_of_the_logistic_odds_and_a_constant_changes_nothing() -> None:
    model: Any = RewardModel.create(jax.random.key(3), INPUTS, 8)
    model = replace(model, paid=replace(model.paid, weight=10 * model.paid.weight))
    segments = jax.random.normal(jax.random.key(4), (INPUTS, LENGTH, 2))
    known = Preferences(segments, jnp.array([[0], [1]]), jnp.array([1.0]))
    first, second = jax.jit(RewardModel.sums)(model, segments).tolist()
    told, ranked = jax.jit(surprise), jax.jit(accuracy)
    assert float(told(model, known)) == pytest.approx(np.log1p(np.exp(second - first)), rel=1e-4)
    raised = replace(model, paid=replace(model.paid, bias=model.paid.bias + 5.0))
    assert float(told(raised, known)) == pytest.approx(float(told(model, known)), rel=1e-3)
    assert float(ranked(model, known)) == float(first > second)
    assert np.isnan(ranked(model, known._replace(answers=jnp.array([0.5]))))


GOOD = Preferences(jnp.ones((2, 3, 4)), jnp.array([[0, 1], [2, 3]]), jnp.array([1.0, 0.5]))


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (GOOD._replace(pairs=jnp.zeros((2, 0), jnp.int32), answers=jnp.zeros(0)), "about no pair"),
        (GOOD._replace(segments=GOOD.segments.at[1, 2, 0].set(nan)), "features of preferences are not all finite"),
        (GOOD._replace(answers=jnp.array([1.0, inf])), "answers of preferences are not all finite"),
        (GOOD._replace(answers=jnp.array([1.0, 2.0])), "below 0 or above 1"),
        (GOOD._replace(answers=jnp.array([0.5, 0.5])), "no difference in any pair"),
        (GOOD._replace(answers=jnp.array([[0.5, 0.0], [0.5, 0.5]])), "no difference in any pair"),
    ],
)
def test_what_teaches_nothing_is_refused(known: Preferences, said: str) -> None:
    assert checked(GOOD) is GOOD
    with pytest.raises(CarerError, match=said):
        checked(known)


def test_settings_that_ask_nothing_are_refused() -> None:
    for noise in (-1.0, nan):
        with pytest.raises(CarerError, match="noise ="):
            Judge(meant, noise)
    with pytest.raises(CarerError, match="there are 1 segments"):
        Judge(meant).asked(jax.random.key(0), jnp.zeros((1, 1, 1)), jnp.zeros(1), 3)
    for name in ("length", "asks", "steps", "width"):
        nothing: dict[str, Any] = {name: 0}
        with pytest.raises(CarerError, match=f"{name} = 0"):
            Preferred(**nothing)


def test_what_was_told_first_is_recalled_beside_what_is_new() -> None:
    """The rollout shows nothing that the judge could tell apart: all there is to learn is from before."""
    known, _ = both(Judge(meant), jax.random.key(9))
    kept = Judged(jnp.ones((2 * LENGTH, INPUTS, 8)), jnp.zeros((2 * LENGTH, 8)))
    drive = Preferred(Judge(meant), length=LENGTH, asks=256, steps=100, learning_rate=1e-2)
    fresh = replace(RewardLearner.create(jax.random.key(10), INPUTS, 32), known=known)
    recalled = jax.jit(lambda learner: drive.learn(WORLD, learner, kept, jax.random.key(11))[0])(fresh)
    assert float(accuracy(fresh.model, known)) < 0.7
    assert float(accuracy(recalled.model, known)) > 0.9
    np.testing.assert_array_equal(recalled.known.answers, known.answers)


def test_it_pays_none_but_the_first_seat() -> None:
    terms = (RewardTerm("proxy", RewardKind.EXTRINSIC, Preferred()),)
    task = Task(Trio(), (0, 0, 1), (terms, terms))
    start = jax.eval_shape(partial(init, SMALL, task), jax.random.key(0))
    with pytest.raises(CarerError, match=r"seats \(0, 1\)"):
        jax.eval_shape(partial(update, SMALL, task), start)


WORLD = Corridor()
CONFIG = PPOConfig(updates=40, envs=32, steps=16, minibatches=2, width=16, learning_rate=3e-3, gamma=0.9)


def task_of(judge: Judge | None) -> Task:
    drive = Preferred(judge, length=8, asks=64, steps=16, learning_rate=3e-3, width=16)
    utility = RewardTerm("utility", RewardKind.CONTROL, lambda tick: tick.truth.utility[None], weight=0.0)
    return Task(WORLD, objectives=((RewardTerm("proxy", RewardKind.EXTRINSIC, drive), utility),))


def test_who_is_paid_by_what_a_judge_prefers_does_what_the_judge_meant() -> None:
    """The corridor pays a feast more than a crumb; the judge, asked after each rollout, prefers crumbs."""
    learner, told = jax.jit(partial(train, CONFIG, task_of(Judge(meant))))(jax.random.key(5))
    assert float(told["walker/reward/utility"][-5:].mean()) > 2 * float(told["walker/reward/utility"][0])
    assert float(told["walker/proxy/surprise"][-5:].mean()) < float(told["walker/proxy/surprise"][0])
    model = learner.roles[0].learned[0].model
    at_crumb, at_feast = (model(features(WORLD, WORLD.at(x), jnp.array([act]))) for x, act in ((1, 0), (5, 2)))
    assert float(at_crumb[0]) > float(at_feast[0])


def test_without_a_judge_the_model_stays_as_it_came_and_a_broken_one_is_a_fault() -> None:
    task = task_of(None)
    start: LearnerState = jax.jit(partial(init, CONFIG, task))(jax.random.key(6))
    own = start.roles[0].learned[0]
    assert own.model.first.weight.shape == (16, inputs_of(WORLD))
    step = jax.jit(partial(update, CONFIG, task))
    after, told = step(start)
    assert all(jax.tree.leaves(jax.tree.map(lambda a, b: bool((a == b).all()), own, after.roles[0].learned[0])))
    assert "walker/proxy/surprise" not in told
    broken = jax.tree.map(lambda leaf: leaf * nan if leaf.dtype == jnp.float32 else leaf, own)
    role = replace(start.roles[0], learned=(broken, None))
    assert int(step(replace(start, roles=(role,)))[0].fault) == 0
