"""A mind that plans: its world model learns, its thoughts are what they say, and each wire can be cut."""

from dataclasses import replace
from functools import cache, partial
from itertools import product
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from carer.agents import LearnerState, PPOConfig, Task, init, train, update
from carer.agents.planning import Deliberation, Imagination, Planner, advice, consider, searched
from carer.agents.planning.model import laid_flat, stood_up
from carer.agents.task import OWN_REWARD
from carer.concepts import CarerError, RewardKind, RewardTerm
from carer.worlds import Features
from corridor import CRUMB, FEAST, Corridor
from line import LEFT, RIGHT, STAY

WORLD = Corridor()
IMAGINATION = RewardTerm("model", RewardKind.CONTROL, Imagination(width=32, updates=64, learning_rate=3e-3), weight=0.0)
TASK = Task(WORLD, objectives=((*OWN_REWARD, IMAGINATION),))
CONFIG = PPOConfig(updates=30, envs=32, steps=16, minibatches=2, width=16, learning_rate=3e-3, gamma=0.9)
HOW = Deliberation(depth=3, gamma=0.9)
PLANS = jnp.array(list(product((LEFT, STAY, RIGHT), repeat=3)), jnp.int32).T


@cache
def learner(trained: bool = True) -> LearnerState:
    if not trained:
        return jax.jit(partial(init, CONFIG, TASK))(jax.random.key(1))
    return jax.jit(partial(train, CONFIG, TASK))(jax.random.key(1))[0]


def mind(trained: bool = True) -> Planner:
    role = learner(trained).roles[0]
    return Planner(role.policy, role.learned[1].model, role.normaliser, HOW)


def at(x: int, planner: Planner) -> tuple[jax.Array, jax.Array]:
    memory, seen, _ = planner.read(WORLD, planner.start(1), WORLD.at(x))
    return memory, seen


def test_the_world_model_learns_what_comes_of_an_action() -> None:
    planner = mind()
    assert planner.model is not None
    for x, action, reward in ((5, RIGHT, FEAST), (1, LEFT, CRUMB), (3, RIGHT, 0.0), (3, STAY, 0.0)):
        memory, seen = at(x, planner)
        found = planner.model(memory, seen, jnp.array([action]))
        assert float(found.reward[0]) == pytest.approx(reward, abs=0.15)
        assert (float(found.going[0]) > 0) == (reward == 0)
        if not reward:
            assert int(found.seen[:, 0].argmax()) == x + action - STAY
    fresh = mind(trained=False)
    assert fresh.model is not None
    memory, seen = at(5, fresh)
    assert abs(float(fresh.model(memory, seen, jnp.array([RIGHT])).reward[0])) < 0.1


def test_every_plan_has_its_score_and_the_scores_are_what_they_say() -> None:
    planner = mind()
    memory, seen = at(4, planner)
    found = consider(planner.mind(WORLD), HOW, memory, seen, PLANS)
    assert found.score.shape == (27, 1)
    np.testing.assert_array_equal(found.action[:, :, 0], PLANS)
    discounted = (0.9 ** np.arange(3))[:, None] * np.asarray(found.reward[:, :, 0])
    np.testing.assert_allclose(found.score[:, 0], discounted.sum(0) + 0.9**3 * np.asarray(found.value[:, 0]), rtol=1e-5)
    assert PLANS[:2, int(found.score[:, 0].argmax())].tolist() == [RIGHT, RIGHT]
    # Where the feast has ended the episode, nothing is left for the value to add.
    eaten = [k for k, plan in enumerate(PLANS.T.tolist()) if plan[:2] == [RIGHT, RIGHT]]
    assert np.abs(np.asarray(found.value[:, 0])[eaten]).max() < 0.15


@pytest.mark.parametrize(
    ("changes", "read"),
    [
        ({"override": 0.0}, lambda found: 0.9**3 * found.value),
        ({"value": 0.0}, lambda found: sum(0.9**at * found.reward[at] for at in range(3))),
    ],
)
def test_override_and_defer_are_wires_of_their_own(changes: dict[str, float], read: Any) -> None:
    planner = mind()
    memory, seen = at(3, planner)
    found = consider(planner.mind(WORLD), replace(HOW, **changes), memory, seen, PLANS)
    np.testing.assert_allclose(found.score, read(found), rtol=1e-5)


def crumbs(seen: jax.Array, action: jax.Array, after: jax.Array) -> jax.Array:
    """The current reward function of a planner who was told that crumbs are what counts."""
    del seen, action
    return (after.argmax(0) == 0).astype(jnp.float32)


def test_a_rule_judges_in_place_of_the_learned_reward() -> None:
    planner = mind()
    memory, seen = at(2, planner)
    chosen = {}
    for name, rule in (("learned", None), ("rule", crumbs)):
        how = replace(HOW, rule=rule, value=0.0, depth=4)
        found = advice(planner.mind(WORLD), replace(how, thoughts=8), memory, seen, jax.random.key(0))
        assert float(found.max()) == 0.0
        chosen[name] = int(found[:, 0].argmax())
    assert chosen["rule"] == LEFT
    assert chosen["learned"] == RIGHT


def test_advice_is_added_to_the_actors_logits_and_ppo_takes_it_into_account() -> None:
    """The first pass over a rollout finds every action as likely as when it was taken."""
    config = replace(CONFIG, deliberation=HOW, epochs=1, minibatches=1)
    start = jax.jit(partial(init, config, TASK))(jax.random.key(1))
    trained = replace(start, roles=learner().roles)
    after, metrics = jax.jit(partial(update, config, TASK))(trained)
    assert float(metrics["walker/approx_kl"]) == pytest.approx(0.0, abs=1e-5)
    assert float(metrics["walker/clip_fraction"]) == 0.0
    assert int(after.fault) == -1
    # Who deliberates is surer than the actor alone.
    alone = jax.jit(partial(update, replace(config, deliberation=None), TASK))(trained)[1]
    assert float(metrics["walker/entropy"]) < float(alone["walker/entropy"])


def test_who_deliberates_does_better_with_an_actor_that_knows_nothing() -> None:
    role, fresh = learner().roles[0], learner(trained=False).roles[0]
    # The value and the model are those that were learned; the actor's last layer is a fresh one.
    policy = replace(role.policy, actor=fresh.policy.actor)
    deliberate = Planner(policy, role.learned[1].model, role.normaliser, replace(HOW, temperature=0.02))
    blind = replace(deliberate, how=None)
    assert played(deliberate) > played(blind) + 0.2


def played(planner: Planner) -> float:
    """Mean return of 64 episodes."""

    def tick(carry: Any, t: jax.Array) -> tuple[Any, jax.Array]:
        memory, state = carry
        word = jax.random.bits(jax.random.fold_in(jax.random.key(5), t), (64,), jnp.uint32)
        memory, action = planner.act(WORLD, memory, word, state)
        after = WORLD.advance(jax.random.key(6), state, action[None])
        paid = jnp.where(state.over, 0.0, after.reward[0])
        kept = jax.tree.map(lambda new, old: jnp.where(state.over, old, new), after.state, state)
        return (memory, kept), paid

    _, state = WORLD.reset(jax.random.split(jax.random.key(7), 64))
    _, paid = jax.jit(lambda: jax.lax.scan(tick, (planner.start(64), state), jnp.arange(20)))()
    return float(paid.sum(0).mean())


def test_the_search_finds_the_feast_and_defers_where_told() -> None:
    planner = mind()

    def ask(x: int, how: Deliberation, forbidden: jax.Array | None = None) -> Any:
        memory, seen = at(x, planner)
        how_many = {"simulations": 32, "forbidden": forbidden}
        return searched(planner.mind(WORLD), how, memory, seen, jax.random.key(2), **how_many)

    override, defer = HOW, replace(HOW, override=0.0, depth=2)
    assert int(ask(4, override).action[0]) == RIGHT
    assert int(ask(4, override, jnp.array([[False, False, True]])).action[0]) != RIGHT
    # Two steps do not reach it: the guess of what is worth being at has to tell.
    assert int(ask(2, defer).action[0]) == RIGHT
    assert float(jnp.abs(ask(4, defer).search_tree.children_rewards).max()) == 0.0
    assert float(jnp.abs(ask(4, override).search_tree.children_rewards).max()) > 0.5


def test_an_observation_is_laid_flat_and_stood_up_again() -> None:
    rng = np.random.default_rng(0)
    features = Features(jnp.asarray(rng.normal(size=(3, 4))), jnp.asarray(rng.normal(size=(2, 5, 4))))
    again = stood_up(laid_flat(features), features)
    np.testing.assert_array_equal(again.flat, features.flat)
    np.testing.assert_array_equal(again.tokens, features.tokens)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"depth": 0}, "depth = 0."),
        ({"thoughts": 0}, "thoughts = 0."),
        ({"temperature": 0.0}, "temperature = 0.0."),
        ({"override": 0.0, "value": 0.0}, "both 0"),
    ],
)
def test_what_decides_nothing_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(CarerError, match=said):
        Deliberation(**changes)


def test_who_has_no_world_model_cannot_deliberate() -> None:
    planner = replace(mind(), model=None)
    with pytest.raises(ValueError, match="without a world model"):
        planner.mind(WORLD)
