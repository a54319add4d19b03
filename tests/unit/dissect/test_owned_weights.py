"""What belongs to a unit, and what decay, noise and grafts do to it."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from small_networks import FLAT, TOKEN, random_policy

from carer.agents import RecurrentPolicy
from carer.dissect import circuit, decayed, graft, noisy, owned
from carer.worlds import Features

WIDTH, EPISODES = 6, 4
UNITS = np.array([True, False, False, True, False, False])
NOBODY = jnp.zeros(WIDTH, bool)


tick_of = jax.jit(lambda mother, memory, seen: mother(memory, seen))
made_noisy = jax.jit(noisy)


def lived(mother: RecurrentPolicy, ticks: int = 4) -> tuple[np.ndarray, np.ndarray]:
    """Logits and values in a few ticks."""
    memory, logits, values = jnp.zeros((mother.width, EPISODES)), [], []
    for tick in range(ticks):
        a, b = jax.random.split(jax.random.key(tick))
        seen = Features(jax.random.normal(a, (FLAT, EPISODES)), jax.random.normal(b, (2, TOKEN, EPISODES)))
        memory, actor, critic = tick_of(mother, memory, seen)
        logits.append(np.asarray(actor))
        values.append(np.asarray(critic))
    return np.array(logits), np.array(values)


def without(mother: RecurrentPolicy, hidden: np.ndarray, embedding: np.ndarray) -> RecurrentPolicy:
    """A network that has these units not at all: their rows and columns are cut out."""
    rest, gates, read = ~hidden, np.tile(~hidden, 3), ~embedding
    gru, token = mother.gru, mother.token
    assert token is not None
    new = (
        *(mother.flat.weight[read], mother.flat.bias[read], token.weight[read], token.bias[read]),
        *(gru.inputs.weight[gates][:, read], gru.inputs.bias[gates], gru.recurrent[gates][:, rest], gru.bias[rest]),
        *(mother.actor.weight[:, rest], mother.actor.bias, mother.critic.weight[:, rest], mother.critic.bias),
    )
    return jax.tree.unflatten(jax.tree.structure(mother), new)


@pytest.mark.parametrize("site", ["hidden", "embedding"])
def test_a_unit_whose_weights_have_decayed_to_nothing_might_as_well_not_be_there(site: str) -> None:
    mother, none = random_policy(), np.zeros(WIDTH, bool)
    gone = decayed(mother, owned(mother, **{site: jnp.asarray(UNITS)}), 0.0)
    cut = without(mother, UNITS if site == "hidden" else none, UNITS if site == "embedding" else none)
    for found, expected in zip(lived(gone), lived(cut), strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-5)
    assert np.abs(lived(gone)[0] - lived(mother)[0]).max() > 0.1


def test_nobody_owns_nothing_and_all_own_all_but_the_biases_of_actor_and_critic() -> None:
    mother = random_policy()
    assert not any(bool(mine.any()) for mine in jax.tree.leaves(owned(mother)))
    everybody = owned(mother, hidden=~NOBODY, embedding=~NOBODY)
    left = [mine.size for mine in jax.tree.leaves(everybody) if not bool(mine.all())]
    assert left == [mother.actor.bias.size, mother.critic.bias.size]
    assert not np.asarray(everybody.actor.bias).any()
    assert not np.asarray(everybody.critic.bias).any()


def test_to_a_unit_belongs_what_it_reads_and_what_others_read_of_it() -> None:
    gates = np.tile(UNITS, 3)
    hidden, embedding = (owned(random_policy(), **{site: jnp.asarray(UNITS)}) for site in ("hidden", "embedding"))
    np.testing.assert_array_equal(hidden.gru.recurrent, gates[:, None] | UNITS)
    np.testing.assert_array_equal(hidden.gru.inputs.weight, np.broadcast_to(gates[:, None], (3 * WIDTH, WIDTH)))
    np.testing.assert_array_equal(embedding.gru.inputs.weight, np.broadcast_to(UNITS, (3 * WIDTH, WIDTH)))
    np.testing.assert_array_equal(embedding.flat.weight, np.broadcast_to(UNITS[:, None], (WIDTH, FLAT)))
    assert not np.asarray(embedding.gru.recurrent).any()
    assert not np.asarray(hidden.flat.weight).any()


def test_a_network_without_tokens_has_owners_too() -> None:
    mother = random_policy(tokens=0)
    mask = owned(mother, embedding=jnp.asarray(UNITS))
    assert mask.token is None
    np.testing.assert_array_equal(mask.flat.bias[:, 0], UNITS)


def test_decay_shrinks_what_is_owned_and_nothing_else() -> None:
    mother = random_policy()
    owners = owned(mother, hidden=jnp.asarray(UNITS), embedding=jnp.asarray(~UNITS))
    trees = jax.tree.leaves(owners), jax.tree.leaves(mother), jax.tree.leaves(decayed(mother, owners, 0.25))
    for mine, was, now in zip(*trees, strict=True):
        np.testing.assert_array_equal(now, np.where(mine, 0.25 * np.asarray(was), was))


def test_noise_disturbs_what_is_owned_as_much_as_it_weighs() -> None:
    mother = random_policy(width=48)
    half = jnp.arange(48) % 2 == 0
    owners = owned(mother, hidden=half)
    disturbed = made_noisy(mother, owners, jax.random.key(5), 0.5)
    weights = mother.gru.recurrent, owners.gru.recurrent, disturbed.gru.recurrent
    was, mine, now = (np.asarray(one) for one in weights)
    rms = np.sqrt((was[mine] ** 2).mean())
    assert (now - was)[mine].std() == pytest.approx(0.5 * float(rms), rel=0.05)
    assert (now - was)[mine].mean() == pytest.approx(0.0, abs=0.05 * float(rms))
    for own, old, new in zip(*map(jax.tree.leaves, (owners, mother, disturbed)), strict=True):
        np.testing.assert_array_equal(np.asarray(new)[~np.asarray(own)], np.asarray(old)[~np.asarray(own)])
        assert not np.asarray(own).any() or (np.asarray(new) != np.asarray(old))[np.asarray(own)].any()


def test_noise_on_no_unit_or_of_no_size_changes_nothing_and_a_key_draws_it() -> None:
    mother = random_policy(width=48)
    everybody = owned(mother, hidden=jnp.ones(48, bool))
    for still in (
        made_noisy(mother, owned(mother), jax.random.key(0), 1.0),
        made_noisy(mother, everybody, jax.random.key(0), 0.0),
    ):
        for new, old in zip(jax.tree.leaves(still), jax.tree.leaves(mother), strict=True):
            np.testing.assert_array_equal(new, old)
    first, again, other = (made_noisy(mother, everybody, jax.random.key(key), 1.0).gru.recurrent for key in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert not np.allclose(first, other)


def test_a_graft_of_nothing_is_the_recipient_and_of_everything_the_donor() -> None:
    recipient, donor = random_policy(1), random_policy(2)
    for found, expected in zip(lived(graft(recipient, donor)), lived(recipient), strict=True):
        np.testing.assert_array_equal(found, expected)
    whole = graft(recipient, donor, hidden=~NOBODY, embedding=~NOBODY)
    for site, at in (("actor", 0), ("critic", 1)):  # the biases of both belong to nobody, and stay behind
        head, new = (getattr(one, site).bias for one in (donor, recipient))
        shift = np.asarray(new - head)
        np.testing.assert_allclose(lived(whole)[at], lived(donor)[at] + (shift), atol=1e-5)


def test_grafted_units_take_along_how_they_read_remember_and_are_read() -> None:
    recipient, donor = random_policy(1), random_policy(2)
    hidden, embedding = jnp.asarray(UNITS), jnp.asarray(~UNITS)
    owners = owned(donor, hidden=hidden, embedding=embedding)
    mixed = graft(recipient, donor, hidden=hidden, embedding=embedding)
    for mine, new, given, old in zip(*map(jax.tree.leaves, (owners, mixed, donor, recipient)), strict=True):
        np.testing.assert_array_equal(new, np.where(mine, given, old))
    assert np.abs(lived(mixed)[0] - lived(recipient)[0]).max() > 0.1


@pytest.mark.parametrize("site", ["hidden", "embedding"])
def test_a_circuit_of_all_units_is_the_whole_and_one_of_none_tells_nothing(site: str) -> None:
    mother, mean = random_policy(), jnp.full(WIDTH, 0.3)
    for found, expected in zip(lived(circuit(mother, site, ~NOBODY, mean)), lived(mother), strict=True):
        np.testing.assert_array_equal(found, expected)
    logits, values = lived(circuit(mother, site, NOBODY, mean))
    np.testing.assert_allclose(logits, np.broadcast_to(logits[:, :, :1], logits.shape), atol=1e-6)  # whatever is seen
    np.testing.assert_allclose(values, np.broadcast_to(values[:, :1], values.shape), atol=1e-6)
