"""Row 16: the reward is taken away and learning goes on; whether care lasts longer than foraging.

Each mother's learner is taken up where training left it (weights, moments, values, the episodes it was in) and goes on
in its own world with all dangers, at the mean learning rate and the mean entropy bonus of its training, with every
reward weighted 0. The control is the same with the reward left on.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from carer.agents import LearnerState, init, load, update
from carer.agents.stacking import one_of, side_by_side
from carer.concepts import CarerError, Verdict
from carer.experiments.care.caring_drive import task_of
from carer.experiments.care.growing import learn_config
from carer.experiments.care.study import Scale, Study
from carer.experiments.checkpoints import newest
from carer.experiments.configs import CaringDriveConfig
from carer.runs import Run

SHARE = 0.25
"""Updates of the extinction, of those of the training."""
_FEWEST = 4
_LEARNER = "learner.safetensors"
_SPLIT = "extinction"

Advance = Callable[[LearnerState], tuple[LearnerState, Any]]


class HalfLife(NamedTuple):
    """When half of a skill is gone.

    Attributes:
        updates: until then; to the end of the extinction, where more than half is left.
        reached: whether it was seen.
    """

    updates: float
    reached: bool


class Fading(NamedTuple):
    """A skill over an extinction.

    Attributes:
        ticks: float64 [marks, mothers], that the babies live, or the mothers by themselves.
        left: the same as shares of what the whole mothers have.
        mean: float64 [mothers], what is left on the average over the updates.
        halves: the half-life in each mother.
    """

    ticks: NDArray[np.float64]
    left: NDArray[np.float64]
    mean: NDArray[np.float64]
    halves: list[HalfLife]


def extinction(
    study: Study, run: Run, config: CaringDriveConfig, said: Callable[[str], None]
) -> tuple[list[Verdict], list[dict[str, Any]]]:
    """The verdict, and the points of the curves: what is left of care and foraging after so many updates.

    The score of a mother is the share of her care that is left, less that of her foraging, each on the average over the
    updates: above 0 care lasts longer. Half-lives would be blind to what is never halved; `details` has them.

    Args:
        study: the mothers of the arm ``study.kind`` of the run, by that name.
        run: a finished caring-drive run.
        config: its config.
        said: told of each mark that is reached.

    Raises:
        NotApplicableError: the mothers do not care, or do not keep themselves alive.
        CarerError: the run has no whole checkpoint of that arm, or the learner broke.

    """
    learner = _learner(run, config, study.kind)
    scales = study.scales([one_of(learner.policies[0], at) for at in range(config.seeds)])
    task = replace(task_of(config, study.kind), curriculum=None)  # the dangers stay as training left them: all there
    advance: Advance = side_by_side(partial(update, learn_config(config).ppo, task), learner)
    faded = {
        what: _faded(study, advance, _steady(learner, paid), what, scales, marks(config.updates), said)
        for what, paid in (("reward off", False), ("reward on", True))
    }
    scores = {what: care.mean - foraging.mean for what, (care, foraging) in faded.items()}
    off, on = faded["reward off"], faded["reward on"]
    verdict = study.verdict(
        16,
        "reward off, learning on",
        scores["reward off"],
        scores["reward on"],
        (off[0].ticks[-1], on[0].ticks[-1]),
        score="mean share of care left less that of foraging",
        ticks_of_an_update=config.envs * config.steps,
        half_lives={
            what: {name: [one._asdict() for one in skill.halves] for name, skill in _named(both)}
            for what, both in faded.items()
        },
    )
    return [verdict], [point for what, both in faded.items() for point in _points(what, both, marks(config.updates))]


def curves() -> list[dict[str, Any]]:
    """How the points are drawn; see `carer.report`."""
    return [
        {
            "title": "Learning goes on without reward",
            "note": "What is left of care and of foraging, 1 at the end of training; beside it with the reward on.",
            "x": "updates",
            "y": "left",
            "group": "line",
            "split": _SPLIT,
            "x_title": "updates after training",
            "y_title": "share left",
        }
    ]


def marks(updates: int) -> tuple[int, ...]:
    """The updates after which it is asked what is left: 0, 1, 2, 4, ... and the last, for a training of `updates`."""
    last = max(_FEWEST, round(SHARE * updates))
    return (0, *(2**at for at in range(last.bit_length()) if 2**at < last), last)


def half_life(at: Sequence[int], left: NDArray[np.float64]) -> HalfLife:
    """When what is `left` [marks] is first at half or below: on straight lines between the marks, at least 1 update."""
    for mark in range(1, len(at)):
        if left[mark] <= 0.5:
            drop = max(float(left[mark - 1] - left[mark]), 1e-9)
            share = min(max(float(left[mark - 1] - 0.5) / drop, 0.0), 1.0)
            return HalfLife(max(at[mark - 1] + share * (at[mark] - at[mark - 1]), 1.0), True)
    return HalfLife(float(at[-1]), False)


def _learner(run: Run, config: CaringDriveConfig, arm: str) -> LearnerState:
    keys = jax.random.split(jax.random.key(config.seed), config.seeds)
    fresh = jax.vmap(partial(init, learn_config(config).ppo, task_of(config, arm)))
    return load(newest(run, arm) / _LEARNER, jax.eval_shape(fresh, keys))


def _steady(learner: LearnerState, paid: bool) -> LearnerState:
    """The learner at its mean learning rate and entropy bonus, paid as before or not at all."""
    hyper = learner.hyper
    rate = (hyper.learning_rate + hyper.learning_rate_end) / 2
    entropy = (hyper.entropy_coef + hyper.entropy_coef_end) / 2
    weights = hyper.weights if paid else jax.tree.map(jnp.zeros_like, hyper.weights)
    hyper = replace(
        hyper,
        learning_rate=rate,
        learning_rate_end=rate,
        entropy_coef=entropy,
        entropy_coef_end=entropy,
        weights=weights,
    )
    return replace(learner, hyper=hyper)


def _faded(
    study: Study,
    advance: Advance,
    learner: LearnerState,
    what: str,
    scales: tuple[Scale, Scale],
    at: Sequence[int],
    said: Callable[[str], None],
) -> tuple[Fading, Fading]:
    """Care and foraging at each mark."""
    ticks: list[tuple[NDArray[np.float64], NDArray[np.float64]]] = []
    for before, mark in zip((0, *at), at, strict=False):
        for _ in range(mark - before):
            learner, _metrics = advance(learner)
        if bool((learner.fault >= 0).any()):
            raise CarerError(
                f"with the {what} a figure of the learner was not finite.",
                "The run itself is whole: only this row is lost.",
            )
        mothers = [one_of(learner.policies[0], seed) for seed in range(learner.fault.shape[0])]
        name = f"{what} for {mark} updates"
        ticks.append((study.cares(name, mothers), study.forages(name, mothers)))
        said(name)
    fading = []
    for scale, lived in zip(scales, np.moveaxis(np.array(ticks), 1, 0), strict=True):
        left = scale.kept(lived)
        mean = np.asarray(np.trapezoid(left, at, axis=0)) / at[-1]
        fading.append(Fading(lived, left, mean, [half_life(at, one) for one in left.T]))
    return fading[0], fading[1]


def _named(both: tuple[Fading, Fading]) -> tuple[tuple[str, Fading], tuple[str, Fading]]:
    return ("care", both[0]), ("foraging", both[1])


def _points(what: str, both: tuple[Fading, Fading], at: Sequence[int]) -> list[dict[str, Any]]:
    return [
        {"split": _SPLIT, "line": f"{name}, {what}", "seed": seed, "updates": mark, "left": float(value)}
        for name, skill in _named(both)
        for mark, of_mark in zip(at, skill.left, strict=True)
        for seed, value in enumerate(of_mark)
    ]
