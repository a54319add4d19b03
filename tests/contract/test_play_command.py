"""`carer play` as a user types it, and as a terminal sees it."""

import io
import json
import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image

from carer.cli.main import main
from carer.worlds.replay import read

# A world that is quickly compiled.
SMALL = ["--size", "7", "--view", "5", "--bushes", "4", "--pits", "1", "--foreign", "0", "--horizon", "20"]
SMALL += ["--birth-from", "1", "--birth-to", "2"]


def test_a_row_of_keys_is_played_and_told(capsys: pytest.CaptureFixture) -> None:
    assert main(["play", "nursery", *SMALL, "--keys", "eewn..", "--seed", "3"]) == 0
    out = capsys.readouterr().out
    for words in ("You feel a birth.", "You are mother   tick 6 of 20", "ticks     6 of 20, stopped before the end"):
        assert words in out
    assert "carer play nursery --seed 4" in out
    assert "\x1b" not in out


def test_json_is_one_line_and_records_are_written(capsys: pytest.CaptureFixture, tmp_path: Path) -> None:
    for name in ("game.json", "game.gif"):
        path = tmp_path / "new" / name
        words = ["play", "nursery", *SMALL, "--keys", "." * 30, "--json", "--record", str(path)]
        assert main(words) == 0
        line = json.loads(capsys.readouterr().out)
        assert (line["seat"], line["ticks"], line["over"], line["record"]) == ("mother", 20, True, str(path))
        assert line["events"]["born"] == 1
    assert read(tmp_path / "new" / "game.json").ticks == 20
    with Image.open(tmp_path / "new" / "game.gif") as moving:
        assert moving.format == "GIF"


def test_a_baby_can_be_played(capsys: pytest.CaptureFixture) -> None:
    assert main(["play", "nursery", *SMALL, "--seat", "baby", "--keys", "ccn", "--json"]) == 0
    line = json.loads(capsys.readouterr().out)
    assert line["seat"] == "baby"
    assert line["ticks"] in (4, 5)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--preset", "easy"], "name the world first"),
        (["nursry"], "Did you mean 'nursery'?"),
        (["nursery", *SMALL], "needs a terminal"),
        (["nursery", "--preset", "esy"], "Did you mean 'easy'?"),
        (["nursery", "--keys", "eez"], "key 3 of --keys is 'z'"),
        (["nursery", *SMALL, "--keys", "X"], "key 1 is 'X', which mother cannot do here"),
        (["nursery", *SMALL, "--keys", "e", "--seat", "aunt"], "no seat 'aunt'"),
        (["nursery", *SMALL, "--keys", "e", "--mother", "selfsh"], "Did you mean 'selfish'?"),
        (["nursery", "--keys", "e", "--pits", "1000"], "pits = 1000"),
        (["nursery", "--keys", "e", "--record", "a.mp4"], "End the name in .gif or .json"),
        (["nursery", "--keys", "e", "--record", "/dev/null/a.gif"], "cannot record to /dev/null/a.gif"),
        (["nursery", "--keys", "e", "--cold", "warm"], "warm"),
    ],
)
def test_a_fault_is_said_before_anything_is_played(
    words: list[str], said: str, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert main(["play", *words]) == 2
    assert said in capsys.readouterr().err


def test_every_parameter_is_a_flag(capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    assert main(["play", "nursery", "--preset", "harsh", "--help"]) == 0
    out = capsys.readouterr().out
    for words in ("--foreign", "--brain", "scripted,policy", "--carry-shields", "babies of others", "default: 0.04"):
        assert words in out


def test_without_jax_one_sentence_says_so(capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("carer.worlds")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "jax", None)
    assert main(["play", "nursery", "--keys", "e"]) == 2
    assert "carer[worlds]" in capsys.readouterr().err


class Terminal:
    """The far end of a pseudo-terminal with a program on it."""

    def __init__(self, words: list[str]) -> None:
        self.end, self.near = pty.openpty()
        termios.tcsetwinsize(self.near, (24, 80))
        self.before = termios.tcgetattr(self.near)
        # A program started by one that ignores Ctrl-C (a background job) would ignore it as well.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        # A size that the environment names would stand against the window's own.
        inherited = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
        environ = {**inherited, "TERM": "xterm-256color", "JAX_PLATFORMS": "cpu"}
        self.program = subprocess.Popen(
            words, stdin=self.near, stdout=self.near, stderr=self.near, env=environ, start_new_session=True
        )
        self.seen = ""

    def wait_for(self, words: str, seconds: float = 120) -> None:
        end = time.monotonic() + seconds
        while words not in self.seen:
            ready = select.select([self.end], [], [], 0.2)[0]
            if ready:
                self.seen += os.read(self.end, 65536).decode("utf-8", "replace")
            assert time.monotonic() < end, f"{words!r} was not seen in {self.seen[-2000:]!r}"

    def press(self, keys: bytes) -> None:
        os.write(self.end, keys)

    def ended(self) -> int:
        while self.program.poll() is None:
            if select.select([self.end], [], [], 0.1)[0]:
                self.seen += os.read(self.end, 65536).decode("utf-8", "replace")
        return self.program.returncode


@contextmanager
def terminal(words: list[str]) -> Iterator[Terminal]:
    one = Terminal(words)
    try:
        yield one
    finally:
        if one.program.poll() is None:
            one.program.kill()
            one.program.wait()
        os.close(one.end)
        os.close(one.near)


def test_a_person_plays_on_a_real_terminal(tmp_path: Path) -> None:
    record = tmp_path / "game.json"
    words = [sys.executable, "-m", "carer.cli", "play", "nursery", *SMALL, "--record", str(record)]
    with terminal(words) as one:
        one.wait_for("tick 0 of 20")
        assert "\x1b[?1049h" in one.seen
        # Arrows, a key that does nothing, a lone escape key, one that this seat does not have.
        one.press(b"\x1b[C\x1bOC\x1b[3~zX.")
        one.wait_for("tick 3 of 20")
        assert not termios.tcgetattr(one.near)[3] & (termios.ICANON | termios.ECHO)
        termios.tcsetwinsize(one.near, (10, 40))
        one.program.send_signal(signal.SIGWINCH)
        one.wait_for("This window is 40 x 10")
        one.press(b"q")
        assert one.ended() == 0
        assert one.seen.index("\x1b[?1049l") > one.seen.index("\x1b[?1049h")
        assert "3 of 20, stopped before the end" in one.seen
        assert termios.tcgetattr(one.near) == one.before
    assert read(record).actions[:, 0].tolist() == [4, 4, 0]


@pytest.mark.parametrize(("end", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_game_that_is_stopped_is_recorded(end: signal.Signals, code: int, tmp_path: Path) -> None:
    record = tmp_path / "game.json"
    with terminal([sys.executable, "-m", "carer.cli", "play", "nursery", *SMALL, "--record", str(record)]) as one:
        one.wait_for("tick 0 of 20")
        one.press(b"\x1b[C")
        one.wait_for("tick 1 of 20")
        one.program.send_signal(end)
        assert one.ended() == code
        assert termios.tcgetattr(one.near) == one.before
    assert read(record).actions[:, 0].tolist() == [4]


KEYBOARD = """
import sys
from carer.worlds.playing.terminal import Keyboard
with Keyboard(resized=lambda: None) as keyboard:
    print("ready", flush=True)
    while (key := keyboard.read()) != "!":
        print(repr(key), flush=True)
    raise RuntimeError("a fault in the game")
"""


@pytest.mark.parametrize(
    ("end", "code"),
    [(None, 1), (signal.SIGINT, -signal.SIGINT), (signal.SIGTERM, 143), (signal.SIGHUP, 129)],
)
def test_the_terminal_is_as_it_was_after_every_end(end: signal.Signals | None, code: int) -> None:
    with terminal([sys.executable, "-c", KEYBOARD]) as one:
        one.wait_for("ready")
        one.press(b"\x1b[Ag\x1b")
        for key in ("'up'", "'g'", "''"):
            one.wait_for(key)
        assert termios.tcgetattr(one.near) != one.before
        if end is None:
            one.press(b"!")
        else:
            one.program.send_signal(end)
        assert one.ended() == code
        assert termios.tcgetattr(one.near) == one.before
