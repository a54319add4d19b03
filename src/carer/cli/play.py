"""`carer play`: a person in a seat of a world."""

import dataclasses
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from carer.cli import flags
from carer.cli.extras import missing_extra
from carer.concepts import CarerError, UnknownNameError

if TYPE_CHECKING:
    from carer.worlds.playing import Game

PLAYABLE = {"nursery": "Look after a baby that lives only as long as you keep it alive."}
_HELP_WORDS = ("-h", "--help")
_RECORDS = (".gif", ".json")


def play(words: Sequence[str]) -> int:
    """`carer play nursery [flags]`."""
    if not words or words[0] in _HELP_WORDS:
        print(_HELP, end="")
        return 0
    if words[0].startswith("-"):
        raise CarerError("name the world first.", "For example: carer play nursery --preset easy")
    if words[0] not in PLAYABLE:
        raise UnknownNameError("world to play", words[0], PLAYABLE)
    try:
        return _play_nursery(words[1:])
    except ModuleNotFoundError as error:
        known = missing_extra("carer play", error)
        if known is None:
            raise
        raise known from None


def _play_nursery(words: Sequence[str]) -> int:
    from carer.worlds.nursery import Nursery
    from carer.worlds.nursery.params import params_of
    from carer.worlds.playing import Game, parse_keys, play_by_hand, play_by_keys, require_terminal

    preset = flags.value_in(words, "--preset") or "standard"
    options, params = flags.parse_with_config(
        flags.PlayOptions(preset=preset), params_of(preset), words, "carer play nursery", PLAYABLE["nursery"]
    )
    if options.seat != "mother":
        params = dataclasses.replace(params, brain="policy")
    keys = None if options.keys is None else parse_keys(options.keys)
    console = Console(quiet=options.json and keys is not None, stderr=options.json)
    if keys is None:
        require_terminal(console)
    _check_record(options.record)
    with Console(stderr=True).status("preparing the world"):
        game = Game(Nursery(params), options.seat, options.seed, options.mother)
    try:
        if keys is None:
            play_by_hand(game, console)
        else:
            play_by_keys(game, keys, console)
    except (KeyboardInterrupt, SystemExit):  # stopped by a signal: what was played is not lost
        if options.record is not None:
            _record(game, options.record)
        raise
    if options.record is not None:
        _record(game, options.record)
    _say_the_end(dataclasses.asdict(game.summary()), options.record, options.json)
    return 0


def _check_record(path: Path | None) -> None:
    """Refuse before the game what could not be written after it."""
    if path is None:
        return
    if path.suffix not in _RECORDS:
        raise CarerError(f"cannot record to {path.name}.", f"End the name in {' or '.join(_RECORDS)}.")
    folder = next(parent for parent in path.absolute().parents if parent.exists())
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        raise CarerError(f"cannot record to {path}: {folder} cannot be written to.", "Choose another folder.")
    if path.suffix == ".gif":
        import carer.worlds.rendering  # noqa: F401 - says now, and not after the game, that Pillow is missing


def _record(game: "Game", path: Path) -> None:
    from carer.worlds.replay import frames, write

    if path.suffix == ".json":
        write(game.replay(), path)
        return
    from carer.worlds.rendering import gif

    gif(frames(game.replay()), path)


def _say_the_end(summary: Mapping[str, Any], record: Path | None, as_json: bool) -> None:
    if as_json:
        print(json.dumps({**summary, "record": None if record is None else str(record)}))
        return
    happened = ", ".join(f"{kind} {count}" for kind, count in summary["events"].items())
    lines = {
        "ticks": f"{summary['ticks']} of {summary['horizon']}{'' if summary['over'] else ', stopped before the end'}",
        "you": f"{summary['seat']}, {'alive' if summary['alive'] else 'dead'}, paid {summary['paid']:.2f}",
        "babies": f"lived {summary['baby_ticks']} ticks at home",
        "happened": happened or "nothing to you or your baby",
        "record": record,
        "next": f"carer play nursery --seed {summary['seed'] + 1}",
    }
    for name, value in lines.items():
        if value is not None:
            print(f"{name:<9} {value}")


_HELP = f"""\
usage: carer play <world> [flags]

Play a seat of a world in the terminal. You are told what an agent in that seat is told, and no more.

worlds
{chr(10).join(f"  {name:<20} {what}" for name, what in PLAYABLE.items())}

flags (`carer play <world> --help` shows the world's own parameters as well)
  --preset NAME        the world's set of parameters: easy, standard, harsh, nest_like
  --seat NAME          whom to play: mother, baby, ...
  --seed N             of the episode
  --keys TEXT          play this row of keys instead of reading a terminal
  --record PATH        write the game to a .gif or a .json
  --json               end with one JSON line: how it went
"""
