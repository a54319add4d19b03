"""The strip below the world: time, mother and own baby with their bars, what was paid, and what happened."""

from PIL import Image, ImageDraw

from carer.worlds.nursery.scene import Body, Scene
from carer.worlds.nursery.state import MOTHER, OWN
from carer.worlds.rendering import palette as c
from carer.worlds.rendering import sprites
from carer.worlds.rendering.pen import font

_BARS = (("energy", c.ENERGY), ("health", c.HEALTH), ("warmth", c.WARMTH))
_MOST_PORTRAITS = 6
_POSTURES = ("", "hungry", "cold", "in pain")


def paint(scene: Scene, width: int, cell: int, reward: float | None, note: str) -> Image.Image:
    """The strip, RGB, `width` pixels wide."""
    unit = cell / 32
    image = Image.new("RGB", (width, round(100 * unit)), c.PAPER)
    pen = ImageDraw.Draw(image)
    pen.line((0, 0, width, 0), c.INK, max(1, round(unit)))
    _time(image, pen, scene, unit, reward)
    mother, own = scene.bodies[MOTHER], scene.bodies[OWN]
    _person(image, pen, mother, "mother", _doing(scene), round(10 * unit), round(31 * unit), unit)
    _person(image, pen, own, "own baby", _state_of(own, scene), round(0.46 * width), round(31 * unit), unit)
    room = width - 20 * unit - _others(image, pen, scene, unit)
    pen.text((10 * unit, 91 * unit), _fitting(pen, note, room, unit), c.INK, font(12.5 * unit), anchor="ls")
    return image


def _others(image: Image.Image, pen: ImageDraw.ImageDraw, scene: Scene, unit: float) -> float:
    """The other babies, pale where they have died, at the right end of the last line; returns the width it took."""
    others = [body for body in scene.bodies if body.kind in ("foreign", "other")]
    if len(others) > _MOST_PORTRAITS:
        words = f"{sum(body.there for body in others)} of {len(others)} others alive"
        pen.text((image.width - 10 * unit, 91 * unit), words, c.MUTED, font(12 * unit), anchor="rs")
        return pen.textlength(words, font(12 * unit)) + 10 * unit
    side = round(17 * unit)
    for at, body in enumerate(reversed(others), start=1):
        x = round(image.width - 8 * unit - at * (side + 2 * unit))
        _portrait(image, body, side, x, round(79 * unit))
    return len(others) * (side + 2 * unit) + 10 * unit


def _portrait(image: Image.Image, body: Body, side: int, x: int, y: int) -> None:
    """A body's picture, pale where it is not there."""
    portrait = sprites.creature(body.kind, side)
    if not body.there:
        portrait = Image.blend(Image.new("RGBA", portrait.size), portrait, 0.25)
    image.paste(portrait, (x, y), portrait)


def _fitting(pen: ImageDraw.ImageDraw, words: str, room: float, unit: float) -> str:
    """Words cut to the room there is."""
    if pen.textlength(words, font(12.5 * unit)) <= room:
        return words
    while words and pen.textlength(f"{words}…", font(12.5 * unit)) > room:
        words = words[:-1]
    return f"{words}…"


def _time(image: Image.Image, pen: ImageDraw.ImageDraw, scene: Scene, unit: float, reward: float | None) -> None:
    """Tick, sun or moon, a bar of the day with its night, and what was paid so far."""
    p, base = scene.params, round(20 * unit)
    icon = sprites.sky(scene.night, round(18 * unit))
    image.paste(icon, (round(9 * unit), round(5 * unit)), icon)
    words = f"tick {scene.time} of {p.horizon}"
    pen.text((34 * unit, base), words, c.INK, font(14 * unit), anchor="ls")
    left = round(150 * unit)
    right, y = left + round(90 * unit), round(11 * unit)
    split = left + round((right - left) * (p.day - p.night) / p.day)
    pen.rectangle((left, y, right, y + 5 * unit), "#f2cf7d")
    if p.night:
        pen.rectangle((split, y, right, y + 5 * unit), "#5f7099")
    at = left + (right - left) * scene.hour / p.day
    pen.rectangle((at - 1.5 * unit, y - 3 * unit, at + 1.5 * unit, y + 8 * unit), c.INK)
    pen.text((right + 8 * unit, base), f"day {scene.day}", c.MUTED, font(12.5 * unit), anchor="ls")
    if reward is not None:
        pen.text((image.width - 10 * unit, base), f"paid {reward:.2f}", c.INK, font(14 * unit), anchor="rs")


def _person(
    image: Image.Image, pen: ImageDraw.ImageDraw, body: Body, title: str, words: str, x: int, y: int, unit: float
) -> None:
    """A portrait with a title, words and bars; pale where the body is not there."""
    _portrait(image, body, round(34 * unit), x, y + round(4 * unit))
    left = x + round(42 * unit)
    pen.text((left, y + 11 * unit), title, c.INK, font(13 * unit), anchor="ls")
    after = left + pen.textlength(title, font(13 * unit)) + 7 * unit
    pen.text((after, y + 11 * unit), words, c.MUTED, font(12 * unit), anchor="ls")
    if not body.there:
        return
    shown = _BARS[:2] if body.kind == "mother" else _BARS
    for at, (name, colour) in enumerate(shown):
        top, share = y + round((17 + 9 * at) * unit), getattr(body, name)
        wide = round(74 * unit)
        pen.rectangle((left, top, left + wide, top + round(6 * unit)), c.FAINT)
        if share:
            pen.rectangle((left, top, left + max(1, round(wide * share / 100)), top + round(6 * unit)), colour)
        pen.text((left + wide + 5 * unit, top + 6.5 * unit), name, c.MUTED, font(10 * unit), anchor="ls")


def _doing(scene: Scene) -> str:
    if not scene.bodies[MOTHER].there:
        return "has died"
    return "carries" if scene.carried else ""


def _state_of(own: Body, scene: Scene) -> str:
    if own.there:
        where = "frozen" if own.boxed else "ill" if own.ill else _POSTURES[own.posture]
        return f"{own.grown} % grown" + (f", {where}" if where else "")
    if scene.lives:
        return f"gone, {scene.lives} live on"
    return "is not there"
