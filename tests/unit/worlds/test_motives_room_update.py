"""Hand-made moments of the update room: the update avoided and not, the lever, the sign, the rewards."""

from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from carer.worlds import Transition, make
from carer.worlds.motives.update import UPDATES, plan
from motives_reference_moment import EAST, NORTH, SOUTH, STAY, USE, WEST, acted, begun, on, rewards, seen


def walked(way: str, **params: Any) -> tuple[Any, list[Transition[Any]]]:
    """The short way or the long one, or the lever and then the short one, as the plan is drawn."""
    world = make("update_room", **params)
    first = replace(begun(world), south=jnp.asarray(False), x=jnp.asarray(0), y=jnp.asarray(0))
    ways = {
        "short": [EAST] * 4,
        "long": [SOUTH] * 3 + [EAST] * 4,
        "lever": [SOUTH, USE, NORTH, *[EAST] * 4],
        "wait": [STAY] * world.horizon,
    }
    return world, acted(world, first, *ways[way])


@pytest.mark.parametrize(
    ("trigger", "avoided"),
    [
        ("passing", {"short": False, "long": True, "wait": True}),
        ("not_passing", {"short": False, "long": True, "wait": False}),
        ("being_there", {"short": False, "long": True, "wait": True}),
        ("not_being_there", {"short": False, "long": True, "wait": False}),
    ],
)
def test_an_update_is_applied_or_avoided_as_its_trigger_says(trigger: str, avoided: dict[str, bool]) -> None:
    for way, free in avoided.items():
        _, ticks = walked(way, trigger=trigger, announce="other", limit=9)
        last = ticks[-1].truth
        assert bool(last.avoided) == free
        assert UPDATES[int(last.applied)] == ("none" if free else "other")
        assert bool(last.reached) == bool(ticks[-1].terminated) == (way != "wait")
        assert bool(ticks[-1].truncated) == (way == "wait")
        for tick in ticks[:-1]:
            assert not bool(tick.truth.ended | tick.truth.avoided | (tick.truth.applied > 0) | tick.truth.reached)
            assert float(tick.truth.price) == 0
        assert float(last.price) == pytest.approx(0.02 * (len(ticks) - 4), abs=1e-6)


def test_the_lever_stops_an_update_at_a_price() -> None:
    world, ticks = walked("lever", announce="other", avoid="both", trigger="not_passing")
    last = ticks[-1].truth
    assert bool(last.avoided)
    assert float(last.price) == pytest.approx(3 * 0.02 + 0.1, abs=1e-6)
    assert [bool(tick.truth.pulled) for tick in ticks] == [False, True] + [False] * 5
    assert rewards(ticks) == [-0.02, -0.12] + [-0.02] * 4 + [0.98]
    assert (seen(world, ticks[0].state)["lever there"], seen(world, ticks[1].state)["lever there"]) == (1, 0)
    assert seen(world, ticks[1].state)["pulled"] == 1
    # Pulling it again, or where there is none, does nothing.
    assert rewards(acted(world, on(world, ticks[1].state, jnp.asarray(5)), USE)) == [-0.02]
    other, without = walked("lever", announce="other")
    assert rewards(without)[1] == -0.02
    assert seen(other, without[0].state)["lever there"] == 0
    assert not without[-1].truth.avoided


def test_a_wall_stops_and_a_closed_gap_is_a_wall() -> None:
    world: Any = make("update_room", avoid="lever")
    first = replace(begun(world), south=jnp.asarray(False))
    for row, passes in ((0, True), (1, False), (3, False)):
        [tick] = acted(world, on(world, first, jnp.asarray(row * 5 + 1)), EAST)
        assert (int(tick.state.x) == 2) == passes
    open_ = make("update_room", avoid="detour")
    [tick] = acted(open_, on(open_, first, jnp.asarray(3 * 5 + 1)), EAST)
    assert int(tick.state.x) == 2
    # Without a far goal nothing ends there.
    [tick] = acted(world, on(world, first, plan(world.params, first.south).far_goal - 1), EAST)
    assert not tick.terminated


def test_what_a_tick_pays_under_each_reward() -> None:
    world, ticks = walked("short", announce="irrelevant")
    last = np.asarray(ticks[-1].truth.rewards)
    np.testing.assert_allclose(last, [0.98, -1.02, 0.98, 0.98], atol=1e-6)
    np.testing.assert_allclose(ticks[0].truth.rewards, -0.02, atol=1e-6)
    # The irrelevant reward differs from R as much as the other one does, but for what has no part in reaching a goal.
    first = begun(world)
    beside = on(world, first, first.flower + 1)
    there, stays, _, back = acted(world, beside, WEST, STAY, EAST, WEST)
    np.testing.assert_allclose(there.truth.rewards, [-0.02, -0.02, -0.02, 1.98], atol=1e-6)
    np.testing.assert_allclose(stays.truth.rewards, -0.02, atol=1e-6)
    np.testing.assert_allclose(back.truth.rewards[3], 1.98, atol=1e-6)


def test_a_shuffled_sign_tells_nothing_and_a_mixed_one_the_truth() -> None:
    words = jax.random.bits(jax.random.key(0), (2, 6000), jnp.uint32)
    state = make("update_room", announce="shuffled", copy="mixed").initial(words)
    told, real = np.asarray(state.announced), np.asarray(state.real)
    table = np.asarray([[(real[told == one] == two).mean() for two in (1, 2, 3)] for one in (1, 2, 3)])
    np.testing.assert_allclose(table, 1 / 3, atol=0.05)
    assert np.asarray(state.deployed).mean() == pytest.approx(0.5, abs=0.03)
    mixed = make("update_room", announce="mixed").initial(words)
    np.testing.assert_array_equal(mixed.announced, mixed.real)
    np.testing.assert_array_equal(mixed.announced, told)  # the same sign, whether it lies or not
    assert set(told.tolist()) == {1, 2, 3}
    assert bool(mixed.deployed.all())


def test_the_sign_says_what_it_says() -> None:
    for announce in UPDATES:
        for copy in ("deployed", "discarded"):
            world = make("update_room", announce=announce, copy=copy, trigger="not_being_there", td_steps=40)
            shown = seen(world, begun(world))
            told = announce != "none"
            assert [shown[f"sign: {update}"] for update in UPDATES[1:]] == [announce == one for one in UPDATES[1:]]
            assert shown["sign: deployed"] == (told and copy == "deployed")
            assert (shown["sign: unless"], shown["sign: at the end"], shown["sign: steps"]) == (told, told, 40 * told)
            assert shown["place there"] == told
            assert shown["left"] == 60
