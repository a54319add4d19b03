"""Evolution on the host, inside a run directory: a lifetime at a time, checkpoints within it, stopping and going on."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from carer.agents import LearnerState, load, save, update
from carer.agents.logbook import fault
from carer.agents.stacking import side_by_side
from carer.experiments.care.evolution import PLANTED, Arm, Children, Evolution, Search
from carer.experiments.configs import EvolveConfig
from carer.experiments.kindness.resuming import forget_after
from carer.runs import Checkpoints, Preemption, Progress, Run
from carer.worlds.nursery.signals import SIGNALS

SEARCH = "evolution"
"""The ``split`` of the rows of the outer loop: one for each population and generation."""
PLANTED_SPLIT = "planted"
"""The ``split`` of the rows of the planted rewards: one for each of them and each population."""
_FILE = "search.safetensors"


def evolve(config: EvolveConfig, arm: Arm, run: Run, preemption: Preemption) -> Search:
    """Evolve an arm from its latest checkpoint that verifies, or from the start, until done or asked to stop.

    Returns:
        the search; it is done if its generation is `config.generations`.

    Raises:
        CarerError: something a learner was paid or descended is not finite; or a checkpoint is of another search.

    """
    evolution = Evolution(config, arm)
    checkpoints = run.checkpoints(arm.name)
    latest, start = checkpoints.latest(), evolution.start
    search = jax.jit(start)() if latest is None else load(latest / _FILE, jax.eval_shape(start))
    if int(search.generation) >= config.generations:
        return search
    forget_after(run, int(search.generation), {"condition": arm.name})
    lifetime = side_by_side(partial(update, evolution.ppo, evolution.task), search.learner)
    asked = search.learner.policies[0], evolution.judge_keys(search.generation, config.population)
    judge = side_by_side(lambda one: evolution.judge(*one), asked)
    told = jax.jit(evolution.told)
    rounds = config.generations * config.updates
    with Progress(rounds, arm.name, console=run.console, done=_step(config, search)) as bar:
        while int(search.generation) < config.generations:
            search = _lived(config, arm, run, preemption, evolution, lifetime, search, checkpoints, bar)
            if int(search.learner.update[0]) < config.updates:  # asked to stop
                return search
            asked = search.learner.policies[0], evolution.judge_keys(search.generation, config.population)
            fitness = _log(config, arm, run, search, jax.tree.map(np.asarray, judge(asked)))
            search = told(search, jnp.asarray(fitness))
            _commit(config, checkpoints, search)
    return search


def plant(config: EvolveConfig, food: str, run: Run, preemption: Preemption) -> None:
    """Let newborns learn for a lifetime by each of the planted rewards, and log what becomes of their children.

    Done once in a run; where it was stopped, it begins again.

    Raises:
        CarerError: something a learner was paid is not finite.

    """

    def own(row: Mapping[str, Any]) -> bool:
        return (row.get("split"), row.get("condition")) == (PLANTED_SPLIT, food)

    there = sum(own(row) for row in run.metrics().to_dicts())
    if there == config.seeds * len(PLANTED):
        return
    if there:  # killed while it was written
        run.truncate_metrics(lambda row: not own(row))
    evolution, name = Evolution(config, Arm(food, selected=True)), f"planted, {food}"
    learner = jax.jit(evolution.planted)()
    lifetime = side_by_side(partial(update, evolution.ppo, evolution.task), learner)
    with Progress(config.updates, name, console=run.console) as bar:
        while (done := int(learner.update[0])) < config.updates:
            if preemption.requested:
                return
            learner = _updated(run, evolution, name, lifetime, learner)
            bar.update(done + 1, "")
    asked = learner.policies[0], evolution.judge_keys(0, len(PLANTED))
    children = jax.tree.map(np.asarray, side_by_side(lambda one: evolution.judge(*one), asked)(asked))
    fitness, born, fledged = _means(config, children)
    for seed in range(config.seeds):
        for at, reward in enumerate(PLANTED):
            run.log(
                config.updates,
                condition=food,
                split=PLANTED_SPLIT,
                seed=seed,
                reward=reward,
                fitness=float(fitness[seed, at]),
                born=float(born[seed, at]),
                fledged=float(fledged[seed, at]),
            )


def _lived(
    config: EvolveConfig,
    arm: Arm,
    run: Run,
    preemption: Preemption,
    evolution: Evolution,
    lifetime: Callable[[Any], Any],
    search: Search,
    checkpoints: Checkpoints,
    bar: Progress,
) -> Search:
    """The rest of a lifetime; where asked to stop, as far as it came, and saved."""
    while (done := int(search.learner.update[0])) < config.updates:
        if preemption.requested:
            _commit(config, checkpoints, search)
            return search
        if done and done % config.save_every == 0:
            _commit(config, checkpoints, search)
        search = replace(search, learner=_updated(run, evolution, arm.name, lifetime, search.learner))
        bar.update(_step(config, search), f"generation {int(search.generation)}")
    return search


def _updated(
    run: Run, evolution: Evolution, name: str, lifetime: Callable[[Any], Any], before: LearnerState
) -> LearnerState:
    """The learners after one more update; what is not finite ends the run, with the state before it kept."""
    learner, metrics = lifetime(before)
    if bool((learner.fault >= 0).any()):
        raise fault(run, evolution.task, name, before, learner, metrics)
    return learner


def _step(config: EvolveConfig, search: Search) -> int:
    """Updates behind a search, those of earlier generations included."""
    return int(search.generation) * config.updates + int(search.learner.update[0])


def _commit(config: EvolveConfig, checkpoints: Checkpoints, search: Search) -> None:
    staged = checkpoints.staging(_step(config, search))
    save(staged / _FILE, search)
    checkpoints.commit(_step(config, search), staged)


def _log(config: EvolveConfig, arm: Arm, run: Run, search: Search, children: Children) -> np.ndarray:
    """A row for each population; the fitness [S, P] of its members."""
    (fitness, born, fledged), genomes = _means(config, children), np.asarray(search.means)
    for seed in range(config.seeds):
        run.log(
            int(search.generation) + 1,
            condition=arm.name,
            split=SEARCH,
            seed=seed,
            generation=int(search.generation),
            fitness=float(fitness[seed].mean()),
            fittest=float(fitness[seed].max()),
            born=float(born[seed].mean()),
            fledged=float(fledged[seed].mean()),
            **{f"gene/{name}": float(genomes[seed, at]) for at, name in enumerate(SIGNALS)},
        )
    return fitness


def _means(config: EvolveConfig, children: Children) -> list[np.ndarray]:
    """Over the episodes that judge her, of each mother: ticks that children lived, born, fledged: float32 [S, each]."""
    counted = (children.ticks, children.born, children.fledged)
    return [np.asarray(counts).mean(-1).reshape(config.seeds, -1).astype(np.float32) for counts in counted]
