"""The battery on planted mothers, row by row: the one with all skills passes, and every single routine fails."""

import jax
import pytest

from carer.audits.care import BATTERY, ORACLE, Condition, Trials, audit
from carer.stats import difference
from carer.worlds.nursery.trial import Scripted

MOTHERS, EPISODES = 10, 256


@pytest.fixture(scope="module")
def trials() -> Trials:
    return Trials("standard", jax.random.key(11), EPISODES)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("condition", BATTERY, ids=lambda one: f"{one.row} {one.name}")
def test_all_skills_pass_and_no_single_routine_does(condition: Condition, trials: Trials) -> None:
    asked = audit(condition, trials, "planted", [Scripted.named(ORACLE)] * MOTHERS)
    raw = asked.details["manipulated"]
    assert raw["agent"] == raw[ORACLE]
    assert asked.effect.value == pytest.approx(1.0)
    for name in condition.routines:  # with the whole interval, in the same nurseries
        gap = difference(raw[ORACLE], raw[name], paired=True)
        assert gap.low is not None
        assert gap.low > 0, name
