"""Times a peer's recurrent PPO end to end: acting, advantages and learning, compilation excluded.

    .../python benchmarks/peers/recurrent_ppo.py --source .../IPPO/ippo_rnn_mpe.py --env MPE_simple_spread_v3
    .../python benchmarks/peers/recurrent_ppo.py --source .../purejaxrl/ppo_rnn.py --env CartPole-v1

`--source` is the peer's script; its `make_train` is imported and called, nothing of it is copied. JaxMARL's `ippo_rnn*`
and PureJaxRL's `ppo_rnn` are understood; what a script wants beside the options is given by `--set NAME=JSON`.
"""

# pyright: reportMissingImports=false
# (A peer is importable in its own interpreter only.)

import argparse
import contextlib
import importlib
import importlib.util
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from rounds import Measured, Round, report

os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ.setdefault("WANDB_SILENT", "true")

#: A round is one call of the compiled training, network and episodes made anew; this many updates drown that.
UPDATES = 4


def parse() -> argparse.Namespace:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--source", type=Path, required=True, help="the peer's training script")
    made.add_argument("--env", required=True, help="an environment by the peer's name for it")
    made.add_argument("--width", type=int, default=128, help="units of the GRU and of every dense layer")
    made.add_argument("--envs", type=int, default=512)
    made.add_argument("--steps", type=int, default=64, help="length of a rollout")
    made.add_argument("--epochs", type=int, default=2)
    made.add_argument("--minibatches", type=int, default=4)
    made.add_argument("--seconds", type=float, default=2.0, help="a round repeats its call until these are over")
    made.add_argument("--rounds", type=int, default=5)
    made.add_argument("--updates", type=int, default=UPDATES, help="updates in one call")
    made.add_argument("--set", action="append", default=[], metavar="NAME=JSON", help="a further setting of the script")
    return made.parse_args()


def settings(options: argparse.Namespace) -> dict[str, Any]:
    """One dictionary for all scripts: each reads the names it knows."""
    made: dict[str, Any] = {
        "ENV_NAME": options.env,
        "ENV_KWARGS": {},
        "NUM_ENVS": options.envs,
        "NUM_STEPS": options.steps,
        "TOTAL_TIMESTEPS": options.envs * options.steps * options.updates,
        "UPDATE_EPOCHS": options.epochs,
        "NUM_MINIBATCHES": options.minibatches,
        # One width, under the names that the scripts have for it (WIDTH: a repaired PureJaxRL, see the README).
        **dict.fromkeys(("WIDTH", "FC_DIM_SIZE", "GRU_HIDDEN_DIM", "HIDDEN_SIZE"), options.width),
        "LR": 5e-4,
        "ANNEAL_LR": True,
        "GAMMA": 0.99,
        "GAE_LAMBDA": 0.95,
        "CLIP_EPS": 0.2,
        "SCALE_CLIP_EPS": False,
        "ENT_COEF": 0.01,
        "VF_COEF": 0.5,
        "MAX_GRAD_NORM": 0.5,
        "ACTIVATION": "relu",
        "SEED": 0,
        "DEBUG": False,
        # Evaluation and logging are no part of the figure.
        "TEST_DURING_TRAINING": False,
        "NUM_TEST_ENVS": 1,
        "WANDB_MODE": "disabled",
    }
    for one in options.set:
        name, _, value = one.partition("=")
        made[name] = json.loads(value)
    return made


def imported(source: Path) -> ModuleType:
    """The script as a module, with its own folder to import from, and no word on standard output."""
    sys.path.insert(0, str(source.resolve().parent))
    spec = importlib.util.spec_from_file_location(f"peer_{source.stem}", source)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{source} is no Python script")
    module = importlib.util.module_from_spec(spec)
    sys.modules[module.__name__] = module
    spec.loader.exec_module(module)
    if hasattr(module, "wandb"):
        # Scripts that log from inside the training call need a run to log to: one that goes nowhere.
        importlib.import_module("wandb").init(mode="disabled")
    return module


def prepared(options: argparse.Namespace) -> tuple[Callable[[int], Any], int, float]:
    """The compiled training from a seed, the number of agents, and the seconds that compilation took."""
    import jax

    config = settings(options)
    with contextlib.redirect_stdout(sys.stderr):
        train = imported(options.source).make_train(config)
        start = time.perf_counter()
        compiled = jax.jit(train).lower(jax.random.PRNGKey(0)).compile()
    took = time.perf_counter() - start

    def run(seed: int) -> Any:
        with contextlib.redirect_stdout(sys.stderr):
            return jax.block_until_ready(compiled(jax.random.PRNGKey(seed)))

    # JaxMARL's scripts write down how many actors there are; a script that does not has one an episode.
    return run, config.get("NUM_ACTORS", options.envs) // options.envs, took


def main() -> None:
    options = parse()
    run, agents, took = prepared(options)
    run(0)
    a_call = agents * options.envs * options.steps * options.updates
    rounds = []
    for number in range(options.rounds):
        start, busy, calls = time.perf_counter(), time.process_time(), 0
        while time.perf_counter() < start + options.seconds:
            run(number * 1000 + calls)
            calls += 1
        spent = time.perf_counter() - start
        rounds.append(Round(calls * a_call / spent, (time.process_time() - busy) / spent))
    note = (
        f"learning included; width {options.width}, {options.steps} steps, {options.epochs} epochs, "
        f"{options.minibatches} minibatches, {options.updates} updates a call; compiled in {took:.1f} s"
    )
    report(f"{options.source.stem} {options.env}", agents, Measured(rounds, options.envs), note)


if __name__ == "__main__":
    main()
