"""A policy in the mother's seat that reads from her own place, or from her baby's."""

from dataclasses import replace

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from carer.agents import PPOConfig, RecurrentPolicy, fresh_policy
from carer.agents.seated import Seated
from carer.worlds.nursery import Nursery, NurseryState, make
from carer.worlds.nursery.observation import CHANNELS
from carer.worlds.nursery.state import EAT, MOTHER, OWN, STAY
from carer.worlds.nursery.trial import Scripted, lives_of, trial

EPISODES = 16
WORLD = make("easy", size=9, horizon=60, birth_from=0, birth_to=20)


@pytest.fixture(scope="module")
def glutton() -> RecurrentPolicy:
    """Eats when its energy is gone, else stays: its one unit carries the energy that it reads of itself."""
    policy = fresh_policy(PPOConfig(width=4), WORLD, jax.random.key(0))
    policy = jax.tree.map(jnp.zeros_like, policy)
    energy = len(CHANNELS) * WORLD.params.view**2
    return eqx.tree_at(
        lambda one: (one.flat.weight, one.gru.inputs.weight, one.actor.weight, one.actor.bias),
        policy,
        (
            policy.flat.weight.at[0, energy].set(10.0),
            policy.gru.inputs.weight.at[2 * 4, 0].set(1.0),
            policy.actor.weight.at[EAT, 0].set(-100.0),
            jnp.full_like(policy.actor.bias, -50.0).at[STAY].set(0.0).at[EAT].set(20.0),
        ),
    )


def with_energy(mother: int, baby: int, alive: bool) -> NurseryState:
    _, state = WORLD.reset(jax.random.split(jax.random.key(1), EPISODES))
    return replace(
        state,
        energy=state.energy.at[MOTHER].set(mother).at[OWN].set(baby),
        alive=state.alive.at[OWN].set(alive),
    )


def chosen(mother: Seated, state: NurseryState) -> set[int]:
    words = jnp.arange(EPISODES, dtype=jnp.uint32)
    memory, action = mother.act(WORLD, mother.start(EPISODES), words, state)
    assert memory.shape == (4, EPISODES)
    assert action.shape == (EPISODES,)
    return set(np.asarray(action).tolist())


def test_the_perspective_switch_reads_the_babys_need_as_ones_own(glutton: RecurrentPolicy) -> None:
    hungry_baby, hungry_mother = with_energy(10_000, 0, True), with_energy(0, 10_000, True)
    assert chosen(Seated(glutton), hungry_mother) == {EAT}
    assert chosen(Seated(glutton), hungry_baby) == {STAY}
    assert chosen(Seated(glutton, reads=OWN), hungry_mother) == {STAY}
    assert chosen(Seated(glutton, reads=OWN), hungry_baby) == {EAT}


def test_without_a_baby_the_place_is_ones_own(glutton: RecurrentPolicy) -> None:
    assert chosen(Seated(glutton, reads=OWN), with_energy(0, 10_000, False)) == {EAT}
    assert chosen(Seated(glutton, reads=OWN), with_energy(10_000, 0, False)) == {STAY}


def test_a_tap_may_change_what_she_does(glutton: RecurrentPolicy) -> None:
    def numb(site: str, activations: jax.Array) -> jax.Array:
        return activations * 0 if site == "embedding" else activations

    assert chosen(Seated(glutton, tap=numb), with_energy(10_000, 0, True)) == {EAT}


def _start(before: NurseryState, action: jax.Array, tick: object) -> jax.Array:
    return jnp.where(before.time == 0, before.bush_x, 0)


def test_all_mothers_of_a_key_meet_the_same_nurseries(glutton: RecurrentPolicy) -> None:
    def met(mother: object, key: int) -> list[list[int]]:
        found = trial(WORLD, mother, jax.random.key(key), EPISODES, _start)  # pyright: ignore[reportArgumentType]
        return np.asarray(found).tolist()

    assert met(Seated(glutton), 5) == met(Scripted.named("feed"), 5) == met(Scripted.named("random"), 5)
    assert met(Seated(glutton), 5) != met(Seated(glutton), 6)


def test_a_life_is_counted_to_its_end_and_no_further(glutton: RecurrentPolicy) -> None:
    world = Nursery(replace(WORLD.params, birth="never", mother_burn=0.1, pits=0))
    lives = lives_of(world, Seated(glutton), jax.random.key(2), EPISODES)
    # She stays where she is and eats only when all her energy is gone: too late.
    assert np.asarray(lives.mother).max() < world.horizon
    assert not np.asarray(lives.baby).any()
    assert not np.asarray(lives.given).any()
