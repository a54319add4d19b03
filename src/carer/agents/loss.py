"""What PPO descends: a rollout read again by the policy as it is now, and the clipped objective on it."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array
from jax.ad_checkpoint import checkpoint_name

from carer.agents.acting import evaluated, of_action
from carer.agents.config import Hyper
from carer.agents.networks import RecurrentPolicy
from carer.agents.rollout import Experience
from carer.worlds import World

save_only_these_names = jax.checkpoint_policies.save_only_these_names


class Rows(NamedTuple):
    """What a minibatch is cut from; the batch is the last axis of every leaf.

    Attributes:
        experience: see `Experience`.
        advantage: float32 [T, A, B], normalised.
        target: float32 [T, A, B], returns as the critic is to predict them, normalised.
    """

    experience: Experience
    advantage: Array
    target: Array


def part_of(tree: Any, part: Array, parts: int) -> Any:
    """The `part`-th of `parts` equal cuts of every leaf's last axis."""

    def cut(leaf: Array) -> Array:
        size = leaf.shape[-1] // parts
        return jax.lax.dynamic_slice_in_dim(leaf, part * size, size, axis=-1)

    return jax.tree.map(cut, tree)


def normalised(advantage: Array, alive: Array) -> Array:
    """Advantages with mean 0 and deviation 1 over those who acted, 0 for the others: [T, A, B]."""
    mean = average(advantage, alive)
    deviation = jnp.sqrt(average(jnp.square(advantage - mean), alive))
    return jnp.where(alive, (advantage - mean) / (deviation + 1e-8), 0.0)


def average(values: Array, where: Array) -> Array:
    """The mean of the values where a mask is true; 0 where it never is."""
    return jnp.where(where, values, 0.0).sum() / jnp.maximum(where.sum(), 1)


def unroll(policy: RecurrentPolicy, world: World[Any], hidden: Array, experience: Experience) -> tuple[Array, Array]:
    """Read a rollout again: logits [T, actions, A, B] and normalised values [T, A, B].

    Of each tick only the embedding is kept for the way back and the rest computed once more: to fetch it from memory,
    decoded observations above all, would take longer.
    """

    def tick(hidden: Array, row: tuple[Array, Array, Array, Array | None]) -> tuple[Array, tuple[Array, Array]]:
        observation, mask, forgets, advice = row
        hidden, logits, value = evaluated(policy, world, hidden, observation, mask, _named)
        logits = logits if advice is None else logits + advice
        return jnp.where(forgets, 0.0, hidden), (logits, value)

    # Inside a scan there is nothing that common subexpressions could be shared with, and barriers cost.
    again = jax.checkpoint(tick, prevent_cse=False, policy=save_only_these_names("embedding"))
    rows = experience.observation, experience.mask, experience.forgets, experience.advice
    return jax.lax.scan(again, hidden, rows)[1]


def _named(site: str, activations: Array) -> Array:
    """A tap that tells `jax.checkpoint` what is what."""
    return checkpoint_name(activations, site)


def loss(
    policy: RecurrentPolicy, world: World[Any], hyper: Hyper, entropy_coef: Array, hidden: Array, rows: Rows
) -> tuple[Array, dict[str, Array]]:
    """The loss of one minibatch and its parts.

    Only ticks at which the agent was alive move the policy and its entropy. The value is learnt to the end of the
    episode: a dead mother is still paid while her baby lives.
    """
    was, alive = rows.experience, rows.experience.alive
    logits, value = unroll(policy, world, hidden, was)
    log_probs = jax.nn.log_softmax(logits, axis=1)
    log_ratio = jax.vmap(of_action)(log_probs, was.action) - was.log_prob
    ratio = jnp.exp(log_ratio)
    clipped = jnp.clip(ratio, 1.0 - hyper.clip, 1.0 + hyper.clip)
    policy_loss = -average(jnp.minimum(ratio * rows.advantage, clipped * rows.advantage), alive)
    value_loss = 0.5 * jnp.square(value - rows.target).mean()
    entropy = -average((jnp.exp(log_probs) * log_probs).sum(1), alive)
    total = policy_loss + hyper.value_coef * value_loss - entropy_coef * entropy
    return total, {
        "loss/policy": policy_loss,
        "loss/value": value_loss,
        "entropy": entropy,
        "approx_kl": average(ratio - 1.0 - log_ratio, alive),
        "clip_fraction": average((jnp.abs(ratio - 1.0) > hyper.clip).astype(jnp.float32), alive),
    }
