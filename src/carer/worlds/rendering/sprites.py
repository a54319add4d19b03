"""The pictures of things and bodies, each on a square with a transparent ground."""

import math
from functools import lru_cache

from PIL import Image

from carer.worlds.rendering import palette as c
from carer.worlds.rendering.pen import Pen

_FURS = {"mother": c.MOTHER, "own": c.OWN, "foreign": c.FOREIGN, "other": c.OTHER, "toy": c.TOY}


@lru_cache(maxsize=512)
def bush(food: int, ripe: bool, pixels: int) -> Image.Image:
    """A bush: A (1) is round with round fruit, B (2) pointed with angular fruit; a picked one is bare."""
    pen = Pen(pixels)
    leaves = (c.BUSH_A if food == 1 else c.BUSH_B) if ripe else c.BARE
    pen.oval(50, 84, 32, 7, "#00000022")
    if food == 1:
        for x, y, r in ((32, 58, 24), (68, 58, 24), (50, 40, 26)):
            pen.oval(x, y, r + 3, r + 3, c.INK)
        for x, y, r in ((32, 58, 24), (68, 58, 24), (50, 40, 26), (50, 62, 22)):
            pen.oval(x, y, r, r, leaves)
        for x, y in ((36, 38), (62, 44), (30, 64), (52, 66), (72, 64)) if ripe else ():
            pen.oval(x, y, 8.5, 8.5, c.FRUIT_A, "#fff2ea", 2)
    else:
        crown = [
            (50, 6),
            (68, 36),
            (60, 36),
            (80, 62),
            (70, 62),
            (90, 86),
            (10, 86),
            (30, 62),
            (20, 62),
            (40, 36),
            (32, 36),
        ]
        pen.shape(crown, leaves, c.INK, 4)
        for x, y in ((50, 28), (38, 52), (63, 52), (28, 76), (52, 74), (74, 76)) if ripe else ():
            pen.shape([(x, y - 9), (x + 8, y), (x, y + 9), (x - 8, y)], c.FRUIT_B, c.INK, 2)
    return pen.done()


@lru_cache(maxsize=64)
def pit(pixels: int) -> Image.Image:
    """A hole with a crumbling rim."""
    pen = Pen(pixels)
    rim = [
        (50 + (44 - 5 * (at % 2)) * math.cos(at * math.pi / 9), 52 + (38 - 5 * (at % 2)) * math.sin(at * math.pi / 9))
        for at in range(18)
    ]
    pen.shape(rim, c.PIT_RIM, c.INK, 3)
    pen.oval(50, 54, 33, 27, c.PIT)
    pen.oval(50, 60, 25, 18, "#1d1815")
    return pen.done()


@lru_cache(maxsize=64)
def box(pixels: int) -> Image.Image:
    """The cryosleep box, with a snow crystal."""
    pen = Pen(pixels)
    pen.plate(8, 12, 92, 90, 16, c.BOX, c.INK, 5)
    pen.plate(17, 21, 83, 81, 10, None, c.FROST, 3)
    for at in range(3):
        dx, dy = 23 * math.cos(at * math.pi / 3 + math.pi / 6), 23 * math.sin(at * math.pi / 3 + math.pi / 6)
        pen.stroke([(50 - dx, 51 - dy), (50 + dx, 51 + dy)], c.FROST, 5)
    return pen.done()


@lru_cache(maxsize=64)
def predator(pixels: int) -> Image.Image:
    """A dark head with pointed ears, glowing eyes and teeth."""
    pen = Pen(pixels)
    head = [(10, 4), (36, 24), (64, 24), (90, 4), (94, 52), (76, 82), (50, 96), (24, 82), (6, 52)]
    pen.shape(head, c.PREDATOR, "#efe8dc", 5)
    for side in (-1, 1):
        pen.shape([(50 + side * 12, 50), (50 + side * 34, 38), (50 + side * 28, 56)], c.EYE)
    pen.shape([(30, 66), (70, 66), (60, 84), (40, 84)], "#efe8dc")
    for x in (36, 50, 64):
        pen.shape([(x - 6, 66), (x + 6, 66), (x, 76)], c.PREDATOR)
    return pen.done()


@lru_cache(maxsize=512)
def creature(kind: str, pixels: int) -> Image.Image:
    """A body from the front; `kind` as in `carer.worlds.nursery.scene.KINDS`."""
    pen = Pen(pixels)
    fur, pointed = _FURS[kind], kind == "other"
    for side in (-1, 1):
        if pointed:
            pen.shape([(50 + side * 8, 26), (50 + side * 36, 2), (50 + side * 36, 40)], fur, c.INK, 5)
        else:
            pen.oval(50 + side * 25, 20, 13, 13, fur, c.INK, 5)
            pen.oval(50 + side * 25, 20, 5, 5, c.BELLY)
    if pointed:
        pen.shape([(50, 8), (84, 40), (90, 92), (10, 92), (16, 40)], fur, c.INK, 5)
    else:
        pen.oval(50, 56, 39, 40, fur, c.INK, 5)
    pen.oval(50, 74, 22, 17, c.BELLY)
    if kind == "toy":
        _stitches(pen)
    else:
        for side in (-1, 1):
            pen.oval(50 + side * 15, 43, 6.5, 8, c.INK)
            pen.oval(50 + side * 15 + 2, 40, 2.2, 2.2, "#ffffff")
        pen.oval(50, 55, 5, 3.5, c.INK)
    if kind == "own":
        pen.shape(_star(50, 75, 19), c.HALO, c.INK, 2)
    return pen.done()


@lru_cache(maxsize=64)
def halo(pixels: int) -> Image.Image:
    """The ring on the ground that marks the mother's own baby."""
    pen = Pen(pixels)
    pen.oval(50, 50, 47, 47, "#ffd92e55", c.INK, 7)
    pen.oval(50, 50, 45, 45, None, c.HALO, 5)
    return pen.done()


@lru_cache(maxsize=64)
def frost(pixels: int) -> Image.Image:
    """The lid over one who lies in the cryosleep box."""
    pen = Pen(pixels)
    pen.plate(8, 12, 92, 90, 16, "#bfe3f299", c.FROST, 4)
    pen.stroke([(24, 66), (52, 26)], "#ffffff", 5)
    return pen.done()


@lru_cache(maxsize=64)
def cry(strength: int, pixels: int, dark: bool) -> Image.Image:
    """Arcs of sound that open to the upper right: 1 to 3 of them."""
    pen = Pen(pixels)
    for at in range(strength):
        pen.arc(18, 82, 26 + 22 * at, -80, -10, "#ffffff" if dark else c.INK, 9)
        if not dark:
            pen.arc(18, 82, 26 + 22 * at, -80, -10, "#b3261e", 6)
    return pen.done()


@lru_cache(maxsize=64)
def fruit(food: int, pixels: int) -> Image.Image:
    """What the mother holds."""
    pen = Pen(pixels)
    if food == 1:
        pen.oval(50, 54, 38, 38, c.FRUIT_A, c.INK, 9)
        pen.stroke([(50, 22), (62, 4)], c.INK, 10)
    else:
        pen.shape([(50, 6), (90, 50), (50, 94), (10, 50)], c.FRUIT_B, c.INK, 9)
    return pen.done()


@lru_cache(maxsize=64)
def sky(night: bool, pixels: int) -> Image.Image:
    """A sun or a moon."""
    pen = Pen(pixels)
    if night:
        pen.oval(50, 50, 40, 40, "#4d5f8f")
        pen.oval(66, 40, 32, 32, c.PAPER)
    else:
        for at in range(8):
            dx, dy = math.cos(at * math.pi / 4), math.sin(at * math.pi / 4)
            pen.stroke([(50 + 32 * dx, 50 + 32 * dy), (50 + 46 * dx, 50 + 46 * dy)], c.ENERGY, 8)
        pen.oval(50, 50, 26, 26, c.ENERGY)
    return pen.done()


def _stitches(pen: Pen) -> None:
    """Button eyes and a seam: it is no living thing."""
    for side in (-1, 1):
        x = 50 + side * 15
        for tilt in (-1, 1):
            pen.stroke([(x - 7, 43 - 7 * tilt), (x + 7, 43 + 7 * tilt)], c.INK, 4.5)
    for y in (22, 30, 58, 66, 74, 82, 90):
        pen.stroke([(44, y), (56, y)], c.INK, 3)


def _star(x: float, y: float, r: float) -> list[tuple[float, float]]:
    radii = (r, r * 0.42)
    return [
        (x + radii[at % 2] * math.sin(at * math.pi / 5), y - radii[at % 2] * math.cos(at * math.pi / 5))
        for at in range(10)
    ]
