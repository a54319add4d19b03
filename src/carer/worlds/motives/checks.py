"""How the rooms refuse bad parameters: by name, with the bound or the values that there are."""

from collections.abc import Collection
from typing import Any

from carer.concepts import CarerError, UnknownNameError


def check_switch(name: str, value: Any) -> None:
    """Refuse a value that is not True or False."""
    if not isinstance(value, bool):
        raise CarerError(f"{name} = {value!r}.", "It must be True or False.")


def check_amount(name: str, value: Any, low: float, high: float) -> None:
    """Refuse a value that is no number from `low` to `high`."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise CarerError(f"{name} = {value!r}.", "It must be a number.")
    if not low <= value <= high:
        raise CarerError(f"{name} = {value}.", f"It must be between {low} and {high}.")


def check_names(name: str, values: Any, known: Collection[str]) -> None:
    """Refuse what is no tuple of known names, each at most once."""
    if not isinstance(values, tuple) or len(set(values)) < len(values):
        raise CarerError(f"{name} = {values!r}.", f"It must be a tuple of different ones of {', '.join(known)}.")
    for value in values:
        if value not in known:
            raise UnknownNameError(name, str(value), known)
