"""`carer run naive_kindness` on models of several families, with prompts and a reward model of the user's own."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from carer.cli.main import main

pytestmark = pytest.mark.filterwarnings(
    # TRL turns `gradient_checkpointing` on by its old name.
    "ignore:`(is_)?gradient_checkpointing:FutureWarning",
    # Multithreaded JAX-free forks of the data loader are not used; torch still warns of them under pytest's threads.
    "ignore:This process .* is multi-threaded:DeprecationWarning",
)
Folder = Callable[..., Path]
PROMPTS = [
    {
        "prompt": [
            {"role": "system", "content": "You are kind."},
            {"role": "user", "content": f"I am hungry, day {day}."},
        ]
    }
    for day in range(12)
]
SMALL = [
    "--steps", "2", "--prompts-per-step", "2", "--generations", "2", "--max-reply-tokens", "8",
    "--eval-every", "2", "--save-every", "2", "--transcripts", "1",
]  # fmt: skip


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture
def prompts(tmp_path: Path) -> Path:
    path = tmp_path / "prompts.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in PROMPTS))
    return path


def _run(tmp_path: Path, *words: str) -> tuple[int, Path]:
    code = main(["run", "naive_kindness", "--out", str(tmp_path / "runs"), *SMALL, *words])
    (folder,) = (tmp_path / "runs").iterdir()
    return code, folder


def _rows(run: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("style", ["qwen", "llama", "gemma"])
@pytest.mark.parametrize("algorithm", ["grpo", "rloo"])
def test_every_family_trains_by_the_same_command(
    style: str, algorithm: str, tmp_path: Path, prompts: Path, tiny_model_folder: Folder, tiny_reward_folder: Folder
) -> None:
    code, run = _run(
        tmp_path,
        *("--model", str(tiny_model_folder(style))),
        *("--reward-model", str(tiny_reward_folder(style))),
        *("--prompts", str(prompts), "--conditions", "kindness", "own_extrinsic", "--algorithm", algorithm),
    )
    assert code == 0
    assert json.loads((run / "manifest.json").read_text())["status"] == "finished"
    trained = [row for row in _rows(run) if row["split"] == "train"]
    assert {row["condition"] for row in trained} == {"kindness", "own_extrinsic"}
    assert any("rewards/target_rlhf/mean" in row for row in trained)
    figures = json.loads((run / "figures.json").read_text())
    assert "true gain" not in figures["tables"][0]["columns"]  # these prompts know no truth, and none is invented
    assert (run / "report.html").is_file()


def test_an_adapter_of_ours_loads_in_plain_peft_and_takes_no_second_one(
    tmp_path: Path,
    prompts: Path,
    tiny_model_folder: Folder,
    tiny_reward_folder: Folder,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    base = tiny_model_folder("qwen")
    code, run = _run(
        tmp_path,
        *("--model", str(base), "--reward-model", str(tiny_reward_folder("qwen")), "--prompts", str(prompts)),
        *("--conditions", "kindness", "--lora.r", "4"),
    )
    assert code == 0
    adapter = run / "models" / "kindness" / "seed-0"
    loaded = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(base), str(adapter))
    assert loaded.peft_config["default"].r == 4  # pyright: ignore[reportAttributeAccessIssue]

    code, _ = _run(
        tmp_path / "on top",
        *("--model", str(adapter), "--reward-model", str(tiny_reward_folder("qwen")), "--prompts", str(prompts)),
        *("--conditions", "kindness", "--lora.r", "4"),
    )
    assert code != 0
    assert "is an adapter already" in capsys.readouterr().err


def test_the_village_knows_the_truth(tmp_path: Path, tiny_model_folder: Folder, tiny_reward_folder: Folder) -> None:
    code, run = _run(
        tmp_path,
        *("--model", str(tiny_model_folder("village")), "--reward-model", str(tiny_reward_folder("village"))),
        *("--conditions", "kindness-lagged", "oracle-opposite", "--train-prompts", "20", "--eval-prompts", "6"),
    )
    assert code == 0
    ends = [row for row in _rows(run) if row["split"] == "eval" and row["step"] == 2]
    assert {"true_gain", "third_party_harm", "fidelity", "gap", "kl"} <= set(ends[0])
    told = [json.loads(line) for line in (run / "transcripts.jsonl").read_text().splitlines()]
    assert {row["condition"] for row in told} == {"kindness-lagged", "oracle-opposite"}
    assert told[0]["before"]["truth"].keys() == {"gain", "third_party", "deceives"}


@pytest.mark.parametrize(
    ("words", "needle"),
    [
        (["--conditions", "kindnes"], "kindness"),
        (["--conditons", "kindness"], "--conditions"),
        (["--generations", "1"], "generations"),
        (["--conditions", "kindness", "kindness"], "once"),
        (["--eval-temperature", "0"], "eval_temperature"),
        (["--max-reply-tokens", "0"], "max_reply_tokens"),
        (["--train-prompts", "1"], "--prompts-per-step"),
        (["--prompts", "missing.jsonl"], "missing.jsonl"),
        (["--model", "no/such/folder"], "no/such/folder"),
        (["--objective", "kindness"], "objective"),
    ],
)
def test_misspelt_and_missing_things_are_named(
    words: list[str], needle: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "naive_kindness", "--out", str(tmp_path / "runs"), *SMALL, *words]) == 2
    shown = capsys.readouterr()
    assert needle in shown.err + shown.out


def test_columns_of_mixed_types_are_named(
    tmp_path: Path, tiny_model_folder: Folder, tiny_reward_folder: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    prompts = tmp_path / "mixed.jsonl"
    prompts.write_text("".join(json.dumps({"text": f"day {day}", "meta": day % 2 or "x"}) + "\n" for day in range(9)))
    code, _ = _run(
        tmp_path,
        *("--model", str(tiny_model_folder("qwen")), "--reward-model", str(tiny_reward_folder("qwen"))),
        *("--prompts", str(prompts), "--conditions", "kindness"),
    )
    assert code == 2
    assert "mixed types" in capsys.readouterr().err


def test_the_oracle_is_refused_where_there_is_no_truth(
    tmp_path: Path,
    prompts: Path,
    tiny_model_folder: Folder,
    tiny_reward_folder: Folder,
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, run = _run(
        tmp_path,
        *("--model", str(tiny_model_folder("qwen")), "--reward-model", str(tiny_reward_folder("qwen"))),
        *("--prompts", str(prompts), "--conditions", "oracle"),
    )
    assert code == 2
    assert json.loads((run / "manifest.json").read_text())["status"] == "failed"
    assert "know none" in capsys.readouterr().err
