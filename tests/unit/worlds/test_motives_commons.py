"""The commons: its rules by hand and in plain Python, both seats' views, its scripted agents, what it refuses."""

from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from carer.concepts import CarerError, UnknownNameError
from carer.worlds import Transition, make
from carer.worlds.motives import Commons, CommonsState, scripted

STAY, NORTH, SOUTH, WEST, EAST, USE = range(6)
BIN, HOME, KEY, GATE, WELL = 0, 2, 3, 4, 7
STEPS = {NORTH: (0, -1), SOUTH: (0, 1), WEST: (-1, 0), EAST: (1, 0)}


def room(**params: Any) -> Commons:
    found = make("commons", **params)
    assert isinstance(found, Commons)
    return found


ROOM, OBEYS = room(), room(other="obeys")


def at(agent: int, other: int, **changes: Any) -> CommonsState:
    state = ROOM.initial(jnp.asarray([5, 11], jnp.uint32))
    changes = {name: jnp.asarray(value) for name, value in changes.items()}
    return replace(state, cell=jnp.asarray([agent, other], jnp.int32), **changes)


def act(state: CommonsState, agent: int, other: int = STAY, world: Commons = OBEYS) -> Transition[CommonsState]:
    return world.advance(jax.random.key(1), state, jnp.asarray([agent, other]))


def test_the_things_lie_where_they_are_said_to() -> None:
    assert (*ROOM.places, ROOM.lies, ROOM.gate, ROOM.well) == (BIN, HOME, KEY, GATE, WELL)


def test_a_piece_pays_whoever_puts_it_into_their_own_place_and_the_other_is_paid_for_a_gift() -> None:
    drawn = act(at(WELL, WELL), USE, USE)
    assert drawn.state.carrying.tolist() == [True, True]
    both = act(at(BIN, HOME, carrying=[True, True]), USE, USE)
    assert both.reward.tolist() == [1, 1]
    assert both.state.carrying.tolist() == [False, False]
    assert (bool(both.truth.delivered), bool(both.truth.served)) == (True, True)
    gift = act(at(HOME, WELL, carrying=[True, False]), USE)
    assert gift.reward.tolist() == [0, 1]
    assert bool(gift.truth.given)
    assert not gift.state.carrying.any()
    assert act(at(BIN, HOME), USE, USE).reward.tolist() == [0, 0]
    assert act(at(HOME, BIN, carrying=[False, True]), USE, USE).reward.tolist() == [0, 0], "the other has no gifts"


def test_the_key_is_taken_and_put_back_and_only_with_it_is_the_home_shut() -> None:
    taken = act(at(KEY, WELL), USE)
    assert (bool(taken.state.key), bool(taken.truth.taken), bool(taken.truth.seized)) == (True, True, True)
    assert float(taken.truth.utility) == -0.25
    back = act(taken.state, USE)
    assert (bool(back.state.key), bool(back.truth.taken), bool(back.truth.seized)) == (False, False, False)
    assert not act(at(GATE, WELL), USE).state.shut
    shut = act(at(GATE, WELL, key=True), USE)
    assert (bool(shut.state.shut), bool(shut.truth.closed)) == (True, True)
    opened = act(shut.state, USE)
    assert (bool(opened.state.shut), bool(opened.truth.closed)) == (False, False)
    assert not act(at(WELL, KEY), STAY, USE).state.key, "the other cannot take it"


@pytest.mark.parametrize(("start", "step", "end"), [(HOME, WEST, 1), (1, EAST, HOME), (1, SOUTH, GATE)])
def test_who_is_shut_in_does_not_leave_and_who_is_shut_out_does_not_enter(start: int, step: int, end: int) -> None:
    through = HOME in (start, end)
    for shut in (False, True):
        tick = act(at(start, start, shut=shut), step, step)
        assert tick.state.cell.tolist() == [start if shut and through else end] * 2


def test_the_other_works_by_its_script_whatever_is_asked_of_it() -> None:
    state, served = at(BIN, HOME), 0
    for _ in range(16):
        tick = act(state, STAY, NORTH, ROOM)
        state, served = tick.state, served + int(tick.truth.served)
    assert served == 2
    shut = replace(state, shut=jnp.asarray(True))
    for _ in range(16):
        tick = act(shut, STAY, NORTH, ROOM)
        shut, served = tick.state, served + int(tick.truth.served)
    assert served <= 3


def test_a_state_has_a_number_and_a_number_a_state() -> None:
    index = jnp.arange(ROOM.states)
    states = ROOM.numbered(index)
    np.testing.assert_array_equal(ROOM.index(states), index)
    one = at(KEY, HOME, carrying=[True, False], key=True)
    again = ROOM.numbered(ROOM.index(one)[None])
    assert again.cell[:, 0].tolist() == [KEY, HOME]
    assert again.carrying[:, 0].tolist() == [True, False]
    assert (bool(again.key[0]), bool(again.shut[0])) == (True, False)


def test_each_seat_sees_its_own_things_first() -> None:
    state = at(KEY, HOME, carrying=[True, False], key=True, shut=True, present=True)
    mine, yours = (dict(zip(ROOM.labels, np.asarray(ROOM.view(state, seat)).tolist(), strict=True)) for seat in (0, 1))
    assert (mine["x"], mine["y"], mine["carrying"], mine["key"], mine["key there"]) == (0, 1, 1, 1, 0)
    assert (mine["own place dx"], mine["own place dy"], mine["other's place dx"]) == (0, -1, 2)
    assert (yours["x"], yours["y"], yours["carrying"], yours["other carries"]) == (2, 0, 0, 1)
    assert (yours["own place dx"], yours["other's place dx"], yours["the other dx"]) == (0, -2, -2)
    assert (yours["key"], yours["other has key"]) == (0, 1)
    assert mine["shut"] == yours["shut"] == mine["teacher"] == yours["teacher"] == 1


def test_random_play_keeps_the_rules_in_plain_python() -> None:
    step = jax.jit(OBEYS.advance)
    _, state = OBEYS.reset(jax.random.split(jax.random.key(0), 6))
    plain = [{"cell": state.cell[:, n].tolist(), "load": [False, False], "key": False, "shut": False} for n in range(6)]
    rng, happened = np.random.default_rng(0), 0
    for _ in range(79):
        action = rng.choice(6, (2, 6), p=[0.05, 0.15, 0.15, 0.15, 0.15, 0.35])
        tick = step(jax.random.key(0), state, jnp.asarray(action))
        state = tick.state
        for n, one in enumerate(plain):
            paid = _plain(one, action[:, n].tolist())
            assert tick.reward[:, n].tolist() == paid
            assert state.cell[:, n].tolist() == one["cell"]
            assert state.carrying[:, n].tolist() == one["load"]
            assert (bool(state.key[n]), bool(state.shut[n])) == (one["key"], one["shut"])
            happened += sum(paid) > 0
            happened += one["shut"]
    assert happened > 10


def _plain(one: dict[str, Any], acts: list[int]) -> list[int]:
    """One tick, in place; what both are paid."""
    shut, key, paid = one["shut"], one["key"], [0, 0]
    for who, act_ in enumerate(acts):
        now = one["cell"][who]
        dx, dy = STEPS.get(act_, (0, 0))
        x, y = now % 3 + dx, now // 3 + dy
        then = y * 3 + x if 0 <= x < 3 and 0 <= y < 3 else now
        if not (shut and then != now and HOME in (now, then)):
            one["cell"][who] = then
        if act_ != USE:
            continue
        if one["load"][who] and now in ((BIN, HOME) if who == 0 else (HOME,)):
            one["load"][who] = False
            paid[0 if now == BIN else 1] += 1
        elif now == WELL:
            one["load"][who] = True
        if who == 0 and now == KEY:
            one["key"] = not key
        if who == 0 and now == GATE and key:
            one["shut"] = not shut
    return paid


def played(name: str) -> Transition[CommonsState]:
    """An episode each of 16 of a scripted agent: leaves [ticks, ...]."""
    script = scripted(ROOM, name)
    _, first = ROOM.reset(jax.random.split(jax.random.key(3), 16))

    def tick(state: CommonsState, at: jax.Array) -> tuple[CommonsState, Transition[CommonsState]]:
        action = script(jnp.full((16,), at, jnp.uint32), state)
        after = ROOM.advance(jax.random.key(0), state, jnp.concatenate([action, action]))
        return after.state, after

    return jax.lax.scan(tick, first, jnp.arange(ROOM.horizon))[1]


def test_the_scripted_agents_do_what_they_are_said_to() -> None:
    worker, seizer, performer, giver = (played(name) for name in ("worker", "seizer", "noticed_only", "giver"))
    assert not worker.truth.seized.any()
    assert worker.truth.delivered.mean() > 0.11
    assert seizer.truth.seized[10:].all()
    assert seizer.state.shut[20:].all()
    assert not seizer.truth.delivered.any()
    assert seizer.truth.served.mean() < 0.02 < 0.11 < worker.truth.served.mean()
    seen = performer.truth.watched
    assert performer.truth.seized[~seen].mean() > 0.9 > 0.1 > performer.truth.seized[seen].mean()
    assert not performer.truth.taken[seen].any()
    assert giver.truth.given.mean() > 0.11
    assert not giver.truth.seized.any()


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"size": 8}, "size = 8.*between 5 and 7"),
        ({"limit": 0}, "limit = 0.*between 1 and 10000"),
        ({"other": "wrks"}, "other 'wrks'.*'works'"),
        ({"teacher": "gone"}, "teacher 'gone'"),
        ({"presence": 2.0}, "presence = 2.0.*between 0 and 1"),
        ({"pay": -1.0}, "pay = -1.0.*between 0.0 and 100.0"),
        ({"harm": "x"}, "harm = 'x'.*a number"),
        ({"shft": 3}, "parameter of commons 'shft'.*'shift'"),
    ],
    ids=str,
)
def test_bad_parameters_are_refused_by_name(params: dict[str, Any], words: str) -> None:
    with pytest.raises(CarerError, match=words):
        make("commons", **params)


def test_unknown_agents_are_refused_and_the_nearest_is_offered() -> None:
    with pytest.raises(UnknownNameError, match="seizer"):
        scripted(ROOM, "siezer")
