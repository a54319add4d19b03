"""The file of a replay: JSON of whole numbers, one row a body or seat, one column a tick.

::

    {"schema": 1, "kind": "carer replay", "world": "nursery", "caption": "...", "ticks": 300, "params": {...},
     "seats": ["mother", "baby"], "layout": {"bushes": [[x, y, food], ...], "pits": [[x, y], ...], "box": null},
     "moments": {"hour": [301 numbers], "food": ..., "carried": ..., "predator_x": ..., ...},
     "ripe": ["1110...", ...],                              a text of 301 digits for each bush
     "bodies": {"x": [[301 numbers], ...], ..., "there": ["0011...", ...], ...},
     "actions": [[300 numbers], ...], "paid": [[300 numbers], ...], "events": [[tick, "fed", body, amount], ...]}

What is read is checked in every field, and a fault names the file and the field.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from carer.concepts import CarerError
from carer.runs.files import atomic_write, saying_where
from carer.worlds.nursery.params import NurseryParams
from carer.worlds.nursery.scene import Body, Layout, Scene, kinds
from carer.worlds.nursery.state import ACTIONS
from carer.worlds.replay.checking import Fields
from carer.worlds.replay.episode import EVENTS, Event, Replay

SCHEMA = 1
KIND = "carer replay"
MAX_BYTES = 1 << 24
MAX_CAPTION = 500

_NUMBERS = ("x", "y", "energy", "health", "warmth", "grown", "cry", "posture")
_FLAGS = ("there", "ill", "boxed")
_MOMENTS = ("hour", "food", "carried", "predator_x", "predator_y", "generation", "lives")


def write(replay: Replay, path: Path) -> Path:
    """Write a replay in one step, and return `path`.

    Raises:
        CarerError: it cannot be written.

    """
    text = json.dumps(_packed(replay), separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    atomic_write(path, text.encode("utf-8", "replace"))
    return path


def read(path: Path) -> Replay:
    """Read a replay.

    Raises:
        CarerError: it cannot be read, is no replay, or of a later version; file and field are named.

    """
    path = Path(path)
    with saying_where(path, "read"):
        if path.stat().st_size > MAX_BYTES:
            raise CarerError(f"{path} is larger than {MAX_BYTES >> 20} MiB.", "A replay never is.")
        data = path.read_bytes()
    try:
        value = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise CarerError(f"{path}: not valid JSON: {error}.") from None
    return _unpacked(Fields(str(path), value))


def _packed(replay: Replay) -> dict[str, Any]:
    scenes, p = replay.scenes, replay.params
    layout = scenes[0].layout
    bodies = range(p.bodies)
    predators = [scene.predator or (0, 0) for scene in scenes]
    return {
        "schema": SCHEMA,
        "kind": KIND,
        "world": "nursery",
        "caption": replay.caption[:MAX_CAPTION],
        "ticks": replay.ticks,
        "params": asdict(p),
        "seats": p.seats,
        "layout": asdict(layout),
        "moments": {
            **{name: [getattr(scene, name) for scene in scenes] for name in _MOMENTS if "predator" not in name},
            "predator_x": [x for x, _ in predators],
            "predator_y": [y for _, y in predators],
        },
        "ripe": [_digits(scene.ripe[bush] for scene in scenes) for bush in range(len(layout.bushes))],
        "bodies": {
            **{name: [[getattr(scene.bodies[at], name) for scene in scenes] for at in bodies] for name in _NUMBERS},
            **{
                name: [_digits(getattr(scene.bodies[at], name) for scene in scenes) for at in bodies] for name in _FLAGS
            },
        },
        "actions": replay.actions.T.tolist(),
        "paid": replay.paid.T.tolist(),
        "events": [list(event) for event in replay.events],
    }


def _unpacked(top: Fields) -> Replay:
    top.is_exactly("kind", KIND)
    top.schema(SCHEMA)
    top.is_exactly("world", "nursery")
    p = _params(top)
    top.is_exactly("seats", list(p.seats))
    ticks = top.whole("ticks", 0, p.horizon)
    layout = _layout(top.inner("layout"), p)
    moments, bodies = top.inner("moments"), top.inner("bodies")
    side = p.size - 1
    highest = {
        "x": side,
        "y": side,
        **dict.fromkeys(("energy", "health", "warmth", "grown"), 100),
        "cry": 15,
        "posture": 3,
    }
    numbers = {name: bodies.table(name, p.bodies, ticks + 1, 0, high) for name, high in highest.items()}
    flags = {name: bodies.digits(name, p.bodies, ticks + 1) for name in _FLAGS}
    bodies.done()
    highest = dict(zip(_MOMENTS, (p.day - 1, 2, p.bodies - 1, side, side, p.horizon, 1 + p.births), strict=True))
    of_all = {name: moments.row(name, ticks + 1, 0, high) for name, high in highest.items()}
    moments.done()
    ripe = top.digits("ripe", len(layout.bushes), ticks + 1)
    named = kinds(p)

    def scene(at: int) -> Scene:
        return Scene(
            params=p,
            layout=layout,
            time=at,
            bodies=tuple(
                Body(
                    kind=named[body],
                    **{name: int(rows[body][at]) for name, rows in numbers.items()},
                    **{name: rows[body][at] for name, rows in flags.items()},
                )
                for body in range(p.bodies)
            ),
            ripe=tuple(row[at] for row in ripe),
            predator=(of_all["predator_x"][at], of_all["predator_y"][at]) if of_all["predator_x"][at] else None,
            **{name: of_all[name][at] for name in _MOMENTS if "predator" not in name},
        )

    replay = Replay(
        params=p,
        caption=top.text("caption", MAX_CAPTION),
        scenes=tuple(scene(at) for at in range(ticks + 1)),
        actions=_turned(top.table("actions", p.agents, ticks, 0, len(ACTIONS) - 1)),
        paid=_turned(top.table("paid", p.agents, ticks, 0, 1 + p.births)),
        events=_events(top, p, ticks),
    )
    top.done()
    return replay


def _params(top: Fields) -> NurseryParams:
    given = top.inner("params")
    given.has_exactly(asdict(NurseryParams()))
    try:
        return NurseryParams(**given.values)
    except CarerError as error:
        raise CarerError(f"{given.where}: {error.message}", error.hint) from None


def _layout(given: Fields, p: NurseryParams) -> Layout:
    side = p.size - 2
    cell: list[tuple[int, int]] = [(1, side), (1, side)]
    layout = Layout(
        bushes=given.tuples("bushes", p.bushes + p.bushes_b, [*cell, (1, 2)]),
        pits=given.tuples("pits", p.pits, cell),
        box=given.tuples("box", 1, cell, single=True)[0] if p.cryosleep else given.is_exactly("box", None),
    )
    given.done()
    return layout


def _events(top: Fields, p: NurseryParams, ticks: int) -> tuple[Event, ...]:
    def event(row: Any) -> Event | None:
        if not isinstance(row, list) or len(row) != 4 or row[1] not in EVENTS:
            return None
        tick, kind, body, amount = row
        whole = all(type(number) is int for number in (tick, body, amount))
        inside = whole and 1 <= tick <= ticks and 0 <= body < p.bodies and 0 <= amount <= 1000
        return Event(tick, kind, body, amount) if inside else None

    return top.each("events", event, "[tick, kind, body, amount] of this episode")


def _digits(flags: Any) -> str:
    return "".join("1" if flag else "0" for flag in flags)


def _turned(rows: Sequence[Sequence[int]]) -> np.ndarray:
    """Rows by seat to an array by tick."""
    return np.asarray(rows, int).reshape(len(rows), -1).T
