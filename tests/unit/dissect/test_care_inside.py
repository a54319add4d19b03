"""The inner rows of the battery, end to end, on a run whose mothers are the planted ones."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from planted_study import CARE, elder, never_a_mother, sister

from carer.agents import LearnerState, RecurrentPolicy, init, save
from carer.audits.care import BABY_LIFE, Condition, Setting
from carer.concepts import CarerError
from carer.experiments.care.caring_drive import task_of
from carer.experiments.care.extinction import marks
from carer.experiments.care.growing import learn_config
from carer.experiments.care.inside import Inside, inside, stages
from carer.experiments.configs import CaringDriveConfig
from carer.runs import Run
from carer.worlds.nursery.params import PRESETS
from carer.worlds.nursery.trial import Lives

pytestmark = pytest.mark.slow

PRESET: Any = "planted"
EPISODES = 16
CONFIG = CaringDriveConfig(
    preset=PRESET, arms=("baby", "never"), seeds=2, updates=8, envs=8, steps=16, minibatches=2, width=8
)
KEY = jax.random.key(5)
Said = list[str]


def _given(lives: Lives) -> float:
    return float(lives.given.sum())


def _mother(lives: Lives) -> float:
    return float(lives.mother.mean())


BATTERY = [
    Condition(row, str(row), Setting(), measure=replace(BABY_LIFE, read=read), routines=("selfish", "random"))
    for row, read in enumerate((BABY_LIFE.read, _given, _mother))
]


def mothers() -> list[RecurrentPolicy]:
    return [elder(), sister()]


def learned(fault: int = -1) -> LearnerState:
    """Learners whose mothers are planted."""
    stacked = jax.tree.map(lambda *leaves: jnp.stack(leaves), *mothers())
    start = partial(init, learn_config(CONFIG).ppo, task_of(CONFIG, "baby"))
    state = jax.vmap(lambda key, policy: start(key, None, (policy,)))(jax.random.split(KEY, CONFIG.seeds), stacked)
    return replace(state, fault=jnp.full(CONFIG.seeds, fault))


@pytest.fixture(scope="module")
def preset() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(PRESETS, PRESET, {**PRESETS["easy"], **dict(CARE.changes), "mother_burn": 0.05})
        yield


def run_with(root: Path, learner: LearnerState) -> Run:
    run = Run.create(root, "caring_drive", CONFIG, seed=0, argv=["run", "caring_drive"])
    checkpoints = run.checkpoints("baby")
    staged = checkpoints.staging(CONFIG.updates)
    save(staged / "learner.safetensors", learner)
    checkpoints.commit(CONFIG.updates, staged)
    return run


@pytest.fixture(scope="module")
def run(preset: None, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run_with(tmp_path_factory.mktemp("runs"), learned())


@pytest.fixture(scope="module")
def found(run: Run) -> tuple[Inside, Said]:
    said: Said = []
    policies = {"baby": mothers(), "never": [never_a_mother(one) for one in mothers()]}
    return inside(run, CONFIG, policies, KEY, EPISODES, said.append, battery=BATTERY), said


def test_every_row_that_can_be_asked_is_asked(found: tuple[Inside, Said]) -> None:
    within, said = found
    rows = [one.details["row"] for one in within.verdicts]
    assert rows == [12, 12, 12, 16, 19, 19]
    (left_out,) = within.left_out  # there are no foreign babies
    assert left_out.startswith("Not applicable: row 13, retargeting: ")
    assert len(said) == stages(CONFIG)
    for verdict in within.verdicts:
        assert len(verdict.per_seed) == CONFIG.seeds
        assert {"selfish", "all_skills", "agent"} == set(verdict.details["manipulated"])


def test_every_curve_has_its_points(found: tuple[Inside, Said]) -> None:
    within, _ = found
    splits = [curve["split"] for curve in within.curves]
    assert splits == ["damage", "extinction", "circuit"]
    assert {one["split"] for one in within.points} == set(splits)
    assert all(np.isfinite(one["left"]) and one["seed"] in (0, 1) for one in within.points)
    (table,) = within.tables
    assert table["columns"][1:4] == ["memory", "observation", "untrained memory"]


def test_planted_mothers_lose_their_care_with_its_units_and_pass_it_on(found: tuple[Inside, Said]) -> None:
    lesion, _, _, _, circuit, graft = found[0].verdicts
    assert lesion.audit.startswith("lesion")
    assert lesion.effect.value > 0.9
    assert circuit.details["size"] <= 0.5
    whole = circuit.details["manipulated"]
    assert whole["agent"] == pytest.approx(whole["all_skills"], abs=3)
    assert graft.effect.value == pytest.approx(1.0)


def test_the_extinction_starts_from_the_learners_as_they_were(found: tuple[Inside, Said]) -> None:
    within, said = found
    (verdict,) = [one for one in within.verdicts if one.details["row"] == 16]
    at = marks(CONFIG.updates)
    points = {(one["line"], one["updates"], one["seed"]): one["left"] for one in within.points if "updates" in one}
    assert len(points) == 2 * 2 * len(at) * CONFIG.seeds
    for skill in ("care", "foraging"):
        for what in ("reward off", "reward on"):
            assert [points[f"{skill}, {what}", 0, seed] for seed in (0, 1)] == [1.0, 1.0]
            assert f"{what} for {at[-1]} updates" in said
    halves = verdict.details["half_lives"]["reward off"]
    assert all(0 < one["updates"] <= at[-1] for skill in ("care", "foraging") for one in halves[skill])
    for seed, score in enumerate(verdict.per_seed):
        care, foraging = (
            np.interp(range(at[-1] + 1), at, [points[f"{skill}, reward off", mark, seed] for mark in at])
            for skill in ("care", "foraging")
        )
        gap = care - foraging  # every update's, on straight lines between the marks
        assert score == pytest.approx((gap[:-1] + gap[1:]).mean() / 2)
    assert verdict.details["ticks_of_an_update"] == CONFIG.envs * CONFIG.steps


def test_of_mothers_who_do_not_care_no_row_says_anything(run: Run) -> None:
    careless = [never_a_mother(one) for one in mothers()]
    said: Said = []
    within = inside(run, CONFIG, {"baby": careless}, KEY, EPISODES, said.append, battery=BATTERY)
    assert not within.verdicts
    assert not within.points
    assert not within.curves
    rows = [one.split(":")[1] for one in within.left_out]
    assert [one.split(",")[0].strip() for one in rows] == ["row 12", "row 13", "row 16", "row 19", "row 19"]
    assert "there is no arm 'never' to take it" in within.left_out[-1]
    assert len(within.tables) == 1  # what can be read off them can be asked of anybody


def test_learning_that_breaks_is_no_score(preset: None, tmp_path: Path) -> None:
    broken = run_with(tmp_path, learned(fault=3))
    with pytest.raises(CarerError, match="with the reward off a figure of the learner was not finite"):
        inside(broken, CONFIG, {"baby": mothers()}, KEY, EPISODES, lambda what: None, battery=BATTERY)
