"""Directions tell one thing from another; what is steered by them changes what they are about."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from numpy.typing import NDArray
from planted import CRY, FETCHES, GIVES, HUNGRY, LEAVES, WIDTH, units
from planted_study import UNFED, elder, study, subjects

from carer.agents import RecurrentPolicy
from carer.concepts import CarerError
from carer.dissect import Recording, circuit, clamped, decayed, direction, owned, steered, unrelated

TICKS, MANY = 10, 12


def recorded(activity: NDArray[np.float32], lived: NDArray[np.bool_]) -> Recording:
    return Recording({"hidden": activity}, activity, {}, lived)


def test_a_direction_is_the_difference_of_the_means_where_she_lived() -> None:
    rng = np.random.default_rng(0)
    present = rng.random((TICKS, MANY)) < 0.5
    activity = rng.normal(size=(TICKS, 4, MANY)).astype(np.float32)
    activity[:, 2] += 3.0 * present
    lived = np.arange(TICKS)[:, None] < np.full(MANY, TICKS - 1)
    found = direction(recorded(activity, lived), "hidden", present, ~present)
    by_hand = [activity[:, unit][which & lived].mean() for which in (present, ~present) for unit in range(4)]
    np.testing.assert_allclose(found, np.subtract(by_hand[:4], by_hand[4:]), atol=1e-6)
    assert np.argmax(np.abs(found)) == 2
    activity[-1] = 1e6  # what passes when she lives no more counts for nothing
    np.testing.assert_array_equal(found, direction(recorded(activity, lived), "hidden", present, ~present))


@pytest.mark.parametrize("which", ["present", "absent"])
def test_too_few_ticks_of_either_kind_make_no_direction(which: str) -> None:
    everywhere, few = np.ones((TICKS, MANY), bool), np.zeros((TICKS, MANY), bool)
    few[:3, :10] = True
    recording = recorded(np.zeros((TICKS, 2, MANY), np.float32), everywhere)
    order = (few, everywhere) if which == "present" else (everywhere, few)
    assert not direction(recording, "hidden", *order).any()  # thirty are enough
    dead = recording._replace(lived=np.arange(TICKS)[:, None] > np.zeros(MANY))
    with pytest.raises(CarerError, match=rf"{which} in 20 recorded tick\(s\)\. A mean needs 30"):
        direction(dead, "hidden", *order)


def test_an_unrelated_direction_is_as_long_and_at_a_right_angle() -> None:
    to = np.array([3.0, -1.0, 0.5, 2.0, 0.0], np.float32)
    first, again, other = (unrelated(to, jax.random.key(key)) for key in (0, 0, 1))
    for found in (first, other):
        assert np.linalg.norm(found) == pytest.approx(float(np.linalg.norm(to)), rel=1e-5)
        assert found @ to == pytest.approx(0.0, abs=1e-4)
    np.testing.assert_array_equal(first, again)
    assert abs(float(first @ other)) < 0.99 * float(to @ to)


def test_nothing_is_unrelated_to_no_direction() -> None:
    np.testing.assert_array_equal(unrelated(np.zeros(4, np.float32), jax.random.key(0)), np.zeros(4))


def test_the_direction_of_hunger_is_that_of_the_unit_of_hunger() -> None:
    recording = subjects()[0].recording
    hungry = recording.labels["her own energy"] < 0.5
    found = direction(recording, "hidden", hungry, ~hungry)
    assert np.argmax(np.abs(found)) == HUNGRY
    assert found[HUNGRY] > 1.0


def left(policy: RecurrentPolicy, name: str) -> tuple[float, float]:
    """Ticks that her baby lives, and that she lives alone."""
    asked = study()
    return float(asked.cares(name, [policy])[0]), float(asked.forages(name, [policy])[0])


def along(unit: int, by: float) -> jax.Array:
    return jnp.zeros(WIDTH).at[unit].set(by)


MEAN = jnp.full(WIDTH, -1.0)
CARING = jnp.asarray(units(GIVES, FETCHES))
EDITS: dict[str, RecurrentPolicy] = {
    "her giving held back": clamped(elder(), "hidden", jnp.asarray(units(GIVES)), MEAN),
    "steered from giving": steered(elder(), "hidden", along(GIVES, -3.0)),
    "steered from cries": steered(elder(), "embedding", along(CRY, -3.0)),
    "care's units decayed": decayed(elder(), owned(elder(), hidden=CARING), 0.0),
    "foraging's circuit": circuit(elder(), "hidden", jnp.asarray(units(LEAVES, HUNGRY)), MEAN),
}


@pytest.mark.parametrize("name", [name for name in EDITS if name != "steered from cries"])
def test_edits_of_cares_units_take_her_care_and_leave_her_foraging(name: str) -> None:
    care, foraging = left(EDITS[name], name)
    assert care == pytest.approx(UNFED, abs=1.0)
    assert foraging == 80.0


def test_who_does_not_hear_enough_of_a_cry_does_not_care() -> None:
    """All embeddings are added up: the cry comes in through the token, and is taken away behind it."""
    care, foraging = left(EDITS["steered from cries"], "steered from cries")
    assert care < 30.0
    assert foraging == 80.0


def test_steered_from_hunger_she_starves() -> None:
    edited = steered(elder(), "hidden", along(HUNGRY, -3.0))
    assert left(edited, "steered from hunger")[1] < 30.0


def test_steered_along_units_that_do_nothing_she_does_as_before() -> None:
    idle = jnp.arange(WIDTH) >= 4
    edited = steered(elder(), "hidden", jnp.where(idle, 5.0, 0.0))
    assert left(edited, "steered along nothing") == left(elder(), "")


def test_the_four_planted_units_are_all_it_takes() -> None:
    four = jnp.asarray(units(LEAVES, HUNGRY, GIVES, FETCHES))
    edited = circuit(elder(), "hidden", four, jnp.zeros(WIDTH))
    assert left(edited, "a circuit of four") == left(elder(), "")
