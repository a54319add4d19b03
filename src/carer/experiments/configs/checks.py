"""Checks that configs share."""

from carer.concepts import CarerError


def at_least_one(config: object, *names: str) -> None:
    """Refuse a field below 1, by name."""
    for name in names:
        if getattr(config, name) < 1:
            raise CarerError(f"{name} = {getattr(config, name)}.", "It must be at least 1.")


def schedule(easy_until: float, hard_from: float) -> None:
    """Refuse a curriculum that ends before it begins."""
    if not 0.0 <= easy_until <= hard_from <= 1.0:
        raise CarerError(
            f"easy_until = {easy_until}, hard_from = {hard_from}.", "It must be 0 <= easy_until <= hard_from <= 1."
        )
