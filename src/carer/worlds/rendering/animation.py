"""Many frames as one file: an animation, or a sheet of still moments."""

import io
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from carer.concepts import CarerError
from carer.runs.files import atomic_write
from carer.worlds.rendering.palette import INK, NAMED, PAPER
from carer.worlds.rendering.pen import font

_COLOURS = 127
"""Of the palette that all frames share; one more says that nothing changed there."""
_EXACT = 40
"""How many of the commonest colours are kept as they are."""
_SAMPLED = 12
"""Frames from which the palette is taken."""
_HELD_MS = 1500
"""The last frame stays for so long before the animation begins again."""


def gif(frames: Iterable[np.ndarray], path: Path, *, per_second: float = 8.0) -> Path:
    """Write an animation that repeats, in one step: the old file stays until the new one is whole.

    All frames share one palette, so that each needs to hold only what changed.

    Args:
        frames: uint8 [height, width, 3], all of one shape.
        path: the file; parent folders are made.
        per_second: frames a second, at most 50.

    Returns:
        `path`.

    Raises:
        CarerError: no frames, frames of different shapes, or a file that cannot be written.

    """
    images = _images(frames)
    if not 0 < per_second <= 50:
        raise CarerError(f"per_second = {per_second}.", "It must be above 0 and at most 50.")
    palette = _palette(images)
    small = [image.quantize(palette=palette, dither=Image.Dither.NONE) for image in images]
    durations = [round(1000 / per_second)] * (len(small) - 1) + [_HELD_MS]
    held = io.BytesIO()
    small[0].save(
        held, "GIF", save_all=True, append_images=small[1:], duration=durations, loop=0, optimize=True, disposal=1
    )
    atomic_write(path, held.getvalue())
    return path


def sheet(
    frames: Iterable[np.ndarray],
    path: Path,
    *,
    columns: int = 3,
    below: Callable[[int], np.ndarray] | None = None,
) -> Path:
    """Write stills side by side, row by row, as one PNG.

    Args:
        frames: uint8 [height, width, 3], all of one shape.
        path: the file; parent folders are made.
        columns: stills in a row.
        below: makes a picture of a given width to stand below them, such as `legend`.

    Returns:
        `path`.

    Raises:
        CarerError: no frames, frames of different shapes, or a file that cannot be written.

    """
    images = _images(frames)
    width, height = images[0].size
    gap = max(4, width // 40)
    columns = max(1, min(columns, len(images)))
    rows = -(-len(images) // columns)
    across = columns * (width + gap) - gap
    foot = [] if below is None else _images([below(across)])
    whole = Image.new("RGB", (across, rows * (height + gap) - gap + sum(gap + key.height for key in foot)), PAPER)
    for at, image in enumerate(images):
        row, column = divmod(at, columns)
        whole.paste(image, (column * (width + gap), row * (height + gap)))
    for key in foot:
        whole.paste(key, (0, rows * (height + gap)))
    held = io.BytesIO()
    whole.quantize(palette=_palette([*images, *foot]), dither=Image.Dither.NONE).save(held, "PNG", optimize=True)
    atomic_write(path, held.getvalue())
    return path


def titled(frames: Iterable[np.ndarray], title: str) -> np.ndarray:
    """Stills side by side under a line of words, as one picture for a `sheet` of such rows.

    Args:
        frames: uint8 [height, width, 3], all of one shape.
        title: one line; what does not fit is cut.

    Returns:
        uint8 [height, width, 3].

    Raises:
        CarerError: no frames, or frames of different shapes.

    """
    images = _images(frames)
    width, height = images[0].size
    gap, line = max(4, width // 40), max(14, width // 12)
    whole = Image.new("RGB", (len(images) * (width + gap) - gap, line + height), PAPER)
    ImageDraw.Draw(whole).text((2, 0.72 * line), title, INK, font(0.72 * line), anchor="ls")
    for at, image in enumerate(images):
        whole.paste(image, (at * (width + gap), line))
    return np.asarray(whole)


def _images(frames: Iterable[np.ndarray]) -> list[Image.Image]:
    images = []
    for at, frame in enumerate(frames):
        if frame.dtype != np.uint8 or frame.ndim != 3 or frame.shape[2] != 3:
            raise CarerError(f"frame {at} is {frame.dtype}{list(frame.shape)}.", "It must be uint8 [height, width, 3].")
        images.append(Image.fromarray(frame))
        if images[-1].size != images[0].size:
            raise CarerError(f"frame {at} has another shape than the first.", "All frames must have one.")
    if not images:
        raise CarerError("there are no frames to write.", "An episode has at least one.")
    return images


def _palette(images: Sequence[Image.Image]) -> Image.Image:
    """Named colours and the commonest exactly, and for smooth edges those between: rare bright marks stay bright."""
    sample = np.concatenate([np.asarray(image).reshape(-1, 3) for image in images[:: max(1, len(images) // _SAMPLED)]])
    shades, counts = np.unique(sample, axis=0, return_counts=True)
    commonest = shades[np.argsort(-counts, kind="stable")[:_EXACT]]
    fixed = list(dict.fromkeys([*NAMED, *map(tuple, commonest.tolist())]))
    edges = Image.fromarray(np.repeat(shades, np.ceil(counts**0.4).astype(int), axis=0)[None])
    between = edges.quantize(_COLOURS - len(fixed), Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).getpalette()
    palette = Image.new("P", (1, 1))
    palette.putpalette([*(part for shade in fixed for part in shade), *(between or [])])
    return palette
