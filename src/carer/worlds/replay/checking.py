"""Strict reading of JSON objects: each field is asked for with its bounds, and none may be left over."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from carer.concepts import CarerError

T = TypeVar("T")


class Fields:
    """The fields of one JSON object.

    Attributes:
        where: the file, and the field in it, for messages.
        values: what has not been asked for yet.
    """

    def __init__(self, where: str, values: Any) -> None:
        self.where = where
        if not isinstance(values, dict):
            raise CarerError(f"{where} is {_kind(values)}, not an object.")
        self.values: dict[str, Any] = dict(values)

    def take(self, name: str) -> Any:
        """A field, whatever it is."""
        if name not in self.values:
            raise CarerError(f"{self.where} lacks the field {name!r}.")
        return self.values.pop(name)

    def done(self) -> None:
        """Refuse what is left."""
        if self.values:
            raise CarerError(f"{self.where} has the unknown field {sorted(self.values)[0]!r}.")

    def has_exactly(self, names: Iterable[str]) -> None:
        """These fields and no other."""
        for name in names:
            if name not in self.values:
                raise CarerError(f"{self.where} lacks the field {name!r}.")
        for name in sorted(self.values.keys() - set(names)):
            raise CarerError(f"{self.where} has the unknown field {name!r}.")

    def inner(self, name: str) -> "Fields":
        """An object in a field."""
        return Fields(f"{self.where}: {name}", self.take(name))

    def is_exactly(self, name: str, value: T) -> T:
        """A field that can only be this."""
        found = self.take(name)
        if found != value or type(found) is not type(value):
            self._fail(name, found, f"It must be {value!r}.")
        return value

    def schema(self, known: int) -> None:
        """The field ``schema``; a later one is refused with both versions."""
        found = self.take("schema")
        if type(found) is not int or found < 1:
            self._fail("schema", found, f"It must be {known}.")
        if found > known:
            raise CarerError(
                f"{self.where} has schema {found}; this version of carer reads up to {known}.", "Update carer."
            )

    def text(self, name: str, longest: int) -> str:
        """A text."""
        found = self.take(name)
        if not isinstance(found, str) or len(found) > longest:
            self._fail(name, found, f"It must be a text of at most {longest} characters.")
        return found

    def whole(self, name: str, low: int, high: int) -> int:
        """A whole number."""
        return self._whole(name, self.take(name), low, high)

    def row(self, name: str, length: int, low: int, high: int) -> list[int]:
        """A list of whole numbers."""
        return self._row(name, self.take(name), length, low, high)

    def table(self, name: str, rows: int, length: int, low: int, high: int) -> list[list[int]]:
        """Lists of whole numbers, all of one length."""
        found = self._list(name, self.take(name), rows)
        return [self._row(f"{name}[{at}]", row, length, low, high) for at, row in enumerate(found)]

    def digits(self, name: str, rows: int, length: int) -> list[list[bool]]:
        """Texts of the digits 0 and 1, all of one length."""
        found = self._list(name, self.take(name), rows)
        for at, row in enumerate(found):
            if not isinstance(row, str) or len(row) != length or set(row) - {"0", "1"}:
                self._fail(f"{name}[{at}]", row, f"It must be a text of {length} digits 0 or 1.")
        return [[digit == "1" for digit in row] for row in found]

    def tuples(self, name: str, rows: int, bounds: Sequence[tuple[int, int]], single: bool = False) -> tuple[Any, ...]:
        """Short rows of whole numbers, each with its own bounds; `single`: one row that stands alone."""
        found = [self.take(name)] if single else self._list(name, self.take(name), rows)
        made = []
        for at, row in enumerate(found):
            label = name if single else f"{name}[{at}]"
            numbers = self._list(label, row, len(bounds))
            made.append(
                tuple(self._whole(label, number, *bound) for number, bound in zip(numbers, bounds, strict=True))
            )
        return tuple(made)

    def each(self, name: str, read: Callable[[Any], T | None], what: str) -> tuple[T, ...]:
        """A list of any length, each entry as `read` makes it; None refuses the entry."""
        found = self.take(name)
        if not isinstance(found, list):
            self._fail(name, found, "It must be a list.")
        made = []
        for at, row in enumerate(found):
            entry = read(row)
            if entry is None:
                self._fail(f"{name}[{at}]", row, f"It must be {what}.")
            else:
                made.append(entry)
        return tuple(made)

    def _list(self, name: str, found: Any, length: int) -> list[Any]:
        if not isinstance(found, list) or len(found) != length:
            self._fail(name, found, f"It must be a list of {length}.")
        return found

    def _row(self, name: str, found: Any, length: int, low: int, high: int) -> list[int]:
        row = self._list(name, found, length)
        for at, value in enumerate(row):
            if type(value) is not int or not low <= value <= high:
                self._whole(f"{name}[{at}]", value, low, high)
        return row

    def _whole(self, name: str, found: Any, low: int, high: int) -> int:
        if type(found) is not int or not low <= found <= high:
            self._fail(name, found, f"It must be a whole number from {low} to {high}.")
        return found

    def _fail(self, name: str, found: Any, hint: str) -> None:
        raise CarerError(f"{self.where}: {name} is {_kind(found)}.", hint)


def _kind(value: Any) -> str:
    """A value in a message: itself where it is short, else what it is."""
    if isinstance(value, list | dict | str) and len(value) > 8:
        return f"a {type(value).__name__} of {len(value)}"
    text = repr(value)
    return text if len(text) <= 60 else f"a {type(value).__name__}"
