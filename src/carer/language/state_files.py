"""Training state in files without pickle: safetensors for tensors, JSON for the rest."""

import json
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor


def save_state(folder: Path, name: str, state: Any) -> None:
    """Write nested containers of tensors, arrays and plain values to ``<name>.json`` and ``.safetensors``."""
    tensors: dict[str, Tensor] = {}
    tree = _pack(state, tensors)
    (folder / f"{name}.json").write_text(json.dumps(tree), encoding="utf-8")
    if tensors:
        save_file(tensors, folder / f"{name}.safetensors")


def load_state(folder: Path, name: str) -> Any:
    """Read what `save_state` wrote; tensors come on the CPU."""
    tree = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    weights = folder / f"{name}.safetensors"
    return _unpack(tree, load_file(weights) if weights.is_file() else {})


def rng_state() -> dict[str, Any]:
    """The state of every random stream of this process."""
    state: dict[str, Any] = {
        "python": random.getstate(),
        "numpy": np.random.get_state(),  # noqa: NPY002 - the global stream is what libraries draw from
        "cpu": torch.random.get_rng_state(),
    }
    if torch.cuda.is_available():
        state["cuda"] = torch.cuda.random.get_rng_state_all()
    return state


def restore_rng(state: Mapping[str, Any]) -> None:
    """Set every random stream as `rng_state` found it."""
    random.setstate(state["python"])
    np.random.set_state(state["numpy"])  # noqa: NPY002
    torch.random.set_rng_state(state["cpu"])
    if "cuda" in state and torch.cuda.is_available():
        torch.cuda.random.set_rng_state_all(state["cuda"])


def _pack(value: Any, tensors: dict[str, Tensor]) -> Any:
    """`value` as JSON; a dict whose one key begins with a dollar sign stands for what JSON lacks."""
    if isinstance(value, Tensor):
        key = str(len(tensors))
        tensors[key] = value.detach().cpu().contiguous().clone()
        return {"$tensor": key}
    if isinstance(value, np.ndarray):
        return {"$array": [str(value.dtype), value.tolist()]}
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, tuple):
        return {"$tuple": [_pack(one, tensors) for one in value]}
    if isinstance(value, list):
        return [_pack(one, tensors) for one in value]
    if isinstance(value, Mapping):
        if all(isinstance(key, str) and not key.startswith("$") for key in value):
            return {key: _pack(one, tensors) for key, one in value.items()}
        return {"$pairs": [[_pack(key, tensors), _pack(one, tensors)] for key, one in value.items()]}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"a checkpoint cannot hold a {type(value).__name__}")


def _unpack(tree: Any, tensors: Mapping[str, Tensor]) -> Any:
    if isinstance(tree, list):
        return [_unpack(one, tensors) for one in tree]
    if not isinstance(tree, dict):
        return tree
    if "$tensor" in tree:
        return tensors[tree["$tensor"]]
    if "$array" in tree:
        dtype, values = tree["$array"]
        return np.array(values, dtype=dtype)
    if "$tuple" in tree:
        return tuple(_unpack(one, tensors) for one in tree["$tuple"])
    if "$pairs" in tree:
        return {_unpack(key, tensors): _unpack(one, tensors) for key, one in tree["$pairs"]}
    return {key: _unpack(one, tensors) for key, one in tree.items()}
