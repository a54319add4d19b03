"""The colours of the pictures, by day; chosen to differ in lightness as well as in hue.

Things differ in shape first: the two foods by round and pointed bushes with round and angular fruit, bodies by ears,
size and marks. The hues are those of Okabe and Ito, which most colour-blind readers tell apart.
"""

from PIL import ImageColor

INK = "#2a2521"
PAPER = "#fbfaf7"
MUTED = "#6b645b"
FAINT = "#d8d2c6"

GROUND = ("#ece5d3", "#e7dfcb")
NEST = ("#dcbc80", "#d5b374")
STRAW = "#b88f4c"
WALL = "#5d5850"
MORTAR = "#746e65"

PIT = "#3b332d"
PIT_RIM = "#a5978a"
BUSH_A, FRUIT_A = "#3f8f5b", "#d8362a"
BUSH_B, FRUIT_B = "#1f6f7d", "#f0d43a"
BARE = "#a9a68d"
BOX, FROST = "#bfe3f2", "#3d86ad"

MOTHER = "#d55e00"
OWN = "#f7a04b"
FOREIGN = "#56b4e9"
OTHER = "#a86cc4"
TOY = "#cdb89f"
BELLY = "#fdf3e3"
HALO = "#ffd92e"
PREDATOR = "#3a3440"
EYE = "#ff5a4a"

ENERGY, HEALTH, WARMTH = "#e69f00", "#0a9a72", "#2f7fc4"
TROUGH = "#4a443e"

NIGHT = (0.42, 0.47, 0.68)
"""What the ground's red, green and blue are multiplied by at night."""
NIGHT_NEST = (0.80, 0.70, 0.62)
"""The same in the nest, which is warm."""
NIGHT_BODY = (0.86, 0.87, 0.95)
"""The same of bodies and things, which must stay legible."""

_TELLING = (PIT, BUSH_A, FRUIT_A, BUSH_B, FRUIT_B, BARE, BOX, MOTHER, OWN, FOREIGN, OTHER, TOY, HALO, EYE)
NAMED = tuple(ImageColor.getrgb(shade) for shade in (*_TELLING, ENERGY, HEALTH, WARMTH))
"""Colours that tell things apart, which no saving of space may blend."""
