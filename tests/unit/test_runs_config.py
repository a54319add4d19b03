import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carer.concepts import CarerError, UnknownNameError
from carer.runs import config_hash, diff, from_toml, read_config, to_toml


class Pace(enum.StrEnum):
    SLOW = "slow"
    FAST = "fast"


@dataclass(frozen=True)
class Lora:
    r: int = 0
    alpha: float = 16.0


@dataclass(frozen=True)
class Sample:
    steps: int = 3
    rate: float = 0.1
    name: str = "a"
    loud: bool = False
    pace: Pace = Pace.SLOW
    order: Literal["continue", "swap_first"] = "continue"
    level: Literal[1, 2] = 1
    arms: tuple[str, ...] = ("x", "y")
    pair: tuple[int, float] = (1, 2.0)
    limit: int | None = None
    either: int | str = 1
    folder: Path = Path("runs")
    weights: Mapping[str, float] = field(default_factory=dict)
    lora: Lora = field(default_factory=Lora)
    loras: tuple[Lora, ...] = ()


@dataclass(frozen=True)
class Needs:
    steps: int


@dataclass(frozen=True)
class Checked:
    share: float = 0.5

    def __post_init__(self) -> None:
        if not 0 <= self.share <= 1:
            raise ValueError(f"share must lie in [0, 1], got {self.share}")


finite = st.floats(allow_nan=False, allow_infinity=True)
text = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)))
loras = st.builds(Lora, r=st.integers(-(2**63), 2**63 - 1), alpha=finite)
samples = st.builds(
    Sample,
    steps=st.integers(-(2**63), 2**63 - 1),
    rate=finite,
    name=text,
    loud=st.booleans(),
    pace=st.sampled_from(Pace),
    order=st.sampled_from(["continue", "swap_first"]),
    level=st.sampled_from([1, 2]),
    arms=st.lists(text).map(tuple),
    pair=st.tuples(st.integers(0, 9), finite),
    limit=st.none() | st.integers(0, 9),
    either=st.integers(0, 9) | text,
    folder=st.just(Path("a/b")),
    weights=st.dictionaries(text, finite, max_size=3),
    lora=loras,
    loras=st.lists(loras, max_size=2).map(tuple),
)


@given(samples)
def test_every_config_comes_back_as_it_was_written(sample: Sample) -> None:
    again = from_toml(Sample, to_toml(sample))
    assert again == sample
    assert config_hash(again) == config_hash(sample)
    assert diff(sample, again) == []


def test_missing_keys_take_their_defaults() -> None:
    assert from_toml(Sample, "steps = 5\n[lora]\nr = 8\n") == Sample(steps=5, lora=Lora(r=8))


@pytest.mark.parametrize(
    ("toml", "nearest"),
    [
        ("stepz = 3", "steps"),
        ("[lora]\nrr = 3", "lora.r"),
        ('order = "continu"', "continue"),
        ('pace = "fasst"', "fast"),
    ],
)
def test_an_unknown_key_or_choice_offers_the_nearest(toml: str, nearest: str) -> None:
    with pytest.raises(UnknownNameError, match=r"my\.toml") as caught:
        from_toml(Sample, toml, "my.toml")
    assert caught.value.nearest == nearest


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ("steps = 2.5", "'steps' must be int, got float 2.5"),
        ("steps = true", "'steps' must be int, got bool True"),
        ('rate = "fast"', "'rate' must be float, got str 'fast'"),
        ("rate = true", "'rate' must be float, got bool"),
        ("loud = 1", "'loud' must be bool, got int 1"),
        ("arms = [1]", r"'arms\[0\]' must be str, got int 1"),
        ("arms = 'x'", "'arms' must be"),
        ("pair = [1]", "'pair' must be"),
        ("pair = [1, 2, 3]", "'pair' must be"),
        ("[lora]\nr = 'x'", "'lora.r' must be int"),
        ("lora = 3", "'lora' must be Lora"),
        ("either = 1.5", "'either' must be"),
        ("[weights]\na = 'x'", "'weights.a' must be float"),
        ("level = true", "'level'"),
        ("steps = ", "not valid TOML"),
    ],
)
def test_a_wrong_value_is_named_with_its_key(toml: str, says: str) -> None:
    with pytest.raises(CarerError, match=says) as caught:
        from_toml(Sample, toml, "my.toml")
    assert "my.toml" in str(caught.value)
    assert caught.value.exit_code == 2


def test_an_integer_may_stand_for_a_float() -> None:
    again = from_toml(Sample, "rate = 2")
    assert isinstance(again.rate, float)
    assert again.rate == 2.0


def test_a_required_key_is_missed_by_name() -> None:
    with pytest.raises(CarerError, match="'steps' is missing"):
        from_toml(Needs, "")


def test_a_config_that_checks_itself_is_reported_with_its_file() -> None:
    with pytest.raises(CarerError, match=r"my.toml: share must lie in \[0, 1\], got 2.0"):
        from_toml(Checked, "share = 2.0", "my.toml")


def test_none_is_refused_where_it_would_come_back_as_something_else() -> None:
    @dataclass(frozen=True)
    class Odd:
        limit: int | None = 3

    with pytest.raises(CarerError, match="'limit' cannot be None"):
        to_toml(Odd(limit=None))


@pytest.mark.parametrize("value", [object(), {"a": object()}, (object(),)])
def test_a_value_that_toml_cannot_hold_is_named(value: Any) -> None:
    @dataclass(frozen=True)
    class Odd:
        thing: Any = None

    with pytest.raises(CarerError, match=r"thing.*object"):
        to_toml(Odd(value))


def test_only_dataclasses_are_configs() -> None:
    with pytest.raises(TypeError, match="dataclass"):
        to_toml({"steps": 1})


def test_the_hash_names_the_resolved_config() -> None:
    assert len(config_hash(Sample())) == 8
    assert config_hash(Sample()) != config_hash(Sample(steps=4))


def test_a_difference_is_shown_key_by_key() -> None:
    assert diff(Sample(), Sample(steps=4, limit=1, lora=Lora(r=8))) == [
        "limit: (none) -> 1",
        "lora.r: 0 -> 8",
        "steps: 3 -> 4",
    ]


def test_a_config_file_is_read_or_its_fault_is_named(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    with pytest.raises(CarerError, match="cannot read the config"):
        read_config(Sample, path)
    path.write_bytes(b"name = '\xff'")
    with pytest.raises(CarerError, match=r"c.toml: not UTF-8 \(byte 8\)"):
        read_config(Sample, path)
    path.write_text("steps = 7")
    assert read_config(Sample, path).steps == 7
