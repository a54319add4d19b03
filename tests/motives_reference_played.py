"""Whole episodes of the motives rooms, played by scripted agents: the JAX side of what the tests compare."""

from functools import cache, partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from carer.worlds import World
from carer.worlds.counted import below, draw, episode_words, mix
from carer.worlds.motives import scripted

KEY = jax.random.key(7)


class Played(NamedTuple):
    """Numpy arrays [ticks, ..., episodes]; `live` marks the ticks that were played, `seen` comes before each tick."""

    words: np.ndarray
    seen: np.ndarray
    state: Any
    action: np.ndarray
    reward: np.ndarray
    truth: Any
    live: np.ndarray

    def total(self, of: np.ndarray) -> np.ndarray:
        """The sum over the ticks that were played, for each episode."""
        return np.where(self.live, of, 0).sum(0)


@cache
def played(world: World[Any], names: tuple[str, ...], episodes: int = 24) -> Played:
    """Episodes in which, for spells of eight ticks, now one and now another of the scripts acts."""
    kinds = sorted(set(names))  # who is named twice acts twice as often
    scripts = [scripted(world, name) for name in kinds]
    numbers = jnp.asarray([kinds.index(name) for name in names])

    # Not compiled: so small a world runs as fast as it is compiled.
    state = world.initial(episode_words(jax.random.split(jax.random.key(3), episodes)))
    words, ticks = state.episode, []
    for _ in range(world.horizon):
        word = mix(state.episode[0] + state.time.astype(jnp.uint32))
        spell = mix(state.episode[1] + (state.time // 8).astype(jnp.uint32))
        actions = jnp.stack([script(word, state) for script in scripts])
        which = numbers[below(draw(spell, 0, 901), len(names))]
        action = jnp.take_along_axis(actions, which[None, None], axis=0)[0]
        after = world.advance(KEY, state, action)
        ticks.append((world.view(state, 0), state, action[0], after.reward[0], after.truth, ~state.over))
        state = jax.tree.map(partial(jnp.where, state.over), state, after.state)
        if bool(state.over.all()):
            break
    stacked = jax.tree.map(lambda *leaves: np.stack([np.asarray(leaf) for leaf in leaves]), *ticks)
    return Played(np.asarray(words), *stacked)


def compare(world: Any, reference: type[Any], names: tuple[str, ...], checked: int = 12) -> dict[str, int]:
    """Step a reference beside the world, compare all that is seen, paid and true in the first episodes.

    In how many ticks each thing was true comes back; the links are counted too, by their names.
    """
    run = played(world, names)
    first, second = (int(word) for word in np.asarray(jax.random.key_data(KEY))[-2:])
    happened: dict[str, int] = {}
    for at in range(checked):
        plain = reference(world.params, (int(run.words[0, at]), int(run.words[1, at])))
        ticks = int(run.live[:, at].sum())
        told: list[dict[str, Any]] = []
        for action in run.action[:ticks, at].tolist():
            seen = plain.seen()
            told.append({"seen": seen} | plain.step((first, second), world.actions[action]))
        found = {"seen": run.seen, "reward": run.reward} | run.truth._asdict()
        assert set(told[0]) == set(found)
        for name, values in found.items():
            expected = np.asarray([tick[name] for tick in told], float)
            wrong = np.abs(values[:ticks, ..., at] - expected).reshape(ticks, -1).max(1) > 1e-5
            assert not wrong.any(), f"{name}, episode {at}, tick {wrong.argmax()}: {expected[wrong.argmax()]} expected"
            happened[name] = happened.get(name, 0) + int(expected.reshape(ticks, -1).any(1).sum())
        for name, ticked in zip(
            type(run.truth).LINKS, zip(*(tick["links"] for tick in told), strict=True), strict=True
        ):
            happened[f"link {name}"] = happened.get(f"link {name}", 0) + sum(ticked)
    return happened
