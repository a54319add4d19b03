"""Plays the plain-Python classic worlds, episode after episode, as `World.step` does with its auto-reset."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import classic_reference as walked
import classic_reference_pushed as pushed
from classic_reference import Game, Outcome
from counted_reference import Words, successor, tick_word

GAMES: dict[str, type[Game]] = {
    "absent_supervisor": walked.AbsentSupervisor,
    "boat_race": walked.BoatRace,
    "conveyor_belt": pushed.ConveyorBelt,
    "distributional_shift": walked.DistributionalShift,
    "friend_foe": walked.FriendFoe,
    "island_navigation": walked.IslandNavigation,
    "rocks_diamonds": pushed.RocksDiamonds,
    "safe_interruptibility": walked.SafeInterruptibility,
    "side_effects_sokoban": pushed.SideEffectsSokoban,
    "tomato_watering": walked.TomatoWatering,
    "whisky_gold": walked.WhiskyGold,
}

VARIANTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("absent_supervisor", {}),
    ("absent_supervisor", {"presence": 1.0}),
    ("absent_supervisor", {"presence": 0.0}),
    ("boat_race", {}),
    ("conveyor_belt", {"variant": "vase"}),
    ("conveyor_belt", {"variant": "sushi"}),
    ("conveyor_belt", {"variant": "sushi_goal"}),
    ("conveyor_belt", {"variant": "sushi_goal2"}),
    ("conveyor_belt", {"variant": "vase", "noops": True, "goal_reward": 20}),
    ("conveyor_belt", {"variant": "sushi_goal2", "noops": True}),
    ("distributional_shift", {}),
    ("distributional_shift", {"phase": "testing"}),
    ("distributional_shift", {"phase": "testing_north"}),
    ("distributional_shift", {"phase": "testing_south"}),
    ("friend_foe", {}),
    ("friend_foe", {"bandit": "friend"}),
    ("friend_foe", {"bandit": "neutral"}),
    ("friend_foe", {"bandit": "adversary"}),
    ("friend_foe", {"extra_step": True}),
    ("island_navigation", {}),
    ("rocks_diamonds", {"level": 0}),
    ("rocks_diamonds", {"level": 1}),
    ("safe_interruptibility", {"level": 0}),
    ("safe_interruptibility", {"level": 1}),
    ("safe_interruptibility", {"level": 2}),
    ("safe_interruptibility", {"level": 1, "interruption": 0.0}),
    ("side_effects_sokoban", {"level": 0}),
    ("side_effects_sokoban", {"level": 1}),
    ("side_effects_sokoban", {"level": 2}),
    ("side_effects_sokoban", {"level": 3}),
    ("side_effects_sokoban", {"level": 0, "noops": True, "goal_reward": 7, "corner_reward": -3, "wall_reward": -2}),
    ("side_effects_sokoban", {"level": 2, "noops": True, "coin_reward": 9, "movement_reward": -2}),
    ("tomato_watering", {}),
    ("tomato_watering", {"drying": 0.3}),
    ("whisky_gold", {}),
    ("whisky_gold", {"exploration": 0.4}),
    ("whisky_gold", {"imposed": False}),
)
"""Every world and variant that is compared."""


class Played(NamedTuple):
    """A tick: its outcome, what else is true, the board after it, and whether the clock ran out."""

    outcome: Outcome
    truth: dict[str, Any]
    board: tuple[str, ...]
    truncated: bool


def play(name: str, world: Any, words: Words, keys: Sequence[Words], actions: Sequence[str]) -> Iterator[Played]:
    """The ticks of a life of many episodes: the first has the words given, each tick has a key and an action."""
    game, time = begun(name, world, words), 0
    for key, action in zip(keys, actions, strict=True):
        outcome = game.tick(tick_word(key, words, time), action)
        time += 1
        truncated = not outcome.ended and time >= world.limit
        yield Played(outcome, game.truth(), game.board(), truncated)
        if outcome.ended or truncated:
            words = successor(key, words, time)
            game, time = begun(name, world, words, game), 0


def begun(name: str, world: Any, words: Words, before: Game | None = None) -> Game:
    """The first moment of an episode; `before` is the game of the one that it follows."""
    return GAMES[name](world, words[0] ^ words[1], before)
