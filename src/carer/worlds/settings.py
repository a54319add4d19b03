"""What the small worlds' factories share: unknown parameters are refused by name, bad values with their bound."""

import dataclasses
from collections.abc import Collection, Iterable, Mapping, Sequence
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
    check_known(f"parameter of {cls.__name__.lower()}", params, fields)
    for name, value in params.items():
        if isinstance(fields[name].default, bool) and not isinstance(value, bool):
            raise CarerError(f"{name} = {value!r}.", "It must be True or False.")
    return cls(**params)


def check_known(kind: str, names: Iterable[str], known: Collection[str]) -> None:
    """Refuse a name that is none of the known ones, offering the nearest."""
    for name in names:
        if name not in known:
            raise UnknownNameError(kind, name, known)


def check_share(name: str, value: Any) -> None:
    """Refuse a value that is no number from 0 to 1."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise CarerError(f"{name} = {value!r}.", "It must be a number.")
    if not 0.0 <= value <= 1.0:
        raise CarerError(f"{name} = {value}.", "It must be between 0 and 1.")


def check(name: str, value: Any, low: int, high: int) -> None:
    """Refuse a value that is no whole number from `low` to `high`."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise CarerError(f"{name} = {value!r}.", "It must be a whole number.")
    if not low <= value <= high:
        raise CarerError(f"{name} = {value}.", f"It must be between {low} and {high}.")


def check_choice(name: str, value: Any, choices: Sequence[str]) -> None:
    """Refuse a value that is none of the choices, offering the nearest."""
    if value not in choices:
        raise UnknownNameError(name, str(value), choices)
