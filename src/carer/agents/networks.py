"""The network: features and tokens, a GRU, a policy and a value. Features come first, the batch last: [H, N].

Weights are [out, in], so that a layer is ``weight @ x``; the three gates of the GRU are one product. `Tap` sees, and
may change, what passes each named site: `carer.dissect` records and edits through it.
"""

from collections.abc import Callable
from typing import Literal

import equinox as eqx
import jax
import jax.numpy as jnp
from jax import Array

from carer.worlds import Features

Tap = Callable[[str, Array], Array]
"""``(site, activations [H, N]) -> activations``; the sites are `SITES`."""
SITES = ("embedding", "reset", "update", "candidate", "hidden", "logits", "value")


_ITERATIONS = 50
"""Each grows a small singular value by half; after these, one of a hundred-millionth would have become 1."""


def untouched(site: str, activations: Array) -> Array:
    """The tap that changes nothing."""
    del site
    return activations


def orthogonal(key: Array, rows: int, columns: int) -> Array:
    """A random matrix with orthonormal rows or columns, whichever are fewer: float32 [rows, columns].

    It is the orthogonal factor of a normal matrix's polar decomposition, found by Newton and Schulz's iteration with
    nothing but products: `jax.nn.initializers.orthogonal` calls LAPACK, and many such calls in one program, as
    stacked learners make them, block each other for ever in XLA's CPU runtime.
    """
    wide = jax.random.normal(key, (min(rows, columns), max(rows, columns)), jnp.float32)
    start = wide / jnp.linalg.norm(wide)

    def nearer(_: int, x: Array) -> Array:
        return 1.5 * x - 0.5 * (x @ x.T) @ x

    found = jax.lax.fori_loop(0, _ITERATIONS, nearer, start)
    return found if rows <= columns else found.T


class Linear(eqx.Module):
    """An affine layer, orthogonal at first.

    Attributes:
        weight: float32 [out, in].
        bias: float32 [out, 1].
    """

    weight: Array
    bias: Array

    @classmethod
    def create(cls, key: Array, size: int, inputs: int, scale: float) -> "Linear":
        """A layer of `size` units whose weights are orthogonal, times `scale`."""
        return cls(scale * orthogonal(key, size, inputs), jnp.zeros((size, 1), jnp.float32))

    def __call__(self, x: Array) -> Array:
        """[in, N] -> [out, N]."""
        return self.weight @ x + self.bias


class GRU(eqx.Module):
    """A gated recurrent unit (Cho et al. 2014, in cuDNN's form), the gates stacked as reset, update, candidate.

    Attributes:
        inputs: [3H, H] and its bias.
        recurrent: float32 [3H, H].
        bias: float32 [H, 1], inside the reset gate's reach.
    """

    inputs: Linear
    recurrent: Array
    bias: Array

    @classmethod
    def create(cls, key: Array, size: int) -> "GRU":
        """A unit of `size` with as many inputs, whose gates are orthogonal each."""
        gates = jax.vmap(lambda one: orthogonal(one, size, size))(jax.random.split(key, 6))
        into, within = gates.reshape(2, 3 * size, size)
        return cls(Linear(into, jnp.zeros((3 * size, 1))), within, jnp.zeros((size, 1)))

    def __call__(self, hidden: Array, x: Array, tap: Tap = untouched) -> Array:
        """[H, N], [H, N] -> [H, N]."""
        given, kept = self.inputs(x), self.recurrent @ hidden
        reset_x, update_x, candidate_x = jnp.split(given, 3)
        reset_h, update_h, candidate_h = jnp.split(kept, 3)
        reset = tap("reset", jax.nn.sigmoid(reset_x + reset_h))
        update = tap("update", jax.nn.sigmoid(update_x + update_h))
        candidate = tap("candidate", jnp.tanh(candidate_x + reset * (candidate_h + self.bias)))
        return tap("hidden", candidate + update * (hidden - candidate))


class RecurrentPolicy(eqx.Module):
    """What a role acts and values with.

    Attributes:
        flat: the layer that reads `Features.flat`.
        token: the layer that reads each of `Features.tokens`, if there are any.
        gru: see `GRU`.
        actor: logits of the actions.
        critic: the value, in units of the normaliser's deviation.
        pool: how the tokens' embeddings become one.
        recurrent: off, every tick starts from an empty memory.
    """

    flat: Linear
    token: Linear | None
    gru: GRU
    actor: Linear
    critic: Linear
    pool: Literal["max", "sum"] = eqx.field(static=True)
    recurrent: bool = eqx.field(static=True)

    @classmethod
    def create(
        cls,
        key: Array,
        features: Features,
        actions: int,
        width: int,
        *,
        pool: Literal["max", "sum"] = "max",
        recurrent: bool = True,
    ) -> "RecurrentPolicy":
        """A fresh policy.

        Args:
            key: a typed JAX key.
            features: arrays or `jax.ShapeDtypeStruct` of the features' shapes, flat [F, ...] and tokens [K, T, ...].
            actions: how many actions there are.
            width: units of the embedding and of the GRU.
            pool: see above.
            recurrent: see above.

        """
        flat, token, gru, actor, critic = jax.random.split(key, 5)
        count, parts = features.tokens.shape[:2]
        return cls(
            flat=Linear.create(flat, width, features.flat.shape[0], 2**0.5),
            token=Linear.create(token, width, parts, 2**0.5) if count else None,
            gru=GRU.create(gru, width),
            actor=Linear.create(actor, actions, width, 0.01),
            critic=Linear.create(critic, 1, width, 1.0),
            pool=pool,
            recurrent=recurrent,
        )

    @property
    def width(self) -> int:
        """Units of the GRU."""
        return self.gru.recurrent.shape[-1]

    def embed(self, features: Features) -> Array:
        """Read flat [F, N] and tokens [K, T, N] into [H, N]."""
        found = self.flat(features.flat)
        if self.token is not None:
            # One product for each token: a single one over all of them would first have to transpose them.
            seen = [jax.nn.relu(self.token(token)) for token in features.tokens]
            combine = jnp.maximum if self.pool == "max" else jnp.add
            pooled = seen[0]
            for one in seen[1:]:
                pooled = combine(pooled, one)
            found = found + pooled
        return found

    def __call__(self, hidden: Array, features: Features, tap: Tap = untouched) -> tuple[Array, Array, Array]:
        """One tick.

        Args:
            hidden: float32 [H, N].
            features: flat [F, N] and tokens [K, T, N].
            tap: see `Tap`.

        Returns:
            hidden [H, N], logits [actions, N] and normalised values [N].

        """
        if not self.recurrent:
            hidden = jnp.zeros_like(hidden)
        hidden = self.gru(hidden, jax.nn.relu(tap("embedding", self.embed(features))), tap)
        return hidden, tap("logits", self.actor(hidden)), tap("value", self.critic(hidden))[0]
