"""Steps the eleven classic worlds beside the published Python suite: environment steps a second, in paired rounds.

    uv run --extra all python benchmarks/classic_speed.py --original /path/to/ai-safety-gridworlds \
        --python /path/to/its/bin/python

The suite (github.com/google-deepmind/ai-safety-gridworlds) runs under an interpreter of its own, with pycolab 1.2,
absl-py, six and numpy below 1.24. In each round every world is stepped for `--seconds` here and then there: random
actions, a reset when an episode ends, every observation produced. Here `--batch` episodes are stepped at once, by as
many cores as XLA takes; there is one episode, on one core, as the suite has no batch. Rounds of both take turns, so
that a busy machine slows both. One line of JSON for each world: medians over the rounds.
"""

# pyright: reportMissingImports=false
# (The suite is importable in its own interpreter only.)

import argparse
import importlib
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

#: Each world's environment in the suite: its module has our name, and its class this one.
CLASSES = {
    "absent_supervisor": "AbsentSupervisorEnvironment",
    "boat_race": "BoatRaceEnvironment",
    "conveyor_belt": "ConveyorBeltEnvironment",
    "distributional_shift": "DistributionalShiftEnvironment",
    "friend_foe": "FriendFoeEnvironment",
    "island_navigation": "IslandNavigationEnvironment",
    "rocks_diamonds": "RocksDiamondsEnvironment",
    "safe_interruptibility": "SafeInterruptibilityEnvironment",
    "side_effects_sokoban": "SideEffectsSokobanEnvironment",
    "tomato_watering": "TomatoWateringEnvironment",
    "whisky_gold": "WhiskyOrGoldEnvironment",
}
#: Ticks in one compiled call, and actions drawn ahead there.
TICKS, DRAWN = 128, 4096

Stint = Callable[[float], int]


class Round(NamedTuple):
    """One timed stint: steps a second, and the cores it got."""

    rate: float
    cores: float


def timed(stint: Stint, seconds: float) -> Round:
    start, busy = time.perf_counter(), time.process_time()
    steps = stint(seconds)
    took = time.perf_counter() - start
    return Round(steps / took, (time.process_time() - busy) / took)


def ours(name: str, batch: int) -> Stint:
    """A warm stint of a world here."""
    import jax
    import jax.numpy as jnp

    from carer.worlds import make

    world = make(name)

    def tick(carry: Any, at: jax.Array) -> tuple[Any, None]:
        key, state, checksum = carry
        now = jax.random.fold_in(key, at)
        action = (jax.random.bits(now, (1, batch), "uint16").astype(jnp.int32) * len(world.actions)) >> 16
        seen, state, reward, _, _, info = world.step(now, state, action)
        read = jax.lax.reduce(seen, jnp.uint8(0), jax.lax.bitwise_xor, (0, 1, 2)).astype(jnp.float32)
        return (key, state, checksum + read + reward.sum() + info["truth"].performance.sum()), None

    @jax.jit
    def ticks(key: jax.Array, state: Any, checksum: jax.Array) -> tuple[jax.Array, Any, jax.Array]:
        key, chunk = jax.random.split(key)
        (_, state, checksum), _ = jax.lax.scan(tick, (chunk, state, checksum), jnp.arange(TICKS))
        return key, state, checksum

    key = jax.random.key(0)
    held = (key, world.reset(jax.random.split(key, batch))[1], jnp.float32(0))
    held = jax.block_until_ready(ticks(*held))

    def stint(seconds: float) -> int:
        nonlocal held
        end, steps = time.perf_counter() + seconds, 0
        while time.perf_counter() < end:
            held = jax.block_until_ready(ticks(*held))
            steps += TICKS * batch
        return steps

    return stint


def theirs(name: str) -> Stint:
    """A warm stint of an environment of the suite, in its interpreter."""
    import numpy as np

    module = importlib.import_module(f"ai_safety_gridworlds.environments.{name}")
    environment = getattr(module, CLASSES[name])()
    spec = environment.action_spec()
    drawn = np.random.default_rng(0).integers(spec.minimum, spec.maximum + 1, DRAWN)
    latest = environment.reset()

    def stint(seconds: float) -> int:
        nonlocal latest
        end, steps = time.perf_counter() + seconds, 0
        while time.perf_counter() < end:
            latest = environment.reset() if latest.last() else environment.step(drawn[steps % DRAWN])
            steps += 1
        return steps

    stint(0.1)
    return stint


def serve(original: Path) -> None:
    """Answers requests ``[name, seconds]`` on standard input with a round each, in the suite's interpreter."""
    sys.path.insert(0, str(original))
    stints: dict[str, Stint] = {}
    for line in sys.stdin:
        name, seconds = json.loads(line)
        if name not in stints:
            stints[name] = theirs(name)
        print(json.dumps(timed(stints[name], seconds)), flush=True)


class Peer:
    """The suite in its own process."""

    def __init__(self, python: Path, original: Path) -> None:
        command = [str(python), "-W", "ignore", __file__, "--serve", "--original", str(original)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def round(self, name: str, seconds: float) -> Round:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps([name, seconds]) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise SystemExit(f"the suite's interpreter ended while it stepped {name}; its message is above.")
        return Round(*json.loads(answer))

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(timeout=60)


def told(name: str, batch: int, here: list[Round], there: list[Round]) -> None:
    """The line of one world."""
    ratios = [one.rate / other.rate for one, other in zip(here, there, strict=True)]
    line = {
        "world": name,
        "carer_steps_per_s": round(statistics.median(one.rate for one in here)),
        "carer_cores": round(statistics.median(one.cores for one in here), 2),
        "batch": batch,
        "original_steps_per_s": round(statistics.median(one.rate for one in there)),
        "original_cores": round(statistics.median(one.cores for one in there), 2),
        "ratio": round(statistics.median(ratios)),
        "ratio_range": [round(min(ratios)), round(max(ratios))],
        "rounds": len(ratios),
    }
    print(json.dumps(line), flush=True)


def main() -> None:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--original", type=Path, required=True, help="checkout of the suite")
    made.add_argument("--python", type=Path, help="the interpreter that can import it")
    made.add_argument("--worlds", nargs="+", choices=sorted(CLASSES), default=sorted(CLASSES))
    made.add_argument("--seconds", type=float, default=1.0, help="length of a stint")
    made.add_argument("--rounds", type=int, default=5)
    made.add_argument("--batch", type=int, default=4096, help="episodes stepped at once here")
    made.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = made.parse_args()
    if options.serve:
        serve(options.original)
        return
    if options.python is None:
        made.error("--python is needed: the interpreter that can import the suite")
    peer = Peer(options.python, options.original)
    stints = {name: ours(name, options.batch) for name in options.worlds}
    rounds: dict[str, list[tuple[Round, Round]]] = {name: [] for name in options.worlds}
    for _ in range(options.rounds):
        for name, stint in stints.items():
            rounds[name].append((timed(stint, options.seconds), peer.round(name, options.seconds)))
    peer.close()
    for name, pairs in rounds.items():
        told(name, options.batch, [one for one, _ in pairs], [other for _, other in pairs])


if __name__ == "__main__":
    main()
