import dataclasses
from io import StringIO
from pathlib import Path
from typing import Any

import jax
import numpy as np
import pytest
from rich.console import Console
from toys import SMALL, Trio, same

from carer.agents import LearnConfig, Task, learn, load, load_policies
from carer.agents.learning import started
from carer.agents.ppo import update
from carer.concepts import CarerError
from carer.runs import Preemption, Run

PPO = dataclasses.replace(SMALL, updates=4)
CONFIG = LearnConfig(ppo=PPO, seeds=2, evaluate_every=2, episodes=3, checkpoint_every=2)


def fresh(root: Path, config: LearnConfig = CONFIG) -> Run:
    return Run.create(root, "toy", config, seed=0, argv=["run"], console=Console(file=StringIO()))


class After(Preemption):
    """Asked to stop during update number `updates`: `learn` looks before the first and after each."""

    def __init__(self, updates: int) -> None:
        super().__init__()
        self._left = updates

    @property
    def requested(self) -> bool:
        self._left -= 1
        return self._left < 0


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, Any]:
    """Four updates without a break."""
    run = fresh(tmp_path_factory.mktemp("whole"))
    return run, learn(CONFIG, Task(Trio()), run, Preemption())


def test_rows_are_logged_for_every_seed_and_evaluations_too(whole: tuple[Run, Any]) -> None:
    run, _ = whole
    rows = run.metrics().to_dicts()
    train = [row for row in rows if row["split"] == "train"]
    assert [(row["step"], row["seed"]) for row in train] == [(step, seed) for step in (1, 2, 3, 4) for seed in (0, 1)]
    assert all(row["first/entropy"] > 0 and row["steps_per_second"] > 0 for row in train)
    assert train[-1]["agent_steps"] == 4 * SMALL.envs * SMALL.steps * 3
    evaluated = [row for row in rows if row["split"] == "eval"]
    assert [(row["step"], row["seed"]) for row in evaluated] == [(2, 0), (2, 1), (4, 0), (4, 1)]
    assert evaluated[0]["second/lived"] <= 5
    assert {"first/return", "third/return", "episode_length"} <= evaluated[0].keys()


def test_seeds_differ(whole: tuple[Run, Any]) -> None:
    weight = whole[1].policies[0].gru.recurrent
    assert weight.shape[0] == 2
    assert not np.array_equal(weight[0], weight[1])


def test_a_run_stopped_and_resumed_is_bit_for_bit_the_run_without_a_break(
    whole: tuple[Run, Any], tmp_path: Path
) -> None:
    run = fresh(tmp_path)
    stopped = learn(CONFIG, Task(Trio()), run, After(2))
    assert int(stopped.update[0]) == 2
    run.close()
    again = Run.open(run.path, console=Console(file=StringIO()))
    again.resume()
    resumed = learn(CONFIG, Task(Trio()), again, Preemption())
    assert same(resumed, whole[1])
    pace = ["steps_per_second"]
    assert again.metrics().drop(pace).equals(whole[0].metrics().drop(pace))


def test_a_stop_between_checkpoints_writes_one(tmp_path: Path) -> None:
    config = dataclasses.replace(CONFIG, checkpoint_every=100)
    run = fresh(tmp_path, config)
    learn(config, Task(Trio()), run, After(1))
    latest = run.checkpoints().latest()
    assert latest is not None
    assert latest.name == "step-000001"


def test_the_policies_of_a_checkpoint_come_alone(whole: tuple[Run, Any]) -> None:
    run, learner = whole
    latest = run.checkpoints().latest()
    assert latest is not None
    assert same(load_policies(latest, CONFIG, Task(Trio())), learner.policies)


def test_a_checkpoint_of_another_network_is_refused_and_the_leaf_named(whole: tuple[Run, Any]) -> None:
    other = dataclasses.replace(CONFIG, ppo=dataclasses.replace(PPO, width=16))
    with pytest.raises(
        CarerError, match=r"'roles\.0\.policy\.flat\.weight' is float32\[2, 8, 3\].*float32\[2, 16, 3\]"
    ):
        learn(other, Task(Trio()), whole[0], Preemption())
    forgetful = dataclasses.replace(CONFIG, ppo=dataclasses.replace(PPO, recurrent=False))
    with pytest.raises(CarerError, match="not the settings"):
        learn(forgetful, Task(Trio()), whole[0], Preemption())


def test_what_is_not_finite_stops_the_run_before_it_is_learnt(tmp_path: Path) -> None:
    run, task = fresh(tmp_path), Task(Trio(spoil=2))
    with pytest.raises(CarerError, match="update 0, seed 0: first/reward/reward is nan") as caught:
        learn(CONFIG, task, run, Preemption(), condition="spoilt")
    assert run.checkpoints("spoilt").latest() is None
    (file,) = (run.path / "faults").iterdir()
    assert str(file) in caught.value.hint
    before = load(file, jax.eval_shape(lambda: started(CONFIG, task)))
    one = jax.tree.map(lambda leaf: leaf[0], before)
    _, metrics = jax.jit(update, static_argnums=(0, 1))(PPO, task, one)
    assert not np.isfinite(metrics["first/reward/reward"])


def test_conditions_keep_their_rows_and_checkpoints_apart(tmp_path: Path) -> None:
    config = dataclasses.replace(CONFIG, ppo=dataclasses.replace(PPO, updates=1), seeds=1)
    run = fresh(tmp_path, config)
    for condition in ("one", "two"):
        learn(config, Task(Trio()), run, Preemption(), condition=condition)
    assert run.metrics()["condition"].unique().sort().to_list() == ["one", "two"]
    assert {path.parent.name for path in (run.path / "checkpoints").glob("*/step-*")} == {"one", "two"}
    learn(config, Task(Trio()), run, Preemption(), condition="two")  # nothing is left to do, and nothing is lost
    assert run.metrics().height == 4


@pytest.mark.parametrize("setting", ["seeds", "log_every", "episodes", "checkpoint_every"])
def test_settings_below_one_are_refused(setting: str) -> None:
    wrong: dict[str, Any] = {setting: 0}
    with pytest.raises(CarerError, match=f"{setting} = 0"):
        LearnConfig(**wrong)


def test_learners_go_on_in_another_task_with_all_that_they_have_learned(whole: tuple[Run, Any], tmp_path: Path) -> None:
    """Weights, moments and normalisers are taken over; the world begins anew, and so does the count of updates."""
    task, before = Task(Trio()), whole[1]
    anew, after = started(CONFIG, task), started(CONFIG, task, after=before)
    for one, old, new in zip(after.roles, before.roles, anew.roles, strict=True):
        assert same((one.policy, one.optimiser, one.normaliser), (old.policy, old.optimiser, old.normaliser))
        assert same(one.memory, new.memory)
    assert same((after.world, after.key, after.update), (anew.world, anew.key, anew.update))
    learned = learn(CONFIG, task, fresh(tmp_path), Preemption(), after=before)
    assert int(learned.update[0]) == CONFIG.ppo.updates
    assert not same(learned.policies, before.policies)  # the same seeds, and four updates more


def test_as_many_checkpoints_are_kept_as_asked_for(tmp_path: Path) -> None:
    run = fresh(tmp_path)
    learn(dataclasses.replace(CONFIG, checkpoint_every=1, keep=3), Task(Trio()), run, Preemption())
    kept = sorted(path.name for path in run.checkpoints().folder.glob("step-*"))
    assert kept == ["step-000002", "step-000003", "step-000004"]
    with pytest.raises(CarerError, match="keep = 0"):
        dataclasses.replace(CONFIG, keep=0)
