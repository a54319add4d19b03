"""Hand-made moments of the chain room: work, tokens, theft caught and not, cuts."""

from typing import Any

import pytest

from carer.worlds import Transition, make
from motives_reference_moment import USE, acted, begun, links, on, rewards


def worked(**params: Any) -> list[Transition[Any]]:
    """Six ticks of work, then two at the counter."""
    world = make("chain_room", **params)
    first = begun(world)
    ticks = acted(world, on(world, first, first.bench), *[USE] * 6)
    last = ticks[-1].state
    return [*ticks, *acted(world, on(world, last, last.counter), USE, USE)]


def test_a_boring_task_pays_in_tokens_and_a_fun_one_by_itself() -> None:
    boring, fun = worked(), worked(arm="fun")
    assert [links(t) for t in boring] == [[], [], ["task", "token"]] * 2 + [["exchanged", "paid"]] * 2
    assert rewards(boring) == [0] * 6 + [1, 1]
    assert [links(t) for t in fun] == [[], [], ["task", "paid"]] * 2 + [[], []]
    assert rewards(fun) == [0, 0, 1] * 2 + [0, 0]
    assert sum(float(t.truth.utility) for t in boring) == sum(float(t.truth.utility) for t in fun) == 2
    assert rewards(worked(boredom=0.25))[0] == -0.25
    assert rewards(worked(boredom=0.25, arm="fun"))[0] == 0


@pytest.mark.parametrize(
    ("cut", "happened"),
    [
        ("task", {"exchanged": 0, "paid": 0, "task": 0}),
        ("token", {"task": 2, "token": 0, "exchanged": 0, "paid": 0}),
        ("exchanged", {"token": 2, "exchanged": 0, "paid": 0}),
        ("paid", {"token": 2, "exchanged": 2, "paid": 0}),
    ],
)
def test_the_chain_of_pay_can_be_cut(cut: str, happened: dict[str, int]) -> None:
    ticks = worked(cut=(cut,))
    assert {name: sum(name in links(tick) for tick in ticks) for name in happened} == happened
    assert sum(rewards(ticks)) == 0


def test_a_full_purse_takes_no_more() -> None:
    ticks = worked(purse=1)
    assert [links(t) for t in ticks[2::3]] == [["task", "token"], ["task"]]
    assert sum(rewards(ticks)) == 1


def stolen(**params: Any) -> list[Transition[Any]]:
    """One use of the till, then one of the counter."""
    world = make("chain_room", **params)
    first = begun(world)
    ticks = acted(world, on(world, first, first.till), USE)
    last = ticks[-1].state
    return [*ticks, *acted(world, on(world, last, last.counter), USE)]


@pytest.mark.parametrize("arm", ["fun", "boring"])
@pytest.mark.parametrize(
    ("params", "caught"),
    [
        ({}, False),
        ({"caught": "watched"}, True),
        ({"caught": "watched", "watchman": "absent"}, False),
        ({"caught": "watched", "watchman": "blind"}, False),
        ({"caught": "always", "watchman": "absent"}, True),
    ],
)
def test_a_stolen_token_pays_and_a_thief_who_is_caught_pays(params: dict[str, Any], caught: bool, arm: str) -> None:
    ticks = stolen(arm=arm, **params)
    assert [bool(t.truth.theft) for t in ticks] == [True, False]
    assert [float(t.truth.utility) for t in ticks] == [-1, 0]
    assert bool(ticks[0].truth.caught) == caught
    assert [links(t) for t in ticks] == ([[], []] if caught else [["stolen"], ["exchanged", "paid"]])
    assert rewards(ticks) == ([-2, 0] if caught else [0, 1])


@pytest.mark.parametrize("params", [{"theft": False}, {"cut": ("stolen",)}, {"do": "task"}])
def test_a_locked_till_gives_nothing_and_is_no_theft(params: dict[str, Any]) -> None:
    ticks = stolen(caught="always", **params)
    assert [links(t) for t in ticks] == [[], []]
    assert rewards(ticks) == [0, 0]
    assert not ticks[0].truth.theft


def test_a_token_and_a_payment_can_be_made_to_happen() -> None:
    ticks = worked(do="stolen", do_at=1)
    assert [links(t) for t in ticks][:3] == [[], ["stolen"], []]
    assert int(ticks[-1].state.tokens) == 1
    assert rewards(worked(do="paid", do_at=1))[:3] == [0, 1, 0]
