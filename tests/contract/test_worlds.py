"""What every registered world promises, asked of each: gymnax 1.0's contract, with an agent axis and the batch last."""

from functools import cache, partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from carer.concepts import CarerError, UnknownNameError
from carer.worlds import Transition, World, make, worlds

BATCH = 4
TICKS = 12


@cache
def built(name: str) -> World[Any]:
    return make(name)


def actions_of(world: World[Any], key: jax.Array, batch: tuple[int, ...]) -> jax.Array:
    return jax.random.randint(key, (len(world.seats), *batch), 0, len(world.actions))


def same(one: Any, other: Any) -> None:
    jax.tree.map(np.testing.assert_array_equal, one, other)


def close(one: Any, other: Any) -> None:
    """Equal whole numbers; floats may differ in their last bits, as XLA orders sums anew for each shape."""
    jax.tree.map(partial(np.testing.assert_allclose, rtol=2e-6, atol=2e-6), one, other)


@cache
def played(name: str) -> list[Any]:
    """`TICKS` steps of a batch."""
    world = built(name)
    obs, state = world.reset(jax.random.split(jax.random.key(0), BATCH))
    steps: list[Any] = [(obs, state)]
    for tick in range(TICKS):
        key = jax.random.fold_in(jax.random.key(1), tick)
        steps.append(world.step(key, steps[-1][1], actions_of(world, key, (BATCH,))))
    return steps


@pytest.mark.parametrize("name", worlds())
def test_shapes_and_dtypes(name: str) -> None:
    world = built(name)
    agents = len(world.seats)
    assert len(set(world.seats)) == agents
    assert len(set(world.actions)) == len(world.actions)
    assert world.name == name
    for obs, state, *rest in played(name):
        assert obs.shape == (agents, *world.observation.shape, BATCH)
        assert obs.dtype == world.observation.dtype
        assert state.time.shape == state.over.shape == (BATCH,)
        assert world.alive(state).shape == (agents, BATCH)
        assert world.action_mask(state).shape == (agents, len(world.actions), BATCH)
        assert world.action_mask(state).any(1).all()
        if rest:
            reward, terminated, truncated, info = rest
            assert reward.shape == terminated.shape == truncated.shape == (agents, BATCH)
            assert reward.dtype == jnp.float32
            assert terminated.dtype == truncated.dtype == bool
            assert not (terminated & truncated).any()
            assert np.isfinite(reward).all()
            assert info["final_observation"].shape == obs.shape
            assert info["alive"].shape == reward.shape


@pytest.mark.parametrize("name", worlds())
def test_the_state_keeps_its_structure(name: str) -> None:
    shapes = {str(jax.tree.map(lambda leaf: (leaf.shape, leaf.dtype), state)) for _, state, *_ in played(name)}
    assert len(shapes) == 1


@pytest.mark.parametrize("name", worlds())
def test_a_seat_sees_what_all_seats_together_see(name: str) -> None:
    world = built(name)
    obs, state, *_ = played(name)[-1]
    for at, seat in enumerate(world.seats):
        same(world.observe(state, at), obs[at])
        same(world.observe(state, seat), obs[at])
    for nobody in ("nobody", len(world.seats), -1):
        with pytest.raises(CarerError, match="no seat"):
            world.observe(state, nobody)


@pytest.mark.parametrize("name", worlds())
def test_features_are_finite_and_moderate(name: str) -> None:
    world = built(name)
    obs = played(name)[-1][0]
    flat, tokens = world.decode(obs[0])
    assert flat.ndim == 2
    assert tokens.ndim == 3
    assert flat.dtype == tokens.dtype == jnp.float32
    assert np.abs(np.concatenate([flat.ravel(), tokens.ravel()])).max() < 10


@pytest.mark.parametrize("name", worlds())
def test_the_same_key_is_the_same_fate_and_another_key_another(name: str) -> None:
    world = built(name)
    keys = jax.random.split(jax.random.key(0), BATCH)
    same(world.reset(keys), played(name)[0])
    state = played(name)[0][1]
    key = jax.random.fold_in(jax.random.key(1), 0)
    same(world.step(key, state, actions_of(world, key, (BATCH,))), played(name)[1])
    other = world.reset(jax.random.split(jax.random.key(5), BATCH))
    assert any((a != b).any() for a, b in zip(jax.tree.leaves(other), jax.tree.leaves(played(name)[0]), strict=True))


@pytest.mark.parametrize("name", worlds())
def test_a_batch_is_the_worlds_in_it_one_by_one_and_vmap_agrees(name: str) -> None:
    world = built(name)
    keys = jax.random.split(jax.random.key(0), BATCH)
    key = jax.random.key(3)
    actions = actions_of(world, key, (BATCH,))
    batch = world.step(key, played(name)[0][1], actions)
    one = jax.jit(lambda k, a: world.step(key, world.reset(k)[1], a))
    loop = [one(keys[at], actions[:, at]) for at in range(BATCH)]
    close(jax.tree.map(lambda *leaves: jnp.stack(leaves, -1), *loop), batch)
    mapped = jax.vmap(lambda k, a: world.step(key, world.reset(k)[1], a), in_axes=(0, 1), out_axes=-1)(keys, actions)
    close(mapped, batch)


@pytest.mark.parametrize("name", worlds())
def test_compiled_and_eager_agree(name: str) -> None:
    world = built(name)
    key = jax.random.key(3)
    _, state = world.reset(key)
    action = actions_of(world, key, ())
    with jax.disable_jit():
        eager = world.step(key, state, action)
    close(world.step(key, state, action), eager)


@pytest.mark.parametrize("name", worlds())
def test_nothing_is_compiled_twice(name: str) -> None:
    world, again = built(name), make(name)
    assert world == again
    assert hash(world) == hash(again)
    played(name)
    program: Any = World.step
    before = program._cache_size()
    key = jax.random.key(9)
    _, state, *_ = played(name)[3]
    again.step(key, state, actions_of(again, key, (BATCH,)))
    assert program._cache_size() == before


@pytest.mark.parametrize("name", worlds())
def test_an_episode_ends_once_and_the_next_begins(name: str) -> None:
    world = built(name)
    key = jax.random.key(4)

    def tick(state: Any, t: jax.Array) -> tuple[Any, Any]:
        now = jax.random.fold_in(key, t)
        obs, after, _, terminated, truncated, info = world.step(now, state, actions_of(world, now, (BATCH,)))
        done = terminated | truncated
        return after, (done, after.time, (obs != info["final_observation"]).any(axis=(0, 1)))

    state = world.reset(jax.random.split(key, BATCH))[1]
    _, (done, time, renewed) = jax.lax.scan(tick, state, jnp.arange(world.horizon + 2))
    assert (done == done[:, :1]).all(), "an episode ends for all of its agents at once"
    ended = done[:, 0]
    assert ended.any(0).all()
    assert (time[ended] == 0).all()
    assert (time[~ended] > 0).all()
    assert not (renewed & ~ended).any(), "observations change only where an episode was renewed"
    assert renewed[ended].any()


@pytest.mark.parametrize("name", worlds())
def test_wrong_actions_are_named(name: str) -> None:
    world = built(name)
    state = played(name)[0][1]
    right = actions_of(world, jax.random.key(0), (BATCH,))
    for wrong in (right.astype(jnp.float32), right[:, :1], jnp.zeros((len(world.seats) + 1, BATCH), int), 3):
        with pytest.raises(CarerError, match=f"an action of {name} is"):
            world.step(jax.random.key(0), state, wrong)


@pytest.mark.parametrize("name", worlds())
def test_a_finished_episode_is_not_stepped(name: str) -> None:
    world = built(name)
    key = jax.random.key(0)
    state = world.reset(key)[1]
    advance = jax.jit(world.advance)
    tick: Transition[Any] = advance(key, state, actions_of(world, key, ()))
    for _ in range(world.horizon):
        if tick.state.over:
            break
        tick = advance(key, tick.state, actions_of(world, key, ()))
    assert tick.terminated ^ tick.truncated
    state = tick.state
    with pytest.raises(CarerError, match="finished"):
        world.advance(key, state, actions_of(world, key, ()))


def test_unknown_worlds_and_parameters_offer_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="nursery"):
        make("nurserry")
    with pytest.raises(UnknownNameError, match="standard"):
        make("nursery", "standart")
    with pytest.raises(UnknownNameError, match="predator_rate"):
        make("nursery", predator_rat=0.1)
