import os
import signal
import threading
from io import StringIO

import pytest
from rich.console import Console

from carer.runs import Preemption, Progress


def test_sigterm_becomes_a_flag_and_the_old_handler_comes_back() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with Preemption() as preemption:
        assert not preemption.requested
        assert preemption.exit_code == 0
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGTERM)
        assert preemption.requested
    assert preemption.exit_code == 143
    assert signal.getsignal(signal.SIGTERM) is before


def test_the_first_ctrl_c_asks_and_the_second_interrupts() -> None:
    with Preemption() as preemption:
        os.kill(os.getpid(), signal.SIGINT)
        assert preemption.requested
        assert preemption.exit_code == 130
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)


def test_outside_the_main_thread_a_request_still_works() -> None:
    seen = []

    def work() -> None:
        with Preemption() as preemption:
            preemption.request()
            seen.append(preemption.requested)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [True]


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_off_a_terminal_a_line_comes_every_ten_seconds_with_the_time_left() -> None:
    screen, clock = StringIO(), Clock()
    with Progress(100, "kindness", console=Console(file=screen, width=40), clock=clock) as progress:
        for _ in range(100):
            clock.now += 1.0
            progress.advance(note="gain 0.5")
    lines = screen.getvalue().splitlines()
    assert lines[0] == "kindness: 10/100, 0:10 elapsed, 1:30 left, gain 0.5"
    assert lines[-1] == "kindness: 100/100, 1:40 elapsed, gain 0.5"
    assert len(lines) == 11


def test_a_resumed_part_counts_its_own_pace() -> None:
    clock = Clock()
    progress = Progress(100, "x", console=Console(file=StringIO()), clock=clock, done=50)
    with progress:
        assert progress.seconds_left() is None
        clock.now = 10.0
        progress.update(60)
        assert progress.seconds_left() == pytest.approx(40.0)


def test_hours_are_shown_as_hours() -> None:
    screen, clock = StringIO(), Clock()
    with Progress(2, "x", console=Console(file=screen, width=80), clock=clock) as progress:
        clock.now = 3725.0
        progress.advance()
    assert "1:02:05 elapsed, 1:02:05 left" in screen.getvalue()


def test_on_a_terminal_there_is_a_bar() -> None:
    screen = StringIO()
    console = Console(file=screen, force_terminal=True, width=100)
    with Progress(2, "walk [red]", console=console, clock=Clock()) as progress:
        progress.advance(note="\x1b[2Jnote")
        progress.advance()
    assert "walk [red]" in screen.getvalue()
    assert "2/2" in screen.getvalue()
    assert "\x1b[2J" not in screen.getvalue()
