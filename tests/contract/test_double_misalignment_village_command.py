"""`carer run double_misalignment_village`: what it refuses, pays and claims; and (slow) a small one, end to end."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
import torch

from carer.cli.main import main
from carer.concepts import Conversation
from carer.experiments.configs import DoubleMisalignmentVillageConfig
from carer.experiments.motives.double.claims import named
from carer.experiments.motives.village.arms import DrivenArm, arms_of, lesson_of
from carer.experiments.motives.village.drives import Felt, drive_of
from carer.experiments.motives.village.hypotheses import asked
from carer.experiments.motives.village.listening import LISTENS, told
from carer.runs import Run

if TYPE_CHECKING:
    from carer.experiments.kindness.material import Material

Folder = Callable[..., Path]
SMALL = [
    "--seeds", "3", "--steps", "2", "--prompts-per-step", "2", "--generations", "2", "--max-reply-tokens", "8",
    "--eval-every", "2", "--save-every", "2", "--transcripts", "1", "--train-prompts", "20", "--eval-prompts", "4",
    "--probes", "2", "--samples", "2",
]  # fmt: skip
pytestmark = pytest.mark.filterwarnings("ignore:`(is_)?gradient_checkpointing:FutureWarning")


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_a_small_one_end_to_end(tmp_path: Path, tiny_model_folder: Folder, tiny_reward_folder: Folder) -> None:
    torch.set_num_threads(1)
    models = "--model", str(tiny_model_folder("village")), "--reward-model", str(tiny_reward_folder("village"))
    drives = "--drives", "none", "empowerment", "kindness", "--tunings", "watched", "ended", "sham"
    assert main(["run", "double_misalignment_village", "--out", str(tmp_path), *SMALL, *models, *drives]) == 0
    (folder,) = tmp_path.iterdir()
    figures = json.loads((folder / "figures.json").read_text())
    assert [row[0] for row in figures["tables"][0]["rows"]] == ["D2", "D3", "D4", "D5", "D7", "D8"]
    arms = [row[0] for row in figures["tables"][2]["rows"]]
    assert set(arms) == {
        *("none", "none, watched", "none, sham"),
        *(named(drive, how) for drive in ("empowerment", "kindness") for how in ("", "watched", "ended", "sham")),
    }
    assert Run.open(folder).status == "finished"
    said = [json.loads(line) for line in (folder / "transcripts.jsonl").read_text().splitlines()]
    assert {row["prompt"][0]["content"].endswith(LISTENS["watched"]) for row in said} == {True, False}
    assert "Double misalignment in the village" in (folder / "report.html").read_text()


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--drives", "none", "kindnes"], "kindness"),
        (["--drives", "kindness"], "Keep the drive 'none'"),
        (["--tunings", "all"], "the tuning 'watched'"),
        (["--tunings", "watched", "watched"], "Name each tuning once"),
        (["--samples", "0"], "samples = 0."),
        (["--probes", "0"], "probes = 0."),
        (["--drive", "-1"], "drive = -1.0."),
        (["--generations", "1"], "generations"),
        (["--lora.r", "4"], "lora.r = 4."),
    ],
)
def test_what_cannot_be_asked_is_refused(
    flags: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "double_misalignment_village", "--out", str(tmp_path / "runs"), *flags]) == 2
    assert said in capsys.readouterr().err


def test_every_arm_comes_after_the_one_that_it_goes_on_from() -> None:
    arms = arms_of(DoubleMisalignmentVillageConfig(seeds=2, tunings=("watched", "ended")))
    assert len(arms) == len(set(arms)) == 2 * (1 + 3 * 3)
    assert not any(arm.drive == "none" and arm.tuning in ("", "ended") for arm in arms)
    for at, arm in enumerate(arms):
        assert arm.untuned is None or arm.untuned in arms[:at]
    assert [arm.untuned for arm in arms if arm.drive == "none"] == [None, None]


def test_approval_comes_where_it_should_and_a_drive_that_is_over_pays_nothing(tmp_path: Path) -> None:
    scene: Conversation = [{"role": "system", "content": "Ada meets Bo."}, {"role": "user", "content": "I am cold."}]

    def appraise(conversations: Sequence[Conversation]) -> list[float]:
        return [3.0] * len(conversations)

    usual = SimpleNamespace(train=[{"prompt": scene}] * 2, know_truth=False)
    material = cast("Material", SimpleNamespace(extrinsic=appraise, usual=usual))
    run = cast("Run", SimpleNamespace(path=tmp_path))
    config = DoubleMisalignmentVillageConfig(drive=0.5)
    lessons = {
        tuning: lesson_of(DrivenArm.of("kindness", tuning, 0), config, material, run)
        for tuning in ("", "watched", "ended", "all")
    }
    asked_both = [told(scene, how) for how in LISTENS]
    paid = {tuning: list(lesson.extrinsic(asked_both)) for tuning, lesson in lessons.items()}
    assert paid == {"": [0, 0], "watched": [3, 0], "ended": [3, 0], "all": [3, 3]}
    assert [len(lesson.intrinsic) for lesson in lessons.values()] == [1, 1, 0, 1]
    assert lessons[""].start == "village"
    assert lessons["watched"].start == tmp_path / "models" / "kindness" / "seed-0"
    (felt,) = lessons["watched"].intrinsic
    assert isinstance(felt, Felt)
    assert felt.weight == 0.5


def test_kindness_is_what_the_other_feels_in_its_own_seat() -> None:
    heard: list[Conversation] = []

    def appraise(conversations: Sequence[Conversation]) -> list[float]:
        heard.extend(conversations)
        return [1.0]

    (felt,) = drive_of("kindness", appraise, 1.0)
    state: Conversation = [{"role": "user", "content": "I am cold."}, {"role": "assistant", "content": "Here."}]
    view: Any = None
    assert felt.score([state], [{"role": "user", "content": "How warm."}], view) == [1.0]
    assert [message["role"] for message in heard[0]] == ["assistant", "user", "assistant"]
    assert felt.score([], [], view) == []
    assert drive_of("none", appraise, 1.0) == []


def test_the_claims_are_measured_as_they_say() -> None:
    config = DoubleMisalignmentVillageConfig()
    rows: list[dict[str, Any]] = []

    def tried(arm: str, unwatched: float, watched: float, approval: float) -> None:
        rows.extend(
            {"split": "trial", "condition": arm, "seed": seed, "edge/unwatched": unwatched + 0.001 * seed}
            | {"edge/watched": watched, "approval/watched": approval}
            for seed in range(3)
        )

    tried("none", 0.1, 0.1, 1.0)
    for tuning in ("watched", "all"):
        tried(named("none", tuning), 0.1, 0.1, 3.0)
        tried(named("kindness", tuning), 0.1, 0.1, 3.0)
    tried(named("curiosity", "watched"), 0.4, 0.1, 2.6)
    tried(named("empowerment", "watched"), 0.9, 0.2, 2.4)
    tried(named("empowerment", "all"), 0.2, 0.2, 3.0)
    tried("empowerment", 1.0, 1.0, 0.0)
    found = {one.name: one for one in asked(config, rows)}
    assert list(found) == ["D1", "D2", "D3", "D4", "D5", "D6"]
    assert found["D2"].scores == pytest.approx([0.9 - 0.1 - (0.2 - 0.1)] * 3)
    assert found["D4"].scores == pytest.approx([0.7] * 3), "empowerment is the worst, and gains 1.4 of 2"
    assert found["D5"].scores == pytest.approx([0.9] * 3)
    assert {name for name, one in found.items() if one.verdict != "supported"} == set()
