"""`carer run generality`, end to end and small."""

import json
from pathlib import Path

import pytest

from carer.agents import PPOConfig
from carer.audits.care import BATTERY
from carer.cli.main import main
from carer.experiments.care.generality import ARMS, task_of
from carer.experiments.configs import CHANGES, GeneralityConfig
from carer.runs import Run
from carer.worlds.nursery.params import NurseryParams

pytestmark = pytest.mark.timeout(1200)

SMALL = [
    "--seeds", "3", "--updates", "2", "--envs", "8", "--steps", "8", "--width", "8", "--minibatches", "2",
    "--episodes", "8", "--rows", "11", "--battery-episodes", "8", "--evaluate-every", "1", "--save-every", "1",
    "--alone", "1",
]  # fmt: skip


@pytest.mark.slow
def test_each_change_is_grown_and_all_are_set_beside_each_other(tmp_path: Path) -> None:
    arms = ("baby", "crowded", "patient", "wide")
    assert main(["run", "generality", "--out", str(tmp_path), "--arms", *arms, *SMALL]) == 0
    (folder,) = tmp_path.iterdir()
    table = json.loads((folder / "figures.json").read_text())["tables"][0]
    assert [row[0] for row in table["rows"]] == list(arms)
    assert all(row[2]["n"] == 3 for row in table["rows"])  # the held-out rows that were asked
    run = Run.open(folder)
    kept = {arm: run.checkpoints(arm).latest() for arm in (*arms, "phase 0", "wide, phase 0")}
    sizes = {arm: sum(file.stat().st_size for file in path.iterdir()) for arm, path in kept.items() if path}
    assert len(sizes) == 6
    assert sizes["wide"] > 2 * sizes["baby"]
    assert "What each change makes of a mother" in (folder / "report.html").read_text()


def test_every_arm_is_one_change_and_none_trains_what_is_held_out() -> None:
    assert set(ARMS) == set(CHANGES)
    plain = task_of(GeneralityConfig(), "baby")
    for arm, change in ARMS.items():
        task = task_of(GeneralityConfig(), arm)
        assert (task.terms, task.roles[0], task.curriculum) == (plain.terms, plain.roles[0], plain.curriculum)
        assert set(change.learner) <= set(PPOConfig.__dataclass_fields__)
        assert bool(change.world) + bool(change.learner) == (arm != "baby")
        trained = {name for name, value in change.world.items() if value != getattr(NurseryParams(), name)}
        for condition in BATTERY:
            if condition.held_out:
                # A held-out row's own manipulation: what it changes beside its control.
                own = dict(set(condition.manipulated.changes) - set(condition.control.changes))
                assert not trained & set(own), (arm, condition.name)


@pytest.mark.parametrize(
    ("flags", "said"),
    [(["--arms", "crowd"], "crowded"), (["--battery-episodes", "0"], "battery_episodes = 0.")],
)
def test_what_cannot_be_trained_is_refused(
    flags: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "generality", "--out", str(tmp_path / "runs"), *flags]) == 2
    assert said in capsys.readouterr().err
