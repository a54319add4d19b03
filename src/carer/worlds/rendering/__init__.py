"""Pictures of worlds: a frame of a state, an animation of an episode, a sheet of its moments.

::

    frame = draw(world, state)                      # uint8 [H, W, 3]
    gif([draw(world, state) for state in states], Path("episode.gif"))

Raises `CarerError` on import where Pillow is not installed.
"""

from carer.concepts import CarerError

try:
    import PIL  # noqa: F401 - asked for here, so that one clear sentence tells what is missing
except ModuleNotFoundError:
    raise CarerError(
        "pictures need the package 'pillow', which is not installed.",
        "Install the extra that brings it: pip install 'carer[worlds]'.",
    ) from None

from carer.worlds.rendering.animation import gif, sheet, titled
from carer.worlds.rendering.drawing import draw, draw_scene
from carer.worlds.rendering.legend import legend

__all__ = ["draw", "draw_scene", "gif", "legend", "sheet", "titled"]
