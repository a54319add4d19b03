"""What the seats of a nursery see: every bit at its place, the nearest first, and nobody's needs but one's own."""

import random
from collections.abc import Callable
from functools import cache
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from carer.worlds.nursery import Nursery, NurseryParams
from carer.worlds.nursery.params import params_of
from nursery_reference import Episode
from nursery_reference_start import FULL
from nursery_replay import QUICK, as_state
from nursery_seen import CHANNELS, Other, packed, unpacked, word_of

WORLDS: dict[str, dict[str, Any]] = {
    "standard": {},
    "everything": {"other_species": 1, "toys": 2, "bushes_b": 3, "cryosleep": True, "size": 9, "view": 5, "births": 3}
    | {"hearing": 5, "scent_reach": 2, "growth": 90, "day": 37, "night": 11},
    "wide": {"view": 13, "size": 14, "nest": 3, "foreign": 5, "predator_rate": 0.5, "scent_reach": 9},
    "bare": {"size": 5, "nest": 0, "view": 3, "foreign": 0, "bushes": 0, "pits": 0, "night": 0},
}
BATCH = 48
HIDDEN = ("energy", "health", "warmth", "hurt", "ill", "boxed")


def params(name: str) -> NurseryParams:
    return params_of("standard", brain="policy", **WORLDS[name])


@cache
def looking(name: str) -> Callable[[Any], jax.Array]:
    return jax.jit(Nursery(params(name)).observe_all, compiler_options=QUICK)


def look(name: str, state: Any) -> np.ndarray:
    """[batch, seats, words]"""
    return np.moveaxis(np.asarray(looking(name)(state)), -1, 0)


@cache
def scrambled(name: str) -> list[Episode]:
    """Moments that need not be reachable, half of them with everybody close together."""
    dice = random.Random(name)
    return [scramble(Episode(params(name), (dice.getrandbits(32), number)), dice) for number in range(BATCH)]


def scramble(e: Episode, dice: random.Random) -> Episode:
    p = e.p
    near = dice.randint(1, p.size - 4) if dice.random() < 0.5 else None
    low, high = (1, p.size - 2) if near is None else (near, near + 2)
    for body in e.bodies:
        body.x, body.y = dice.randint(low, high), dice.randint(low, high)
        body.alive = not body.is_agent or dice.random() < 0.85
        body.energy, body.health, body.warmth = (dice.choice([0, FULL, dice.randint(0, FULL)]) for _ in range(3))
        body.hurt, body.age = dice.choice([0, dice.randint(0, 12_000)]), dice.randint(0, p.growth + 9)
        body.ill, body.scent = dice.random() < 0.3, [dice.randint(-127, 127) for _ in range(8)]
        if body.is_baby:
            body.cry, body.posture = dice.choice([0, dice.randint(0, 15)]), dice.randint(0, 3)
    e.time, e.hour, e.food, e.cue = dice.randint(0, 299), dice.randrange(p.day), dice.randint(0, 2), dice.random() < 0.5
    e.predator_x, e.predator_y, e.predator_left = dice.randint(low, high), dice.randint(low, high), dice.randint(0, 1)
    for bush in e.bushes:
        bush.wait = dice.choice([0, 0, 1, 7])
    e.carried = dice.choice([0, *[body.number for body in e.bodies[1:] if body.alive]])
    if e.carried:
        e.bodies[e.carried].x, e.bodies[e.carried].y = e.mother.x, e.mother.y
    return e


@pytest.mark.parametrize("name", WORLDS)
def test_every_word_of_every_seat_is_what_the_format_says(name: str) -> None:
    episodes, world = scrambled(name), Nursery(params(name))
    found = look(name, as_state(episodes))
    assert found.shape == (BATCH, len(world.seats), *world.observation.shape)
    for number, episode in enumerate(episodes):
        for seat in range(len(world.seats)):
            assert found[number, seat].tolist() == packed(episode, seat), f"world {number}, seat {world.seats[seat]}"


@pytest.mark.parametrize("name", WORLDS)
def test_unpacked_it_shows_what_stands_there(name: str) -> None:
    p, found = params(name), look(name, as_state(scrambled(name)))
    reach = p.view // 2
    shown: dict[str, int] = dict.fromkeys(CHANNELS, 0)
    for number, e in enumerate(scrambled(name)):
        for me in e.agents:
            seen = unpacked(p, found[number, me.number].tolist())
            left, top = me.x - reach, me.y - reach
            for channel, cells in seen.cells.items():
                shown[channel] += len(cells)
                for column, row in cells:
                    assert is_there(e, channel, left + column, top + row)
            pits = [pit for pit in e.pits if max(abs(pit.x - me.x), abs(pit.y - me.y)) <= reach]
            ripe = [bush for bush in e.bushes if not bush.wait and max(abs(bush.x - me.x), abs(bush.y - me.y)) <= reach]
            assert len(seen.cells["pit"]) == len(pits)
            assert len(seen.cells["bush A"]) + len(seen.cells["bush B"]) == len(ripe)
            shares = [min(level / FULL, 1) for level in (me.energy, me.health, me.warmth, me.hurt)]
            assert [level / 255 for level in seen.levels] == pytest.approx(shares, abs=1 / 255)
            assert seen.flags["day"] / 63 == pytest.approx(e.hour / p.day, abs=1 / 63)
            assert seen.flags["size"] / 15 == pytest.approx(min(me.age / p.growth, 1), abs=1 / 15)
            assert seen.flags["food"] == (0 if me.number else e.food)
    missing = {"bush B", "box"} if name in ("standard", "wide") else set()
    missing |= {"pit", "bush A", "bush B", "box"} if name == "bare" else set()
    assert {channel for channel, count in shown.items() if not count} == missing


def is_there(e: Episode, channel: str, x: int, y: int) -> bool:
    if channel == "wall":
        return min(x, y) < 1 or max(x, y) > e.p.size - 2
    if channel == "nest":
        return max(abs(x - e.p.size // 2), abs(y - e.p.size // 2)) <= e.p.nest
    places = {
        "pit": [(pit.x, pit.y) for pit in e.pits],
        "bush A": [(bush.x, bush.y) for bush in e.bushes if bush.wait == 0 and bush.food == 1],
        "bush B": [(bush.x, bush.y) for bush in e.bushes if bush.wait == 0 and bush.food == 2],
        "predator": [(e.predator_x, e.predator_y)] * (e.predator_left > 0),
        "box": [(e.box_x, e.box_y)] * e.p.cryosleep,
    }
    return (x, y) in places[channel]


@pytest.mark.parametrize("name", WORLDS)
def test_the_others_come_nearest_first_and_none_is_left_out(name: str) -> None:
    p, found = params(name), look(name, as_state(scrambled(name)))
    for number, e in enumerate(scrambled(name)):
        for me in e.agents:
            told = unpacked(p, found[number, me.number].tolist()).others
            real = {body.number: about(e, me.number, body.number) for body in e.bodies if body.alive and body is not me}
            real = {other: one for other, one in real.items() if one.seen or one.heard}
            far = {other: e.bodies[other].steps_to(me.x, me.y) for other in real}
            assert len(told) == len(real)
            at = 0
            for steps in sorted(set(far.values())):
                group = [real[other] for other in real if far[other] == steps]
                assert sorted(map(repr, told[at : at + len(group)])) == sorted(map(repr, group))
                at += len(group)


def about(e: Episode, seat: int, other: int) -> Other:
    p, me, body = e.p, e.bodies[seat], e.bodies[other]
    column, row, steps = body.x - me.x + p.view // 2, body.y - me.y + p.view // 2, body.steps_to(me.x, me.y)
    seen, heard = 0 <= column < p.view and 0 <= row < p.view, body.cry > 0 and steps <= p.hearing
    smelt = steps <= p.scent_reach
    return Other(
        seen=int(seen),
        heard=int(heard),
        column=max(0, min(p.view - 1, column)),
        row=max(0, min(p.view - 1, row)),
        size=15 * min(body.age, p.growth) // p.growth if seen else 0,
        posture=body.posture if seen else 0,
        cry=body.cry if heard else 0,
        carried=int(seen and 0 < other == e.carried),
        looks=word_of(body.looks) if seen else 0,
        scent=(word_of(body.scent[:4]), word_of(body.scent[4:])) if smelt else (0, 0),
    )


def test_which_of_two_equally_near_comes_first_tells_nothing() -> None:
    episodes = [Episode(params("standard"), (number, 5)) for number in range(BATCH)]
    for e in episodes:
        e.bodies[2].x, e.bodies[2].y = e.bodies[3].x, e.bodies[3].y = e.mother.x + 1, e.mother.y
    found = look("standard", as_state(episodes))
    first = [unpacked(e.p, found[at, 0].tolist()).others[0].looks for at, e in enumerate(episodes)]
    earlier = sum(looks == word_of(e.bodies[2].looks) for looks, e in zip(first, episodes, strict=True))
    assert BATCH / 4 < earlier < 3 * BATCH / 4


@pytest.mark.parametrize("name", ["standard", "everything"])
def test_needs_of_others_and_births_to_come_are_not_to_be_seen(name: str) -> None:
    p, state = params(name), as_state(scrambled(name))
    before = look(name, state)
    hidden: Any = eqx.tree_at(
        lambda one: (one.birth_at, one.births_left, one.away, one.generation, one.knobs),
        state,
        jax.tree.map(
            lambda leaf: leaf + 1, (state.birth_at, state.births_left, state.away, state.generation, state.knobs)
        ),
    )
    assert np.array_equal(look(name, hidden), before)
    for seat in range(p.agents):
        others = jnp.arange(p.bodies)[:, None] != seat
        changed: Any = hidden
        for need in HIDDEN:
            old = getattr(state, need)
            new = ~old if old.dtype == bool else FULL - jnp.minimum(old, FULL)
            changed = eqx.tree_at(lambda one, need=need: getattr(one, need), changed, jnp.where(others, new, old))
        if seat:  # what the mother has in hand and the cue of a birth are hers to know
            changed = eqx.tree_at(lambda one: (one.food, one.cue), changed, (2 - state.food, ~state.cue))
        after = look(name, changed)
        assert np.array_equal(after[:, seat], before[:, seat])
        assert not np.array_equal(after, before)


def test_one_seat_at_a_time_is_the_same() -> None:
    world, state = Nursery(params("bare")), as_state(scrambled("bare"))
    observe = jax.jit(world.observe, static_argnums=1, compiler_options=QUICK)
    assert np.array_equal(np.asarray(observe(state, "baby")).T, look("bare", state)[:, 1])
