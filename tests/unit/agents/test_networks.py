import jax
import jax.numpy as jnp
import numpy as np
import pytest

from carer.agents import SITES, RecurrentPolicy
from carer.agents.batching import pack, unpack
from carer.agents.networks import GRU, orthogonal
from carer.worlds import Features
from carer.worlds.rare import anywhere

N = 5


def features(key: int = 0, tokens: int = 3) -> Features:
    a, b = jax.random.split(jax.random.key(key))
    return Features(jax.random.normal(a, (4, N)), jax.random.normal(b, (tokens, 2, N)))


def policy(pool: str = "max", recurrent: bool = True) -> RecurrentPolicy:
    return RecurrentPolicy.create(jax.random.key(1), features(), 6, 8, pool=pool, recurrent=recurrent)  # pyright: ignore[reportArgumentType]


def test_the_gru_is_the_textbooks() -> None:
    unit = GRU.create(jax.random.key(0), 4)
    unit = jax.tree.map(lambda leaf: leaf + 0.1 * jax.random.normal(jax.random.key(leaf.size), leaf.shape), unit)
    h, x = np.asarray(jax.random.normal(jax.random.key(1), (2, 4, N)))
    into, into_bias, within = map(np.asarray, (unit.inputs.weight, unit.inputs.bias, unit.recurrent))

    def gate(at: int) -> tuple[np.ndarray, np.ndarray]:
        rows = slice(4 * at, 4 * at + 4)
        return into[rows] @ x + into_bias[rows], within[rows] @ h

    (rx, rh), (zx, zh), (nx, nh) = map(gate, range(3))
    reset, update = 1 / (1 + np.exp(-rx - rh)), 1 / (1 + np.exp(-zx - zh))
    candidate = np.tanh(nx + reset * (nh + np.asarray(unit.bias)))
    expected = (1 - update) * candidate + update * h
    np.testing.assert_allclose(unit(jnp.asarray(h), jnp.asarray(x)), expected, atol=1e-6)


def test_every_gate_is_orthogonal_at_first() -> None:
    unit = GRU.create(jax.random.key(0), 6)
    for block in (*np.split(np.asarray(unit.recurrent), 3), *np.split(np.asarray(unit.inputs.weight), 3)):
        np.testing.assert_allclose(block @ block.T, np.eye(6), atol=1e-5)


@pytest.mark.parametrize(("rows", "columns"), [(5, 5), (3, 40), (40, 3), (1, 4)])
def test_weights_are_orthonormal_and_differ(rows: int, columns: int) -> None:
    many = jax.vmap(lambda key: orthogonal(key, rows, columns))(jax.random.split(jax.random.key(0), 300))
    one = np.asarray(many[0])
    np.testing.assert_allclose(one @ one.T if rows <= columns else one.T @ one, np.eye(min(rows, columns)), atol=1e-5)
    # No direction is preferred: every entry has mean 0, and the square of the mean entry.
    np.testing.assert_allclose(many.mean(0), 0.0, atol=5 * (1 / max(rows, columns) / 300) ** 0.5)
    np.testing.assert_allclose(jnp.square(many).mean(0), 1 / max(rows, columns), atol=0.15)


@pytest.mark.parametrize("pool", ["max", "sum"])
def test_tokens_are_read_in_no_order(pool: str) -> None:
    net, seen = policy(pool), features()
    hidden = jnp.zeros((8, N))
    shuffled = Features(seen.flat, seen.tokens[jnp.asarray([2, 0, 1])])
    changed = Features(seen.flat, seen.tokens.at[1].multiply(3.0))
    out = [net(hidden, one)[1] for one in (seen, shuffled, changed)]
    np.testing.assert_allclose(out[0], out[1], atol=1e-6)
    assert not np.allclose(out[0], out[2])


def test_a_world_without_tokens_has_no_layer_for_them() -> None:
    net = RecurrentPolicy.create(jax.random.key(1), features(tokens=0), 6, 8)
    assert net.token is None
    assert net(jnp.zeros((8, N)), features(tokens=0))[1].shape == (6, N)


def test_without_recurrence_the_past_makes_no_difference() -> None:
    past = jax.random.normal(jax.random.key(2), (8, N))
    for recurrent in (True, False):
        net = policy(recurrent=recurrent)
        one, other = (net(hidden, features())[1] for hidden in (past, 2 * past))
        assert np.allclose(one, other) is not recurrent


def test_taps_see_every_site_and_may_change_it() -> None:
    net, seen = policy(), {}

    def record(site: str, x: jax.Array) -> jax.Array:
        seen[site] = x
        return x

    def silence(site: str, x: jax.Array) -> jax.Array:
        return 0.0 * x if site == "hidden" else x

    hidden = jnp.zeros((8, N))
    plain = net(hidden, features(), record)
    assert tuple(seen) == SITES
    np.testing.assert_array_equal(seen["logits"], plain[1])
    np.testing.assert_array_equal(net(hidden, features(), silence)[0], 0.0)


@pytest.mark.parametrize("actions", [2, 32, 33, 70])
def test_masks_are_kept_as_bits(actions: int) -> None:
    mask = jax.random.bernoulli(jax.random.key(3), 0.5, (actions, 2, 3))
    packed = pack(mask)
    assert packed.shape == (-(-actions // 32), 2, 3)
    np.testing.assert_array_equal(unpack(packed, actions), mask)


def test_a_condition_over_stacked_learners_stays_a_condition() -> None:
    def either(mask: jax.Array) -> jax.Array:
        return jax.lax.cond(anywhere(mask), lambda: mask + 1, lambda: mask * 1)

    masks = jnp.zeros((3, 4), bool).at[1, 2].set(True)
    text = jax.jit(jax.vmap(either)).lower(masks).as_text()
    assert "stablehlo.case" in text
    np.testing.assert_array_equal(jax.vmap(either)(masks), masks + 1)
