"""How fast the learner learns, and where its time goes.

Run it with::

    .venv/bin/python benchmarks/training_speed.py --world nursery --width 128

Prints steps a second end to end, the share of time of stepping the world, of acting and of learning, the rate of
floating-point operations beside that of bare matrix products of the network's own shapes (measured in the same
process, in turns, so that other work on the machine hits all of them alike), ten learners stacked against one, and
memory. Every rate is given twice: by the clock, and by the processor time spent, which a busy machine distorts less.
Operations are counted as the mathematics needs them: one forward pass to act, and for each epoch one forward
and two backward; what is computed twice to save memory is not counted twice.
"""

import argparse
import json
import os
import resource
import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from carer.agents import NOT_LEARNED, LearnerState, PPOConfig, Task, init, update
from carer.agents.acting import look
from carer.agents.rollout import rollout
from carer.agents.stacking import side_by_side
from carer.agents.state import feature_shapes
from carer.worlds import World, make

Seconds = tuple[float, float]
"""By the clock, and of processor time."""


def main() -> None:
    options = parse()
    params = json.loads(options.params)
    world = make(options.world, **params)
    seats = len(world.seats)
    roles = (0,) * seats if options.all_seats else (0, *[NOT_LEARNED] * (seats - 1))
    task = Task(world, roles)
    config = PPOConfig(
        envs=options.envs, steps=options.steps, minibatches=options.minibatches, width=options.width, pool=options.pool
    )
    learned = sum(role != NOT_LEARNED for role in roles)
    print(
        f"{options.world} {params or ''}, {learned} of {seats} seats learn, {config.envs} envs x {config.steps} steps,"
    )
    print(f"GRU-{config.width}, {config.epochs} epochs x {config.minibatches} minibatches, {os.cpu_count()} CPUs")

    learner = jax.jit(partial(init, config, task))(jax.random.key(0))
    began = time.perf_counter()
    program = jax.jit(partial(update, config, task)).lower(learner).compile()
    print(f"compiled in {time.perf_counter() - began:.1f} s; {_megabytes(program)}")

    agents = learned * config.envs
    works: dict[str, Callable[[], Any]] = {
        "update": lambda: program(learner),
        "rollout": partial(jax.jit(partial(rollout, config, task)), learner),
        "world": partial(jax.jit(partial(stepping, config, task)), learner),
        "bare": bare(config, world, agents // config.minibatches),
    }
    report(measured(works, options.rounds), config, world, agents)
    if options.seeds > 1:
        stacked(config, task, learner, options.seeds, agents, options.rounds)
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:12,.0f} MB at the most, of the whole process")


def report(seconds: dict[str, Seconds], config: PPOConfig, world: World[Any], agents: int) -> None:
    """Rates and shares, by the clock and by processor time."""
    forward = flops(config, world) * agents * config.steps
    for at, kind in enumerate(("by the clock", "by processor time")):
        whole, acting, stepped, product = (seconds[name][at] for name in ("update", "rollout", "world", "bare"))
        done = forward * (1 + 3 * config.epochs)
        rate, bare_rate = done / whole, flops(config, world) * (agents // config.minibatches) / product
        learning, forwards = whole - acting, acting - stepped
        print(f"{kind}: {whole:.3f} s an update")
        print(f"{agents * config.steps / whole:14,.0f} agent-steps/s end to end")
        print(f"{stepped / whole:14.1%} stepping the world ({agents * config.steps / stepped:,.0f} agent-steps/s)")
        print(f"{forwards / whole:14.1%} acting ({forward / forwards / 1e9:.0f} GFLOP/s)")
        print(f"{learning / whole:14.1%} learning ({3 * config.epochs * forward / learning / 1e9:.0f} GFLOP/s)")
        print(f"{rate / 1e9:14.0f} GFLOP/s end to end, {bare_rate / 1e9:.0f} bare: {rate / bare_rate:.0%}")


def stacked(config: PPOConfig, task: Task, one: LearnerState, seeds: int, agents: int, rounds: int) -> None:
    """Many learners, in one program and in a thread for each core."""
    many = jax.jit(jax.vmap(partial(init, config, task)))(jax.random.split(jax.random.key(1), seeds))
    works = {
        "one": partial(jax.jit(partial(update, config, task)), one),
        "vmap": partial(jax.jit(jax.vmap(partial(update, config, task))), many),
        "threads": partial(side_by_side(partial(update, config, task), many), many),
    }
    seconds = measured(works, max(2, rounds // 4))
    for at, kind in enumerate(("by the clock", "by processor time")):
        for name in ("vmap", "threads"):
            speed = seeds * agents * config.steps / seconds[name][at]
            share = seeds * seconds["one"][at] / seconds[name][at]
            print(f"{seeds} learners by {name}, {kind}: {speed:,.0f} agent-steps/s, {share:.2f} of one alone")


def stepping(config: PPOConfig, task: Task, learner: LearnerState) -> Array:
    """The world alone as a rollout drives it: random actions, the learned seats' views, renewal of what ended."""
    world, seats = task.world, task.seats[0]
    agents = len(world.seats)

    def tick(carry: tuple[Any, Array], at: Array) -> tuple[tuple[Any, Array], None]:
        state, seen = carry
        bits = jax.random.bits(jax.random.fold_in(learner.key, at), (agents, config.envs))
        after = world.advance(learner.key, state, (bits % len(world.actions)).astype(jnp.int32))
        state = world.renew(learner.key, after.state, after.terminated | after.truncated)
        view = look(world, state, seats)
        return (state, seen + view.astype(jnp.float32).sum() + after.reward.sum()), None

    return jax.lax.scan(tick, (learner.world, jnp.float32(0)), jnp.arange(config.steps))[0][1]


def shapes(config: PPOConfig, world: World[Any]) -> list[tuple[int, int]]:
    """[out, in] of every matrix product of one forward pass."""
    features, width = feature_shapes(world), config.width
    count, parts = features.tokens.shape[:2]
    tokens = [(width, parts)] * count
    gates = [(3 * width, width)] * 2
    return [(width, features.flat.shape[0]), *tokens, *gates, (len(world.actions), width), (1, width)]


def flops(config: PPOConfig, world: World[Any]) -> int:
    """Floating-point operations of one forward pass of one agent, matrix products only."""
    return sum(2 * out * into for out, into in shapes(config, world))


def bare(config: PPOConfig, world: World[Any], agents: int) -> Callable[[], Any]:
    """The products of one forward pass, each alone, with nothing between them."""
    key = jax.random.key(2)
    pairs = [
        (jax.random.normal(key, (out, into)), jax.random.normal(key, (into, agents)))
        for out, into in shapes(config, world)
    ]
    return partial(jax.jit(lambda pairs: [weight @ x for weight, x in pairs]), pairs)


def measured(works: dict[str, Callable[[], Any]], rounds: int) -> dict[str, Seconds]:
    """Median seconds of each work, done in turns."""
    taken: dict[str, list[Seconds]] = {name: [] for name in works}
    for turn in range(rounds + 1):
        for name, work in works.items():
            repeats = 20 if name == "bare" else 1
            began, spent = time.perf_counter(), time.process_time()
            for _ in range(repeats):
                jax.block_until_ready(work())
            if turn:  # the first compiles
                now = time.perf_counter() - began, time.process_time() - spent
                taken[name].append((now[0] / repeats, now[1] / repeats))
    return {
        name: (statistics.median(wall for wall, _ in rows), statistics.median(cpu for _, cpu in rows))
        for name, rows in taken.items()
    }


def _megabytes(program: Any) -> str:
    memory = program.memory_analysis()
    return (
        f"{memory.argument_size_in_bytes / 2**20:.0f} MB of state, {memory.temp_size_in_bytes / 2**20:.0f} MB beside it"
    )


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--world", default="nursery")
    parser.add_argument("--params", default="{}", help='JSON, such as {"foreign": 3}')
    parser.add_argument("--all-seats", action="store_true", help="every seat learns, not the first alone")
    parser.add_argument("--width", type=int, default=128)
    parser.add_argument("--envs", type=int, default=2048)
    parser.add_argument("--steps", type=int, default=64)
    parser.add_argument("--minibatches", type=int, default=4)
    parser.add_argument("--pool", choices=("max", "sum"), default="max")
    parser.add_argument("--seeds", type=int, default=1, help="measure that many learners in one program as well")
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args()


if __name__ == "__main__":
    main()
