"""Edits of a network's weights do what a tap on the running network would do."""

from collections.abc import Callable
from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from small_networks import random_policy

from carer.agents import RecurrentPolicy, Tap
from carer.agents.networks import untouched
from carer.concepts import UnknownNameError
from carer.dissect import EDITABLE, circuit, clamped, steered
from carer.worlds import Features

WIDTH, EPISODES, TICKS = 6, 4, 5
SEEN = Features(
    jax.random.normal(jax.random.key(0), (TICKS, 3, EPISODES)),
    jax.random.normal(jax.random.key(1), (TICKS, 2, 4, EPISODES)),
)
UNITS = np.array([True, False, False, True, False, False])
TO = jnp.array([0.4, 9.0, 9.0, 0.7, 9.0, 9.0])
DIRECTION = jnp.linspace(-1.0, 2.0, WIDTH)
Lived = dict[str, np.ndarray]


def lived(mother: RecurrentPolicy, change: Tap = untouched) -> Lived:
    """What passes each site in a few ticks from an empty memory: [ticks, units, episodes]."""
    heard: dict[str, list[np.ndarray]] = {}

    def tap(site: str, activations: jax.Array) -> jax.Array:
        activations = change(site, activations)
        heard.setdefault(site, []).append(np.asarray(activations))
        return activations

    memory = jnp.zeros((WIDTH, EPISODES))
    for flat, tokens in zip(SEEN.flat, SEEN.tokens, strict=True):
        told = tokens if mother.token is not None else tokens[:0]
        memory, _, _ = mother(memory, Features(flat, told), tap)
    return {site: np.array(found) for site, found in heard.items()}


def same(one: Lived, other: Lived, sites: tuple[str, ...] = ("embedding", "hidden", "logits", "value")) -> None:
    for site in sites:
        np.testing.assert_allclose(one[site], other[site], atol=2e-5, err_msg=site)


@pytest.mark.parametrize(
    "mother", [random_policy(), random_policy(pool="sum"), random_policy(tokens=0)], ids=["max", "sum", "no tokens"]
)
@pytest.mark.parametrize("site", EDITABLE)
def test_held_units_are_held_as_a_tap_would_hold_them(site: str, mother: RecurrentPolicy) -> None:
    def held(where: str, activations: jax.Array) -> jax.Array:
        return jnp.where(UNITS[:, None], TO[:, None], activations) if where == site else activations

    edited = lived(clamped(mother, site, jnp.asarray(UNITS), TO))
    same(edited, lived(mother, held))
    assert np.abs(edited["logits"] - lived(mother)["logits"]).max() > 0.05


def test_a_memory_cannot_be_held_beyond_its_range() -> None:
    found = lived(clamped(random_policy(), "hidden", jnp.asarray(UNITS), jnp.full(WIDTH, 7.0)))
    np.testing.assert_allclose(found["hidden"][:, UNITS], 1.0, atol=2e-4)


@pytest.mark.parametrize("site", EDITABLE)
def test_who_holds_no_unit_or_adds_nothing_changes_nothing(site: str) -> None:
    mother = random_policy()
    nobody = jnp.zeros(WIDTH, bool)
    for edited in (clamped(mother, site, nobody, TO), steered(mother, site, jnp.zeros(WIDTH))):
        for new, old in zip(jax.tree.leaves(edited), jax.tree.leaves(mother), strict=True):
            np.testing.assert_array_equal(new, old)


def test_a_direction_is_added_to_the_embedding_before_its_rectifier() -> None:
    def moved(site: str, activations: jax.Array) -> jax.Array:
        return activations + DIRECTION[:, None] if site == "embedding" else activations

    mother = random_policy()
    same(lived(steered(mother, "embedding", DIRECTION)), lived(mother, moved))


def test_who_reads_the_memory_reads_it_moved_and_it_stays_itself() -> None:
    mother, shift = random_policy(), np.asarray(DIRECTION)[:, None]
    edited = lived(steered(mother, "hidden", DIRECTION))
    into, within = mother.gru.inputs, np.asarray(mother.gru.recurrent)
    memory = np.zeros((WIDTH, EPISODES))
    for tick in range(TICKS):
        given = np.asarray(into(jnp.maximum(edited["embedding"][tick], 0.0)))
        kept = within @ (memory + shift)  # the gates hear of a memory that is moved
        (rx, zx, nx), (rh, zh, nh) = np.split(given, 3), np.split(kept, 3)
        reset, update = 1 / (1 + np.exp(-rx - rh)), 1 / (1 + np.exp(-zx - zh))
        candidate = np.tanh(nx + reset * (nh + np.asarray(mother.gru.bias)))
        memory = (1 - update) * candidate + update * memory  # what is kept is not
        np.testing.assert_allclose(edited["hidden"][tick], memory, atol=2e-5)
        for site, head in (("logits", mother.actor), ("value", mother.critic)):
            read = np.asarray(head.weight) @ (memory + shift) + np.asarray(head.bias)
            np.testing.assert_allclose(edited[site][tick], read, atol=2e-5)
    assert np.abs(edited["hidden"] - lived(mother)["hidden"]).max() > 0.05


@pytest.mark.parametrize("site", EDITABLE)
def test_steering_back_takes_steering_back(site: str) -> None:
    mother = random_policy()
    there = steered(mother, site, DIRECTION)
    assert np.abs(lived(there)["logits"] - lived(mother)["logits"]).max() > 0.05
    same(lived(steered(there, site, -DIRECTION)), lived(mother))


def test_edits_of_one_mother_are_one_program() -> None:
    mother = replace(random_policy(), recurrent=False)
    each = jax.vmap(lambda unit: clamped(mother, "hidden", unit, TO / 10))(jnp.eye(WIDTH, dtype=bool))
    for at in range(WIDTH):
        one = jax.tree.map(lambda leaf, at=at: leaf[at], each)
        alone = clamped(mother, "hidden", jnp.arange(WIDTH) == at, TO / 10)
        for new, old in zip(jax.tree.leaves(one), jax.tree.leaves(alone), strict=True):
            np.testing.assert_allclose(new, old, atol=1e-6)


EDITS: dict[str, Callable[[str], RecurrentPolicy]] = {
    "clamped": lambda site: clamped(random_policy(), site, jnp.asarray(UNITS), TO),
    "steered": lambda site: steered(random_policy(), site, DIRECTION),
    "circuit": lambda site: circuit(random_policy(), site, jnp.asarray(UNITS), TO),
}


@pytest.mark.parametrize("edit", EDITS)
def test_a_site_that_edits_do_not_know_is_refused(edit: str) -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'hidden'"):
        EDITS[edit]("hiden")
    with pytest.raises(UnknownNameError, match="unknown site 'logits'"):
        EDITS[edit]("logits")
