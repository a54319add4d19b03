"""The weights that ship with the package: the village language model and its reward model."""

from importlib.resources import files
from pathlib import Path
from typing import Final

from carer.concepts import CarerError, UnknownNameError

SHIPPED: Final = {"lm": "village_lm", "reward": "village_reward"}
"""Kind of weights -> the experiment that makes them. Each folder holds the manifest of the run it came from."""


def folder(kind: str) -> Path:
    """Where the shipped weights of a kind (``lm`` or ``reward``) belong."""
    if kind not in SHIPPED:
        raise UnknownNameError("kind of weights", kind, SHIPPED)
    return Path(str(files("carer.village") / "weights" / kind))


def path(kind: str) -> Path:
    """The shipped weights of a kind.

    Raises:
        CarerError: they are missing from this installation.
    """
    found = folder(kind)
    if not (found / "config.json").is_file():
        raise CarerError(
            f"the village's {kind} weights are missing from {found}.",
            f"Install carer again, or make them with: carer run {SHIPPED[kind]}",
        )
    return found
