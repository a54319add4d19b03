"""What a decision by tree search costs: `carer.agents.planning.searched` beside bare mctx.

    uv run --extra all python benchmarks/search_cost.py

Bare mctx is `mctx.gumbel_muzero_policy` with a recurrent function written out for this one network, batch first as mctx
has it, on the same weights, states, depth and key; both must choose the same actions. Rounds of both take turns in one
process, so that a busy machine slows both, and which goes first changes from round to round. One line of JSON for each
number of simulations: medians over the rounds, each round's ratio with the bootstrap's 95 % interval of its median, by
the clock and by the processor time spent, which a busy machine distorts less.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import mctx
import numpy as np
from jax import Array

from carer.agents import RecurrentPolicy
from carer.agents.networks import Linear
from carer.agents.planning import Deliberation, Mind, WorldModel, searched
from carer.agents.returns import Normaliser
from carer.agents.state import feature_shapes
from carer.stats import stratified_bootstrap
from carer.worlds.motives.button import make

Search = Callable[[], Any]
GAMMA, DEPTH, MODEL_WIDTH = 0.98, 8, 64


class Pair(NamedTuple):
    """Seconds of a stint, by the clock and of processor time."""

    wall: float
    busy: float


def main() -> None:
    options = parse()
    mind, hidden, seen = problem(options.width, options.batch)
    for simulations in options.simulations:
        ours, theirs = through_carer(mind, hidden, seen, simulations), bare(mind, hidden, seen, simulations)
        if not np.array_equal(ours(), theirs()):
            raise SystemExit(f"with {simulations} simulations the two searches choose different actions")
        rounds = measured(ours, theirs, options.rounds, options.seconds)
        told(simulations, options, rounds)


def problem(width: int, batch: int) -> tuple[Mind, Array, Array]:
    """A fresh mind of the reward-button room whose every layer matters, and states to search from."""
    room = make()
    features = feature_shapes(room)
    key = jax.random.key(0)
    size, actions = features.flat.shape[0], len(room.actions)
    policy = RecurrentPolicy.create(key, features, actions, width)
    model = WorldModel.create(key, size, actions, width, MODEL_WIDTH)
    mind: Any = Mind(policy, model, Normaliser.create(), features)
    noise = iter(jax.random.split(jax.random.key(1), 100))
    mind = jax.tree.map(
        lambda leaf: leaf + 0.3 * jax.random.normal(next(noise), leaf.shape), mind._replace(features=())
    )
    seen = jax.random.uniform(jax.random.key(2), (size, batch), minval=-1.0)
    return mind._replace(features=features), jnp.zeros((width, batch)), seen


def through_carer(mind: Mind, hidden: Array, seen: Array, simulations: int) -> Search:
    """The search as carer's agents do it."""
    how = Deliberation(depth=DEPTH, gamma=GAMMA)

    @jax.jit
    def decide(mind: Any, hidden: Array, seen: Array) -> Any:
        whole = mind._replace(features=shapes)
        return searched(whole, how, hidden, seen, jax.random.key(3), simulations=simulations).action

    shapes = mind.features
    return partial(decide, mind._replace(features=()), hidden, seen)


def bare(mind: Mind, hidden: Array, seen: Array, simulations: int) -> Search:
    """The same search with mctx alone."""
    policy, model, normaliser = mind.policy, mind.model, mind.normaliser
    weights = {
        "flat": laid(policy.flat),
        "gates": laid(policy.gru.inputs),
        "recurrent": policy.gru.recurrent.T,
        "bias": policy.gru.bias[:, 0],
        "heads": joined(policy.actor, policy.critic),
        "first": laid(model.first),
        "second": laid(model.second),
        "expected": joined(model.change, model.paid, model.going),
        "real": (normaliser.mean, normaliser.deviation),
    }

    def affine(x: Array, layer: tuple[Array, Array]) -> Array:
        return x @ layer[0] + layer[1]

    def judged(weights: Any, hidden: Array) -> tuple[Array, Array]:
        found = affine(hidden, weights["heads"])
        mean, deviation = weights["real"]
        return found[:, :-1], mean + deviation * found[:, -1]

    def step(weights: Any, key: Any, action: Any, embedding: Any) -> tuple[Any, Any]:
        del key
        hidden, seen = embedding
        done = jax.nn.one_hot(action, weights["heads"][1].size - 1)
        x = jax.nn.relu(affine(jnp.concatenate([hidden, seen, done], axis=1), weights["first"]))
        found = affine(jax.nn.relu(affine(x, weights["second"])), weights["expected"])
        seen = seen + found[:, :-2]
        given = affine(jax.nn.relu(affine(seen, weights["flat"])), weights["gates"])
        (r, u, c), (r_kept, u_kept, c_kept) = (jnp.split(x, 3, axis=1) for x in (given, hidden @ weights["recurrent"]))
        candidate = jnp.tanh(c + jax.nn.sigmoid(r + r_kept) * (c_kept + weights["bias"]))
        hidden = candidate + jax.nn.sigmoid(u + u_kept) * (hidden - candidate)
        logits, value = judged(weights, hidden)
        expected: Any = mctx.RecurrentFnOutput(
            reward=found[:, -2],  # pyright: ignore[reportCallIssue]
            discount=GAMMA * jax.nn.sigmoid(found[:, -1]),  # pyright: ignore[reportCallIssue]
            prior_logits=logits,  # pyright: ignore[reportCallIssue]
            value=value,  # pyright: ignore[reportCallIssue]
        )
        return expected, (hidden, seen)

    @jax.jit
    def decide(weights: Any, hidden: Array, seen: Array) -> Any:
        logits, value = judged(weights, hidden)
        root: Any = mctx.RootFnOutput(
            prior_logits=logits,  # pyright: ignore[reportCallIssue]
            value=value,  # pyright: ignore[reportCallIssue]
            embedding=(hidden, seen),  # pyright: ignore[reportCallIssue]
        )
        key: Any = jax.random.key(3)
        return mctx.gumbel_muzero_policy(weights, key, root, step, simulations, max_depth=DEPTH).action

    return partial(decide, weights, hidden.T, seen.T)


def laid(layer: Linear) -> tuple[Array, Array]:
    """A layer's weights for inputs that are rows."""
    return layer.weight.T, layer.bias[:, 0]


def joined(*layers: Linear) -> tuple[Array, Array]:
    """Several layers on the same inputs as one product."""
    weights, biases = zip(*map(laid, layers), strict=True)
    return jnp.concatenate(weights, axis=1), jnp.concatenate(biases)


def measured(ours: Search, theirs: Search, rounds: int, seconds: float) -> list[tuple[Pair, Pair]]:
    """Seconds of a search here and there, in turns, each repeated for about so long."""
    jax.block_until_ready((ours(), theirs()))
    began = time.perf_counter()
    jax.block_until_ready(theirs())
    repeats = max(1, round(seconds / (time.perf_counter() - began)))

    def stint(search: Search) -> Pair:
        start, busy = time.perf_counter(), time.process_time()
        for _ in range(repeats):
            jax.block_until_ready(search())
        return Pair((time.perf_counter() - start) / repeats, (time.process_time() - busy) / repeats)

    found = []
    for turn in range(rounds):
        if turn % 2:
            there = stint(theirs)
            found.append((stint(ours), there))
        else:
            here = stint(ours)
            found.append((here, stint(theirs)))
    return found


def told(simulations: int, options: argparse.Namespace, rounds: list[tuple[Pair, Pair]]) -> None:
    """The line of one number of simulations."""
    line: dict[str, Any] = {
        "simulations": simulations,
        "batch": options.batch,
        "width": options.width,
        "depth": DEPTH,
        "carer_us_per_decision": per_decision([here.wall for here, _ in rounds], options.batch),
        "mctx_us_per_decision": per_decision([there.wall for _, there in rounds], options.batch),
    }
    for kind in ("wall", "busy"):
        ratios = [getattr(here, kind) / getattr(there, kind) for here, there in rounds]
        found = stratified_bootstrap(np.array([ratios]), lambda table: float(np.median(table)))
        line[f"ratio_{kind}"] = [round(x, 3) for x in (found.value, found.low, found.high) if x is not None]
    print(json.dumps(line | {"rounds": len(rounds)}), flush=True)


def per_decision(seconds: list[float], batch: int) -> float:
    """Median microseconds of one state's decision."""
    return round(1e6 * statistics.median(seconds) / batch, 1)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--simulations", type=int, nargs="+", default=[16, 32, 64])
    parser.add_argument("--batch", type=int, default=64, help="states that are searched from at once")
    parser.add_argument("--width", type=int, default=32, help="units of the policy's memory")
    parser.add_argument("--rounds", type=int, default=101)
    parser.add_argument("--seconds", type=float, default=0.1, help="length of a stint")
    return parser.parse_args()


if __name__ == "__main__":
    main()
