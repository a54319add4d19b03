"""The benchmark's plain C program plays by the nursery's rules: its states, rewards and observations, tick by tick."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from carer.worlds.nursery.params import params_of
from counted_reference import mix, successor
from nursery_reference import CRY, DEFEND, EAST, EAT, GIVE, LIFT, NORTH, SOUTH, STAY, WEST, Episode
from nursery_replay import events, signed
from nursery_seen import packed, word_of

pytestmark = [pytest.mark.slow, pytest.mark.skipif(shutil.which("cc") is None, reason="needs a C compiler: cc")]

SOURCE = Path(__file__).parents[2] / "benchmarks" / "nursery.c"
TICKS = 20_000
# As in `check` of the program.
CHOICES = (STAY, NORTH, SOUTH, WEST, EAST, NORTH, SOUTH, WEST, EAST, EAT, EAT, GIVE, LIFT, LIFT, DEFEND, CRY)
PLAIN = ("time", "hour", "food", "carried", "predator_x", "predator_y", "predator_left", "birth_at", "births_left")
BODILY = ("x", "y", "alive", "energy", "health", "warmth", "hurt", "age", "cry", "posture")


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("nursery") / "nursery"
    warnings = ["-std=c11", "-Wall", "-Wextra", "-Werror"]
    subprocess.run(["cc", "-O3", "-march=native", *warnings, str(SOURCE), "-o", str(path), "-lm"], check=True)
    return path


def test_it_follows_the_rules(program: Path) -> None:
    run = subprocess.run([program, "--check", str(TICKS)], capture_output=True, text=True, check=True)
    lines = iter(run.stdout.splitlines())
    episode = Episode(params_of("standard", brain="policy"), (0, 1))
    happened = set(compare(episode, lines, ended=False, first=True))
    for tick in range(TICKS):
        actions = [CHOICES[mix(4 * tick + seat) >> 28] for seat in range(4)]
        episode.step((7, tick), actions)
        ended = episode.terminated or episode.truncated
        happened.update(compare(episode, lines, ended=ended))
        if ended:
            episode = Episode(episode.p, successor((7, tick), episode.episode, episode.time))
            compare(episode, lines, ended=False, first=True)
    assert next(lines, None) is None
    wanted = {"pit", "bite", "cold", "defence", "born", "gift", "baby lifted", "foreign lifted", "laid", "defended 2"}
    assert wanted <= happened


def compare(e: Episode, lines: Iterator[str], *, ended: bool, first: bool = False) -> list[str]:
    """One line of the program's against the reference; returns what happened in the tick."""
    words = iter(next(lines).split())
    where = f"tick {e.time}"
    for name in PLAIN:
        assert int(next(words)) == getattr(e, name), f"{name}, {where}"
    assert [int(next(words)), int(next(words))] == [e.cue, ended], where
    assert [int(next(words)) for _ in e.bushes] == [bush.wait for bush in e.bushes], where
    for body in e.bodies:
        for name in BODILY:
            assert int(next(words)) == getattr(body, name), f"{name} of {body.number}, {where}"
        assert int(next(words)) == (0 if first else round(100 * e.reward[body.number])), f"reward, {where}"
    for body in e.bodies:
        scent = signed(int(next(words), 16)) + signed(int(next(words), 16))
        assert max(abs(a - b) for a, b in zip(scent, body.scent, strict=True)) <= 1, f"scent of {body.number}, {where}"
        body.scent = scent
        assert int(next(words), 16) == word_of(body.looks), f"looks of {body.number}, {where}"
    for seat in range(len(e.agents)):
        seen = packed(e, seat)
        assert [int(next(words), 16) for _ in seen] == seen, f"seat {seat}, {where}"
    assert next(words, None) is None
    return events(e)


@pytest.mark.parametrize("threads", [1, 2])
def test_it_prints_how_fast_it_was(program: Path, threads: int) -> None:
    command = [str(program), "--seconds", "0.05", "--rounds", "5", "-t", str(threads)]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert told["peer"] == "plain C"
    assert told["agents"] == 4
    assert 0 < told["min"] <= told["agent_steps_per_s"] <= told["max"]


def test_it_refuses_what_it_does_not_know(program: Path) -> None:
    assert subprocess.run([program, "--fast"], capture_output=True, check=False).returncode == 2
