"""Contrastive successor features: a scene and a step, a future that may follow, and how well they fit.

Source: Myers et al. 2024 and Eysenbach et al. 2022. The product of the two features tends to the logarithm of how much
likelier the future is after this scene and step than at any time; the future is drawn geometrically far ahead.
"""

import math
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jax import Array

from carer.agents.networks import Linear
from carer.worlds import World

STEPS = 4
"""A baby's steps: what it chooses between, waking."""
FUTURE = 6
"""Numbers of a future: how far it came, in x and in y; energy, warmth and health; whether it lives."""
_WIDTH, _FEATURES = 32, 16


class Scene(NamedTuple):
    """What is kept of a tick, of one body in B episodes.

    Attributes:
        view: what it saw before, as the world gives it [*observation.shape, B].
        step: int32 [B], the step it chose, 0 to 3; -1 for none, and where it was not there.
        place: float32 [2, B], where it was.
        after: float32 [6, B], where it was after it, and how.
        ends: bool [B], nothing further is of this body.
    """

    view: Array
    step: Array
    place: Array
    after: Array
    ends: Array


class Pairs(NamedTuple):
    """N scenes, and what became of each.

    Attributes:
        scene: float32 [F, N], unpacked.
        step: float32 [4, N], one-hot; nothing where there was none.
        future: float32 [6, N], the place as seen from that of the scene.
    """

    scene: Array
    step: Array
    future: Array


class Encoders(eqx.Module):
    """The features of a scene with a step, and those of a future.

    Attributes:
        scene, step, ahead: layers of the one.
        future, came: layers of the other.
    """

    scene: Linear
    step: Linear
    ahead: Linear
    future: Linear
    came: Linear

    @classmethod
    def create(cls, key: Array, inputs: int) -> "Encoders":
        """Fresh ones, for scenes of so many numbers."""
        sizes = ((_WIDTH, inputs), (_WIDTH, STEPS), (_FEATURES, _WIDTH), (_WIDTH, FUTURE), (_FEATURES, _WIDTH))
        return cls(*(Linear.create(own, *size, 1.0) for own, size in zip(jax.random.split(key, 5), sizes, strict=True)))

    def fits(self, scene: Array, step: Array, future: Array) -> Array:
        """How well each of N scenes [F, N] with its step [4, N] and each of G futures [6, G] fit: float32 [N, G]."""
        ahead = self.ahead(jax.nn.relu(self.scene(scene) + self.step(step)))
        came = self.came(jax.nn.relu(self.future(future)))
        return ahead.T @ came / math.sqrt(_FEATURES)

    def empowerment(self, scene: Array, bank: Array) -> Array:
        """The information between an even choice of the four steps and the future, as a share of log 4: float32 [N].

        Args:
            scene: float32 [F, N].
            bank: float32 [6, G], futures that may be, drawn from all that were met.

        """
        most = math.log(STEPS)
        steps = [jnp.eye(STEPS)[:, at : at + 1] for at in range(STEPS)]
        odds = jnp.stack([jax.nn.log_softmax(self.fits(scene, step, bank), axis=1) for step in steps])
        mixed = jax.nn.logsumexp(odds, axis=0) - most
        return (jnp.exp(odds) * (odds - mixed)).sum(-1).mean(0) / most


def contrast(encoders: Encoders, pairs: Pairs) -> Array:
    """InfoNCE: the surprise, in nats, at each scene's own future among those of all; log N knows nothing."""
    surprise = -jnp.diag(jax.nn.log_softmax(encoders.fits(*pairs), axis=1))
    counts = pairs.step.sum(0)
    return (surprise * counts).sum() / jnp.maximum(counts.sum(), 1.0)


def drawn(world: World[Any], kept: Scene, gamma: float, count: int, key: Array) -> Pairs:
    """Scenes of a rollout in which a step was chosen, each with a future of the same body.

    Args:
        world: unpacks what was seen.
        kept: with a leading axis [T].
        gamma: the future is the next tick with probability 1 - gamma, else a tick later, and so on; what lies behind
            the rollout or the body's end is taken as it last was.
        count: N.
        key: a typed JAX key.

    """
    ticks, episodes = kept.step.shape
    choosing, waiting = jax.random.split(key)
    chance = (kept.step >= 0).ravel() + 1e-9  # where nobody ever chose, anything is drawn, and counts for nothing
    at = jax.random.choice(choosing, ticks * episodes, (count,), p=chance / chance.sum())
    tick, episode = at // episodes, at % episodes
    numbers = jnp.arange(ticks)[:, None]
    last = jax.lax.cummin(jnp.where(kept.ends, numbers, ticks - 1), axis=0, reverse=True)[tick, episode]
    wait = jnp.log(jax.random.uniform(waiting, (count,), minval=1e-6)) / math.log(gamma)
    then = jnp.minimum(tick + wait.astype(jnp.int32), last)
    after = kept.after[then, :, episode].T
    return Pairs(
        scene=world.decode(jnp.moveaxis(kept.view[tick, ..., episode], 0, -1)).flat,
        step=jax.nn.one_hot(kept.step[tick, episode], STEPS, axis=0),
        future=after.at[:2].add(-kept.place[tick, :, episode].T),
    )
