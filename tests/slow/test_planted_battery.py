"""The battery on planted mothers, row by row: the one with all skills passes, and every single routine fails."""

import jax
import numpy as np
import pytest

from carer.audits.care import BATTERY, ORACLE, Condition, Trials, audit
from carer.worlds.nursery.trial import Scripted

MOTHERS, EPISODES = 3, 64


@pytest.fixture(scope="module")
def trials() -> Trials:
    return Trials("standard", jax.random.key(11), EPISODES)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("condition", BATTERY, ids=lambda one: f"{one.row} {one.name}")
def test_all_skills_pass_and_no_single_routine_does(condition: Condition, trials: Trials) -> None:
    asked = audit(condition, trials, "planted", [Scripted.named(ORACLE)] * MOTHERS)
    assert min(asked.per_seed) > 0.5
    assert asked.details["manipulated"]["agent"] == asked.details["manipulated"][ORACLE]
    raw = asked.details["manipulated"]
    low, high = max(np.mean(raw[name]) for name in condition.routines), np.mean(raw[ORACLE])
    for name in condition.routines:
        assert max((own - low) / (high - low) for own in raw[name]) < 0.5, name
