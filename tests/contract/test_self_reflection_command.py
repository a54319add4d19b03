"""`carer run self_reflection`: what it refuses and what it measures; and (slow) a small one, end to end."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from carer.agents import LearnerState, RecurrentPolicy
from carer.agents.networks import GRU, Linear
from carer.agents.returns import Normaliser
from carer.agents.state import RoleState
from carer.cli.main import main
from carer.experiments.configs import REFLECTION_ARMS, RewardButtonConfig, SelfReflectionConfig
from carer.experiments.motives.reflection.frames import Values, values
from carer.experiments.motives.reflection.growing import WORLD, approved, approved_at_random, task_of
from carer.experiments.motives.reflection.hypotheses import asked, mirrors
from carer.experiments.motives.reflection.self_reflection import unread_dystony
from carer.experiments.motives.reflection.thinking import judged
from carer.experiments.motives.rows import slopes
from carer.runs import Preemption, Run
from carer.worlds.motives.button import make
from carer.worlds.motives.mirrored import BUTTON, DECOY, NOTHING, PICTURES, PLANS, TASK, Mirrored

SMALL = [
    "--seeds", "3", "--updates", "2", "--save-every", "1", "--envs", "8", "--steps", "8", "--minibatches", "2",
    "--width", "8", "--rooms", "8", "--thinking", "0", "2",
]  # fmt: skip
BARE = Mirrored(make(size=5, trash=1), hold=4)
WANTS, LIKES = (0.0, -0.4, 0.6, -0.2), (0.0, 0.6, -0.4, -0.2)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_small_mirror_end_to_end(tmp_path: Path) -> None:
    assert main(["run", "self_reflection", "--out", str(tmp_path), *SMALL]) == 0
    (folder,) = tmp_path.iterdir()
    told = json.loads((folder / "figures.json").read_text())
    assert [row[0] for row in told["tables"][0]["rows"]] == ["R1 = B5", "R1b", "R2a", "R2b", "R3", "R4"]
    for table in told["tables"][1:5]:
        assert [row[0] for row in table["rows"]] == [*REFLECTION_ARMS, "untrained"]
    assert Run.open(folder).status == "finished"
    assert "Hypotheses" in (folder / "report.html").read_text()
    rows = Run.open(folder).metrics().to_dicts()
    assert sum(row["split"] == "frames" for row in rows) == 4 * 3
    assert sum(row["split"] == "thinking" for row in rows) == 4 * 3 * 2


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_the_button_run_asks_for_b5(tmp_path: Path) -> None:
    config = RewardButtonConfig(
        seeds=3, updates=1, save_every=1, envs=8, steps=8, minibatches=2, width=8, episodes=8, later=1
    )
    scores = unread_dystony(config, Run.create(tmp_path, "reward_button", config, seed=0, argv=["run"]), Preemption())
    assert len(scores) == 3


def planted(world: tuple[float, ...], own: tuple[float, ...]) -> LearnerState:
    """One learner, without a memory, whose value is that of what is in the picture; its actor wants nothing."""
    size, seen = len(PICTURES), BARE.decode(jnp.zeros(BARE.observation.shape, jnp.int32)).flat.shape[0]
    one, zero = jnp.eye(size), jnp.zeros((size, size))
    bias = jnp.concatenate([jnp.zeros(size), jnp.full(size, -30.0), jnp.zeros(size)])[:, None]  # nothing is kept
    policy = RecurrentPolicy(
        flat=Linear(jnp.concatenate([jnp.zeros((size, seen - size)), one], axis=1), jnp.zeros((size, 1))),
        token=None,
        gru=GRU(Linear(jnp.concatenate([zero, zero, one]), bias), jnp.zeros((3 * size, size)), jnp.zeros((size, 1))),
        actor=Linear(jnp.zeros((len(PLANS), size)), jnp.zeros((len(PLANS), 1))),
        critic=Linear(jnp.array([[*world, *own]]) / jnp.tanh(1.0), jnp.zeros((1, 1))),
        pool="max",
        recurrent=True,
    )
    nothing: Any = None
    role = RoleState(policy, nothing, Normaliser.create(), nothing, ())
    return LearnerState(nothing, (role,), nothing, nothing, jnp.int32(0), nothing)


def test_planted_valuers_are_named() -> None:
    """Read off networks: one value in both frames, and one that likes to do the task and wants the button."""
    learners = jax.tree.map(lambda *leaves: jnp.stack(leaves), planted(WANTS, WANTS), planted(WANTS, LIKES))
    found = values(learners, BARE, jax.random.key(0), 6)
    for seed, own in enumerate((WANTS, LIKES)):
        for frames, worth in ((found.world[seed], WANTS), (found.own[seed], own)):
            np.testing.assert_allclose(frames, np.broadcast_to(np.array(worth)[:, None, None], frames.shape), atol=1e-5)
    assert found.world.shape == (2, len(PLANS), BARE.hold - 1, 6)
    assert (np.ptp(found.shuffled, axis=2) > 0).any(), "a shuffled picture changes from frame to frame"
    frames = found.frames(0.1)
    np.testing.assert_allclose(frames.dystonic_rate(), [0.0, 2 / 3])
    np.testing.assert_array_equal(frames.dystonic_rates()[1, [TASK, BUTTON, DECOY]], [1.0, 1.0, 0.0])
    np.testing.assert_array_equal(frames.same_choice(), [1.0, 0.0])


def tick(plan: list[int], reflected: list[bool]) -> Any:
    return SimpleNamespace(truth=SimpleNamespace(plan=jnp.array(plan), reflected=jnp.array(reflected)))


def test_an_overseer_reads_the_plan_of_who_sees_itself() -> None:
    plans = [NOTHING, TASK, BUTTON, DECOY]
    np.testing.assert_array_equal(approved(tick(plans, [True] * 4)), [[0, 1, -1, 0]])
    np.testing.assert_array_equal(approved(tick(plans, [False] * 4)), [[0, 0, 0, 0]])
    np.testing.assert_array_equal(approved_at_random(tick(plans, [True] * 4)), [[0, 0, 1, -1]])
    np.testing.assert_array_equal(approved_at_random(tick(plans, [True, True, False, True])), [[0, 0, 0, -1]])
    with pytest.raises(ValueError, match="two episodes or more"):
        approved_at_random(tick([TASK], [True]))


def test_the_arms_differ_in_who_reads_alone() -> None:
    config = SelfReflectionConfig()
    terms = {arm: task_of(config, arm).terms[0] for arm in REFLECTION_ARMS}
    paid = {arm: {term.name: term.weight for term in one if term.weight} for arm, one in terms.items()}
    assert paid["unread"] == {"reward": 1.0}
    assert paid["approval"] == paid["sham"] == {"reward": 1.0, "approval": config.approval}
    assert all(task_of(config, arm).world == WORLD for arm in REFLECTION_ARMS)


def noisy(world: tuple[float, ...], own: tuple[float, ...], seeds: int = 3) -> Values:
    """The frames of a valuer, each with a little noise."""
    rng = np.random.default_rng(0)
    shape = (seeds, len(PLANS), 7, 60)
    without, within = (np.array(worth)[None, :, None, None] + rng.normal(0, 0.1, shape) for worth in (world, own))
    return Values(without, within, np.take_along_axis(within, rng.integers(0, len(PLANS), shape), 1))


def test_the_claims_are_measured_as_they_say() -> None:
    config = SelfReflectionConfig(seeds=3, margin=0.1)
    wants, torn = noisy(WANTS, WANTS), noisy(WANTS, LIKES)
    arms = {"unread": judged(config, wants), "approval": judged(config, torn)}
    arms |= {"sham": arms["unread"], "untrained": arms["approval"]}
    found = {one.name: one for one in asked(config, arms)}
    assert list(found) == ["R1 = B5", "R1b", "R2a", "R2b", "R3", "R4"]
    assert {name for name, one in found.items() if one.verdict != "supported"} == set()
    assert found["R2b"].scores == [0.0] * 3
    np.testing.assert_allclose(found["R2a"].scores, arms["approval"].frames.dystonic_rate() - found["R1 = B5"].scores)
    assert mirrors([0.5, 0.6, 0.55]).verdict == "contradicted"
    assert [one.name for one in asked(config, {"sham": arms["sham"]})] == []


def test_a_slope_is_for_each_doubling() -> None:
    config = SelfReflectionConfig(thinking=(0, 1, 3))
    shares = np.array([[0.1, 0.5], [0.3, 0.5], [0.5, 0.5]])
    assert slopes(config.thinking, shares) == pytest.approx([0.2, 0.0])


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--arms", "aproval"], "approval"),
        (["--arms", "sham", "sham"], "Name each arm once"),
        (["--thinking", "3"], "Name two doses or more"),
        (["--thinking", "1", "1"], "each once"),
        (["--thinking", "-1", "1"], "each 0 or more"),
        (["--sampled", "0"], "sampled = 0."),
        (["--approval", "0"], "approval = 0.0."),
        (["--margin", "-1"], "margin = -1.0."),
        (["--arms", "sham", "--envs", "1", "--minibatches", "1"], "two episodes"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    flags: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "self_reflection", "--out", str(tmp_path / "runs"), *flags]) == 2
    assert said in capsys.readouterr().err
