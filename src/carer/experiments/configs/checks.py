"""Checks that configs share."""

from carer.concepts import CarerError


def at_least_one(config: object, *names: str) -> None:
    """Refuse a field below 1, by name."""
    for name in names:
        if getattr(config, name) < 1:
            raise CarerError(f"{name} = {getattr(config, name)}.", "It must be at least 1.")
