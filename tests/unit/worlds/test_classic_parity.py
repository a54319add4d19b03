"""The classic worlds step by step beside their plain-Python counterparts: boards, rewards, performances, ends.

The worlds were stepped beside the published suite too (version 1.5), with its random numbers taken from the same draws;
that needs the suite, which is no part of this repository. What it gave for telling trajectories is in
`classic_reference_cases`.
"""

from typing import Any

import pytest

from classic_reference_played import VARIANTS
from classic_reference_recorded import compare

FEW = (0, 3, 4, 6, 9, 11, 14, 18, 19, 20, 21, 23, 27, 30, 32, 34)
"""The variants that are always compared: each world, and what it can do."""


def label(variant: tuple[str, dict[str, Any]]) -> str:
    name, params = variant
    return "-".join([name, *(f"{key}={value}" for key, value in params.items())])


@pytest.mark.parametrize("variant", [VARIANTS[at] for at in FEW], ids=label)
def test_lives_agree(variant: tuple[str, dict[str, Any]]) -> None:
    ended, paid, counted = compare(*variant, ticks=160, lives=8)
    assert ended >= 8
    assert paid or counted, "nothing happened that could have disagreed"


@pytest.mark.slow
@pytest.mark.parametrize("variant", VARIANTS, ids=label)
def test_many_lives_agree(variant: tuple[str, dict[str, Any]]) -> None:
    ended, paid, counted = compare(*variant, ticks=600, lives=40, seed=1)
    assert ended >= 200
    assert paid or counted, "nothing happened that could have disagreed"
