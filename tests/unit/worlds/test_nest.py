"""The nest: its optimum against the published table, and its world against its optimum."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from carer.concepts import CarerError, UnknownNameError
from carer.worlds import make
from carer.worlds.nest import ABANDON, ILL, KEEP, Nest, NestParams, best_mother, solve, threshold

EIGHT = NestParams(births=9)
BIRTHS = np.array([0, 1, 2, 4, 8])


@pytest.mark.parametrize(
    ("changes", "age", "left", "published"),
    [
        ({}, 0, 100, [0, 0.051, 0.133, 0.349, 0.900]),
        ({}, 8, 100, [0, 0.037, 0.091, 0.187, 0.282]),
        ({}, 0, 25, [0, 0.067, 0.214, 0.215, 0.215]),
        ({"mother_ill": 0.98}, 0, 100, [0, 0.009, 0.046, 0.151, 0.438]),
        ({"gamma": 0.97}, 0, 100, [0, 0.046, 0.151, 0.323, 0.426]),
    ],
)
def test_thresholds_are_those_of_the_table(
    changes: dict[str, float], age: int, left: int, published: list[float]
) -> None:
    found = threshold(replace(EIGHT, **changes), births=BIRTHS, age=age, left=left)
    np.testing.assert_allclose(found, published, atol=0.005)


def test_on_a_yoked_clock_giving_up_pays_less() -> None:
    found = threshold(replace(EIGHT, yoked=True), births=BIRTHS)
    np.testing.assert_allclose(found, [0, 0.04, 0.09, 0.16, 0.18], atol=0.005)


def test_the_threshold_is_where_keeping_and_giving_up_are_worth_the_same() -> None:
    for yoked in (False, True):
        p = replace(EIGHT, yoked=yoked)
        for births, found in enumerate(threshold(p, births=np.arange(9))):
            best = solve(p, recovery=[max(found - 1e-6, 0.0), found, found + 1e-6])
            below, at, above = (best.keep - best.abandon)[p.horizon, births, ILL, 0, -1]
            if births:
                assert below < 0 < above
            assert at == pytest.approx(0, abs=1e-6) or births == 0


def plain(p: NestParams, left: int, births: int, ill: bool, age: int) -> tuple[float, float]:
    """Keep and abandon by recursion over what may happen, as the equations are written."""

    def fledged(t: int) -> float:
        return sum((p.gamma * p.fledged) ** i for i in range(t))

    def orphan(t: int) -> float:
        return sum(p.orphan * (p.gamma * p.orphan) ** i for i in range(t))

    def lost(t: int, b: int, k: int) -> float:
        if t <= 0 or b < 0:
            return 0.0
        return p.gamma * p.mother_free * lost(t - 1, b, k - 1) if k else max(plain(p, t, b, False, 0))

    if left == 0:
        return 0.0, 0.0
    lives, mother = (p.live_ill, p.mother_ill) if ill else (p.live_well, p.mother_well)
    after = lost(left - 1, births - 1, p.gap)
    if ill:
        chances = [(p.recovery, False, age), (1 - p.recovery, True, age)]
    else:
        chances = [(1 - p.illness, False, age + 1), (p.illness, True, age + 1)]
    if not ill and age == p.age - 1:
        bracket = 1 + p.gamma * fledged(left - 1) + p.gamma * mother * after
    else:
        then = sum(weight * max(plain(p, left - 1, births, then_ill, old)) for weight, then_ill, old in chances)
        bracket = 1 + p.gamma * (mother * then + (1 - mother) * orphan(left - 1))
    keep = lives * bracket + (1 - lives) * p.gamma * mother * after
    return keep, orphan(left) + p.gamma * p.mother_free * after


def test_the_solution_is_that_of_a_plain_recursion() -> None:
    p = NestParams(horizon=9, births=3, age=2, gap=1, illness=0.3, recovery=0.4, mother_ill=0.7, gamma=0.9)
    best = solve(p)
    for left in (1, 5, 9):
        for births in range(3):
            for ill in (0, 1):
                for age in range(2):
                    found = best.keep[left, births, ill, age, 0], best.abandon[left, births, ill, age, 0]
                    np.testing.assert_allclose(found, plain(p, left, births, bool(ill), age), rtol=1e-12)


@pytest.mark.parametrize("yoked", [False, True])
@pytest.mark.parametrize("recovery", [0.02, 0.5])
def test_the_best_mother_earns_what_the_optimum_says(yoked: bool, recovery: float) -> None:
    p = NestParams(births=5, yoked=yoked, recovery=recovery)
    returns = played(Nest(p), 16_384)
    expected = solve(p).value[p.horizon, p.births - 1, 0, 0, -1]
    error = returns.std() / returns.size**0.5
    assert abs(returns.mean() - expected) < 4 * error
    # The same figure would be missed by a mother who never gives up, where that is a mistake.
    if recovery == 0.02:
        assert played(Nest(p), 16_384, never=True).mean() < expected - 8 * error


def played(world: Nest, episodes: int, *, never: bool = False) -> np.ndarray:
    """Returns of whole lives of the best mother, or of one who never gives up."""
    act = best_mother(world.params)

    @jax.jit
    def live(key: jax.Array) -> jax.Array:
        _, state = world.reset(jax.random.split(key, episodes))

        def tick(state: object, _: None) -> tuple[object, jax.Array]:
            action = act(state)[None] * (not never)  # pyright: ignore[reportArgumentType]
            after = world.advance(key, state, action)  # pyright: ignore[reportArgumentType]
            return after.state, after.reward[0] * ~state.over  # pyright: ignore[reportAttributeAccessIssue]

        return jax.lax.scan(tick, state, None, length=world.horizon)[1].sum(0)

    return np.asarray(live(jax.random.key(0)), float)


def test_a_baby_given_up_does_not_come_back() -> None:
    world = make("nest", births=2, live_well=1.0, orphan=1.0, illness=0.0, mother_well=1.0, gap=2)
    _, state = world.reset(jax.random.key(0))
    homes = []
    for action in (ABANDON, KEEP, KEEP, KEEP):
        tick = world.advance(jax.random.key(1), state, jnp.full(1, action))
        state = tick.state
        homes.append((int(state.home), int(tick.reward[0]), bool(tick.truth.born)))
    # The orphan goes on living, and paying, beside the second baby, which is born after two ticks.
    assert homes == [(0, 1, False), (0, 1, False), (1, 1, True), (1, 2, False)]


def test_a_yoked_birth_orphans_who_is_still_at_home() -> None:
    world = make("nest", births=2, age=2, gap=1, yoked=True, illness=1.0, recovery=0.0, live_ill=1.0, live_well=1.0)
    _, state = world.reset(jax.random.key(0))
    told = []
    for _ in range(3):
        tick = world.advance(jax.random.key(3), state, jnp.full(1, KEEP))
        state = tick.state
        told.append((bool(tick.truth.born), bool(tick.truth.orphaned)))
    assert told[2] == (True, True)


@pytest.mark.parametrize(
    ("name", "value"), [("births", 0), ("births", 65), ("recovery", 1.5), ("gap", -1), ("orphan", True), ("age", 1.0)]
)
def test_impossible_parameters_are_named(name: str, value: object) -> None:
    with pytest.raises(CarerError, match=name):
        make("nest", **{name: value})


def test_unknown_names_are_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="recovery"):
        make("nest", recovry=0.1)
    with pytest.raises(UnknownNameError, match="recovery"):
        solve(NestParams(), recovry=[0.1])
    with pytest.raises(CarerError, match="between 0 and 1"):
        solve(NestParams(), recovery=[0.1, 1.1])
    with pytest.raises(CarerError, match="births"):
        threshold(NestParams(births=3), births=3)
