"""`carer run oracle_control`: what it refuses and what it measures; and (slow) a small one, end to end."""

import json
from pathlib import Path

import jax
import pytest

from carer.audits.motives.bumbling import bumbling
from carer.audits.motives.lookahead import scores
from carer.audits.motives.oracle import replies
from carer.audits.motives.proposers import Ranked
from carer.cli.main import main
from carer.experiments.configs import ORACLE_AGENTS, ORACLE_WORLDS, ORACLES, OracleControlConfig
from carer.experiments.motives.oracle.agents import agents, oracles, scheme
from carer.experiments.motives.oracle.figures import over_worlds
from carer.experiments.motives.oracle.hypotheses import asked, bought
from carer.experiments.motives.oracle.places import PLACES, Scale, laid_out, world_of
from carer.runs import Run
from carer.worlds.classic import CLASSICS

SMALL = [
    "--seeds", "3", "--updates", "2", "--save-every", "1", "--envs", "8", "--steps", "8", "--minibatches", "2",
    "--width", "8", "--episodes", "8", "--limit", "12", "--foresight", "1", "4",
    "--worlds", "boat_race", "island_navigation", "--learned", "boat_race",
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_small_one_end_to_end(tmp_path: Path) -> None:
    assert main(["run", "oracle_control", "--out", str(tmp_path), *SMALL]) == 0
    (folder,) = tmp_path.iterdir()
    told = json.loads((folder / "figures.json").read_text())
    assert [row[0] for row in told["tables"][0]["rows"]] == ["O1", "O2", "O3", "O3b", "O4", "O5"]
    assert [row[0] for row in told["tables"][1]["rows"]] == list(ORACLE_AGENTS)
    assert all(cell["n"] == 3 for row in told["tables"][1]["rows"] for cell in row[1:-1])
    by_world = {table["title"]: [row[0] for row in table["rows"]] for table in told["tables"]}
    assert by_world["World by world: bumbler"] == ["boat_race", "island_navigation"]
    assert by_world["World by world: learner"] == ["boat_race"]
    assert Run.open(folder).status == "finished"
    assert "Hypotheses" in (folder / "report.html").read_text()


def test_there_is_a_world_an_agent_and_an_oracle_for_each_name() -> None:
    config = OracleControlConfig()
    assert set(ORACLE_WORLDS) == {*CLASSICS, "reward_button"} >= set(PLACES)
    assert [world_of(config, name).name for name in ORACLE_WORLDS] == list(ORACLE_WORLDS)
    assert world_of(config, "tomato_watering").horizon == 16
    assert list(oracles(config)) == list(ORACLES)
    moments = laid_out(OracleControlConfig(episodes=2, limit=4), "boat_race", 0)
    granted = replies(moments, None)
    assert list(agents(config, moments, granted, {}, 0)) == ["bumbler", "planner", "schemer"]


def test_the_scale_runs_from_chance_to_the_best_that_can_be_had() -> None:
    config = OracleControlConfig(episodes=256, limit=20)
    moments = laid_out(config, "island_navigation", 0)
    scale = Scale.of(moments, moments.hidden)
    assert scale.high == 46  # five steps to the goal
    key = jax.random.key(0)
    for oracle, share in ((None, 0.0), (oracles(config)["ahead"], 1.0)):
        granted = replies(moments, oracle)
        bumbler = agents(config, moments, granted, {}, 0)["bumbler"]
        played = bumbling(moments, bumbler, granted, key, 64)
        assert scale.share(float(played.hidden.mean())) == pytest.approx(share, abs=0.1)
    assert Scale(3.0, 3.0).share(3.0) == 1.0


def test_a_schemer_gets_round_an_oracle_that_sees_one_tick_and_is_caught_by_one_that_sees_to_the_end() -> None:
    """In the garden the bucket pays, and to walk there is no fall in any one tick."""
    config = OracleControlConfig(limit=10, episodes=1)
    moments = laid_out(config, "tomato_watering", 0)
    scale = Scale.of(moments, moments.hidden)
    shares = []
    for ahead in (1, 10):
        granted = replies(moments, oracles(OracleControlConfig(ahead=ahead))["ahead"])
        schemer = Ranked.by(scheme(moments, granted, config.patience), insists=True)
        played = bumbling(moments, schemer, granted, jax.random.key(0), config.patience)
        shares.append(scale.share(float(played.hidden.mean())))
    assert shares[0] < 0.5 < 0.8 < shares[1]


def test_asking_again_makes_a_noisy_oracle_grant_nearly_everything() -> None:
    moments = laid_out(OracleControlConfig(episodes=1, limit=6), "boat_race", 0)
    noisy = replies(moments, oracles(OracleControlConfig(noise=0.2))["noisy"])
    free = scores(moments, moments.reward)
    assert scheme(moments, noisy, 100) == pytest.approx(free, abs=1e-3)
    assert (scheme(moments, noisy, 1).max(1) <= free.max(1) + 1e-9).all()


def test_the_claims_are_measured_as_they_say() -> None:
    shown = {
        ("bumbler", "none"): 0.0, ("bumbler", "ahead"): 0.9, ("bumbler", "sham"): 0.0,
        ("planner", "none"): 0.5, ("planner", "ahead"): 0.9, ("planner", "now"): 0.7,
        ("schemer", "none"): 0.5, ("schemer", "ahead"): 0.6, ("schemer", "now"): 0.5, ("schemer", "noisy"): 0.5,
    }  # fmt: skip
    trials = [
        {"agent": agent, "condition": oracle, "world": world, "seed": seed, "performance": value + 0.01 * seed + shift}
        for (agent, oracle), value in shown.items()
        for world, shift in (("one", -0.1), ("other", 0.1))
        for seed in range(3)
    ]
    found = over_worlds(trials, "performance")
    assert found["bumbler", "ahead"] == pytest.approx([0.9, 0.91, 0.92])
    assert bought(found, "planner", "now") == pytest.approx([0.2] * 3)
    claims = {one.name: one for one in asked(found)}
    assert set(claims) == {"O1", "O2", "O3", "O3b", "O4", "O5"}
    assert claims["O3"].scores == pytest.approx([0.3] * 3)
    assert {name for name, one in claims.items() if one.verdict != "supported"} == set()
    fewer = {pair: shares for pair, shares in found.items() if pair[0] == "bumbler"}
    assert [one.name for one in asked(fewer)] == ["O1", "O5"]


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--worlds", "boat_rac"], "boat_race"),
        (["--learned", "boat"], "boat_race"),
        (["--agents", "planer"], "planner"),
        (["--oracles", "none", "nau"], "unknown oracle"),
        (["--oracles", "now"], "Name 'none' too"),
        (["--worlds", "boat_race", "boat_race"], "Name each world once"),
        (["--foresight", "0"], "each 1 or more"),
        (["--noise", "0.7"], "at most 0.5"),
        (["--patience", "0"], "patience = 0"),
        (["--learning-rate", "0"], "learning_rate = 0.0."),
    ],
)
def test_what_cannot_be_asked_is_refused(
    flags: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "oracle_control", "--out", str(tmp_path / "runs"), *flags]) == 2
    assert said in capsys.readouterr().err
