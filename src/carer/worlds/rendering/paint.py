"""Paints one scene of a nursery: the ground, what stands on it, and the strip below with time and figures."""

from collections import defaultdict
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw

from carer.worlds.nursery.scene import Body, Layout, Scene
from carer.worlds.nursery.state import MOTHER
from carer.worlds.rendering import palette as c
from carer.worlds.rendering import sprites, strip

LEAST_COLUMNS = 11
"""Cells' worth of width that the strip needs; a smaller world stands in the middle."""
_PLACES = {1: ((0.0, 0.0),), 2: ((-0.2, 0.0), (0.2, 0.0)), 4: ((-0.22, -0.2), (0.22, -0.2), (-0.22, 0.2), (0.22, 0.2))}
_SHRINK = {1: 1.0, 2: 0.8, 4: 0.62}
_PREDATOR = -1


def paint(scene: Scene, cell: int, reward: float | None, note: str) -> Image.Image:
    """A picture of the scene, RGB; `cell` pixels to a cell. See `carer.worlds.rendering.draw`."""
    p = scene.params
    side = p.size * cell
    world = _ground(p.size, p.nest, scene.night, cell).copy()
    _things(world, scene, cell)
    _bodies(world, scene, cell)
    if scene.night:
        world = _multiplied(world, np.array(c.NIGHT_BODY))
    below = strip.paint(scene, max(side, LEAST_COLUMNS * cell), cell, reward, note)
    image = Image.new("RGB", (below.width, side + below.height), c.PAPER)
    image.paste(world, ((below.width - side) // 2, 0))
    image.paste(below, (0, side))
    return image


@lru_cache(maxsize=16)
def _ground(size: int, nest: int, night: bool, cell: int) -> Image.Image:
    """Floor, nest and wall."""
    image = Image.new("RGB", (size * cell, size * cell), c.WALL)
    pen = ImageDraw.Draw(image)
    for row in range(size):
        for column in range(size):
            x, y = column * cell, row * cell
            if 0 < row < size - 1 and 0 < column < size - 1:
                inside = max(abs(row - size // 2), abs(column - size // 2)) <= nest
                shades = c.NEST if inside else c.GROUND
                pen.rectangle((x, y, x + cell - 1, y + cell - 1), shades[(row + column) % 2])
            else:
                _bricks(pen, x, y, cell)
    _straw(pen, size, nest, cell)
    if not night:
        return image
    factors = np.empty((size * cell, size * cell, 3))
    factors[:] = c.NIGHT
    low, high = (size // 2 - nest) * cell, (size // 2 + nest + 1) * cell
    factors[low:high, low:high] = c.NIGHT_NEST
    return _multiplied(image, factors)


def _bricks(pen: ImageDraw.ImageDraw, x: int, y: int, cell: int) -> None:
    course = cell // 3
    for at in range(3):
        top = y + at * course
        pen.line((x, top, x + cell - 1, top), c.MORTAR)
        joint = x + (cell // 4 if at % 2 else 3 * cell // 4)
        pen.line((joint, top, joint, top + course), c.MORTAR)


def _straw(pen: ImageDraw.ImageDraw, size: int, nest: int, cell: int) -> None:
    """A rim around the nest, and strokes in it that are the same in every picture."""
    low, high = (size // 2 - nest) * cell, (size // 2 + nest + 1) * cell - 1
    rng = np.random.default_rng(0)
    for x, y, dx, dy in rng.uniform((0.08, 0.08, -0.3, -0.12), (0.92, 0.92, 0.3, 0.12), (14 * (2 * nest + 1) ** 2, 4)):
        ax, ay = low + x * (high - low), low + y * (high - low)
        pen.line((ax, ay, ax + dx * cell, ay + dy * cell), c.STRAW)
    pen.rounded_rectangle((low, low, high, high), cell // 4, outline=c.STRAW, width=max(2, cell // 12))


def _things(world: Image.Image, scene: Scene, cell: int) -> None:
    layout: Layout = scene.layout
    for x, y in layout.pits:
        _put(world, sprites.pit(cell), x, y, cell)
    for (x, y, food), ripe in zip(layout.bushes, scene.ripe, strict=True):
        _put(world, sprites.bush(food, ripe, cell), x, y, cell)
    if layout.box:
        _put(world, sprites.box(cell), *layout.box, cell)


def _bodies(world: Image.Image, scene: Scene, cell: int) -> None:
    """Everybody, and what the mother carries on her; several in one cell stand side by side."""
    cells: dict[tuple[int, int], list[int]] = defaultdict(list)
    for number, body in enumerate(scene.bodies):
        if body.there and not (number == scene.carried and number > 0):
            cells[body.x, body.y].append(number)
    if scene.predator:
        cells[scene.predator].append(_PREDATOR)
    for (x, y), numbers in cells.items():
        slots = 1 if len(numbers) == 1 else 2 if len(numbers) == 2 else 4
        for at, number in enumerate(numbers):
            dx, dy = _PLACES[slots][at % slots]
            place = (x + 0.5 + dx) * cell, (y + 0.5 + dy) * cell
            if number == _PREDATOR:
                _paste(world, sprites.predator(round(cell * _SHRINK[slots])), *place)
            else:
                _body(world, scene, number, *place, cell * _SHRINK[slots])


def _body(world: Image.Image, scene: Scene, number: int, x: float, y: float, room: float) -> None:
    """A body in a square of `room` pixels around a point: its mark, itself, its bars, its cry, what it carries."""
    body, above = scene.bodies[number], y - room * 0.08
    if body.kind == "own":
        _paste(world, sprites.halo(round(room)), x, y)
    _paste(world, sprites.creature(body.kind, round(room * extent(body))), x, above)
    if body.boxed:
        _paste(world, sprites.frost(round(room)), x, y)
    carries = number == MOTHER and scene.carried > 0
    _bars(world, body, x - room * 0.25 * carries, y + room * 0.5, room * (0.46 if carries else 0.8))
    if number == MOTHER and scene.food:
        _paste(world, sprites.fruit(scene.food, round(room * 0.38)), x - room * 0.34, y + room * 0.06)
    _cry(world, body, x, above, room, scene.night)
    if carries:
        held = scene.bodies[scene.carried]
        at = x + room * 0.24, y - room * 0.16
        if held.kind == "own":
            _paste(world, sprites.halo(round(room * 0.66)), *at)
        _paste(world, sprites.creature(held.kind, round(room * 0.56)), *at)
        _cry(world, held, *at, room * 0.8, scene.night)
        _bars(world, held, x + room * 0.26, y + room * 0.5, room * 0.46)


def extent(body: Body) -> float:
    """The side of a body's picture, of the room it has: babies grow."""
    if body.kind == "mother":
        return 0.86
    return 0.62 if body.kind == "toy" else 0.54 + 0.24 * body.grown / 100


def _bars(world: Image.Image, body: Body, x: float, bottom: float, width: float) -> None:
    """Energy, health and, of the young, warmth, around the foot of a body."""
    if body.kind == "toy":
        return
    shares = [(body.energy, c.ENERGY), (body.health, c.HEALTH)]
    if body.kind != "mother":
        shares.append((body.warmth, c.WARMTH))
    thick = max(1, round(width * 0.075))
    left, top = round(x - width / 2), round(bottom) - len(shares) * (thick + 1) - 1
    right = left + round(width)
    pen = ImageDraw.Draw(world)
    pen.rectangle((left - 1, top - 1, right + 1, top + len(shares) * (thick + 1) - 1), c.TROUGH)
    for at, (share, colour) in enumerate(shares):
        y = top + at * (thick + 1)
        if share:
            pen.rectangle((left, y, left + max(1, round((right - left) * share / 100)), y + thick - 1), colour)


def _cry(world: Image.Image, body: Body, x: float, y: float, room: float, night: bool) -> None:
    if body.cry:
        _paste(world, sprites.cry(1 + body.cry // 6, round(room * 0.62), night), x + room * 0.4, y - room * 0.34)


def _put(world: Image.Image, sprite: Image.Image, x: int, y: int, cell: int) -> None:
    world.paste(sprite, (x * cell, y * cell), sprite)


def _paste(world: Image.Image, sprite: Image.Image, x: float, y: float) -> None:
    """Paste a sprite around a point."""
    world.paste(sprite, (round(x - sprite.width / 2), round(y - sprite.height / 2)), sprite)


def _multiplied(image: Image.Image, factors: np.ndarray) -> Image.Image:
    return Image.fromarray(np.clip(np.asarray(image) * factors, 0, 255).astype(np.uint8))
