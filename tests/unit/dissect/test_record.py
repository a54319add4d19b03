"""A recording is of whole lives as trials live them, and of what was true in them."""

from dataclasses import replace
from functools import cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from planted import GIVES, HUNGRY, WIDTH, units
from planted_study import CARE, EPISODES, WORLD, elder, study

from carer.agents import RecurrentPolicy
from carer.agents.seated import Seated
from carer.concepts import UnknownNameError
from carer.dissect import Recording, clamped, read_again, record, truth
from carer.worlds.nursery import UNIT, NurseryState, make
from carer.worlds.nursery.state import MOTHER, OWN
from carer.worlds.nursery.trial import Lives, count_lives

KEY = 4


def both(policy: RecurrentPolicy, name: str) -> tuple[Recording, Lives]:
    """The same episodes recorded, and lived in a trial."""
    (lives,) = study(KEY).trials.sums(CARE, count_lives, name, [Seated(policy)])
    return record(WORLD, policy, jax.random.fold_in(jax.random.key(KEY), 0), EPISODES), lives


@pytest.fixture(scope="module")
def recording() -> Recording:
    return both(elder(), "whole")[0]


def test_what_is_recorded_are_the_lives_that_a_trial_counts() -> None:
    """A trial looks after each tick, a recording before it: one tick more of who still lives at the end."""
    careless = clamped(elder(), "hidden", jnp.asarray(units(GIVES)), jnp.full(WIDTH, -1.0))
    for policy, name, still in ((elder(), "whole", 1), (careless, "careless", 0)):
        recording, lives = both(policy, name)
        lived = recording.labels["own baby lives"] & recording.lived
        np.testing.assert_array_equal(lived.sum(0) + still, lives.baby)
        np.testing.assert_array_equal(recording.lived.sum(0), lives.mother)
        assert lives.baby.std() + lives.mother.std() > 0  # lives are of different length


def test_the_memory_is_what_she_saw_read_again(recording: Recording) -> None:
    np.testing.assert_allclose(read_again(elder(), recording), recording.activations["hidden"], atol=1e-5)
    hungry = recording.activations["hidden"][:, HUNGRY] > 0
    np.testing.assert_array_equal(hungry, recording.activations["embedding"][:, 0] > 0.5)
    needy = recording.labels["her own energy"]
    assert hungry[needy < 0.49].all()
    assert not hungry[needy > 0.51].any()


def test_another_network_reads_the_same_lives_otherwise(recording: Recording) -> None:
    deaf = clamped(elder(), "hidden", jnp.asarray(units(GIVES)), jnp.full(WIDTH, 0.5))
    memory = read_again(deaf, recording)
    np.testing.assert_allclose(memory[:, GIVES], 0.5, atol=1e-5)
    np.testing.assert_allclose(memory[:, HUNGRY], recording.activations["hidden"][:, HUNGRY], atol=1e-5)


def test_a_site_that_no_network_has_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'hidden'"):
        record(WORLD, elder(), jax.random.key(0), 2, ("embedding", "hiden"))


def test_means_are_of_what_is_read_while_she_lived() -> None:
    lived = np.array([[True, True], [True, False]])
    activity = np.array([[[1.0, -4.0], [3.0, 1.0]], [[-2.0, 99.0], [2.0, 99.0]]], np.float32)
    recording = Recording({"embedding": activity, "hidden": activity}, activity, {}, lived)
    np.testing.assert_allclose(recording.mean("hidden"), [(1 - 4 - 2) / 3, 2.0])
    np.testing.assert_allclose(recording.mean("embedding"), [1 / 3, 2.0])  # of what is below 0 nothing is read
    for site in ("hidden", "embedding"):
        np.testing.assert_allclose(recording.deviation(site), [np.std([1, -4, -2]), np.std([3, 1, 2])], rtol=1e-6)


NURSERY = make("standard", foreign=1, view=5)
PARAMS = NURSERY.params
MIDDLE = PARAMS.size // 2


@cache
def _start() -> NurseryState:
    return NURSERY.reset(jax.random.key(0))[1]


def moment(own: tuple[int, int], other: tuple[int, int] = (9, 9), /, **changes: Any) -> NurseryState:
    """One state in which the babies stand so far from her."""
    state = _start()
    far = (0, *(place[0] for place in (own, other))), (0, *(place[1] for place in (own, other)))
    here = {"x": MIDDLE + jnp.array(far[0]), "y": MIDDLE + jnp.array(far[1]), "alive": jnp.ones(3, bool)}
    return replace(state, **{**here, **changes})


def told(state: NurseryState) -> dict[str, float]:
    return {name: float(value) for name, value in truth(PARAMS, state).items()}


def test_the_nearest_is_the_nearest_living_baby_in_view_and_ones_own_of_two() -> None:
    def nearest(state: NurseryState) -> tuple[float, float, float]:
        found = told(state)
        return found["own baby in view"], found["own baby nearest"], found["foreign baby nearest"]

    assert nearest(moment((2, 0), (0, 1))) == (1, 0, 1)
    assert nearest(moment((0, 1), (2, 0))) == (1, 1, 0)
    assert nearest(moment((1, 1), (2, 0))) == (1, 1, 0)  # as near
    assert nearest(moment((3, 0), (9, 9))) == (0, 0, 0)  # out of view
    assert nearest(moment((3, 0), (2, 2))) == (0, 0, 1)
    assert nearest(moment((0, 1), (0, 1), alive=jnp.array([True, False, True]))) == (0, 0, 1)
    assert nearest(moment((0, 1), (2, 0), boxed=jnp.array([False, True, False]))) == (0, 0, 1)


def test_the_deficit_is_the_largest_lack_and_none_of_the_dead() -> None:
    whole = jnp.full(3, UNIT)
    needs: dict[str, Any] = {
        "energy": whole.at[OWN].set(UNIT // 2),
        "warmth": whole.at[OWN].set(UNIT // 4),
        "health": whole,
    }
    assert told(moment((1, 0), **needs))["own baby's deficit"] == 0.75
    dead = jnp.array([True, False, True])
    found = told(moment((1, 0), **needs, alive=dead, carried=jnp.int32(OWN)))
    assert found["own baby's deficit"] == found["own baby lives"] == found["own baby in her arms"] == 0
    assert told(moment((1, 0), carried=jnp.int32(OWN)))["own baby in her arms"] == 1
    assert told(moment((1, 0), energy=whole.at[MOTHER].set(UNIT // 5)))["her own energy"] == pytest.approx(0.2)


def test_a_predator_is_near_while_it_is_there_and_within_four_steps() -> None:
    def near(away: int, left: int) -> float:
        at = {"predator_x": jnp.int32(MIDDLE + away), "predator_y": jnp.int32(MIDDLE), "predator_left": jnp.int32(left)}
        return told(moment((1, 0), **at))["predator near"]

    assert [near(4, 3), near(5, 3), near(4, 0)] == [1, 0, 0]
