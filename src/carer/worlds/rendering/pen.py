"""A pen that draws on a square of 100 x 100 units and yields a crisp small picture with transparent ground."""

from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

_OVER = 6
"""Pictures are drawn so many times larger and made small at the end, which smooths their edges."""

Points = Sequence[tuple[float, float]]


class Pen:
    """Draws one picture; lengths and places are in units, 100 to a side."""

    def __init__(self, pixels: int) -> None:
        self._pixels = pixels
        self._scale = pixels * _OVER / 100
        self._image = Image.new("RGBA", (pixels * _OVER, pixels * _OVER))
        self._draw = ImageDraw.Draw(self._image)

    def oval(
        self,
        x: float,
        y: float,
        rx: float,
        ry: float,
        fill: str | None = None,
        line: str | None = None,
        width: float = 4,
    ) -> None:
        """An ellipse around a centre."""
        self._draw.ellipse(self._box(x - rx, y - ry, x + rx, y + ry), fill, line, self._width(width))

    def shape(self, points: Points, fill: str | None = None, line: str | None = None, width: float = 4) -> None:
        """A closed outline."""
        if fill:
            self._draw.polygon(self._points(points), fill)
        if line:
            self.stroke([*points, *points[:2]], line, width)

    def stroke(self, points: Points, line: str, width: float = 4) -> None:
        """An open line with round joints."""
        self._draw.line(self._points(points), line, self._width(width), joint="curve")

    def arc(self, x: float, y: float, r: float, start: float, end: float, line: str, width: float = 4) -> None:
        """A part of a circle, in degrees clockwise from the right."""
        self._draw.arc(self._box(x - r, y - r, x + r, y + r), start, end, line, self._width(width))

    def plate(
        self,
        x0: float,
        y0: float,
        x1: float,
        y1: float,
        r: float,
        fill: str | None = None,
        line: str | None = None,
        width: float = 4,
    ) -> None:
        """A rectangle with round corners."""
        self._draw.rounded_rectangle(self._box(x0, y0, x1, y1), r * self._scale, fill, line, self._width(width))

    def done(self) -> Image.Image:
        """The picture, RGBA."""
        return self._image.resize((self._pixels, self._pixels), Image.Resampling.LANCZOS)

    def _box(self, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        return (x0 * self._scale, y0 * self._scale, x1 * self._scale, y1 * self._scale)

    def _points(self, points: Points) -> list[tuple[float, float]]:
        return [(x * self._scale, y * self._scale) for x, y in points]

    def _width(self, width: float) -> int:
        return max(1, round(width * self._scale))


def font(pixels: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Pillow's own font at a size; no font of the machine is asked for, so that pictures are the same everywhere."""
    return ImageFont.load_default(pixels)
