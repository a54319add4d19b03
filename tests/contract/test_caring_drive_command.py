"""`carer run caring_drive`, end to end and small."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import pytest

from carer.agents import load_policies
from carer.agents.objectives import own_life
from carer.cli.main import main
from carer.experiments.care.caring_drive import ARMS, task_of
from carer.experiments.care.growing import learn_config, phase_0
from carer.experiments.configs import CARING_ARMS, CaringDriveConfig
from carer.runs import Preemption, Run
from carer.worlds import Transition
from carer.worlds.replay import read

SMALL = [
    "--seeds", "3", "--updates", "2", "--envs", "8", "--steps", "8", "--width", "8", "--minibatches", "2",
    "--episodes", "8", "--evaluate-every", "1", "--save-every", "1", "--alone", "1",
]  # fmt: skip


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("runs")
    flags = ["--out", str(out), "--preset", "easy", "--arms", "baby"]
    assert main(["run", "caring_drive", *flags, *SMALL]) == 0
    (folder,) = out.iterdir()
    return folder


def _figures(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "figures.json").read_text())


def _rows(folder: Path, table: int) -> dict[str, list[Any]]:
    return {row[0]: row for row in _figures(folder)["tables"][table]["rows"]}


@pytest.mark.slow
def test_every_mother_is_tried_in_the_same_nurseries(run_folder: Path) -> None:
    rows = [json.loads(line) for line in (run_folder / "metrics.jsonl").read_text().splitlines()]
    trials = [row for row in rows if row["split"] == "trial"]
    kinds = {row["condition"] for row in trials}
    assert {"baby", "scripted: selfish", "scripted: all_skills"} <= kinds
    assert all(sorted(row["seed"] for row in trials if row["condition"] == kind) == [0, 1, 2] for kind in kinds)
    fed = [row["own_share"] for row in trials if row["own_share"] is not None]
    assert fed
    assert all(0 <= share <= 1 for share in fed)
    assert all(row["baby_life"] > 0 for row in trials)
    assert all(
        row["own_share"] is None for row in trials if row["condition"] == "scripted: selfish"
    )  # she feeds nobody


@pytest.mark.slow
def test_every_arm_goes_on_from_phase_0(run_folder: Path) -> None:
    rows = [json.loads(line) for line in (run_folder / "metrics.jsonl").read_text().splitlines()]
    steps = {
        name: {row["step"] for row in rows if row["condition"] == name and row["split"] == "train"}
        for name in ("phase 0", "baby")
    }
    assert steps == {"phase 0": {1}, "baby": {1, 2}}
    run = Run.open(run_folder)
    config = run.config(CaringDriveConfig)
    first = phase_0(config, run, Preemption())  # from its checkpoint
    (before,), (after,) = (
        load_policies(run.checkpoints(name).latest() or run_folder, learn_config(config), task_of(config, "baby"))
        for name in ("phase 0", "baby")
    )
    assert all((mine == kept).all() for mine, kept in zip(*map(jax.tree.leaves, (first[0], before)), strict=True))
    moved, size = jnp.abs(after.gru.recurrent - before.gru.recurrent).max(), jnp.abs(before.gru.recurrent).max()
    assert 0 < moved < 0.2 * size, "two updates move no weight far"


@pytest.mark.slow
def test_the_scale_is_that_of_the_scripted_mothers(run_folder: Path) -> None:
    table, deeds = _rows(run_folder, 0), _rows(run_folder, 1)
    assert table["scripted: selfish"][2]["value"] == 0.0
    assert table["scripted: all skills"][2]["value"] == 1.0
    assert table["scripted: feed"][2]["value"] > 0.5  # in an easy world feeding is nearly all there is
    assert deeds["scripted: all skills"][1]["value"] > 0
    assert deeds["scripted: selfish"][1]["value"] == deeds["scripted: selfish"][3]["value"] == 0.0
    assert deeds["scripted: carry forever"][3]["value"] > 0.8


@pytest.mark.slow
def test_what_has_learned_nothing_reaches_no_bar(run_folder: Path) -> None:
    verdicts = _figures(run_folder)["verdicts"]
    assert verdicts[0].startswith("The bar of 0.70 is missed")
    assert sum("Their babies live" in one for one in verdicts) == 2


@pytest.mark.slow
def test_an_episode_of_each_arm_can_be_watched(run_folder: Path) -> None:
    assert Run.open(run_folder).status == "finished"
    for name in ("mother_baby", "scripted_all_skills"):
        assert read(run_folder / "episodes" / f"{name}.json").ticks > 0
    assert "The scripted mother with all skills." in (run_folder / "report.html").read_text()


def test_each_arm_is_paid_for_what_it_says() -> None:
    """Whoever is paid for her own life is paid in the tick that her baby dies, and the reverse."""
    config = CaringDriveConfig()
    assert set(ARMS) == set(CARING_ARMS)
    tasks = {arm: task_of(config, arm) for arm in ARMS}
    worlds = {arm: task.world.params for arm, task in tasks.items()}  # pyright: ignore[reportAttributeAccessIssue]
    births = {arm: params.birth for arm, params in worlds.items()}
    assert births == {"baby": "real", "own": "real", "implied": "real", "never": "never", "sham": "sham"}
    assert [arm for arm, params in worlds.items() if params.ends != "childless"] == ["own"]
    world = tasks["baby"].world
    _, state = world.reset(jax.random.key(0))
    alive = jnp.array([True, False, True, True])
    tick = Transition(replace(state, alive=alive), jnp.full(4, 7.0), state.over, state.over, None)
    paid = {arm: task.terms[0][0].score(tick)[0].item() for arm, task in tasks.items()}  # pyright: ignore[reportCallIssue]
    assert paid.pop("baby") == 7.0
    assert paid == dict.fromkeys(("own", "implied", "never", "sham"), pytest.approx(0.01))
    dead = tick._replace(state=replace(state, alive=~alive))
    assert own_life(dead)[0].item() == 0.0


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--arms", "bab"], "baby"),
        (["--arms", "baby", "baby"], "Name each arm once"),
        (["--seeds", "0"], "seeds = 0."),
        (["--alone", "-1"], "alone = -1."),
        (["--easy-until", "0.9"], "easy_until <= hard_from"),
    ],
)
def test_what_cannot_be_trained_is_refused(
    flags: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "caring_drive", "--out", str(tmp_path / "runs"), *flags]) == 2
    assert said in capsys.readouterr().err
