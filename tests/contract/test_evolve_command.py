"""`carer run evolve`, end to end and small; and stopped within a lifetime."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from rich.console import Console

from carer.cli.main import main
from carer.experiments.care.evolution import PLANTED, Arm, Search
from carer.experiments.care.evolving import evolve, plant
from carer.experiments.configs import EvolveConfig
from carer.runs import Preemption, Run
from carer.worlds.nursery.signals import SIGNALS

SMALL = [
    "--preset", "easy", "--seeds", "3", "--population", "2", "--generations", "2", "--updates", "2", "--envs", "4",
    "--steps", "8", "--width", "8", "--minibatches", "2", "--judged", "8", "--final-updates", "2", "--final-envs", "8",
    "--final-alone", "1", "--final-minibatches", "2",
    "--final-width", "8", "--episodes", "8", "--battery", "0", "--foods", "even",
]  # fmt: skip
CONFIG = EvolveConfig(
    preset="easy", seeds=2, population=2, generations=2, updates=2, envs=4, steps=4, minibatches=2, width=4, judged=4
)


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("runs")
    assert main(["run", "evolve", "--out", str(out), *SMALL]) == 0
    (folder,) = out.iterdir()
    return folder


@pytest.mark.slow
def test_every_population_is_followed_and_its_reward_grows_a_mother(run_folder: Path) -> None:
    rows = [json.loads(line) for line in (run_folder / "metrics.jsonl").read_text().splitlines()]
    search = [row for row in rows if row["split"] == "evolution"]
    asked = {(row["condition"], row["generation"], row["seed"]) for row in search}
    arms = ("even-selected", "even-neutral")
    assert asked == {(arm, at, seed) for arm in arms for at in range(2) for seed in range(3)}
    first = [row for row in search if row["generation"] == 0]
    by_seed = [[row["fitness"] for row in first if row["seed"] == seed] for seed in range(3)]
    assert all(one == other for one, other in by_seed)  # the same populations learn the same
    planted = [(row["condition"], row["reward"], row["seed"]) for row in rows if row["split"] == "planted"]
    assert sorted(planted) == sorted(("even", reward, seed) for reward in PLANTED for seed in range(3))
    trials = {row["condition"] for row in rows if row["split"] == "trial"}
    assert trials == {"scripted: selfish", "scripted: all_skills", *arms, "baby"}


@pytest.mark.slow
def test_the_report_shows_what_evolved(run_folder: Path) -> None:
    figures = json.loads((run_folder / "figures.json").read_text())
    assert [row[0] for row in figures["tables"][0]["rows"]] == ["even-selected", "even-neutral"]
    assert len(figures["tables"][0]["columns"]) == 2 + len(SIGNALS)
    assert len(figures["verdicts"]) == 4
    page = (run_folder / "report.html").read_text()
    assert "Evolved rewards" in page
    assert "could not be drawn" not in page
    assert Run.open(run_folder).status == "finished"


class After(Preemption):
    """Asked to stop at the look number `looks`."""

    def __init__(self, looks: int) -> None:
        super().__init__()
        self._left = looks

    @property
    def requested(self) -> bool:
        self._left -= 1
        return self._left < 0


def _fresh(root: Path) -> Run:
    return Run.create(root, "evolve", CONFIG, seed=0, argv=["run"], console=Console(file=StringIO()))


def _leaves(search: Search) -> list[np.ndarray]:
    plain = [
        jax.random.key_data(leaf) if jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key) else leaf
        for leaf in jax.tree.leaves(search)
    ]
    return [np.asarray(leaf) for leaf in plain]


@pytest.mark.slow
def test_stopped_within_a_lifetime_and_resumed_it_is_bit_for_bit_the_same(tmp_path: Path) -> None:
    arm = Arm("patchy", True)
    whole = _fresh(tmp_path / "whole")
    expected = evolve(CONFIG, arm, whole, Preemption())
    assert int(expected.generation) == CONFIG.generations
    run: Any = _fresh(tmp_path / "half")
    stopped = evolve(CONFIG, arm, run, After(3))  # in the second generation, after one update
    assert (int(stopped.generation), int(stopped.learner.update[0])) == (1, 1)
    run.close()
    again = Run.open(run.path, console=Console(file=StringIO()))
    again.resume()
    resumed = evolve(CONFIG, arm, again, Preemption())
    for found, wanted in zip(_leaves(resumed), _leaves(expected), strict=True):
        np.testing.assert_array_equal(found, wanted)
    assert again.metrics().equals(whole.metrics())


@pytest.mark.slow
def test_planting_once_stopped_begins_again_and_once_done_is_done(tmp_path: Path) -> None:
    run = _fresh(tmp_path)

    def planted() -> list[dict[str, Any]]:
        return [row for row in run.metrics().to_dicts() if row.get("split") == "planted"]

    plant(CONFIG, "even", run, After(1))  # after one update
    assert planted() == []
    plant(CONFIG, "even", run, Preemption())
    whole = planted()
    assert [(row["seed"], row["reward"]) for row in whole] == [(seed, one) for seed in range(2) for one in PLANTED]
    run.truncate_metrics(lambda row: row["seed"] == 0)  # as if killed while the rows were written
    plant(CONFIG, "even", run, Preemption())
    assert planted() == whole
    plant(CONFIG, "even", run, After(0))  # nothing is left to be stopped
    assert planted() == whole


@pytest.mark.parametrize(("flags", "said"), [(["--foods", "evn"], "even"), (["--population", "1"], "population = 1.")])
def test_what_cannot_evolve_is_refused(
    flags: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "evolve", "--out", str(tmp_path / "runs"), *flags]) == 2
    assert said in capsys.readouterr().err
