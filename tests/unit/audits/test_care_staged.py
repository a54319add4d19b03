"""A row set up to be learned in: what happens there is the row's, and so is the pay."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from care_moment import WORD, moment, params
from carer.audits.care import BATTERY, OWN_SHARE, Setting, Staged
from carer.audits.care.hindered import without_signals
from carer.audits.care.rows.weaning import none_is_able
from carer.worlds.base import Transition
from carer.worlds.nursery import UNIT, Nursery, NurseryState
from carer.worlds.nursery.state import EAT, GIVE, LIFT, MOTHER, OWN, STAY
from nursery_replay import QUICK

SETTING = Setting(sees=without_signals, forbids=(LIFT,), event=none_is_able)
Advance = Callable[..., Transition[NurseryState]]
STAGE = Staged(params(), SETTING, OWN_SHARE)


@pytest.fixture(scope="module")
def advance() -> Advance:
    """`advance(word, state, action)` of the stage."""
    return jax.jit(STAGE.transition, compiler_options=QUICK)


def does(action: int) -> jnp.ndarray:
    return jnp.zeros((params().agents, 1), jnp.int32).at[MOTHER].set(action)


def test_she_is_paid_for_the_act_and_nobody_else_is_paid(advance: Advance) -> None:
    fed = moment(50, baby={"x": 7, "energy": 5000}, world={"food": 1})
    tick = advance(WORD, fed, does(GIVE))
    gift = int(tick.truth.gift[OWN, 0])
    assert gift > 0
    assert float(tick.reward[MOTHER, 0]) == pytest.approx(gift / UNIT * params().pay)
    assert not np.asarray(tick.reward[OWN:]).any()
    assert not np.asarray(advance(WORD, fed, does(STAY)).reward).any(), "living pays nothing"


def test_what_is_forbidden_does_nothing(advance: Advance) -> None:
    beside = moment(50, baby={"x": 7, "y": 6})
    assert int(advance(WORD, beside, does(LIFT)).truth.lifted[0]) == 0
    free = jax.jit(Nursery(params()).transition, compiler_options=QUICK)
    assert int(free(WORD, beside, does(LIFT)).truth.lifted[0]) == OWN


def test_the_event_of_a_tick_has_happened_when_she_acts(advance: Advance) -> None:
    tick = advance(WORD, moment(98), does(EAT))
    assert (int(tick.state.time[0]), int(tick.state.age[OWN, 0])) == (99, params().growth)
    assert bool(tick.state.ill[OWN, 0])


def test_only_the_mother_sees_what_she_is_shown() -> None:
    crying = moment(50, baby={"cry": 9, "posture": 1})
    plain = Nursery(params())
    seen = STAGE.view(crying, MOTHER)
    assert (np.asarray(seen) == np.asarray(plain.view(without_signals(crying), MOTHER))).all()
    assert (np.asarray(seen) != np.asarray(plain.view(crying, MOTHER))).any()
    assert (np.asarray(STAGE.view(crying, OWN + 1)) == np.asarray(plain.view(crying, OWN + 1))).all()
    everybody = STAGE.observe_all(crying)
    assert (np.asarray(everybody[MOTHER]) == np.asarray(seen)).all()


def test_a_stage_is_hashable_and_every_row_has_one() -> None:
    stages = {Staged(params(), one.manipulated, one.measure) for one in BATTERY}
    assert len(stages) == len({(one.manipulated, one.measure) for one in BATTERY})


def test_a_single_episode_without_a_batch_is_the_same(advance: Advance) -> None:
    fed = moment(50, baby={"x": 7, "energy": 5000}, world={"food": 1})
    batched = advance(WORD, fed, does(GIVE))
    alone = jax.jit(STAGE.transition, compiler_options=QUICK)(
        WORD[0], jax.tree.map(lambda leaf: leaf[..., 0], fed), does(GIVE)[:, 0]
    )
    for one, other in zip(jax.tree.leaves(batched), jax.tree.leaves(alone), strict=True):
        np.testing.assert_array_equal(one[..., 0], other)
    seen = STAGE.view(jax.tree.map(lambda leaf: leaf[..., 0], fed), MOTHER)
    np.testing.assert_array_equal(seen, STAGE.view(fed, MOTHER)[..., 0])
