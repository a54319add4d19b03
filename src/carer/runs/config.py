"""Configs: nested frozen dataclasses, written to TOML and read back under strict types.

A config names values only, never an import path. `to_toml` writes every field, so `carer run --config`
reproduces a run; `from_toml` refuses keys it does not know and values of another type instead of guessing.
"""

import dataclasses
import enum
import hashlib
import tomllib
import types
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import tomli_w

from carer.concepts import CarerError, UnknownNameError

C = TypeVar("C")


def to_toml(config: Any) -> str:
    """Return the fully resolved TOML of a config. None is left out: its field must default to None."""
    return tomli_w.dumps(_plain_table(config, ""))


def from_toml(cls: type[C], text: str, source: str = "config.toml") -> C:
    """Read a config of class `cls` from TOML text. Missing keys take their defaults.

    Raises:
        UnknownNameError: a key (or a choice) that `cls` does not have; the nearest one is offered.
        CarerError: broken TOML, a value of the wrong type (key, expected type and value named), a missing
        key.
    """
    return _build(cls, parse_toml(text, source), source, "")


def parse_toml(text: str, source: str) -> dict[str, Any]:
    """Return TOML as plain tables, or name the file and the fault."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CarerError(f"{source}: not valid TOML: {error}.") from None


def read_config(cls: type[C], path: Path) -> C:
    """Read a config of class `cls` from a TOML file."""
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise CarerError(f"cannot read the config {path}: {error.strerror}.") from None
    except UnicodeDecodeError as error:
        raise CarerError(f"{path}: not UTF-8 (byte {error.start}).") from None
    return from_toml(cls, text, str(path))


def config_hash(config: Any) -> str:
    """Return eight hexadecimal digits that name the resolved config."""
    return text_hash(to_toml(config))


def text_hash(text: str) -> str:
    """Return the hash that `config_hash` gives a config whose TOML is `text`."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def flatten(config: Any) -> dict[str, Any]:
    """Return the config as dotted keys and plain values, None left out."""
    flat: dict[str, Any] = {}

    def walk(table: Mapping[str, Any], prefix: str) -> None:
        for key, value in table.items():
            if isinstance(value, Mapping):
                walk(value, f"{prefix}{key}.")
            else:
                flat[prefix + key] = value

    walk(config if isinstance(config, Mapping) else _plain_table(config, ""), "")
    return flat


def diff(a: Any, b: Any) -> list[str]:
    """Return one line for each key on which two configs (or mappings) differ: ``key: old -> new``."""
    left, right = flatten(a), flatten(b)
    return [
        f"{key}: {_show(left, key)} -> {_show(right, key)}"
        for key in sorted(left.keys() | right.keys())
        if _show(left, key) != _show(right, key)
    ]


def _show(flat: Mapping[str, Any], key: str) -> str:
    return repr(flat[key]) if key in flat else "(none)"


def _plain_table(config: Any, prefix: str) -> dict[str, Any]:
    if not dataclasses.is_dataclass(config) or isinstance(config, type):
        raise TypeError(f"a config is a dataclass instance, not {type(config).__name__}")
    table: dict[str, Any] = {}
    for field in dataclasses.fields(config):
        key, value = prefix + field.name, getattr(config, field.name)
        if value is None:
            # Left out, the key would come back as its default: only a default of None survives the round
            # trip.
            if field.default is not None:
                raise CarerError(f"config key {key!r} cannot be None.", "Leave it out to use its default.")
            continue
        table[field.name] = _plain_value(value, key)
    return table


def _plain_value(value: Any, key: str) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _plain_table(value, f"{key}.")
    if isinstance(value, enum.Enum):
        return _plain_value(value.value, key)
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, list | tuple):
        return [_plain_value(item, f"{key}[{i}]") for i, item in enumerate(value)]
    if isinstance(value, Mapping):
        return {str(name): _plain_value(item, f"{key}.{name}") for name, item in value.items()}
    if isinstance(value, bool | int | float | str):
        return value
    raise CarerError(f"config key {key!r} holds a {type(value).__name__}, which TOML cannot write.")


def _build(cls: type[C], data: Mapping[str, Any], source: str, prefix: str) -> C:
    fields = {field.name: field for field in dataclasses.fields(typing.cast("Any", cls)) if field.init}
    hints = typing.get_type_hints(cls)
    values: dict[str, Any] = {}
    for key, value in data.items():
        if key not in fields:
            raise UnknownNameError(f"key in {source}:", prefix + key, [prefix + name for name in fields])
        values[key] = _convert(hints[key], value, source, prefix + key)
    for name, field in fields.items():
        no_default = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        if name not in values and no_default:
            raise CarerError(f"{source}: the key {prefix + name!r} is missing.")
    try:
        return cls(**values)
    except ValueError as error:  # a config may check its own values in __post_init__
        raise CarerError(f"{source}: {error}") from None


def _convert(hint: Any, value: Any, source: str, key: str) -> Any:
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return _convert_union(hint, args, value, source, key)
    if origin is typing.Literal:
        if any(type(value) is type(choice) and value == choice for choice in args):
            return value
        raise UnknownNameError(f"value for {key!r} in {source}:", str(value), [str(choice) for choice in args])
    if dataclasses.is_dataclass(hint) and isinstance(value, dict):
        return _build(typing.cast("type", hint), value, source, f"{key}.")
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        for member in hint:
            if type(value) is type(member.value) and value == member.value:
                return member
        raise UnknownNameError(f"value for {key!r} in {source}:", str(value), [str(m.value) for m in hint])
    if origin in (tuple, list) and isinstance(value, list):
        return _convert_items(hint, origin, args, value, source, key)
    if origin in (dict, Mapping) and isinstance(value, dict):
        return {name: _convert(args[1], item, source, f"{key}.{name}") for name, item in value.items()}
    if hint is Path and isinstance(value, str):
        return Path(value)
    if hint is float and type(value) in (int, float):
        return float(value)
    # `type is` and not isinstance: TOML's true is no number.
    if hint in (bool, int, str) and type(value) is hint:
        return value
    raise _wrong(hint, value, source, key)


def _convert_union(hint: Any, members: tuple[Any, ...], value: Any, source: str, key: str) -> Any:
    wanted = [member for member in members if member is not type(None)]
    if len(wanted) == 1:
        return _convert(wanted[0], value, source, key)
    for member in wanted:
        try:
            return _convert(member, value, source, key)
        except CarerError:
            continue
    raise _wrong(hint, value, source, key)


def _convert_items(hint: Any, origin: Any, args: Any, value: list[Any], source: str, key: str) -> Any:
    if origin is tuple and args[-1:] != (Ellipsis,):
        if len(args) != len(value):
            raise _wrong(hint, value, source, key)
        kinds = list(args)
    else:
        kinds = [args[0]] * len(value)
    items = zip(kinds, value, strict=True)
    return origin(_convert(kind, item, source, f"{key}[{i}]") for i, (kind, item) in enumerate(items))


def _wrong(hint: Any, value: Any, source: str, key: str) -> CarerError:
    name = hint.__name__ if isinstance(hint, type) and not typing.get_args(hint) else str(hint)
    return CarerError(f"{source}: {key!r} must be {name}, got {type(value).__name__} {value!r}.")
