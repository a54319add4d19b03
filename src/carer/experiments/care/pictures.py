"""One sheet of stills: a telling episode of a trained mother for each row of the battery, set up as the row says."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import jax
import numpy as np
from jax import Array

from carer.agents import RecurrentPolicy, Task
from carer.agents.playing import player
from carer.audits.care import BABY_LIFE, Condition, Staged, forget_programs
from carer.experiments.care.growing import mother_alone
from carer.worlds.nursery import make
from carer.worlds.nursery.state import MOTHER, OWN
from carer.worlds.replay import Replay, record
from carer.worlds.replay.pictures import moments, pictures

_TRIES = 8
_STILLS = (-4, -1, 0, 3, 12)
"""Ticks shown around the moment at which the row first comes up."""
_CELL = 14


def draw(
    conditions: Sequence[Condition],
    preset: str,
    policy: RecurrentPolicy,
    key: Array,
    path: Path,
    said: Callable[[str], None],
) -> Path:
    """Write the sheet.

    Args:
        conditions: of the battery, those that apply.
        preset: of the nursery.
        policy: the mother's.
        key: a typed JAX key of shape ().
        path: the PNG.
        said: told of each condition.

    Raises:
        CarerError: Pillow is not installed, or the file cannot be written.

    """
    from carer.worlds.rendering import legend, sheet, titled

    rows = []
    for condition in conditions:
        forget_programs()
        shown = telling(condition, preset, policy, key)
        rows.append(titled(pictures(shown, ticks(condition, shown), _CELL), f"{condition.row}: {condition.name}"))
        said(f"picture of {condition.name}")
    widest = max(row.shape[1] for row in rows)
    highest = max(row.shape[0] for row in rows)
    alike = [np.pad(row, ((0, highest - len(row)), (0, widest - row.shape[1]), (0, 0)), mode="edge") for row in rows]
    return sheet(alike, path, columns=1, below=legend)


def telling(condition: Condition, preset: str, policy: RecurrentPolicy, key: Array) -> Replay:
    """The first of eight episodes in which the row came up at all, or the last of them."""
    nursery = make(preset, **dict(condition.manipulated.changes))
    staged = Staged(nursery.params, condition.manipulated, condition.measure)
    task = Task(staged, mother_alone(nursery))

    def lived(attempt: int) -> Replay:
        return record(staged, player(task, [policy]), jax.random.fold_in(key, attempt), caption=condition.name)

    shown = lived(0)
    for attempt in range(1, _TRIES):
        if came_up(condition, shown) is not None:
            break
        shown = lived(attempt)
    return shown


def ticks(condition: Condition, shown: Replay) -> list[int]:
    """The ticks of five stills: around what came up first; of a whole life its own moments."""
    first = None if condition.measure is BABY_LIFE else came_up(condition, shown)
    if first is None:
        return moments(shown, len(_STILLS))
    return [int(np.clip(first + off, 0, shown.ticks)) for off in _STILLS]


def came_up(condition: Condition, shown: Replay) -> int | None:
    """The first tick at which something was counted, or the baby was put somewhere by the row; None where neither."""
    if condition.measure is BABY_LIFE:
        return 0
    counted = np.flatnonzero(shown.paid[:, MOTHER])
    own = [scene.bodies[OWN] for scene in shown.scenes]
    put = [
        tick
        for tick, (before, after) in enumerate(pairwise(own), start=1)
        if before.there and after.there and abs(after.x - before.x) + abs(after.y - before.y) > 2
    ]
    return min([*(counted[:1] + 1).tolist(), *put[:1]], default=None)
