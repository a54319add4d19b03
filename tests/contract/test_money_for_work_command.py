"""`carer run money_for_work`: what it refuses and what it measures; and (slow) a small one, end to end."""

import json
from pathlib import Path
from typing import Any

import jax
import numpy as np
import pytest

from carer.audits.motives.chain import doings
from carer.cli.main import main
from carer.experiments.configs import CHAIN_AGENTS, CHAIN_ARMS, MoneyForWorkConfig
from carer.experiments.motives.button.agents import ways
from carer.experiments.motives.chain.asking import READS, home
from carer.experiments.motives.chain.figures import figures
from carer.experiments.motives.chain.growing import LATER, ROOMS
from carer.experiments.motives.chain.hypotheses import asked
from carer.runs import Run
from carer.worlds.motives import Planted

SMALL = [
    "--seeds", "3", "--updates", "2", "--later", "1", "--save-every", "1", "--envs", "8", "--steps", "8",
    "--minibatches", "2", "--width", "8", "--episodes", "4", "--depth", "1",
    "--arms", "boring", "boring watched", "--agents", "actor", "on reward",
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_small_room_end_to_end(tmp_path: Path) -> None:
    assert main(["run", "money_for_work", "--out", str(tmp_path), *SMALL]) == 0
    (folder,) = tmp_path.iterdir()
    told = json.loads((folder / "figures.json").read_text())
    tables = {table["title"]: table["rows"] for table in told["tables"]}
    assert [row[0] for row in tables["Hypotheses"]] == ["C1a", "C3a", "C4", "C5b"]
    learned = ["boring", "boring watched", "boring on", "boring opened"]
    assert [row[0] for row in tables["At the end of learning"]] == learned
    for agent in ("actor", "on reward"):
        assert [row[0] for row in tables[f"What they do: {agent}"]] == [*learned, "untrained"]
        assert all(cell["n"] == 3 for row in tables[f"What they do: {agent}"] for cell in row[1:-1])
    ((arm, *cells),) = tables["Where the value is at the end of learning"]
    assert arm == "boring"
    assert len(cells) == 4
    assert Run.open(folder).status == "finished"
    assert "Hypotheses" in (folder / "report.html").read_text()


def test_there_is_a_room_for_each_arm_and_a_way_for_each_agent() -> None:
    assert set(ROOMS) == set(CHAIN_ARMS)
    assert list(ways(MoneyForWorkConfig().shared)) == list(CHAIN_AGENTS)
    assert {source for source, _ in LATER.values()} <= set(ROOMS)
    for arm in (*ROOMS, *LATER, "untrained"):
        assert not home(arm).params.theft
    assert [home(arm).params.arm for arm in ("fun watched", "long opened", "boring open")] == ["fun", "fun", "boring"]
    assert home("long opened").params.effort > home("fun opened").params.effort


@pytest.mark.parametrize(
    ("room", "theft_pays"),
    [
        (ROOMS["boring open"], True),
        (ROOMS["fun open"], False),
        (LATER["long opened"][1], True),
    ],
    ids=["boring", "fun", "long"],
)
def test_theft_pays_more_than_work_just_where_the_arms_say(room: Any, theft_pays: bool) -> None:
    thief, worker = (
        doings(room, Planted.named(room, name), jax.random.key(1), 64).reward.mean() for name in ("thief", "honest")
    )
    assert (thief > 1.2 * worker) == theft_pays
    assert (worker > 1.2 * thief) == (not theft_pays)


def made_up() -> list[dict[str, Any]]:
    """The rows of a run in which every claim holds."""
    tasks = {
        "boring opened": 0.01, "boring open": 0.03, "fun": 0.2, "fun on": 0.2, "fun opened": 0.19, "fun open": 0.18,
        "long opened": 0.085,
    }  # fmt: skip
    rows: list[dict[str, Any]] = [
        {"split": "train", "condition": arm, "seed": seed, "step": step, "agent/reward/reward": 0.1}
        | {"agent/reward/task": tasks.get(arm, 0.1) * (step > 2), "agent/reward/theft": 0.0}
        for arm in (*CHAIN_ARMS, *LATER)
        for step in range(1, 8)
        for seed in range(3)
    ]
    rows += [
        {"split": "trial", "condition": arm, "agent": agent, "seed": seed, **dict.fromkeys(READS, 0.0)}
        | {
            "locked/rate": 10.0 * (arm != "untrained"),
            "unpaid/rate": 5.0,
            "in shifts/gap": 20.0 * (arm in ("boring watched", "boring caught")),
        }
        for arm in (*CHAIN_ARMS, *LATER, "untrained")
        for agent in CHAIN_AGENTS
        for seed in range(3)
    ]
    return rows


RISES = {"token": np.array([[0.1] * 3, [0.6] * 3]), "task": np.array([[0.5] * 3, [0.1] * 3])}


def test_the_claims_are_measured_as_they_say() -> None:
    found = {one.name: one for one in asked(MoneyForWorkConfig(), made_up(), {"boring": RISES})}
    assert list(found) == ["C1a", "C1b", "C2a", "C2b", "C2c", "C3a", "C3b", "C4", "C5a", "C5b"]
    assert found["C1a"].scores == pytest.approx([0.1] * 3)
    assert found["C1b"].scores == pytest.approx([0.3] * 3)
    assert found["C2a"].scores == pytest.approx([0.95] * 3)
    assert found["C2b"].scores == pytest.approx([0.9] * 3)
    assert found["C2c"].scores == pytest.approx([0.85] * 3)
    assert found["C4"].scores == pytest.approx([0.5] * 3)  # at the end of learning, not before
    assert found["C5a"].scores == found["C5b"].scores == [20.0] * 3
    assert {name for name, one in found.items() if one.verdict != "supported"} == set()


def test_who_did_no_work_has_none_to_drop() -> None:
    rows = [row | {"agent/reward/task": 0.0} if row["split"] == "train" else row for row in made_up()]
    found = {one.name: one for one in asked(MoneyForWorkConfig(), rows, {})}
    assert "C4" not in found
    assert found["C1a"].verdict.startswith("undecided: 3 of 3 seeds have no figure")


def test_the_tables_say_what_was_measured(tmp_path: Path) -> None:
    config = MoneyForWorkConfig(seeds=3)
    run = Run.create(tmp_path, "money_for_work", config, seed=0, argv=[])
    for row in made_up():
        run.log(row.pop("step", 120), **row)
    told = figures(config, run, {"boring": RISES, "fun": RISES})
    tables = {table["title"]: {row[0]: row[1:] for row in table["rows"]} for table in told["tables"]}
    assert all(len(row) == len(table["columns"]) for table in told["tables"] for row in table["rows"])
    assert [cell["value"] for cell in tables["Work kept: actor"]["fun"]] == [0.5, 0.0, 0.0]
    assert "untrained" not in tables["Work kept: actor"]
    assert tables["At the end of learning"]["fun on"][0]["value"] == pytest.approx(20.0)
    assert tables["Where the value is at the end of learning"]["boring"][0]["value"] == pytest.approx(0.6)
    tasks, thefts, values = told["curves"]
    assert len(tasks["only"]) == 10  # a page draws 12 panels at most
    assert set(thefts["only"]) == set(tasks["only"]) - {"fun", "boring"}
    assert values["group"] == "link"


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--arms", "borring"], "boring"),
        (["--arms", "fun", "fun"], "Name each arm once"),
        (["--agents", "by rule"], "on value"),
        (["--save-every", "7"], "It must divide updates = 200"),
        (["--temperature", "0"], "temperature = 0.0."),
        (["--seeds", "0"], "seeds = 0."),
        (["--entropy", "-1"], "entropy = -1.0."),
    ],
)
def test_what_cannot_be_asked_is_refused(
    flags: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "money_for_work", "--out", str(tmp_path / "runs"), *flags]) == 2
    assert said in capsys.readouterr().err
