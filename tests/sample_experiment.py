"""A small real experiment for the tests of runs and cli: it walks a number up a hill."""

import json
import os
import signal
import sys
from dataclasses import dataclass, field
from typing import Literal

from carer.concepts import CarerError
from carer.experiments import ExperimentSpec
from carer.runs import Preemption, Run


@dataclass(frozen=True)
class Slope:
    """The hill."""

    rate: float = 0.5
    """How much is climbed in a step."""
    names: tuple[str, ...] = ("left", "right")
    """The walkers."""


@dataclass(frozen=True)
class Walk:
    """Walk a number up a hill."""

    steps: int = 4
    """How many steps to take."""
    seed: int = 0
    """The root seed."""
    fault: Literal["none", "user", "crash", "sigterm", "interrupt", "secret", "torch"] = "none"
    """What goes wrong at step 2."""
    limit: int | None = None
    """Stop climbing here."""
    slope: Slope = field(default_factory=Slope)


def registry() -> dict[str, ExperimentSpec]:
    spec = ExperimentSpec(name="walk", summary="Walk a number up a hill.", config=Walk, target="sample_experiment:run")
    return {"walk": spec}


def run(config: Walk, run: Run, *, preemption: Preemption) -> None:
    checkpoints = run.checkpoints("walker")
    latest = checkpoints.latest()
    height, start = 0.0, 0
    if latest is not None:
        state = json.loads((latest / "state.json").read_text())
        height, start = state["height"], state["step"]
    run.truncate_metrics(lambda row: row["step"] <= start)
    for step in range(start + 1, config.steps + 1):
        if step == 2 and latest is None:
            _go_wrong(config.fault)
        height += config.slope.rate
        run.log(step, height=height, condition="walk", seed=config.seed)
        staged = checkpoints.staging(step)
        (staged / "state.json").write_text(json.dumps({"height": height, "step": step}))
        checkpoints.commit(step, staged)
        if preemption.requested:
            return
    run.write_json(
        "figures.json",
        {
            "title": "A walk",
            "lead": "One walker.",
            "tables": [],
            "curves": [],
            "verdicts": [f"The walker reached {height:g}."],
            "next": ["carer ls"],
        },
    )


def _go_wrong(fault: str) -> None:
    if fault == "user":
        raise CarerError("the hill is gone.", "Choose another.")
    if fault == "crash":
        raise RuntimeError("slipped \x1b[2J")
    if fault == "secret":
        raise RuntimeError(f"cannot log in with {os.environ['HILL_TOKEN']}")
    if fault == "sigterm":
        os.kill(os.getpid(), signal.SIGTERM)
    if fault == "interrupt":
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)
    if fault == "torch":
        raise ModuleNotFoundError("No module named 'torch'", name="torch")


if __name__ == "__main__":
    from carer.cli.main import main

    sys.exit(main(sys.argv[1:], registry()))
