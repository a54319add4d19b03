"""Some thousand random ticks of the nursery against the plain-Python reference; `tests/slow` has many more."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import Array

from carer.worlds.nursery import Nursery
from carer.worlds.nursery.params import params_of
from nursery_reference import EAT, NORTH, STAY
from nursery_reference_start import FULL
from nursery_replay import QUICK, record, replay

REPLAYS: dict[str, tuple[str, dict[str, Any], tuple[int, int, int], str]] = {
    "policy": (
        "standard",
        {"brain": "policy", "foreign": 1, "other_species": 1, "toys": 1, "bushes": 4, "bushes_b": 3, "pits": 4}
        | {"cryosleep": True, "abandon": True, "births": 3, "birth_to": 15, "growth": 40, "feeds_itself": 10}
        | {"size": 9, "view": 5},
        (0, 65536, 0),
        "nearest_baby",
    ),
    "scripted": (
        "harsh",
        {"foreign": 1, "bushes": 4, "pits": 4, "follow": 0.3, "illness": 0.1, "illness_harm": 0.05, "size": 9}
        | {"birth_to": 12, "births": 2, "ends": "family", "orphan_survival": 0.9, "growth": 40, "feeds_itself": 10},
        (40, 50000, 30000),
        "all_skills",
    ),
    "family": (
        "nest_like",
        {"generations": True, "adult_age": 15, "fledge_age": 0, "bushes": 4, "view": 3, "growth": 20, "illness": 0.2},
        (0, 65536, 0),
        "carry_forever",
    ),
}


@pytest.mark.parametrize("name", REPLAYS)
def test_random_ticks_agree_with_the_reference(name: str) -> None:
    preset, changes, knobs, mother = REPLAYS[name]
    nursery = Nursery(params_of(preset, **changes))
    recording = record(nursery, seed=1, ticks=120, batch=10, knobs=knobs, mothers=(mother,), quick=True)
    assert replay(nursery.params, recording, knobs)["tick"] == 1200
    before, after, truth = recording.before, recording.results.state, recording.results.truth
    # The truth accounts for all health lost, whose body was not replaced.
    harm = truth.harm.sum(axis=1)
    same_body = before.alive & ~(truth.succeeded | truth.born)[:, None]
    heals = (after.energy > FULL // 2) & ~after.boxed
    heals &= np.arange(nursery.params.bodies)[:, None] < nursery.params.agents
    expected = np.clip(before.health - harm + 20 * heals, 0, FULL)
    assert np.array_equal(np.where(same_body, after.health, 0), np.where(same_body, expected, 0))
    assert harm[same_body].sum() > 0 or name == "family"


def test_one_more_birth_changes_nobody_elses_fate() -> None:
    changes: dict[str, Any] = {"brain": "policy", "predator_sight": 2, "predator_rate": 0.1, "birth_to": 20}
    changes |= {"feeds_itself": 0, "baby_burn": 0.01, "pits": 4, "bushes": 6, "view": 3}
    real = apart(Nursery(params_of("standard", **changes)))
    never = apart(Nursery(params_of("standard", **changes, birth="never")))
    x, y, alive = real.x[:, 1], real.y[:, 1], real.alive[:, 1]
    # Until the predator first sees the baby, or the episode ends with it.
    close = np.abs(real.predator_x - x) + np.abs(real.predator_y - y) <= 3
    met = (alive & close & (real.predator_left > 0)) | real.over
    free = np.cumsum(met, axis=0) == 0
    assert (free & alive).sum() > 1000
    assert (free & alive & (real.predator_left > 0)).sum() > 100
    for name in ("x", "y", "alive", "energy", "health", "warmth", "hurt", "age", "ill", "cry", "posture", "looks"):
        others = [0, 2, 3]
        ours, theirs = getattr(real, name)[:, others], getattr(never, name)[:, others]
        assert np.array_equal(np.where(free[:, None], ours, 0), np.where(free[:, None], theirs, 0)), name
    for name in ("predator_x", "predator_y", "predator_left", "food", "carried", "hour"):
        assert np.array_equal(np.where(free, getattr(real, name), 0), np.where(free, getattr(never, name), 0)), name
    waits = [np.where(free[:, None], one.bush_wait, 0) for one in (real, never)]
    assert np.array_equal(waits[0], waits[1])
    assert waits[0].any()


def apart(nursery: Nursery) -> Any:
    """120 ticks of 48 worlds in which mother and baby do nothing: states, [ticks, ..., worlds]."""
    start, go, choose = jax.random.split(jax.random.key(7), 3)
    actions = jax.random.randint(choose, (120, 4, 48), NORTH, EAT + 1).at[:, :2].set(STAY)

    def run(episode: Array) -> Any:
        def one(state: Any, given: tuple[Array, Array]) -> tuple[Any, Any]:
            after = nursery.advance(given[0], state, given[1]).state
            return after, after

        return jax.lax.scan(one, nursery.initial(episode), (jax.random.split(go, 120), actions))[1]

    words = jnp.moveaxis(jax.random.key_data(jax.random.split(start, 48)), -1, 0)
    return jax.tree.map(np.asarray, jax.jit(run, compiler_options=QUICK)(words))
