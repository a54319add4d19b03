"""The weights that ship with the package: saved with their manifest, compared with what is shipped already."""

import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file

from carer.runs import Run, inventory
from carer.village import assets

WEIGHTS = "model.safetensors"
TOLERANCE = 0.02
"""Largest difference of a weight that is expected between machines: sums of floats are ordered differently there."""


def save_for_shipping(run: Run, model: Any, tokenizer: Any, folder: Path) -> None:
    """Save a model the way `from_pretrained` reads it, weights in half precision, with the manifest of its run."""
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    halves = {name: weight.to(torch.float16) for name, weight in load_file(folder / WEIGHTS).items()}
    save_file(halves, folder / WEIGHTS, metadata={"format": "pt"})
    config = json.loads((folder / "config.json").read_text())
    config["dtype"] = "float16"
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    kept = ("experiment", "config_hash", "config", "seed", "packages", "schema", "inputs")
    (folder / "manifest.json").unlink(missing_ok=True)
    manifest = {name: run.manifest[name] for name in kept if name in run.manifest} | {"files": inventory(folder)}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n")
    # What is measured next is what ships: the model takes on the rounded weights.
    model.load_state_dict({name: weight.float() for name, weight in halves.items()}, strict=False)


def compare_with_shipped(folder: Path, kind: str) -> str:
    """One sentence on how freshly made weights differ from the shipped ones."""
    shipped = assets.folder(kind) / WEIGHTS
    if not shipped.is_file():
        return "No weights are shipped yet to compare with."
    ours, theirs = load_file(folder / WEIGHTS), load_file(shipped)
    if ours.keys() != theirs.keys() or any(ours[name].shape != theirs[name].shape for name in ours):
        return "The shipped weights have another shape: they were made with another config."
    if (folder / WEIGHTS).read_bytes() == shipped.read_bytes():
        return "Bit for bit the shipped weights."
    gap = max((ours[name].float() - theirs[name].float()).abs().max().item() for name in ours)
    within = "within" if gap <= TOLERANCE else "NOT within"
    return (
        f"The largest difference to a shipped weight is {gap:.2g}, {within} the {TOLERANCE} tolerated between machines."
    )
