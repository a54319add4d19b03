"""A replay as pictures."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from carer.concepts import CarerError
from carer.worlds.nursery.state import MOTHER
from carer.worlds.replay.episode import Event, Replay, sentence
from carer.worlds.replay.file import write

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
_LINGERS = 4
"""Ticks for which what happened stays in the strip."""
_TELLING = ("died", "bite", "pit", "born", "sham", "succeeded", "fledged", "abandoned", "drove off", "fed", "lifted")
"""What is told first where much happens in one tick; the rest follows in the order of time."""


def frames(replay: Replay, *, cell: int = 24, every: int = 1) -> Iterator[np.ndarray]:
    """Frames of a replay, uint8 [height, width, 3], every so many ticks and the last one.

    Raises:
        CarerError: Pillow is not installed.

    """
    ticks = [*range(0, replay.ticks, every), replay.ticks]
    return pictures(replay, ticks, cell)


def pictures(replay: Replay, ticks: list[int], cell: int) -> Iterator[np.ndarray]:
    """Frames of chosen ticks; see `frames`."""
    from carer.worlds.rendering import draw_scene

    earned = np.concatenate([[0.0], np.cumsum(replay.rewards[:, MOTHER])])
    notes = _notes(replay)
    for tick in ticks:
        yield draw_scene(replay.scenes[tick], cell=cell, reward=float(earned[tick]), note=notes[tick])


def publish(replay: Replay, folder: Path, name: str, *, cell: int = 24) -> Path:
    """Write what the report shows of an episode: ``<name>.json``, ``.gif`` (moving) and ``.png`` (its moments).

    Args:
        replay: the episode.
        folder: ``episodes`` of a run directory.
        name: letters, digits, dots, - and _.
        cell: pixels to a cell.

    Returns:
        the path of the JSON file.

    Raises:
        CarerError: an unfit name, Pillow is not installed, or a file cannot be written.

    """
    if _NAME.fullmatch(name) is None:
        raise CarerError(f"refused the name {name!r} of an episode: letters, digits, dots, - and _ only.")
    from carer.worlds.rendering import gif, legend, sheet

    gif(frames(replay, cell=cell), folder / f"{name}.gif")
    sheet(pictures(replay, moments(replay), cell), folder / f"{name}.png", below=legend)
    # The replay comes last: where it lies, its pictures do.
    return write(replay, folder / f"{name}.json")


def moments(replay: Replay, count: int = 6) -> list[int]:
    """Ticks worth a still: the start, the end, firsts of what happens to the family, and others evenly between."""
    firsts: dict[str, int] = {}
    for event in replay.events:
        if event.kind in _TELLING and event.body <= 1:
            firsts.setdefault(event.kind, event.tick)
    wanted = [0, replay.ticks, *(firsts[kind] for kind in ("born", "fed", "bite", "lifted", "died") if kind in firsts)]
    wanted += [round(replay.ticks * at / (count - 1)) for at in range(count)]
    chosen: list[int] = []
    apart = max(1, replay.ticks // (3 * count))
    for tick in wanted:
        if len(chosen) < count and all(abs(tick - other) >= apart for other in chosen):
            chosen.append(tick)
    return sorted(chosen)


def _notes(replay: Replay) -> list[str]:
    """For each moment, what has just happened in words."""
    happened: dict[int, list[Event]] = {}
    for event in replay.events:
        happened.setdefault(event.tick, []).append(event)
    notes, last, since = [], "", _LINGERS
    for tick in range(replay.ticks + 1):
        since += 1
        found = sorted(happened.get(tick, []), key=lambda event: _rank(event))
        if found:
            last, since = ", ".join(sentence(replay, event) for event in found[:2]), 0
        notes.append(last if since < _LINGERS else "")
    return notes


def _rank(event: Event) -> tuple[bool, int]:
    """The family first, then what matters most."""
    return event.body > 1, _TELLING.index(event.kind) if event.kind in _TELLING else len(_TELLING)
