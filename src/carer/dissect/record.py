"""Recording: what passes the sites of a mother's network in whole lives, beside what is true of her world."""

from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from carer.agents.networks import SITES, RecurrentPolicy
from carer.agents.seated import Seated
from carer.concepts import UnknownNameError
from carer.worlds import Features
from carer.worlds.counted import tick_word
from carer.worlds.nursery import Nursery, NurseryParams, NurseryState
from carer.worlds.nursery.params import UNIT
from carer.worlds.nursery.state import MOTHER, OWN, steps_between

NEAR = 4
"""Steps at which a predator is near, as the scripted mothers have it."""


class Recording(NamedTuple):
    """Whole lives of one mother, every tick of them, in numpy.

    Attributes:
        activations: of each site, float32 [ticks, units, episodes]; the embedding as it is before its rectifier.
        seen: float32 [ticks, features, episodes], the observation decoded: all that a tick tells.
        labels: of each name in `truth`, [ticks, episodes].
        lived: bool [ticks, episodes], the mother lived and the episode was not over.
    """

    activations: Mapping[str, NDArray[np.float32]]
    seen: NDArray[np.float32]
    labels: Mapping[str, NDArray[Any]]
    lived: NDArray[np.bool_]

    def mean(self, site: str) -> NDArray[np.float32]:
        """What is read of each unit of a site on the average tick that she lived: [units].

        Of the embedding only the part above 0 is read, so the mean is of that.
        """
        activity = self.activations[site]
        read = np.maximum(activity, 0) if site == "embedding" else activity
        return np.moveaxis(read, 1, -1)[self.lived].mean(0)

    def deviation(self, site: str) -> NDArray[np.float32]:
        """The standard deviation of each unit of a site over the ticks that she lived: [units]."""
        return np.moveaxis(self.activations[site], 1, -1)[self.lived].std(0)


def record(
    world: Nursery,
    policy: RecurrentPolicy,
    key: Array,
    episodes: int,
    sites: tuple[str, ...] = ("embedding", "hidden"),
) -> Recording:
    """Let a mother live, and write down what passes `sites`.

    Args:
        world: the nursery; babies are moved by its script.
        policy: hers.
        key: a typed JAX key; the episodes are those of `carer.worlds.nursery.trial` with the same key.
        episodes: how many, side by side.
        sites: some of `carer.agents.SITES`.

    Raises:
        UnknownNameError: no such site.

    """
    for site in sites:
        if site not in SITES:
            raise UnknownNameError("site", site, SITES)
    return Recording(*jax.tree.map(np.asarray, _lived(world, policy, key, episodes, sites)))


_Now = tuple[dict[str, Array], Array, dict[str, Array], Array]


@eqx.filter_jit
def _lived(world: Nursery, policy: RecurrentPolicy, key: Array, episodes: int, sites: tuple[str, ...]) -> _Now:
    """The fields of a `Recording`."""
    _, state = world.reset(jax.random.split(key, episodes))
    idle = jnp.zeros((len(world.seats) - 1, episodes), jnp.int32)

    def tick(carry: tuple[NurseryState, Array], _: None) -> tuple[tuple[NurseryState, Array], _Now]:
        state, memory = carry
        heard: dict[str, Array] = {}
        word = tick_word(key, state.episode, state.time)
        memory, action = Seated(policy, tap=partial(_listen, heard)).act(world, memory, word, state)
        features = world.decode(world.view(state, MOTHER))
        seen = jnp.concatenate([features.flat, features.tokens.reshape(-1, episodes)])
        lives = state.alive[MOTHER] & ~state.over
        now = {site: heard[site] for site in sites}, seen, truth(world.params, state), lives
        after = world.advance(key, state, jnp.concatenate([action[None], idle]))
        state = jax.tree.map(lambda new, old: jnp.where(state.over, old, new), after.state, state)
        return (state, memory), now

    start = state, Seated(policy).start(episodes)
    return jax.lax.scan(tick, start, None, length=world.horizon)[1]


def read_again(policy: RecurrentPolicy, recording: Recording) -> NDArray[np.float32]:
    """The memory of another network that reads what was seen in a recording: [ticks, units, episodes].

    It acts on nothing: the lives stay what they were.
    """
    return np.asarray(_read(policy, jnp.asarray(recording.seen)))


@eqx.filter_jit
def _read(policy: RecurrentPolicy, seen: Array) -> Array:
    ticks, _, episodes = seen.shape
    told = policy.flat.weight.shape[1]
    parts = policy.token.weight.shape[1] if policy.token is not None else 1
    tokens = seen[:, told:].reshape(ticks, -1, parts, episodes)

    def tick(memory: Array, now: tuple[Array, Array]) -> tuple[Array, Array]:
        memory, _, _ = policy(memory, Features(*now))
        return memory, memory

    start = jnp.zeros((policy.width, episodes), jnp.float32)
    return jax.lax.scan(tick, start, (seen[:, :told], tokens))[1]


def _listen(heard: dict[str, Array], site: str, activations: Array) -> Array:
    heard[site] = activations
    return activations


def truth(p: NurseryParams, s: NurseryState) -> dict[str, Array]:
    """What is true as a tick begins, whether or not it can be seen: [*batch] each; amounts from 0 to 1.

    The deficit of a baby is its largest lack of energy, warmth or health, 0 where it is not alive. The nearest is the
    nearest living baby in view; of two equally near ones, one's own.
    """
    there = s.alive & ~s.boxed
    east, south = jnp.abs(s.x - s.x[MOTHER]), jnp.abs(s.y - s.y[MOTHER])
    visible = there & (jnp.maximum(east, south) <= p.view // 2)
    steps = jnp.where(visible, east + south, 2 * p.size)
    least = UNIT - jnp.minimum(jnp.minimum(s.energy[OWN], s.warmth[OWN]), s.health[OWN])
    strangers = steps[OWN + 1 : p.agents].min(0, initial=2 * p.size)
    predator = steps_between(s.x[MOTHER], s.y[MOTHER], s.predator_x, s.predator_y)
    return {
        "own baby lives": s.alive[OWN],
        "own baby in view": visible[OWN],
        "own baby in her arms": s.alive[OWN] & (s.carried == OWN),
        "own baby's deficit": jnp.where(s.alive[OWN], least, 0) / UNIT,
        "own baby nearest": visible[OWN] & (steps[OWN] <= strangers),
        "foreign baby nearest": strangers < steps[OWN],
        "her own energy": s.energy[MOTHER] / UNIT,
        "predator near": (s.predator_left > 0) & (predator <= NEAR),
    }
