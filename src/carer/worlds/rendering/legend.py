"""What the pictures mean: a key to put below a sheet."""

import numpy as np
from PIL import Image, ImageDraw

from carer.worlds.rendering import palette as c
from carer.worlds.rendering import sprites
from carer.worlds.rendering.pen import font


def legend(width: int = 640, cell: int = 32) -> np.ndarray:
    """A key to everything that is drawn, uint8 [height, `width`, 3]."""
    side = round(cell * 0.9)
    entries = [
        ("mother", sprites.creature("mother", side)),
        ("her own baby", _marked(side)),
        ("another's baby", sprites.creature("foreign", side)),
        ("other species", sprites.creature("other", side)),
        ("toy", sprites.creature("toy", side)),
        ("predator", sprites.predator(side)),
        ("food A", sprites.bush(1, True, side)),
        ("food B", sprites.bush(2, True, side)),
        ("picked", sprites.bush(1, False, side)),
        ("pit", sprites.pit(side)),
        ("cryosleep box", sprites.box(side)),
        ("cry", sprites.cry(3, side, False)),
    ]
    room = round(cell * 4.6)
    columns = max(1, min(len(entries), width // room))
    rows = -(-len(entries) // columns)
    row_height = round(cell * 1.15)
    image = Image.new("RGB", (width, rows * row_height + round(cell * 0.9)), c.PAPER)
    pen = ImageDraw.Draw(image)
    for at, (words, picture) in enumerate(entries):
        row, column = divmod(at, columns)
        x, y = column * width // columns + round(cell * 0.3), row * row_height + round(cell * 0.15)
        image.paste(picture, (x, y), picture)
        pen.text((x + side + cell * 0.25, y + side / 2), words, c.INK, font(cell * 0.42), anchor="lm")
    x, y = round(cell * 0.3), rows * row_height + round(cell * 0.45)
    for words, colour in (("energy", c.ENERGY), ("health", c.HEALTH), ("warmth", c.WARMTH)):
        pen.rectangle((x, y - cell * 0.1, x + cell, y + cell * 0.1), colour)
        pen.text((x + cell * 1.25, y), words, c.INK, font(cell * 0.42), anchor="lm")
        x += round(cell * 3.4)
    return np.asarray(image)


def _marked(side: int) -> Image.Image:
    picture = sprites.halo(side).copy()
    small = sprites.creature("own", round(side * 0.78))
    picture.alpha_composite(small, ((side - small.width) // 2, (side - small.height) // 2))
    return picture
