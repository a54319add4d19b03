"""How every peer is timed: rounds of fixed length, one JSON line at the end.

Only the standard library is used, for each peer runs under an interpreter of its own.
"""

import argparse
import json
import multiprocessing
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

#: Steps for about so many seconds; returns the agent-steps done and a checksum of all observations seen.
Stint = Callable[[float], tuple[int, int]]
#: From a batch (episodes in one process) and a seed, a stint that is warm: built, compiled and stepped once.
Build = Callable[[int, int], Stint]

#: Seconds that one candidate batch is tried for when no batch is given.
TRIAL = 0.5


@dataclass(frozen=True)
class Round:
    """One timed round: agent-steps a second, and the cores it got: on a shared machine fewer than it could use."""

    rate: float
    cores: float


@dataclass(frozen=True)
class Measured:
    """The timed rounds at the batch that was chosen."""

    rounds: list[Round]
    batch: int


def parser(description: str | None, batches: Sequence[int], processes: int) -> argparse.ArgumentParser:
    """The options that all runners share."""
    made = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--seconds", type=float, default=2.0, help="length of a timed round")
    made.add_argument("--rounds", type=int, default=5)
    made.add_argument(
        "--batch", type=int, nargs="+", default=list(batches), help="episodes a process; of several the best"
    )
    made.add_argument("--processes", type=int, default=processes)
    return made


def measure(build: Build, options: argparse.Namespace) -> Measured:
    """Times `build`'s stints in all rounds, at the fastest of the batches asked for."""
    batch: int = options.batch[0]
    if len(options.batch) > 1:

        def trial(one: int) -> float:
            return max(each.rate for each in timed(build, one, options.processes, TRIAL, 2))

        batch = max(options.batch, key=trial)
    return Measured(timed(build, batch, options.processes, options.seconds, options.rounds), batch)


def timed(build: Build, batch: int, processes: int, seconds: float, rounds: int) -> list[Round]:
    """All rounds, summed over processes that run side by side."""
    if processes == 1:
        stint = build(batch, 0)
        return [one_round(stint, seconds) for _ in range(rounds)]
    # Spawned, not forked: engines that hold threads do not survive a fork.
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(processes)
    queue = context.SimpleQueue()
    workers = [
        context.Process(target=work, args=(build, batch, seed, seconds, rounds, barrier, queue), daemon=True)
        for seed in range(processes)
    ]
    for one in workers:
        one.start()
    answers = [queue.get() for _ in workers]
    for one in workers:
        one.join()
    failed = [one for one in answers if isinstance(one, str)]
    if failed:
        raise SystemExit(failed[0])
    together = zip(*answers, strict=True)
    return [Round(sum(one.rate for one in each), sum(one.cores for one in each)) for each in together]


def work(build: Build, batch: int, seed: int, seconds: float, rounds: int, barrier: Any, queue: Any) -> None:
    """One process's part: its own rounds, or the text of what went wrong."""
    try:
        stint = build(batch, seed)
        done = []
        for _ in range(rounds):
            barrier.wait(timeout=300)
            done.append(one_round(stint, seconds))
        queue.put(done)
    except Exception as error:
        barrier.abort()
        queue.put(f"{type(error).__name__}: {error}")


def one_round(stint: Stint, seconds: float) -> Round:
    start, busy = time.perf_counter(), time.process_time()
    steps, _ = stint(seconds)
    took = time.perf_counter() - start
    return Round(steps / took, (time.process_time() - busy) / took)


def report(peer: str, agents: int, measured: Measured, note: str) -> None:
    """The one line that a runner prints on its standard output."""
    rates = [one.rate for one in measured.rounds]
    cores = statistics.median(one.cores for one in measured.rounds)
    line = {
        "peer": peer,
        "agents": agents,
        "agent_steps_per_s": round(statistics.median(rates)),
        "min": round(min(rates)),
        "max": round(max(rates)),
        "batch": measured.batch,
        "cores": round(cores, 2),
        "note": note,
    }
    print(json.dumps(line), flush=True)
