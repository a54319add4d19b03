"""Episodes of a nursery on record: to look at again, to show in a report, to check.

::

    replay = record(world, scripted_cast(world, "all_skills"), jax.random.key(0), caption="a mother with all skills")
    publish(replay, run.path / "episodes", "all_skills")     # all_skills.json, .gif and .png, which the report shows
    for frame in frames(read(Path("episodes/all_skills.json"))): ...
"""

from carer.worlds.replay.episode import EVENTS, Event, Replay
from carer.worlds.replay.file import read, write
from carer.worlds.replay.pictures import frames, publish
from carer.worlds.replay.recording import Recorder, record

__all__ = ["EVENTS", "Event", "Recorder", "Replay", "frames", "publish", "read", "record", "write"]
