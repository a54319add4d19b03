"""Nurseries stepped in JAX, and replayed in the plain-Python reference: everything has to agree, tick by tick."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from carer.worlds import World, make
from carer.worlds.counted import tick_word
from carer.worlds.nursery import CAUSES
from carer.worlds.nursery.mothers import scripted
from carer.worlds.nursery.params import params_of
from counted_reference import successor
from nursery_reference import Episode

NUMBERS = ("x", "y", "alive", "energy", "health", "warmth", "hurt", "age", "ill", "boxed", "cry", "posture")
Knobs = tuple[int, int, int]
UNTURNED: Knobs = (0, 65536, 0)
"""`grown`, `danger` and `provided` as no curriculum has touched them."""
PLAIN = (
    *("time", "hour", "food", "carried", "generation", "predator_x", "predator_y", "predator_left"),
    *("box_x", "box_y", "birth_at", "births_left", "cue", "away"),
)
SIMPLE = ("laid", "born", "sham", "fledged", "abandoned", "succeeded")
MOTHERS = ("all_skills", "nearest_baby", "carry_forever", "selfish")
# Steps half of the time, and what needs company or food often enough to happen: the world's actions in order.
WEIGHTS = (2, 4, 4, 4, 4, 6, 5, 5, 2, 0.3, 2)


@dataclass(frozen=True)
class Recording:
    """What JAX did: `first` and `fresh` states, `ticks` of [tick][world], keys and actions."""

    first: Any
    keys: np.ndarray
    actions: np.ndarray
    ticks: Any
    fresh: Any


def record(world: World[Any], seed: int, ticks: int, batch: int, knobs: Knobs = UNTURNED) -> Recording:
    """Steps `batch` worlds with scripted mothers, of which each does something random in a third of all ticks."""
    start, go, choose = jax.random.split(jax.random.key(seed), 3)
    state = world.reset(jax.random.split(start, batch))[1]
    turned = [jnp.full(batch, knob, jnp.int32) for knob in knobs]
    state = eqx.tree_at(lambda one: [one.knobs.grown, one.knobs.danger, one.knobs.provided], state, turned)
    keys = jax.random.split(go, ticks)
    actions, results, fresh = _run(world, state, keys, jax.random.split(choose, ticks))
    data = np.asarray(jax.random.key_data(keys))[:, -2:]
    return Recording(*jax.tree.map(np.asarray, (state, data, actions, results, fresh)))


@eqx.filter_jit
def _run(world: Any, state: Any, keys: Array, choices: Array) -> Any:
    def tick(state: Any, keys: tuple[Array, Array]) -> tuple[Any, Any]:
        key, choice = keys
        action = _actions(world, choice, tick_word(key, state.episode, state.time), state)
        result = world.advance(key, state, action)
        fresh = world.renew(key, result.state, result.terminated | result.truncated)
        return fresh, (action, result, fresh)

    return jax.lax.scan(tick, state, (keys, choices))[1]


def _actions(world: Any, key: Array, word: Array, state: Any) -> Array:
    batch = state.time.shape[0]
    first, second = jax.random.split(key)
    logits = jnp.log(jnp.array(WEIGHTS))
    action = jax.random.categorical(first, logits, shape=(len(world.seats), batch)).astype(jnp.int32)
    skilled = jnp.stack([scripted(name)(world.params, word, state) for name in MOTHERS])
    mother = jnp.take_along_axis(skilled, (jnp.arange(batch) % len(MOTHERS))[None], axis=0)[0]
    return action.at[0].set(jnp.where(jax.random.bernoulli(second, 1 / 3, (batch,)), action[0], mother))


def replay(preset: str, changes: dict[str, Any], recording: Recording) -> Counter[str]:
    """Replays all of it, comparing everything, and counts the ticks and what happened in them."""
    p = params_of(preset, **changes)
    count, batch = recording.actions.shape[0], recording.actions.shape[2]
    knobs = recording.first.knobs
    turned = (int(knobs.grown[0]), int(knobs.danger[0]), int(knobs.provided[0]))
    keys = recording.keys.tolist()
    happened: Counter[str] = Counter()
    for world in range(batch):
        first = jax.tree.map(lambda leaf, at=world: leaf[..., at].tolist(), recording.first)
        ticks = _by_tick(recording.ticks, world, count)
        fresh = _by_tick(recording.fresh, world, count)
        actions = recording.actions[:, :, world].tolist()
        episode = Episode(p, (first.episode[0], first.episode[1]), turned)
        same(episode, first, f"world {world}, first state")
        for at in range(count):
            where = f"{preset} {changes}, world {world}, tick {at}, action {actions[at]}"
            episode.step(keys[at], actions[at])
            same(episode, ticks[at].state, where)
            same_outcome(episode, ticks[at], where)
            happened.update(events(episode))
            if episode.terminated or episode.truncated:
                words = successor(keys[at], episode.episode, episode.time)
                episode = Episode(p, words, turned)
                same(episode, fresh[at], where + ", renewed")
    return happened


def events(episode: Episode) -> list[str]:
    """What happened in the last tick, in words, for tests to see to it that everything did."""
    truth = episode.truth
    found = [cause for cause, harm in zip(CAUSES, truth.harm, strict=True) if any(harm)]
    found += [name for name in SIMPLE if getattr(truth, name)]
    found += [f"{body.kind} died" for body in episode.bodies if truth.died[body.number]]
    found += [f"{episode.bodies[number].kind} lifted" for number in (truth.lifted,) if number]
    found += [f"defended {truth.defended}"] * (truth.defended > 0)
    found += (
        ["gift"] * any(truth.gift)
        + ["baby ate"] * any(truth.meal[1:])
        + ["boxed"] * any(body.boxed for body in episode.bodies)
    )
    return ["tick", *found]


def _by_tick(tree: Any, world: int, count: int) -> list[Any]:
    lists = jax.tree.map(lambda leaf: leaf[..., world].tolist(), tree)
    leaves, shape = jax.tree.flatten(lists, is_leaf=lambda one: isinstance(one, list))
    return [jax.tree.unflatten(shape, [leaf[at] for leaf in leaves]) for at in range(count)]


def same(episode: Episode, state: Any, where: str) -> None:
    """The reference's state and JAX's, field by field."""
    for name in PLAIN:
        _equal(name, getattr(episode, name), getattr(state, name), where)
    _equal("episode", list(episode.episode), state.episode, where)
    for name in NUMBERS:
        _equal(name, [getattr(body, name) for body in episode.bodies], getattr(state, name), where)
    _equal("over", episode.terminated or episode.truncated, state.over, where)
    _equal("bush_x", [bush.x for bush in episode.bushes], state.bush_x, where)
    _equal("bush_y", [bush.y for bush in episode.bushes], state.bush_y, where)
    _equal("bush_wait", [bush.wait for bush in episode.bushes], state.bush_wait, where)
    _equal("pit_x", [pit.x for pit in episode.pits], state.pit_x, where)
    _equal("pit_y", [pit.y for pit in episode.pits], state.pit_y, where)
    _equal("knobs", (episode.grown, episode.danger, episode.provided), _knobs(state), where)
    _equal("looks", [body.looks for body in episode.bodies], [signed(word) for word in state.looks], where)
    for body in episode.bodies:
        theirs = signed(state.scent[0][body.number]) + signed(state.scent[1][body.number])
        if max(abs(a - b) for a, b in zip(body.scent, theirs, strict=True)) > 1:
            _equal(f"scent of {body.number}", body.scent, theirs, where)
        # A rounding that fell the other way is taken over: children's scents descend from their mothers'.
        body.scent = theirs


def same_outcome(episode: Episode, tick: Any, where: str) -> None:
    """What the tick told: reward, end and truth."""
    _equal("reward", [float(np.float32(one)) for one in episode.reward], tick.reward, where)
    _equal("terminated", episode.terminated, tick.terminated, where)
    _equal("truncated", episode.truncated, tick.truncated, where)
    for name, ours in vars(episode.truth).items():
        _equal("truth." + name, ours, getattr(tick.truth, name), where)


def signed(word: int) -> list[int]:
    """Four signed bytes, the lowest first."""
    return [byte - 256 if byte > 127 else byte for byte in word.to_bytes(4, "little")]


def _knobs(state: Any) -> tuple[int, int, int]:
    return state.knobs.grown, state.knobs.danger, state.knobs.provided


def _equal(name: str, ours: Any, theirs: Any, where: str) -> None:
    assert ours == theirs, f"{name}: reference {ours}, JAX {theirs} ({where})"


def compare(
    preset: str, changes: dict[str, Any], seed: int, ticks: int, batch: int, knobs: Knobs = UNTURNED
) -> Counter[str]:
    """Records and replays a nursery; see `replay`."""
    world = make("nursery", preset, **changes)
    return replay(preset, changes, record(world, seed, ticks, batch, knobs))
