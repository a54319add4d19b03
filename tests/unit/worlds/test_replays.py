"""Episodes on record: whole, small, the same again, and shown."""

import json
from pathlib import Path
from types import ModuleType

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from PIL import Image

from carer.concepts import CarerError, UnknownNameError
from carer.worlds import make
from carer.worlds.nursery.cast import scripted_cast
from carer.worlds.replay import EVENTS, Recorder, Replay, frames, publish, read, record, write
from carer.worlds.replay.episode import sentence
from carer.worlds.replay.pictures import moments


@pytest.fixture(scope="module")
def replay(nursery_episode: ModuleType) -> Replay:
    return nursery_episode.replay()


def test_it_is_the_episode_that_the_world_plays(nursery_episode: ModuleType, replay: Replay) -> None:
    world = nursery_episode.world()
    cast, key = scripted_cast(world), jax.random.key(2)
    recorder = Recorder(world, key)
    state = recorder.state
    advance = jax.jit(world.advance)
    total = 0.0
    for at in range(replay.ticks):
        action = cast(recorder.word, state)
        np.testing.assert_array_equal(replay.actions[at], action)
        tick = advance(key, state, action)
        recorder.step(action)
        state = tick.state
        scene = replay.scenes[at + 1]
        assert (scene.time, scene.hour) == (at + 1, int(state.hour))
        assert [body.x for body in scene.bodies] == state.x.tolist()
        assert [body.there for body in scene.bodies] == state.alive.tolist()
        assert [body.energy for body in scene.bodies] == (-(-state.energy // 100)).tolist()
        assert scene.ripe == tuple((state.bush_wait == 0).tolist())
        np.testing.assert_allclose(replay.rewards[at], tick.reward, atol=1e-6)
        told = {event.kind for event in replay.happened(at + 1)}
        assert ("born" in told) == bool(tick.truth.born)
        assert ("fed" in told) == bool(tick.truth.gift.any())
        assert ("bite" in told) == bool(tick.truth.harm[1].any())
        total += float(tick.reward[0])
    assert recorder.over
    assert replay.rewards[:, 0].sum() == pytest.approx(total, abs=1e-4)
    with pytest.raises(CarerError, match="finished"):
        recorder.step(replay.actions[0])


def test_what_is_read_is_what_was_written(replay: Replay, tmp_path: Path) -> None:
    again = read(write(replay, tmp_path / "episodes" / "a.json"))
    assert (again.params, again.caption, again.scenes, again.events) == (
        *(replay.params, replay.caption),
        *(replay.scenes, replay.events),
    )
    np.testing.assert_array_equal(again.actions, replay.actions)
    np.testing.assert_array_equal(again.paid, replay.paid)
    assert write(again, tmp_path / "b.json").read_bytes() == (tmp_path / "episodes" / "a.json").read_bytes()


def test_it_is_small(replay: Replay, tmp_path: Path) -> None:
    size = write(replay, tmp_path / "a.json").stat().st_size
    # Five times as long and with three times as many bodies, it is below 200 kB.
    assert size * 5 * 3 < 200_000


def test_an_episode_that_has_only_begun_is_a_replay_too(nursery_episode: ModuleType, tmp_path: Path) -> None:
    replay = Recorder(nursery_episode.world(), jax.random.key(0)).replay("nothing yet")
    again = read(write(replay, tmp_path / "a.json"))
    assert again.ticks == 0
    assert again.actions.shape == again.paid.shape == (0, nursery_episode.PARAMS.agents)
    assert len(list(frames(again, cell=12))) == 1


def test_odd_captions_are_kept_or_made_harmless(nursery_episode: ModuleType, tmp_path: Path) -> None:
    recorder = Recorder(nursery_episode.world(), jax.random.key(0))
    for caption, kept in (('a "b" </script> \u202e', None), ("half \ud83d", "half ?"), ("x" * 900, "x" * 500)):
        path = write(recorder.replay(caption), tmp_path / "a.json")
        assert read(path).caption == (caption if kept is None else kept)


def test_every_event_has_words(replay: Replay) -> None:
    event = replay.events[0]
    for kind in EVENTS:
        for body in range(replay.params.bodies):
            assert sentence(replay, event._replace(kind=kind, body=body))
    assert sentence(replay, event._replace(kind="fed", body=1)) == "the mother feeds her baby"
    assert sentence(replay, event._replace(kind="died", body=2)) == "strange baby 0 dies"


def test_frames_and_moments(replay: Replay) -> None:
    assert len(list(frames(replay, cell=12, every=25))) == 4
    chosen = moments(replay)
    assert chosen == sorted(set(chosen))
    assert (chosen[0], chosen[-1], len(chosen)) == (0, replay.ticks, 6)
    assert next(event.tick for event in replay.events if event.kind == "born") in chosen


def test_publishing_leaves_a_replay_and_its_pictures(replay: Replay, tmp_path: Path) -> None:
    assert publish(replay, tmp_path, "one.a", cell=12) == tmp_path / "one.a.json"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.a.gif", "one.a.json", "one.a.png"]
    assert json.loads((tmp_path / "one.a.json").read_text())["caption"] == replay.caption
    with Image.open(tmp_path / "one.a.gif") as moving:
        # Frames that show nothing new are told by their length alone.
        assert 1 < moving.n_frames <= replay.ticks + 1  # pyright: ignore[reportAttributeAccessIssue]


@pytest.mark.parametrize("name", ["", "../a", "a/b", ".a", "a b", "x" * 101, "a\n"])
def test_a_name_stays_in_its_folder(replay: Replay, tmp_path: Path, name: str) -> None:
    with pytest.raises(CarerError, match="refused the name"):
        publish(replay, tmp_path, name)
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_recorded_is_refused(nursery_episode: ModuleType) -> None:
    world = nursery_episode.world()
    with pytest.raises(CarerError, match="no replays of bandit"):
        Recorder(make("bandit"), jax.random.key(0))
    with pytest.raises(CarerError, match=r"\[2\] keys"):
        Recorder(world, jax.random.split(jax.random.key(0)))
    with pytest.raises(CarerError, match="an action of nursery is"):
        record(world, lambda word, state: jnp.zeros(2, int), jax.random.key(0))
    with pytest.raises(UnknownNameError, match="all_skills"):
        scripted_cast(world, "all_skill")
