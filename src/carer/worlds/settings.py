"""What the small worlds' factories share: unknown parameters are refused by name, bad values with their bound."""

import dataclasses
from collections.abc import Mapping
from typing import Any, TypeVar

from carer.concepts import CarerError, UnknownNameError
from carer.worlds.base import World

W = TypeVar("W", bound=World[Any])


def built(cls: type[W], params: Mapping[str, Any]) -> W:
    """A world of class `cls` with these parameters.

    Raises:
        UnknownNameError: it has no such parameter; the nearest is offered.
        CarerError: a switch that is not True or False, or what the class itself refuses.

    """
    fields = {field.name: field for field in dataclasses.fields(cls)}
    for name, value in params.items():
        if name not in fields:
            raise UnknownNameError(f"parameter of {cls.__name__.lower()}", name, fields)
        if isinstance(fields[name].default, bool) and not isinstance(value, bool):
            raise CarerError(f"{name} = {value!r}.", "It must be True or False.")
    return cls(**params)


def check(name: str, value: Any, low: int, high: int) -> None:
    """Refuse a value that is no whole number from `low` to `high`."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise CarerError(f"{name} = {value!r}.", "It must be a whole number.")
    if not low <= value <= high:
        raise CarerError(f"{name} = {value}.", f"It must be between {low} and {high}.")
