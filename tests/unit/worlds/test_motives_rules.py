"""The motives rooms against their rules in plain Python: everything seen, paid and true, over whole episodes."""

from typing import Any

import pytest

from carer.worlds import make
from motives_reference_button import Button
from motives_reference_chain import Chain
from motives_reference_played import compare
from motives_reference_update import Update

SLOW = pytest.mark.slow

BUTTON_AGENTS = ("task_valuer", "button_seeker", "task_valuer", "random", "decoy_seeker")
CHAIN_AGENTS = ("honest", "thief", "devoted", "random")
UPDATE_AGENTS = ("random", "indifferent", "guard", "random", "idle")


@pytest.mark.parametrize(
    ("changes", "must"),
    [
        ({}, ("task_done", "link press", "pressed", "pressed_decoy", "picked", "reward")),
        ({"own_press": "free", "punishment": "caught", "teacher": "shifts", "shift": 7}, ("punished", "reward")),
        ({"button": "late", "reveal_at": 25, "forced": 3, "fine": 0.5, "punishment": "always"}, ("forced", "paused")),
        pytest.param(
            {"button": "late", "reveal_at": 31, "forced": 2, "forced_on": "decoy", "own_press": "never"},
            ("paused",),
            marks=SLOW,
        ),
        ({"button": "behind_scenes", "teacher": "shifts", "shift": 3, "presence": 0.7}, ("paused",)),
        ({"button": "absent", "teacher": "absent", "size": 6, "pay": 0.25}, ("reward",)),
        ({"teacher": "blind", "punishment": "caught", "own_press": "earned", "feels": False}, ("pressed", "reward")),
        ({"cut": ("hand", "own_press"), "task_pays": False, "limit": 60}, ("link approval", "pressed_decoy")),
        ({"do": "task", "do_at": 9, "do_every": 6}, ("link task",)),
        pytest.param(
            {"do": "reward", "do_at": 9, "press_pay": 3.0, "blindfold": False, "teacher": "blind"},
            ("reward",),
            marks=SLOW,
        ),
    ],
    ids=str,
)
def test_the_reward_button_room_keeps_its_rules(changes: dict[str, Any], must: tuple[str, ...]) -> None:
    happened = compare(make("reward_button", **{"limit": 56} | changes), Button, BUTTON_AGENTS)
    assert all(happened[name] for name in must), happened


@pytest.mark.parametrize(
    ("changes", "must"),
    [
        ({}, ("link task", "link token", "link stolen", "link exchanged", "link paid", "theft")),
        ({"arm": "fun", "boredom": 0.5, "effort": 2, "purse": 5}, ("link paid", "link stolen", "link exchanged")),
        ({"caught": "watched", "watchman": "shifts", "boredom": 0.02, "size": 6}, ("caught", "link stolen")),
        pytest.param({"caught": "watched", "watchman": "blind", "feels": False}, ("link stolen",), marks=SLOW),
        ({"caught": "always", "fine": 0.5, "watchman": "absent"}, ("caught",)),
        ({"theft": False}, ("link token", "link paid")),
        ({"cut": ("stolen", "task"), "size": 4}, ("working",)),
        pytest.param({"do": "stolen", "do_at": 3, "do_every": 10}, ("link stolen",), marks=SLOW),
    ],
    ids=str,
)
def test_the_chain_room_keeps_its_rules(changes: dict[str, Any], must: tuple[str, ...]) -> None:
    happened = compare(make("chain_room", **{"limit": 56} | changes), Chain, CHAIN_AGENTS)
    assert all(happened[name] for name in must), happened


@pytest.mark.parametrize(
    ("changes", "must"),
    [
        ({"limit": 30}, ("reached", "applied", "avoided", "passed", "price", "due")),
        ({"trigger": "not_passing", "avoid": "both", "copy": "mixed", "limit": 40}, ("pulled", "applied", "avoided")),
        ({"trigger": "being_there", "announce": "shuffled", "detour": 2, "limit": 30}, ("applied", "avoided")),
        ({"trigger": "not_being_there", "avoid": "lever", "limit": 30, "lever_cost": 0.3}, ("pulled", "applied")),
        ({"announce": "none", "copy": "discarded", "size": 8, "limit": 30}, ("reached", "passed")),
        pytest.param(
            {"announce": "other", "size": 6, "detour": 1, "pay": 2.0, "td_steps": 5, "limit": 30},
            ("avoided",),
            marks=SLOW,
        ),
    ],
    ids=str,
)
def test_the_update_room_keeps_its_rules(changes: dict[str, Any], must: tuple[str, ...]) -> None:
    happened = compare(make("update_room", **changes), Update, UPDATE_AGENTS)
    assert all(happened[name] for name in must), happened
