"""Steps the nursery: random actions for every seat, auto-reset, every observation produced and read.

    uv run --extra all python benchmarks/nursery_stepping.py                      # standard, four agents
    uv run --extra all python benchmarks/nursery_stepping.py --processes 2 --set size=17 view=7
    uv run --extra all python benchmarks/nursery_stepping.py --curves             # against agents, grid and view

One line of JSON, as the peers' runners print it; see `benchmarks/peers/README.md`.
"""

import argparse
import json
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent / "peers"))

from rounds import Stint, measure, parser, report  # pyright: ignore[reportMissingImports]

#: Ticks in one compiled call.
TICKS = 128
CURVES = {"foreign": (0, 2, 6, 14), "size": (9, 13, 17, 25, 33), "view": (5, 7, 9, 11, 13)}


def build(params: dict[str, Any], batch: int, seed: int) -> Stint:
    import jax
    import jax.numpy as jnp

    from carer.worlds import make

    world = make("nursery", **{"brain": "policy", **params})
    agents, actions = len(world.seats), len(world.actions)

    def tick(carry: Any, at: jax.Array) -> tuple[Any, None]:
        key, state, checksum = carry
        now = jax.random.fold_in(key, at)
        action = (jax.random.bits(now, (agents, batch), "uint16").astype(jnp.int32) * actions) >> 16
        seen, state, reward, *_ = world.step(now, state, action)
        read = jax.lax.reduce(seen, jnp.uint32(0), jax.lax.bitwise_xor, (0, 1, 2))
        return (key, state, checksum ^ read ^ reward.sum().astype(jnp.uint32)), None

    @partial(jax.jit, donate_argnums=1)
    def ticks(key: jax.Array, state: Any, checksum: jax.Array) -> tuple[jax.Array, Any, jax.Array]:
        key, chunk = jax.random.split(key)
        (_, state, checksum), _ = jax.lax.scan(tick, (chunk, state, checksum), jnp.arange(TICKS))
        return key, state, checksum

    key = jax.random.key(seed)
    held = (key, world.reset(jax.random.split(key, batch))[1], jnp.uint32(0))
    held = jax.block_until_ready(ticks(*held))

    def stint(seconds: float) -> tuple[int, int]:
        nonlocal held
        end, steps = time.perf_counter() + seconds, 0
        while time.perf_counter() < end:
            held = jax.block_until_ready(ticks(*held))
            steps += TICKS * agents * batch
        return steps, int(held[2])

    return stint


def main() -> None:
    made = parser(__doc__, (512, 1024, 2048, 4096), 1)
    made.add_argument("--set", nargs="*", default=[], metavar="NAME=VALUE", help="parameters of the nursery")
    made.add_argument("--curves", action="store_true", help="a line for each number of agents, grid and view")
    options = made.parse_args()
    params = {name: json.loads(value) for name, value in (one.split("=", 1) for one in options.set)}
    if not options.curves:
        told(params, options)
        return
    for name, values in CURVES.items():
        for value in values:
            told({**params, name: value}, options)


def told(params: dict[str, Any], options: argparse.Namespace) -> None:
    agents = 2 + params.get("foreign", 2) + params.get("other_species", 0)
    note = ", ".join(f"{name}={value}" for name, value in params.items()) or "standard"
    report("carer nursery", agents, measure(partial(build, params), options), note)


if __name__ == "__main__":
    main()
