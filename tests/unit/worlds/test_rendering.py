"""Pictures of the nursery: what must be seen in them, and the files they become."""

import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import jax
import numpy as np
import pytest
from PIL import Image, ImageColor

from carer.concepts import CarerError
from carer.worlds import make
from carer.worlds.nursery.params import NurseryParams
from carer.worlds.nursery.scene import Body, Layout, Scene, layout_of, scene_of
from carer.worlds.rendering import draw, draw_scene, gif, legend, palette, sheet

CELL = 24


def body(kind: str, x: int, y: int, **changes: Any) -> Body:
    plain: dict[str, Any] = {"there": True, "energy": 80, "health": 60, "warmth": 40, "grown": 50}
    return Body(kind, x, y, **{**plain, "cry": 0, "posture": 0, "ill": False, "boxed": False, **changes})


def scene(**changes: Any) -> Scene:
    """Everything there is, each in a cell of its own."""
    p = NurseryParams(size=9, bushes=2, bushes_b=2, pits=1, foreign=1, other_species=1, toys=1, cryosleep=True)
    whole = Scene(
        params=p,
        layout=Layout(bushes=((1, 1, 1), (2, 1, 1), (3, 1, 2), (5, 1, 2)), pits=((7, 1),), box=(7, 7)),
        time=10,
        hour=10,
        bodies=(body("mother", 4, 4), body("own", 1, 3), body("foreign", 2, 5), body("other", 6, 5), body("toy", 1, 7)),
        ripe=(True, False, True, False),
        food=1,
        carried=0,
        predator=(7, 3),
        generation=0,
        lives=1,
    )
    return replace(whole, **changes)


def cell_of(frame: np.ndarray, x: int, y: int, scene: Scene) -> np.ndarray:
    left = (frame.shape[1] - scene.params.size * CELL) // 2
    return frame[y * CELL : (y + 1) * CELL, left + x * CELL : left + (x + 1) * CELL].astype(int)


def shows(cell: np.ndarray, colour: str, least: int = 3) -> bool:
    """Whether some pixels of a cell have nearly this colour."""
    return int((np.abs(cell - ImageColor.getrgb(colour)).max(-1) < 24).sum()) >= least


@pytest.mark.parametrize(
    ("x", "y", "colour"),
    [
        (1, 1, palette.FRUIT_A),
        (2, 1, palette.BARE),
        (3, 1, palette.FRUIT_B),
        (5, 1, palette.BARE),
        (7, 1, palette.PIT),
        (7, 7, palette.BOX),
        (7, 3, palette.EYE),
        (4, 4, palette.MOTHER),
        (4, 4, palette.FRUIT_A),
        (1, 3, palette.OWN),
        (1, 3, palette.HALO),
        (2, 5, palette.FOREIGN),
        (6, 5, palette.OTHER),
        (1, 7, palette.TOY),
        (0, 0, palette.WALL),
        (3, 3, palette.NEST[0]),
        (2, 6, palette.GROUND[0]),
    ],
)
def test_everything_is_where_it_is(x: int, y: int, colour: str) -> None:
    whole = scene()
    frame = draw_scene(whole, cell=CELL)
    assert frame.dtype == np.uint8
    assert frame.shape[2] == 3
    assert shows(cell_of(frame, x, y, whole), colour)


def test_bars_show_shares() -> None:
    def pixels(energy: int, colour: str) -> int:
        whole = scene(bodies=(scene().bodies[0], body("own", 1, 3, energy=energy), *scene().bodies[2:]))
        cell = cell_of(draw_scene(whole, cell=CELL), 1, 3, whole)
        return int((np.abs(cell - ImageColor.getrgb(colour)).max(-1) < 8).sum())

    assert pixels(0, palette.ENERGY) == 0
    assert 0 < pixels(20, palette.ENERGY) < pixels(60, palette.ENERGY) < pixels(100, palette.ENERGY)
    assert pixels(0, palette.WARMTH) == pixels(100, palette.WARMTH) > 0


@pytest.mark.parametrize(
    "changes",
    [
        {"hour": 50},
        {"predator": None},
        {"food": 0},
        {"food": 2},
        {"carried": 1},
        {"time": 11},
        {"lives": 0, "bodies": (scene().bodies[0], body("own", 1, 3, there=False), *scene().bodies[2:])},
        {"bodies": (scene().bodies[0], body("own", 1, 3, cry=15), *scene().bodies[2:])},
        {"bodies": (scene().bodies[0], body("own", 1, 3, grown=100), *scene().bodies[2:])},
        {"bodies": (scene().bodies[0], body("own", 1, 3, posture=2), *scene().bodies[2:])},
        {"bodies": (scene().bodies[0], body("own", 7, 7, boxed=True), *scene().bodies[2:])},
        {"bodies": (*scene().bodies[:2], body("foreign", 2, 5, there=False), *scene().bodies[3:])},
    ],
)
def test_each_of_these_can_be_told_from_the_picture(changes: dict[str, Any]) -> None:
    before, after = draw_scene(scene(), cell=CELL), draw_scene(scene(**changes), cell=CELL)
    assert before.shape == after.shape
    assert (before != after).any(-1).sum() > 8


def test_night_is_darker_but_bodies_stay_bright() -> None:
    day, night = scene(), scene(hour=50)
    by_day, by_night = draw_scene(day, cell=CELL), draw_scene(night, cell=CELL)
    assert cell_of(by_night, 2, 6, night).mean() < 0.6 * cell_of(by_day, 2, 6, day).mean()
    assert shows(cell_of(by_night, 2, 5, night) * 255 // 224, palette.FOREIGN, least=1)


def test_several_in_a_cell_are_all_seen() -> None:
    crowd = scene(bodies=(body("mother", 4, 4), body("own", 4, 4), body("foreign", 4, 4), *scene().bodies[3:]))
    cell = cell_of(draw_scene(crowd, cell=CELL), 4, 4, crowd)
    for colour in (palette.MOTHER, palette.OWN, palette.FOREIGN):
        assert shows(cell, colour)


def test_words_stand_in_the_strip() -> None:
    bare = draw_scene(scene(), cell=CELL)
    told = draw_scene(scene(), cell=CELL, reward=1.5, note="her baby is born")
    assert (bare[: 9 * CELL] == told[: 9 * CELL]).all()
    assert (bare[9 * CELL :] != told[9 * CELL :]).any()
    long = draw_scene(scene(), cell=CELL, note="W" * 500)
    assert long.shape == bare.shape
    # It is cut before the portraits of the other babies.
    np.testing.assert_array_equal(long[-CELL // 2 :, -CELL:], bare[-CELL // 2 :, -CELL:])


@pytest.mark.parametrize(("size", "cell", "foreign"), [(5, 12, 0), (5, 16, 14), (33, 12, 6), (13, 40, 7)])
def test_worlds_of_any_size_fit(size: int, cell: int, foreign: int) -> None:
    p = NurseryParams(size=size, bushes=0, pits=0, foreign=foreign)
    bodies = (body("mother", 1, 1), body("own", 1, 1), *[body("foreign", 1 + at % 3, 2) for at in range(foreign)])
    empty = Scene(p, Layout((), (), None), 0, 0, bodies, (), 0, 0, None, 0, 1)
    frame = draw_scene(empty, cell=cell, reward=-123.4, note="x")
    assert frame.shape[1] >= max(size, 11) * cell


def test_a_state_is_drawn_as_its_scene(nursery_episode: ModuleType) -> None:
    world = nursery_episode.world()
    _, state = world.reset(jax.random.key(2))
    first = nursery_episode.replay().scenes[0]
    assert scene_of(world.params, state) == first
    assert layout_of(world.params, state) == first.layout
    frame = draw(world, state, cell=CELL)
    np.testing.assert_array_equal(frame, draw_scene(first, cell=CELL))
    np.testing.assert_array_equal(frame, draw(world, state, cell=CELL))


def test_what_cannot_be_drawn_is_refused(nursery_episode: ModuleType) -> None:
    world = nursery_episode.world()
    _, state = world.reset(jax.random.key(2))
    batch = jax.tree.map(lambda leaf: leaf[..., None], state)
    with pytest.raises(CarerError, match=r"batch of \[1\] states"):
        draw(world, batch)
    with pytest.raises(CarerError, match="cell = 5"):
        draw(world, state, cell=5)
    with pytest.raises(CarerError, match="no pictures of bandit"):
        draw(make("bandit"), state)


def frames(count: int) -> list[np.ndarray]:
    return [draw_scene(scene(time=at, hour=at % 60), cell=16) for at in range(count)]


def test_a_gif_moves_and_repeats(tmp_path: Path) -> None:
    made = gif(frames(50), tmp_path / "new" / "a.gif", per_second=10)
    with Image.open(made) as moving:
        assert moving.n_frames == 50  # pyright: ignore[reportAttributeAccessIssue]
        assert moving.info["loop"] == 0
        assert moving.info["duration"] == 100
        assert moving.size == frames(1)[0].shape[1::-1]
        moving.seek(45)
        shown = np.asarray(moving.convert("RGB")).astype(int)
    assert np.abs(shown - frames(46)[45]).mean() < 4
    assert [path.name for path in made.parent.iterdir()] == ["a.gif"]


def test_a_sheet_has_all_its_stills_and_a_key(tmp_path: Path) -> None:
    made = sheet(frames(5), tmp_path / "a.png", columns=3, below=legend)
    height, width = frames(1)[0].shape[:2]
    with Image.open(made) as still:
        assert still.width >= 3 * width
        assert still.height >= 2 * height + legend(still.width).shape[0]
    assert legend(300, 20).shape[1] == 300


@pytest.mark.parametrize("write", [gif, sheet])
def test_frames_that_make_no_file(write: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.gif"
    for wrong, words in (
        ([], "no frames"),
        ([np.zeros((4, 4))], "frame 0 is float64"),
        ([np.zeros((4, 4, 3), np.uint8), np.zeros((4, 5, 3), np.uint8)], "frame 1 has another shape"),
    ):
        with pytest.raises(CarerError, match=words):
            write(wrong, path)
    with pytest.raises(CarerError, match="per_second = 0"):
        gif(frames(1), path, per_second=0)
    assert not path.exists()


def test_without_pillow_one_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)
    for name in [name for name in sys.modules if name.startswith("carer.worlds.rendering")]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(CarerError, match=r"pillow.*carer\[worlds\]"):
        import carer.worlds.rendering  # noqa: F401
