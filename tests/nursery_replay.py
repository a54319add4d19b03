"""Nurseries stepped in JAX, and replayed in the plain-Python reference: everything has to agree, tick by tick."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from carer.worlds.counted import tick_word
from carer.worlds.nursery import CAUSES, Nursery, NurseryState
from carer.worlds.nursery import Knobs as JaxKnobs
from carer.worlds.nursery.mothers import scripted
from carer.worlds.nursery.params import NurseryParams, params_of
from counted_reference import successor
from nursery_reference import Episode
from nursery_seen import word_of

Knobs = tuple[int, int, int]
UNTURNED: Knobs = (0, 65536, 0)
"""`grown`, `danger` and `provided` as no curriculum has touched them."""
BODILY = ("x", "y", "alive", "energy", "health", "warmth", "hurt", "age", "ill", "boxed", "cry", "posture")
PLAIN = (
    *("time", "hour", "food", "carried", "generation", "predator_x", "predator_y", "predator_left"),
    *("box_x", "box_y", "birth_at", "births_left", "cue", "away"),
)
SIMPLE = ("laid", "born", "sham", "fledged", "abandoned", "succeeded")
MOTHERS = ("all_skills", "nearest_baby", "carry_forever", "selfish")
QUICK = {"xla_backend_optimization_level": 0}
"""To compile in half the time."""
# Steps half of the time, and what needs company or food often enough to happen: the world's actions in order.
WEIGHTS = (2, 4, 4, 4, 4, 6, 5, 5, 2, 0.3, 2)


class Recording(NamedTuple):
    """What JAX did: the keys' words, and of each tick the state it began with, the actions and the result."""

    keys: np.ndarray
    before: Any
    actions: np.ndarray
    results: Any


def record(
    world: Nursery,
    *,
    seed: int,
    ticks: int,
    batch: int,
    knobs: Knobs = UNTURNED,
    mothers: tuple[str, ...] = MOTHERS,
    quick: bool = False,
) -> Recording:
    """Steps `batch` worlds with scripted mothers, of which each does something random in a third of all ticks.

    The first states follow an ended episode of the words 0 and 0, so that beginning is compiled once. `quick`
    compiles in half the time, and what comes out runs slower.
    """
    go, choose = jax.random.split(jax.random.key(seed))
    shapes = jax.eval_shape(world.initial, jax.ShapeDtypeStruct((2, batch), jnp.uint32))
    nothing = jax.tree.map(lambda leaf: jnp.zeros(leaf.shape, leaf.dtype), shapes)
    turned = [jnp.full(batch, knob, jnp.int32) for knob in knobs]
    nothing = eqx.tree_at(lambda one: [one.knobs.grown, one.knobs.danger, one.knobs.provided], nothing, turned)
    keys = jax.random.split(go, ticks)
    run = jax.jit(_run, static_argnums=(0, 1), compiler_options=QUICK if quick else {})
    done = run(world, mothers, nothing, keys, jax.random.split(choose, ticks))
    return Recording(np.asarray(jax.random.key_data(keys))[:, -2:], *jax.tree.map(np.asarray, done))


def _run(world: Nursery, mothers: tuple[str, ...], state: Any, keys: Array, choices: Array) -> Any:
    def tick(carry: tuple[Any, Array], keys: tuple[Array, Array]) -> tuple[Any, Any]:
        key, choice = keys
        state = world.renew(key, *carry)
        action = _actions(world, mothers, choice, tick_word(key, state.episode, state.time), state)
        result = world.advance(key, state, action)
        return (result.state, result.terminated | result.truncated), (state, action, result)

    return jax.lax.scan(tick, (state, ~state.over), (keys, choices))[1]


def _actions(world: Nursery, mothers: tuple[str, ...], key: Array, word: Array, state: Any) -> Array:
    batch = state.time.shape[0]
    first, second = jax.random.split(key)
    logits = jnp.log(jnp.array(WEIGHTS))
    action = jax.random.categorical(first, logits, shape=(len(world.seats), batch)).astype(jnp.int32)
    skilled = jnp.stack([scripted(name)(world.params, word, state) for name in mothers])
    mother = jnp.take_along_axis(skilled, (jnp.arange(batch) % len(mothers))[None], axis=0)[0]
    return action.at[0].set(jnp.where(jax.random.bernoulli(second, 1 / 3, (batch,)), action[0], mother))


def replay(p: NurseryParams, recording: Recording, knobs: Knobs = UNTURNED) -> Counter[str]:
    """Replays all of it, comparing everything, and counts the ticks and what happened in them."""
    count, _, batch = recording.actions.shape
    keys = recording.keys.tolist()
    happened: Counter[str] = Counter()
    for world in range(batch):
        before = _by_tick(recording.before, world, count)
        results = _by_tick(recording.results, world, count)
        actions = recording.actions[:, :, world].tolist()
        words, time, episode = (0, 0), 0, None
        for at in range(count):
            where = f"{p}, world {world}, tick {at}, action {actions[at]}"
            if episode is None:
                episode = Episode(p, successor(keys[at], words, time), knobs)
                same(episode, before[at], where + ", first state")
            episode.step(keys[at], actions[at])
            same(episode, results[at].state, where)
            same_outcome(episode, results[at], where)
            happened.update(events(episode))
            if episode.terminated or episode.truncated:
                words, time, episode = episode.episode, episode.time, None
    return happened


def events(episode: Episode) -> list[str]:
    """What happened in the last tick, in words, for tests to see to it that everything did."""
    truth = episode.truth
    found = [cause for cause, harm in zip(CAUSES, truth.harm, strict=True) if any(harm)]
    found += [name for name in SIMPLE if getattr(truth, name)]
    found += [f"{body.kind} died" for body in episode.bodies if truth.died[body.number]]
    others = {
        f"{episode.bodies[truth.lifted].kind} lifted": truth.lifted,
        f"defended {truth.defended}": truth.defended,
        "gift": any(truth.gift),
        "baby ate": any(truth.meal[1:]),
        "boxed": any(body.boxed for body in episode.bodies),
        "mother ill": episode.mother.ill,
        "away": any(episode.away),
        "motherless": not episode.mother.alive,
    }
    return ["tick", *found, *[name for name, happened in others.items() if happened]]


def _by_tick(tree: Any, world: int, count: int) -> list[Any]:
    lists = jax.tree.map(lambda leaf: leaf[..., world].tolist(), tree)
    leaves, shape = jax.tree.flatten(lists, is_leaf=lambda one: isinstance(one, list))
    return [jax.tree.unflatten(shape, [leaf[at] for leaf in leaves]) for at in range(count)]


def as_state(episodes: Sequence[Episode]) -> NurseryState:
    """The states of some episodes of one world as JAX has them, the batch last."""

    def stacked(values: Any, dtype: Any = np.int32) -> Array:
        array = np.array(values, dtype)
        return jnp.asarray(np.moveaxis(array, 0, -1) if array.size else array.reshape(0, len(episodes)))

    bodies = [one.bodies for one in episodes]
    things = {
        f"{name}_{part}": stacked([[getattr(thing, part) for thing in group] for group in groups])
        for name, groups in (("bush", [one.bushes for one in episodes]), ("pit", [one.pits for one in episodes]))
        for part in ("x", "y", "wait")
        if (name, part) != ("pit", "wait")
    }
    plain = {name: np.array([getattr(one, name) for one in episodes]) for name in PLAIN}
    bodily = {name: np.array([[getattr(body, name) for body in group] for group in bodies]) for name in BODILY}
    values = {
        name: stacked(array, bool if array.dtype == bool else np.int32) for name, array in (plain | bodily).items()
    }
    scents = [[[word_of(body.scent[half : half + 4]) for body in group] for half in (0, 4)] for group in bodies]
    knobs = zip(*[(one.grown, one.danger, one.provided) for one in episodes], strict=True)
    return NurseryState(
        episode=stacked([one.episode for one in episodes], np.uint32),
        over=stacked([one.terminated or one.truncated for one in episodes], bool),
        scent=stacked(scents, np.uint32),
        looks=stacked([[word_of(body.looks) for body in group] for group in bodies], np.uint32),
        knobs=JaxKnobs(*map(stacked, knobs)),
        **things,
        **values,
    )


def same(episode: Episode, state: Any, where: str) -> None:
    """The reference's state and JAX's, field by field."""
    for name in PLAIN:
        _equal(name, getattr(episode, name), getattr(state, name), where)
    _equal("episode", list(episode.episode), state.episode, where)
    for name in BODILY:
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


def compare(preset: str, changes: dict[str, Any], knobs: Knobs = UNTURNED, **options: Any) -> Counter[str]:
    """Records and replays a nursery; see `record` for the options, `replay` for what comes back."""
    world = Nursery(params_of(preset, **changes))
    return replay(world.params, record(world, knobs=knobs, **options), knobs)
