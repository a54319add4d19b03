"""Checks that configs share."""

from collections.abc import Collection

from carer.concepts import CarerError, UnknownNameError


def at_least_one(config: object, *names: str) -> None:
    """Refuse a field below 1, by name."""
    for name in names:
        if getattr(config, name) < 1:
            raise CarerError(f"{name} = {getattr(config, name)}.", "It must be at least 1.")


def above_zero(config: object, *names: str) -> None:
    """Refuse a field that is 0 or below, by name."""
    for name in names:
        if not getattr(config, name) > 0:  # so that what is not a number is refused, too
            raise CarerError(f"{name} = {getattr(config, name)}.", "It must be above 0.")


def zero_or_more(config: object, *names: str) -> None:
    """Refuse a field that is below 0, by name."""
    for name in names:
        if not getattr(config, name) >= 0:
            raise CarerError(f"{name} = {getattr(config, name)}.", "It must be 0 or more.")


def each_once(config: object, name: str, known: Collection[str], *, what: str = "") -> None:
    """Refuse a field with names that are not known, or are given twice, or with none at all.

    Args:
        config: whose field it is.
        name: of the field.
        known: the names that there are.
        what: a single one is called; the field's name without its last letter if nothing is given.

    Raises:
        UnknownNameError: a name that is not known; the nearest is offered.
        CarerError: a name given twice, or none.

    """
    given, what = getattr(config, name), what or name[:-1]
    for one in given:
        if one not in known:
            raise UnknownNameError(what, one, known)
    if not given or len(set(given)) < len(given):
        raise CarerError(f"{name} = {', '.join(given) or 'none'}.", f"Name each {what} once, and at least one.")


def schedule(easy_until: float, hard_from: float) -> None:
    """Refuse a curriculum that ends before it begins."""
    if not 0.0 <= easy_until <= hard_from <= 1.0:
        raise CarerError(
            f"easy_until = {easy_until}, hard_from = {hard_from}.", "It must be 0 <= easy_until <= hard_from <= 1."
        )
