"""What a training run writes down: a row for each seed, and the state in which something was not finite."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from carer.agents.config import LearnConfig
from carer.agents.evaluation import Evaluation, evaluate
from carer.agents.networks import RecurrentPolicy
from carer.agents.ppo import GUARDED
from carer.agents.saving import save
from carer.agents.state import LearnerState
from carer.agents.task import Task
from carer.concepts import CarerError
from carer.runs import Run

_EVALUATION_STREAM = 2**31 - 1


class Logbook:
    """Writes the rows of one stack of learners."""

    def __init__(
        self,
        config: LearnConfig,
        task: Task,
        run: Run,
        labels: Mapping[str, str],
        done: int,
        clock: Any = time.monotonic,
    ) -> None:
        """Write to `run`, with `labels` in every row; `done` updates are behind us."""
        self._config, self._task, self._run, self._labels = config, task, run, labels
        self._since, self._done = time.monotonic(), done
        self._key = jax.random.fold_in(jax.random.key(config.seed), _EVALUATION_STREAM)
        self._evaluate = jax.jit(jax.vmap(self._play))

    def train(self, done: int, metrics: Mapping[str, Array]) -> str:
        """Log the metrics [seeds] of the newest update; return a remark for the progress bar."""
        now, ppo = time.monotonic(), self._config.ppo
        learned = sum(map(len, self._task.seats))
        steps = ppo.envs * ppo.steps * learned
        speed = (done - self._done) * steps * self._config.seeds / max(now - self._since, 1e-9)
        self._since, self._done = now, done
        found = {name: np.asarray(value) for name, value in metrics.items()}
        for seed in range(self._config.seeds):
            row = {name: float(value[seed]) for name, value in found.items()}
            self._row(done, "train", seed, agent_steps=done * steps, steps_per_second=speed, **row)
        mean = found[f"{self._task.labels[0]}/return"].mean()
        return f"return {mean:.3g}, {speed:,.0f} steps/s"

    def evaluate(self, done: int, policies: Sequence[RecurrentPolicy]) -> None:
        """Play whole episodes, the same ones every time, and log their means for every seat."""
        found: Evaluation = jax.tree.map(np.asarray, self._evaluate(tuple(policies)))
        for seed in range(self._config.seeds):
            row = {"episode_length": float(found.length[seed].mean())}
            for at, seat in enumerate(self._task.world.seats):
                row[f"{seat}/return"] = float(found.returns[seed, at].mean())
                row[f"{seat}/lived"] = float(found.lived[seed, at].mean())
            self._row(done, "eval", seed, **row)
        self._since = time.monotonic()  # the pace is that of training

    def _play(self, policies: tuple[RecurrentPolicy, ...]) -> Evaluation:
        return evaluate(self._task, policies, self._key, self._config.episodes)

    def _row(self, done: int, split: str, seed: int, **metrics: Any) -> None:
        self._run.log(done, **self._labels, split=split, seed=seed, **metrics)


def fault(
    run: Run, task: Task, condition: str, before: LearnerState, after: LearnerState, metrics: Mapping[str, Array]
) -> CarerError:
    """The error that names what was not finite. The state before the update is kept: it does the same again."""
    seeds = np.flatnonzero(np.asarray(after.fault) >= 0)
    seed, update = int(seeds[0]), int(after.fault[seeds[0]])
    names = [
        name
        for label, terms in zip(task.labels, task.terms, strict=True)
        for name in (*(f"{label}/reward/{term.name}" for term in terms), *(f"{label}/{name}" for name in GUARDED))
    ]
    name = next(name for name in names if name in metrics and not jnp.isfinite(metrics[name][seed]))
    folder = run.path / "faults"
    folder.mkdir(exist_ok=True)
    file = folder / f"{condition or task.world.name}-update-{update:06d}.safetensors"
    save(file, before)
    return CarerError(
        f"update {update}, seed {seed}: {name} is {float(metrics[name][seed])}; nothing was learnt from it.",
        f"The state before that update is in {file}; earlier checkpoints are whole.",
    )
