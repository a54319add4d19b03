"""State files, the stopwatch, the shuffle and the preemption's agreement."""

import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from carer.language.clock import Stopwatch
from carer.language.state_files import load_state, restore_rng, rng_state, save_state
from carer.language.trl_adapter import EpochSampler


def test_any_nested_state_comes_back_without_pickle(tmp_path: Path) -> None:
    shared = torch.arange(6.0).reshape(2, 3)
    state = {
        "state": {0: {"step": torch.tensor(3.0), "exp_avg": shared.T}, 1: {"step": torch.tensor(4)}},
        "groups": [{"betas": (0.9, 0.999), "lr": 1e-300, "name": None, "on": True}],
        "half": torch.ones(2, dtype=torch.bfloat16),
        "array": np.array([1, 2], dtype=np.uint32),
        "number": np.float64(0.1),
        "nothing": {},
        "odd": {"$tensor": "a key of the user's own"},
        "far": float("inf"),
    }
    save_state(tmp_path, "optimizer", state)
    back = load_state(tmp_path, "optimizer")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["optimizer.json", "optimizer.safetensors"]
    assert back["state"][0]["exp_avg"].equal(shared.T)
    assert back["state"][1]["step"].dtype == torch.int64
    assert back["groups"] == state["groups"]
    assert back["half"].dtype == torch.bfloat16
    assert back["array"].dtype == np.uint32
    assert (back["number"], back["nothing"], back["odd"], back["far"]) == (0.1, {}, state["odd"], float("inf"))
    with pytest.raises(TypeError, match="cannot hold a set"):
        save_state(tmp_path, "bad", {"a": {1, 2}})


def draw() -> tuple[Any, ...]:
    return random.random(), np.random.rand(), torch.rand(1).item()  # noqa: NPY002


def test_random_streams_go_on_where_they_were(tmp_path: Path) -> None:
    save_state(tmp_path, "rng-0", rng_state())
    expected = [draw(), draw()]
    restore_rng(load_state(tmp_path, "rng-0"))
    assert [draw(), draw()] == expected


def test_nested_spans_count_once() -> None:
    now = iter([0.0, 1.0, 3.0, 7.0, 7.5, 9.0, 10.0, 11.0])
    watch = Stopwatch(lambda: next(now))
    with watch("own_python"):  # 0 to 9
        with watch("simulate"):  # 1 to 3
            pass
        with watch("score"):  # 7 to 7.5
            pass
    assert watch.take() == {"own_python": 1.0 + 4.0 + 1.5, "simulate": 2.0, "score": 0.5}
    assert watch.take() == {}


def test_the_shuffle_depends_on_the_epoch_and_not_on_the_past() -> None:
    fresh, used = (EpochSampler(range(16), 2, 4, 1, True, 7) for _ in range(2))
    first = list(used)
    fresh.epoch = used.epoch = 1
    assert list(fresh) == list(used)
    assert list(fresh) != first
    assert sorted(set(first)) == list(range(16))
