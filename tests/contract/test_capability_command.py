"""`carer run capability`: what it refuses, and (slow) a small grid, end to end."""

import json
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from carer.cli.main import main
from carer.concepts import CarerError
from carer.experiments.care.capability import world_of
from carer.experiments.care.capability_figures import Cell, verdicts
from carer.experiments.configs import CapabilityConfig
from carer.runs import Run
from carer.worlds.nursery.params import params_of
from carer.worlds.nursery.repeating import Repeating

SMALL = [
    "--widths", "4", "8", "--lives", "2", "0", "--seeds", "3", "--alone", "1", "--updates", "1", "--envs", "8",
    "--steps", "8", "--minibatches", "2", "--episodes", "8", "--evaluate-every", "1",
]  # fmt: skip


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--widths", "0"], "widths = 0."),
        (["--widths", "8", "8"], "each once"),
        (["--lives", "-1"], "lives = -1."),
        (["--seeds", "0"], "seeds = 0."),
        (["--easy-until", "0.9"], "easy_until <= hard_from"),
    ],
)
def test_what_cannot_be_grown_is_refused(
    flags: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "capability", "--out", str(tmp_path / "runs"), *flags]) == 2
    assert said in capsys.readouterr().err


def test_a_world_of_few_lives_has_just_these() -> None:
    def layouts(world: Repeating) -> set[tuple[int, ...]]:
        state = jax.jit(world.initial)(jax.random.bits(jax.random.key(0), (2, 400), jnp.uint32))
        return {tuple(one) for one in np.concatenate([state.bush_x, state.bush_y, state.birth_at[None]]).T.tolist()}

    one, three = (layouts(Repeating(params_of("standard"), count)) for count in (1, 3))
    assert (len(one), len(three)) == (1, 3)
    assert one < three
    with pytest.raises(CarerError, match="different = 0"):
        Repeating(params_of("standard"), 0)


def test_every_cell_is_the_caring_drive_of_its_width() -> None:
    config = CapabilityConfig(updates=7, alone=3, learning_rate=1e-3)
    drive = config.drive(16)
    assert (drive.width, drive.updates, drive.alone, drive.learning_rate) == (16, 7, 3, 1e-3)
    few, new = world_of(config, 16), world_of(config, 0, "never")
    assert isinstance(few, Repeating)
    assert few.different == 16
    assert not isinstance(new, Repeating)
    assert new.params.birth == "never"


def test_what_is_needed_is_said_as_strongly_as_intervals_allow() -> None:
    general = {
        Cell(16, 8): [0.1, 0.2, 0.1], Cell(16, 0): [0.2, 0.1, 0.3],
        Cell(64, 8): [0.7, 0.5, 0.6], Cell(64, 0): [0.7, 0.7, 0.8],
    }  # fmt: skip
    width, diversity, care = verdicts(general)
    assert width.startswith("The width of the network (16 to 64) adds to the held-out score: +0.53 [")
    assert "is not shown to matter" in diversity or "adds to" in diversity
    assert care.startswith("With most of both, general care is shown: 0.73 [")
    without = {cell: [score - 1.0 for score in scores] for cell, scores in general.items()}
    assert verdicts(without)[2].startswith("With most of both, general care is not shown: -0.27 [")
    few = {cell: scores[:2] for cell, scores in general.items()}
    assert all("too few for a claim" in one for one in verdicts(few))
    assert "there is one only" in verdicts({Cell(16, 0): [0.1, 0.2, 0.3]})[0]


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_small_grid_is_grown_and_asked(tmp_path: Path) -> None:
    assert main(["run", "capability", "--out", str(tmp_path), *SMALL]) == 0
    (folder,) = tmp_path.iterdir()
    assert Run.open(folder).status == "finished"
    table = json.loads((folder / "figures.json").read_text())["tables"][0]["rows"]
    assert [row[0] for row in table] == [
        "4 units, 2 lives", "4 units, ever new lives", "8 units, 2 lives", "8 units, ever new lives"
    ]  # fmt: skip
    assert all(cell["low"] is not None for row in table for cell in row[1:])
    page = (folder / "report.html").read_text()
    assert "Does general care need a large network" in page
    assert "could not be drawn" not in page
