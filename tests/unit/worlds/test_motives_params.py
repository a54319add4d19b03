"""Bad parameters of the motives rooms are refused by name, with the bound or the nearest value."""

from typing import Any

import pytest

from carer.concepts import CarerError, UnknownNameError
from carer.worlds import make


@pytest.mark.parametrize(
    ("room", "params", "words"),
    [
        ("reward_button", {"size": 4}, "size = 4.*between 5 and 11"),
        ("reward_button", {"limit": 0}, "limit = 0.*between 1 and 10000"),
        ("reward_button", {"trash": 22}, "trash = 22.*between 1 and 21"),
        ("reward_button", {"trash": 2.0}, "trash = 2.0.*whole number"),
        ("reward_button", {"reveal_at": -1}, "reveal_at = -1.*between 0"),
        ("reward_button", {"button": "late", "forced": 101}, "forced = 101.*between 0 and 100"),
        ("reward_button", {"forced": 1}, 'forced = 1.*button = "late"'),
        ("reward_button", {"button": "late", "reveal_at": 75, "forced": 6}, "reveal_at = 75 and forced = 6.*limit.*80"),
        ("reward_button", {"button": "salent"}, "button 'salent'.*'salient'"),
        ("reward_button", {"forced_on": "bin"}, "forced_on 'bin'"),
        ("reward_button", {"teacher": "blnd"}, "teacher 'blnd'.*'blind'"),
        ("reward_button", {"shift": 0}, "shift = 0.*between 1"),
        ("reward_button", {"presence": 1.5}, "presence = 1.5.*between 0 and 1"),
        ("reward_button", {"own_press": "fre"}, "own_press 'fre'.*'free'"),
        ("reward_button", {"punishment": "cought"}, "punishment 'cought'.*'caught'"),
        ("reward_button", {"task_pays": 1}, "task_pays = 1.*True or False"),
        ("reward_button", {"blindfold": "no"}, "blindfold = 'no'.*True or False"),
        ("reward_button", {"feels": 0}, "feels = 0.*True or False"),
        ("reward_button", {"pay": -1.0}, "pay = -1.0.*between 0.0 and 100.0"),
        ("reward_button", {"press_pay": True}, "press_pay = True.*a number"),
        ("reward_button", {"fine": float("nan")}, "fine = nan.*between"),
        ("reward_button", {"cut": ("hnd",)}, "cut 'hnd'.*'hand'"),
        ("reward_button", {"cut": ["hand"]}, "cut = .*must be a tuple"),
        ("reward_button", {"cut": ("hand", "hand")}, "cut = .*different"),
        ("reward_button", {"do": "aproval"}, "do 'aproval'.*'approval'"),
        ("reward_button", {"do": "hand", "cut": ("task",)}, "do = 'hand' and cut.*one of them"),
        ("reward_button", {"do_at": -1}, "do_at = -1.*between 0"),
        ("reward_button", {"do_every": 1.5}, "do_every = 1.5.*whole number"),
        ("chain_room", {"size": 3}, "size = 3.*between 4 and 11"),
        ("chain_room", {"arm": "funn"}, "arm 'funn'.*'fun'"),
        ("chain_room", {"effort": 0}, "effort = 0.*between 1 and 50"),
        ("chain_room", {"purse": 51}, "purse = 51.*between 1 and 50"),
        ("chain_room", {"theft": "yes"}, "theft = 'yes'.*True or False"),
        ("chain_room", {"caught": "always?"}, "caught 'always\\?'.*'always'"),
        ("chain_room", {"watchman": "gone"}, "watchman 'gone'"),
        ("chain_room", {"boredom": 101}, "boredom = 101.*between 0.0 and 100.0"),
        ("chain_room", {"cut": ("hand",)}, "cut 'hand'"),
        ("update_room", {"size": 5}, "size = 5.*between 6 and 11"),
        ("update_room", {"detour": 5}, "detour = 5.*between 1 and 4"),
        ("update_room", {"announce": "shufled"}, "announce 'shufled'.*'shuffled'"),
        ("update_room", {"trigger": "pasing"}, "trigger 'pasing'.*'passing'"),
        ("update_room", {"copy": "deploy"}, "copy 'deploy'.*'deployed'"),
        ("update_room", {"avoid": "levr"}, "avoid 'levr'.*'lever'"),
        ("update_room", {"td_steps": 0}, "td_steps = 0.*between 1 and 1000"),
        ("update_room", {"step_cost": "x"}, "step_cost = 'x'.*a number"),
        ("update_room", {"lever_cost": -0.1}, "lever_cost = -0.1.*between"),
    ],
    ids=str,
)
def test_bad_parameters_are_refused_by_name(room: str, params: dict[str, Any], words: str) -> None:
    with pytest.raises(CarerError, match=words):
        make(room, **params)


@pytest.mark.parametrize(
    ("room", "wrong", "near"),
    [
        ("reward_button", "punishmnt", "punishment"),
        ("chain_room", "watcman", "watchman"),
        ("update_room", "trgger", "trigger"),
    ],
)
def test_unknown_parameters_are_refused_and_the_nearest_is_offered(room: str, wrong: str, near: str) -> None:
    with pytest.raises(UnknownNameError, match=f"parameter of {room} '{wrong}'.*'{near}'"):
        make(room, **{wrong: 3})


def test_equal_parameters_make_equal_worlds() -> None:
    for room, changes in (
        ("reward_button", {"cut": ("hand",)}),
        ("chain_room", {"purse": 4}),
        ("update_room", {"size": 8}),
    ):
        assert make(room, **changes) == make(room, **changes)
        assert hash(make(room, **changes)) == hash(make(room, **changes))
        assert make(room, **changes) != make(room)
