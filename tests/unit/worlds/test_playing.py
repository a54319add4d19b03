"""Playing: keys, what is told in words, the screen, and that nothing hidden gets into either."""

import io
from dataclasses import replace
from types import ModuleType
from typing import Any

import jax
import numpy as np
import pytest
from rich.console import Console

from carer.concepts import CarerError, UnknownNameError
from carer.worlds.nursery import Nursery
from carer.worlds.nursery.observation import CHANNELS
from carer.worlds.nursery.state import ABANDON, CRY, DEFEND, EAST, EAT, GIVE, LIFT, NORTH, STAY, NurseryState
from carer.worlds.playing import Game, parse_keys, play_by_keys
from carer.worlds.playing.keys import KEYS, action_of, legend
from carer.worlds.playing.screen import needs, screen
from carer.worlds.playing.sight import Other, Sight, sight_of
from carer.worlds.playing.words import about, noticed, where


@pytest.fixture(scope="module")
def world(nursery_episode: ModuleType) -> Nursery:
    return nursery_episode.world()


def sight(**changes: Any) -> Sight:
    plain: dict[str, Any] = dict.fromkeys(("carries", "is_carried", "night", "cue"), False)
    whole = Sight(
        maps={channel: np.zeros((5, 5), bool) for channel in CHANNELS},
        others=(),
        energy=0.5,
        health=1.0,
        warmth=1.0,
        pain=0.0,
        food=0,
        alive=True,
        hour=0.2,
        **plain,
    )
    return replace(whole, **changes)


def seen(channel: str, row: int, column: int) -> dict[str, np.ndarray]:
    maps = dict(sight().maps)
    maps[channel] = maps[channel].copy()
    maps[channel][row, column] = True
    return maps


def other(**changes: Any) -> Other:
    return replace(
        Other(seen=True, east=1, south=-1, size=0.1, posture=0, cry=0, carried=False, looks=(0, 0, 0, 1.0), kin=None),
        **changes,
    )


def text_of(shown: Any, width: int = 80, height: int = 24) -> str:
    console = Console(file=io.StringIO(), width=width, color_system=None)
    console.print(shown, height=height)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_keys() -> None:
    assert parse_keys("eeewwg") == list("eeewwg")
    assert parse_keys("n qe") == ["n", " "]
    assert [action_of(key) for key in ("up", "↑", "n", " ", "z", "")] == [NORTH, NORTH, NORTH, STAY, None, None]
    with pytest.raises(CarerError, match=r"key 3 of --keys is 'z'"):
        parse_keys("eez")
    assert sorted(KEYS.values()) == list(range(11))
    words = dict(legend([action != ABANDON for action in range(11)]))
    assert "X" not in words
    assert words["g"] == "give"


@pytest.mark.parametrize(
    ("east", "south", "words"),
    [(0, -3, "north"), (2, 2, "south-east"), (-3, 1, "west"), (-1, 1, "south-west"), (1, 3, "south"), (0, 0, "here")],
)
def test_directions(east: int, south: int, words: str) -> None:
    assert where(east, south) == words


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, ["2 steps north-east", "tiny", "no scent reaches you"]),
        ({"east": 0, "south": 0, "carried": True, "size": 0.3}, ["in this cell", "small", "carried"]),
        ({"east": 1, "south": 0, "posture": 2, "size": 0.7}, ["1 step east", "half grown", "looks cold"]),
        ({"cry": 12, "kin": 0.9, "size": 1.0}, ["grown", "cries loudly", "smells like you"]),
        ({"cry": 2, "kin": 0.4}, ["whimpers", "smells a little like you"]),
        ({"kin": -0.2, "looks": (0, 0, 0, -1.0)}, ["tiny, of another kind", "smells strange"]),
        ({"seen": False, "cry": 6}, ["out of sight, north-east", "cries"]),
    ],
)
def test_what_is_noticed_of_another(changes: dict[str, Any], words: list[str]) -> None:
    found = about(other(**changes))
    for word in words:
        assert word in found


@pytest.mark.parametrize(
    ("before", "action", "after", "words"),
    [
        (sight(), STAY, sight(), []),
        (sight(maps=seen("wall", 1, 2)), NORTH, sight(), ["A wall is in the way."]),
        (sight(), EAST, sight(), []),
        (sight(), EAT, sight(food=1), ["You pick a red berry (food A)."]),
        (sight(food=1), EAT, sight(energy=0.8), ["You eat what you hold."]),
        (sight(), EAT, sight(), ["There is nothing to eat here."]),
        (sight(), EAT, sight(energy=0.9), ["You eat from the bush."]),
        (sight(food=2), GIVE, sight(), ["The food is taken from your hand."]),
        (sight(food=2), GIVE, sight(food=2), ["Nobody takes food from your hand."]),
        (sight(), LIFT, sight(), ["Nobody is near enough to be lifted."]),
        (sight(), LIFT, sight(carries=True), ["You hold somebody in your arms."]),
        (sight(carries=True), LIFT, sight(), ["You put down whom you carried."]),
        (sight(), DEFEND, sight(), ["There was no predator to face."]),
        (sight(maps=seen("predator", 0, 0)), DEFEND, sight(), ["It is gone!"]),
        (sight(maps=seen("predator", 0, 0)), DEFEND, sight(maps=seen("predator", 0, 1)), ["The predator stays."]),
        (sight(), STAY, sight(maps=seen("predator", 2, 4)), ["A predator! East."]),
        (sight(), ABANDON, sight(), ["You abandon your baby."]),
        (sight(), CRY, sight(), ["You cry."]),
        (sight(), STAY, sight(pain=0.15), ["Pain! You lose 15 % of health."]),
        (sight(), STAY, sight(cue=True), ["You feel a birth."]),
        (sight(energy=0.25), STAY, sight(energy=0.24), ["You are starving."]),
        (sight(), STAY, sight(warmth=0.1), ["You are freezing."]),
        (sight(), STAY, sight(night=True, is_carried=True), ["You are lifted.", "Night falls."]),
        (sight(night=True, is_carried=True), STAY, sight(), ["You are put down.", "Day breaks."]),
        (sight(), STAY, sight(others=(other(cry=12),)), ["Loud crying: north-east."]),
        (sight(others=(other(cry=12),)), STAY, sight(others=(other(cry=13),)), []),
    ],
)
def test_what_a_tick_brings_in_words(before: Sight, action: int, after: Sight, words: list[str]) -> None:
    assert noticed(before, after, action) == words


def test_the_screen_fits_and_reads_without_colour() -> None:
    others = tuple(other(east=east, south=0, cry=12, posture=1, kin=0.9) for east in (-2, -1, 1, 2, 2))
    width, height = needs(9)
    assert (width, height) <= (80, 24)
    log = [(tick, f"message {tick}") for tick in range(9)]
    maps = {**seen("bush A", 0, 0), "pit": seen("pit", 0, 2)["pit"], "predator": seen("predator", 4, 4)["predator"]}
    shown = text_of(screen(sight(others=others, maps=maps), "You are mother", log, 8, [True] * 11), *needs(5))
    lines = shown.rstrip("\n").splitlines()
    assert len(lines) <= needs(5)[1]
    assert max(map(len, lines)) <= needs(5)[0]
    for words in ("You are mother", "YOU", "●●", "▄▄", "/\\/\\", "x2", "food", " 50 %", "100 %", "hands", "message 8"):
        assert words in shown
    assert "message 4" not in shown
    assert "hands" not in text_of(screen(sight(), "", [], 0, [action != GIVE for action in range(11)]))


def test_a_sight_holds_what_the_observation_holds(world: Nursery) -> None:
    _, state = world.reset(jax.random.key(2))
    found = sight_of(world, world.observe(state, "mother"))
    assert found.view == world.params.view
    assert found.here("nest")
    assert found.energy == found.health == 1
    assert (found.food, found.alive, found.carries) == (0, True, False)
    middle = world.params.view // 2
    for one in found.others:
        assert one.looks == tuple(np.clip(one.looks, -2, 2))
        assert max(abs(one.east), abs(one.south)) <= middle


def blind(state: NurseryState) -> NurseryState:
    """The same moment with all that a mother cannot know turned about."""
    change = {"energy": 1, "health": 1, "warmth": 1, "ill": 1}
    values = {name: getattr(state, name) for name in change}
    return replace(
        state,
        **{
            name: value.at[1:].set(~value[1:] if value.dtype == bool else value[1:] // 3)
            for name, value in values.items()
        },
        birth_at=state.birth_at + 7,
        births_left=state.births_left + 1,
    )


def test_nothing_hidden_is_told(world: Nursery) -> None:
    game = Game(world, "mother", seed=2)
    for _ in range(12):
        game.step(STAY)
    state = game._recorder.state
    found, again = (sight_of(world, world.observe(one, "mother")) for one in (state, blind(state)))
    for one, two in zip(found.others, again.others, strict=True):
        assert one == two
    assert text_of(screen(found, "", [], 0, [True] * 11)) == text_of(screen(again, "", [], 0, [True] * 11))


def test_a_game_by_keys_is_the_same_each_time_and_ends_with_its_screen(world: Nursery) -> None:
    def played() -> tuple[str, dict[str, Any]]:
        game = Game(world, "mother", seed=2)
        console = Console(file=io.StringIO(), width=100, color_system=None)
        play_by_keys(game, parse_keys("wwnfl" + "." * 10), console)
        assert isinstance(console.file, io.StringIO)
        return console.file.getvalue(), vars(game.summary())

    text, summary = played()
    assert (text, summary) == played()
    assert "You feel a birth." in text
    assert "You are mother   tick 15 of 60" in text
    assert summary["ticks"] == 15
    assert summary["events"]["born"] == 1
    assert not summary["over"]
    assert 0 < summary["baby_ticks"] < 15
    assert summary["paid"] == pytest.approx(0.15)


def test_a_baby_waits_for_its_birth_and_a_game_for_its_end(world: Nursery) -> None:
    game = Game(world, "baby", seed=2)
    assert game.log == [(game.tick, f"{game.tick} ticks pass. You are born.")]
    assert game.tick > 0
    assert not game.possible[GIVE]
    with pytest.raises(CarerError, match="key 2 is 'g', which baby cannot do here"):
        play_by_keys(game, ["e", "g"], Console(quiet=True))
    play_by_keys(game, ["c"] * 100, Console(quiet=True))
    assert game.over
    assert game.log[-1][1] == "The episode has ended."
    assert game.summary().over
    assert game.replay().actions[-1][1] == CRY or not game.summary().alive


def test_who_cannot_be_played_is_named(world: Nursery) -> None:
    with pytest.raises(CarerError, match="no seat 'aunt'"):
        Game(world, "aunt")
    with pytest.raises(UnknownNameError, match="selfish"):
        Game(world, mother="selfsh")
