"""What the command line relies on, asked of every registered experiment."""

import dataclasses
import importlib.util
import re

import pytest

from carer.cli.flags import RESERVED, RunOptions, parse_with_config
from carer.experiments import registry
from carer.runs import from_toml, to_toml

NAMES = sorted(registry())


@pytest.mark.parametrize("name", NAMES)
def test_name_and_target_are_well_formed(name: str) -> None:
    spec = registry()[name]
    assert spec.name == name
    assert re.fullmatch(r"[a-z0-9][a-z0-9_]*", name)
    assert spec.summary
    module, _, function = spec.target.partition(":")
    assert importlib.util.find_spec(module) is not None
    assert function.isidentifier()


@pytest.mark.parametrize("name", NAMES)
def test_the_config_is_frozen_and_comes_back_from_toml(name: str) -> None:
    kind = registry()[name].config
    assert kind.__dataclass_params__.frozen
    assert from_toml(kind, to_toml(kind())) == kind()


@pytest.mark.parametrize("name", NAMES)
def test_the_config_makes_flags_beside_those_of_run(name: str) -> None:
    kind = registry()[name].config
    assert not RESERVED & {field.name for field in dataclasses.fields(kind)}
    options, config = parse_with_config(RunOptions(), kind(), ["--json"], "carer", "")
    assert options == RunOptions(json=True)
    assert config == kind()
