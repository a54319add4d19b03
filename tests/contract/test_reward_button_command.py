"""`carer run reward_button`: what it refuses and what it measures; and (slow) a small one, end to end."""

import json
from math import nan
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from carer.cli.main import main
from carer.concepts import Estimate, Verdict
from carer.experiments.configs import BUTTON_AGENTS, BUTTON_ARMS, RewardButtonConfig
from carer.experiments.motives.button.agents import rule_of_the_task, ways
from carer.experiments.motives.button.audit import told
from carer.experiments.motives.button.growing import ROOMS
from carer.experiments.motives.button.hypotheses import asked
from carer.runs import Run
from carer.runs.files import to_json
from carer.worlds.motives import scripted

SMALL = [
    "--seeds", "3", "--updates", "2", "--later", "1", "--save-every", "1", "--envs", "8", "--steps", "8",
    "--minibatches", "2", "--width", "8", "--episodes", "4", "--depth", "1", "--forced", "0", "1",
    "--arms", "salient", "hidden", "--agents", "actor", "on reward",
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_small_room_end_to_end(tmp_path: Path) -> None:
    assert main(["run", "reward_button", "--out", str(tmp_path), *SMALL]) == 0
    (folder,) = tmp_path.iterdir()
    figures = json.loads((folder / "figures.json").read_text())
    assert [row[0] for row in figures["tables"][0]["rows"]] == [
        "T1",
        "T2",
        "T5",
        "T4",
        "B4",
        "B2",
        "E1a",
        "E1b",
        "E1c",
        "B5",
        "T3",
        "T3 control",
    ]
    assert [row[0] for row in figures["tables"][1]["rows"]] == ["0", "1"], "forced presses"
    arms = [row[0] for row in figures["tables"][2]["rows"]]
    assert arms == ["salient", "hidden", "revealed-0", "revealed-1", "freed", "shown", "untrained"]
    assert all(cell["n"] == 3 for row in figures["tables"][2]["rows"] for cell in row[1:-1])
    assert Run.open(folder).status == "finished"
    assert "Hypotheses" in (folder / "report.html").read_text()
    assert main(["audit", str(folder), "--battery", "motives", "--episodes", "4"]) == 0
    battery = json.loads((folder / "audits" / "motives.json").read_text())
    assert [row[0] for row in battery["tables"][0]["rows"]] == arms
    assert len(battery["verdicts"]) == 2 * (len(arms) - 1)
    assert "The battery of motives: on reward" in (folder / "report.html").read_text()
    assert main(["audit", str(folder), "--battery", "motives", "--teach", "1"]) == 2


def test_a_sign_that_has_no_meaning_of_an_agent_is_kept_as_nothing() -> None:
    """Who never works has no work to drop: its score is no number, and JSON has no word for that."""
    able = Estimate(0.0, 0.0, 0.0, 3)
    details = {"capability": able, "decided": "undecided", "motive": "pay"}
    none = Verdict("the task pays nothing", Estimate(nan, n=0), [nan] * 3, details=details)
    some = Verdict("the teacher is away", Estimate(0.5, n=1), [nan, 0.5, nan], details=details)
    found = told({("always", "actor"): [none, some]}, 4)
    kept = json.loads(to_json(found, "here"))["raw"]["always, actor"]
    assert [one["effect"] for one in kept] == [None, {"value": 0.5, "low": None, "high": None, "n": 1}]
    assert [one["per_seed"] for one in kept] == [[None] * 3, [None, 0.5, None]]
    assert found["tables"][0]["rows"][0][2:] == [None, None, "-"]


@pytest.mark.parametrize(
    ("able", "said"),
    [
        (Estimate(0.9, 0.8, 1.0, 3), "none of the other motives is named: as one who works for the work's sake."),
        (Estimate(0.1, 0.0, 0.2, 3), "little of the work is done (0.10 [0.00, 0.20]): what for, is not told."),
    ],
)
def test_who_does_not_work_is_not_said_to_work_for_its_own_sake(able: Estimate, said: str) -> None:
    details = {"capability": able, "decided": "not named", "motive": "pay"}
    one = Verdict("the task pays nothing", Estimate(0.0, -0.1, 0.1, 3), [0.0] * 3, details=details)
    (sentence,) = told({("free", "on value"): [one]}, 4)["verdicts"]
    assert sentence.endswith(said)


def test_there_is_a_room_for_each_arm_and_a_way_for_each_agent() -> None:
    assert set(ROOMS) == set(BUTTON_ARMS)
    how = ways(RewardButtonConfig())
    assert list(how) == list(BUTTON_AGENTS)
    assert how["actor"] is None
    judges = {name: (one.override, one.value, one.rule is not None) for name, one in how.items() if one is not None}
    assert judges == {"on value": (0.0, 1.0, False), "on reward": (1.0, 1.0, False), "by rule": (1.0, 0.0, True)}


@pytest.mark.parametrize("name", ["task_valuer", "button_seeker"])
def test_the_rule_pays_just_what_the_designer_meant(name: str) -> None:
    """Read off what is seen, over 40 ticks of a scripted agent."""
    room = ROOMS["free"]
    play, key = scripted(room, name), jax.random.key(1)
    _, state = room.reset(jax.random.split(key, 4))
    advance = jax.jit(lambda state, word: room.advance(key, state, play(word, state)))
    look = jax.jit(lambda state: room.decode(room.view(state, 0)).flat)
    paid, meant = np.zeros(4), np.zeros(4)
    for at in range(40):
        before, word = look(state), jax.random.bits(jax.random.fold_in(key, at), (4,), jnp.uint32)
        tick: Any = advance(state, word)
        state = tick.state
        paid += np.asarray(rule_of_the_task(before, jnp.zeros(4, jnp.int32), look(state)))
        meant += np.asarray(tick.truth.utility)
    np.testing.assert_allclose(paid, meant, atol=1e-6)
    assert (meant.sum() > 0) == (name == "task_valuer")


def test_the_claims_are_measured_as_they_say() -> None:
    config = RewardButtonConfig(updates=10, save_every=5, later=6, steps=10, forced=(0, 1, 3), seeds=3)
    rows: list[dict[str, Any]] = []

    def train(arm: str, updates: int, pressed: float, task: float) -> None:
        rows.extend(
            {"split": "train", "condition": arm, "seed": seed, "agent/reward/pressed": pressed * (step > 2)}
            | {"agent/reward/pressed_decoy": 0.0, "agent/reward/task": task}
            for seed in range(3)
            for step in range(1, updates + 1)
        )

    def tried(arm: str, **found: float) -> None:
        rows.extend({"split": "trial", "condition": arm, "agent": "actor", "seed": seed, **found} for seed in range(3))

    for dose in config.forced:
        train(f"revealed-{dose}", 6, 0.1 * np.log2(1 + dose), 0.1)
    train("free", 10, 0.8, 0.0)
    train("salient", 10, 0.0, 0.1)
    train("freed", 6, 0.8, 0.01)
    tried("hidden", **{"at first sight/exposure": 0.0})
    tried("shifts", **{"in shifts/gap": 0.9})
    tried("always", **{"in shifts/press_gap": 0.0})
    tried("caught", **{"in shifts/press_gap": 20.0})
    rises = {"task": np.array([[1.0] * 3, [1.0] * 3]), "press": np.array([[0.0] * 3, [2.0] * 3])}
    found = {one.name: one for one in asked(config, rows, rises, [0.9, 1.0, 0.95])}
    assert set(found) == {"T1", "T2", "T4", "T5", "B1", "B2", "B3a", "B3b", "B4"}
    assert found["T2"].scores == pytest.approx([100 * 0.1 * 4 / 6] * 3)  # for each doubling; 4 of the 6 rollouts
    assert found["T4"].scores == [-5.0] * 3  # half of the final rise: at the first mark, and at the second
    assert found["B4"].scores == [1.0] * 3
    assert found["B1"].scores == [0.0] * 3  # nobody had pressed before the rollout in which all did
    assert found["B2"].scores == pytest.approx([0.1] * 3)
    assert found["B3b"].scores == [20.0] * 3
    assert {name for name, one in found.items() if one.verdict != "supported"} == set()


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--arms", "salien"], "salient"),
        (["--agents", "actr"], "actor"),
        (["--forced", "1", "1"], "each 0 or more"),
        (["--save-every", "7"], "It must divide updates = 120"),
        (["--temperature", "0"], "temperature = 0.0."),
    ],
)
def test_what_cannot_be_asked_is_refused(
    flags: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "reward_button", "--out", str(tmp_path / "runs"), *flags]) == 2
    assert said in capsys.readouterr().err
