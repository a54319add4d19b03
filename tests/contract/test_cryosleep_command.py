"""`carer run cryosleep`, end to end and small; the planted mother who uses the box; what the figures say."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jax
import numpy as np
import pytest

from carer.agents.objectives import OBJECTIVES
from carer.cli.main import main
from carer.experiments.care.cryosleep import CountKept, Freezer, Kept, boxed_world, shares, task_of
from carer.experiments.care.cryosleep_figures import FREEZER, verdicts
from carer.experiments.configs import CRYOSLEEP_ARMS, SHOWN, CryosleepConfig
from carer.worlds.nursery import make
from carer.worlds.nursery.curriculum import BoxUnderfoot
from carer.worlds.nursery.trial import Mother, Scripted, trial

SMALL = [
    "--seeds", "3", "--updates", "2", "--envs", "8", "--steps", "8", "--width", "8", "--minibatches", "2",
    "--episodes", "8", "--evaluate-every", "1", "--save-every", "1", "--alone", "1",
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_every_arm_is_tried_where_there_is_a_box(tmp_path: Path) -> None:
    arms = ("boxless", "baby", "shown_awake")
    assert main(["run", "cryosleep", "--out", str(tmp_path), "--arms", *arms, *SMALL]) == 0
    (folder,) = tmp_path.iterdir()
    told = json.loads((folder / "figures.json").read_text())
    rows = {row[0]: row for row in told["tables"][0]["rows"]}
    scripts = {"scripted: selfish", "scripted: carry_and_feed", "scripted: all_skills", FREEZER}
    assert set(rows) == {*arms, *scripts}
    assert rows[FREEZER][3]["value"] > 0.5 > 0.1 > rows["scripted: all_skills"][3]["value"]
    assert rows["scripted: all_skills"][4] is None, "no share of the time in a box that nobody used"
    assert "How babies are kept where there is a box" in (folder / "report.html").read_text()
    assert (folder / "episodes").is_dir()


@pytest.mark.parametrize(("name", "used"), [("freezer", True), ("all_skills", False)])
def test_the_planted_freezer_uses_the_box_and_the_script_with_all_skills_does_not(name: str, used: bool) -> None:
    world = boxed_world(CryosleepConfig(preset="easy"), birth_to=15, horizon=100)
    mother: Mother = Freezer() if used else Scripted.named(name)
    kept: Kept = jax.tree.map(np.asarray, trial(world, mother, jax.random.key(0), 32, CountKept(world.params)))
    told = shares(kept)
    assert told["laid"] == (1 if used else 0)
    assert told["boxed"] is not None
    assert told["cells"] is not None
    assert told["grown"] is not None
    if used:
        assert told["boxed"] > 0.7
        assert told["baby_life"] == pytest.approx(100 - np.mean([10, 15]), abs=2), "it lives to the end of each episode"
        assert told["grown"] < 10
    else:
        assert told["emergency"] is None
        assert told["cells"] > 5


def test_arms_differ_in_nothing_but_what_is_paid_and_only_one_has_no_box() -> None:
    config = CryosleepConfig()
    boxless, plain = task_of(config, "boxless"), task_of(config, "baby")
    assert boxless.world == make("standard")
    assert boxless.objectives == plain.objectives == (OBJECTIVES["baby"],)
    assert plain.world == make("standard", cryosleep=True)
    for arm in set(CRYOSLEEP_ARMS) - {"boxless"}:
        task, pay = task_of(config, arm), arm.removeprefix(SHOWN)
        assert (task.world, task.roles) == (plain.world, plain.roles)
        assert (task.objectives == plain.objectives) == (pay == "baby")
        if arm == pay:
            assert task.curriculum == plain.curriculum
        else:
            assert task == replace(task_of(config, pay), curriculum=task.curriculum)
            assert task.curriculum == BoxUnderfoot(0.15, 0.75, provided=1.0)


def _row(boxed: float, grown: float) -> dict[str, Any]:
    return {"boxed": boxed, "grown": grown}


@pytest.mark.parametrize(
    ("uses", "said"),
    [
        ((0.9, 0.92, 0.91), "the baby is kept in the box, 91%"),
        ((0.0, 0.01, 0.0), "the box is not used, 0%"),
        ((0.2, 0.3, 0.25), "the box is used, 25%"),
        ((0.0, 0.4, 0.0), "undecided, 13%"),
        ((0.9, 0.9), "from 2 seed(s), too few for a claim"),
    ],
)
def test_use_is_told_as_strongly_as_its_interval(uses: tuple[float, ...], said: str) -> None:
    config = CryosleepConfig(arms=("baby",), seeds=len(uses))
    found = {
        "baby": [_row(use, 10) for use in uses],
        "scripted: all_skills": [_row(0, 150) for _ in uses],
        FREEZER: [_row(0.9, 2) for _ in uses],
    }
    told = verdicts(config, found)
    assert said in told[0]
    assert told[-1].startswith("The box costs a baby 148 ticks of growth")


def test_each_arm_is_set_beside_mothers_paid_for_life_who_met_the_box_as_she_did() -> None:
    found = {
        "baby": [_row(use, 3) for use in (0.0, 0.01, 0.02)],
        "awake": [_row(0.0, grown) for grown in (2, 3, 4)],
        "shown_baby": [_row(use, 1) for use in (0.9, 0.91, 0.92)],
        "shown_overlap": [_row(0.0, grown) for grown in (11, 12, 13)],
        "scripted: all_skills": [_row(0, 150)] * 3,
        FREEZER: [_row(0.9, 2)] * 3,
    }
    told = verdicts(CryosleepConfig(arms=("baby", "awake", "shown_overlap", "shown_baby")), found)
    for wanted in (
        "awake, ticks that it grows: not told apart from 'baby' (+0",
        "shown_baby, the share of its life in the box: more than with 'baby' (+0.90",
        "shown_overlap, the share of its life in the box: less than with 'shown_baby' (-0.91",
        "shown_overlap, ticks that it grows: more than with 'shown_baby' (+11",
    ):
        assert any(said.startswith(wanted) for said in told), wanted
    assert not any(said.startswith("awake, the share") for said in told), "that nobody uses it is said already"


def test_an_unknown_arm_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "cryosleep", "--out", str(tmp_path / "runs"), "--arms", "frozen"]) == 2
    assert "frozen" in capsys.readouterr().err
