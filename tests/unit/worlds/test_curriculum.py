"""The world hardens while a mother learns, and nothing else changes."""

import jax
import jax.numpy as jnp
import pytest

from carer.concepts import CarerError
from carer.worlds.nursery import make
from carer.worlds.nursery.curriculum import BoxUnderfoot, Hardening


def knobs_at(schedule: Hardening, progress: float) -> tuple[int, int, int]:
    _, state = make("easy").reset(jax.random.split(jax.random.key(0), 3))
    knobs = schedule(state, jnp.float32(progress)).knobs
    assert knobs.grown.shape == knobs.danger.shape == knobs.provided.shape == (3,)
    return int(knobs.grown[0]), int(knobs.danger[0]), int(knobs.provided[0])


def test_it_goes_from_easy_to_the_world_as_it_is() -> None:
    schedule = Hardening(0.2, 0.6, grown=80, provided=0.5)
    assert knobs_at(schedule, 0.0) == (80, 0, 32768)
    assert knobs_at(schedule, 0.2) == (80, 0, 32768)
    assert knobs_at(schedule, 0.4) == (40, 32768, 16384)
    assert knobs_at(schedule, 0.6) == knobs_at(schedule, 1.0) == (0, 65536, 0)


def test_it_may_begin_hard() -> None:
    assert knobs_at(Hardening(0.0, 0.0), 0.001) == (0, 65536, 0)


@pytest.mark.parametrize("wrong", [{"start": 0.8}, {"end": 1.2}, {"grown": 101}, {"provided": -0.1}])
def test_a_schedule_that_is_none_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(CarerError, match=next(iter(wrong))):
        Hardening(**wrong)  # pyright: ignore[reportArgumentType]


def test_the_box_is_met_in_every_second_episode_until_the_world_is_hard() -> None:
    _, state = make("standard", cryosleep=True).reset(jax.random.split(jax.random.key(0), 4))
    schedule = BoxUnderfoot(0.2, 0.6, provided=0.5)
    apart = jnp.stack([state.box_x - state.x[0], state.box_y - state.y[0]])
    assert (jnp.abs(apart).sum(0) > 0).all(), "the box is never where a mother begins"
    for progress, met in ((0.0, [False, True] * 2), (0.59, [False, True] * 2), (0.6, [False] * 4), (1.0, [False] * 4)):
        moved = schedule(state, jnp.float32(progress))
        under = (moved.box_x == state.x[0]) & (moved.box_y == state.y[0])
        assert under.tolist() == met
        assert ((moved.box_x == state.box_x) & (moved.box_y == state.box_y)).tolist() == [not one for one in met]
        assert moved.knobs.danger.tolist() == Hardening(0.2, 0.6)(state, jnp.float32(progress)).knobs.danger.tolist()
