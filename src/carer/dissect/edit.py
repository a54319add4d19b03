"""Edits: a policy in, a changed policy out. Nothing is hooked into the network as it runs, for its weights can say it.

A unit of the memory is held at a value by a closed update gate and a candidate that reads nothing; a direction is
added to what is read of a site by the biases of all who read it. So an edited mother is a mother like any other: she
lives in the programs that are compiled already, a stack of her edits is one program, and she can be saved.
"""

from dataclasses import replace

import equinox as eqx
import jax
import jax.numpy as jnp
from jax import Array

from carer.agents.networks import RecurrentPolicy
from carer.concepts import UnknownNameError

EDITABLE = ("embedding", "hidden")
"""The sites that edits know; both have `RecurrentPolicy.width` units."""

_CLOSED = -30.0
"""The bias of an update gate that lets nothing of the old memory through: its sigmoid is below 1e-13."""


def clamped(policy: RecurrentPolicy, site: str, units: Array, to: Array) -> RecurrentPolicy:
    """The policy with some units held at a value: an ablation, if that is their mean.

    Args:
        policy: see `RecurrentPolicy`.
        site: one of `EDITABLE`.
        units: bool [H], the units that are held.
        to: float32 [H], where; memory units live between -1 and 1, and of the embedding nothing below 0 is read.

    Raises:
        UnknownNameError: no such site.

    """
    check_site(site)
    held = jnp.asarray(units)[:, None]
    to = jnp.asarray(to, jnp.float32)[:, None]
    if site == "embedding":
        flat, token = policy.flat, policy.token
        flat = replace(flat, weight=jnp.where(held, 0.0, flat.weight), bias=jnp.where(held, to, flat.bias))
        if token is not None:
            token = replace(token, weight=jnp.where(held, 0.0, token.weight), bias=jnp.where(held, 0.0, token.bias))
        return replace(policy, flat=flat, token=token)
    gru, gates = policy.gru, jnp.tile(held, (3, 1))
    candidate = jnp.arctanh(jnp.clip(to, -0.9999, 0.9999))
    constant = jnp.concatenate([jnp.zeros_like(to), jnp.full_like(to, _CLOSED), candidate])
    inputs = replace(
        gru.inputs,
        weight=jnp.where(gates, 0.0, gru.inputs.weight),
        bias=jnp.where(gates, constant, gru.inputs.bias),
    )
    gru = replace(
        gru,
        inputs=inputs,
        recurrent=jnp.where(gates, 0.0, gru.recurrent),
        bias=jnp.where(held, 0.0, gru.bias),
    )
    return replace(policy, gru=gru)


def steered(policy: RecurrentPolicy, site: str, direction: Array) -> RecurrentPolicy:
    """The policy that finds `direction` added to a site at every tick.

    To the embedding it is added before the rectifier. The memory itself is kept as it is, and everyone who reads it
    (gates, actions, value) reads it moved: what is added does not pile up from tick to tick.

    Args:
        policy: see `RecurrentPolicy`.
        site: one of `EDITABLE`.
        direction: float32 [H].

    Raises:
        UnknownNameError: no such site.

    """
    check_site(site)
    moved = jnp.asarray(direction, jnp.float32)[:, None]
    if site == "embedding":
        return replace(policy, flat=replace(policy.flat, bias=policy.flat.bias + moved))
    gru, actor, critic = policy.gru, policy.actor, policy.critic
    gates = gru.recurrent @ moved
    # The candidate hears of the memory only as far as the reset gate lets it.
    gated, candidate = gates[: 2 * policy.width], gates[2 * policy.width :]
    inputs = replace(gru.inputs, bias=gru.inputs.bias + jnp.concatenate([gated, jnp.zeros_like(candidate)]))
    return replace(
        policy,
        gru=replace(gru, inputs=inputs, bias=gru.bias + candidate),
        actor=replace(actor, bias=actor.bias + actor.weight @ moved),
        critic=replace(critic, bias=critic.bias + critic.weight @ moved),
    )


def owned(policy: RecurrentPolicy, *, hidden: Array | None = None, embedding: Array | None = None) -> RecurrentPolicy:
    """Which weights belong to some units: all by which these read, remember and are read.

    Args:
        policy: see `RecurrentPolicy`.
        hidden: bool [H], units of the memory; none by default.
        embedding: bool [H], units of the embedding; none by default.

    Returns:
        bool, in the shape of a policy. The biases of actor and critic belong to nobody.

    """
    nobody = jnp.zeros(policy.width, bool)
    hidden = nobody if hidden is None else jnp.asarray(hidden)
    embedding = nobody if embedding is None else jnp.asarray(embedding)
    gates, rows = jnp.tile(hidden, 3)[:, None], embedding[:, None]
    mask = jax.tree.map(lambda leaf: jnp.zeros(leaf.shape, bool), policy)
    mask = eqx.tree_at(
        lambda one: (
            *(one.flat.weight, one.flat.bias, one.gru.inputs.weight, one.gru.inputs.bias),
            *(one.gru.recurrent, one.gru.bias, one.actor.weight, one.critic.weight),
        ),
        mask,
        (
            mask.flat.weight | rows,
            mask.flat.bias | rows,
            mask.gru.inputs.weight | gates | embedding,
            mask.gru.inputs.bias | gates,
            mask.gru.recurrent | gates | hidden,
            mask.gru.bias | hidden[:, None],
            mask.actor.weight | hidden,
            mask.critic.weight | hidden,
        ),
    )
    if mask.token is None:
        return mask
    return replace(mask, token=replace(mask.token, weight=mask.token.weight | rows, bias=mask.token.bias | rows))


def decayed(policy: RecurrentPolicy, owners: RecurrentPolicy, factor: float) -> RecurrentPolicy:
    """The policy whose weights in the mask `owners` (see `owned`) have shrunk to `factor` of what they were."""
    return jax.tree.map(lambda mine, weight: jnp.where(mine, factor * weight, weight), owners, policy)


def noisy(policy: RecurrentPolicy, owners: RecurrentPolicy, key: Array, share: float) -> RecurrentPolicy:
    """The policy with normal noise on its weights in the mask `owners` (see `owned`).

    Its deviation is `share` of the root mean square of all masked weights of the same matrix.
    """
    leaves, structure = jax.tree.flatten(policy)
    keys = jax.tree.unflatten(structure, list(jax.random.split(key, len(leaves))))

    def disturbed(mine: Array, weight: Array, own: Array) -> Array:
        square = jnp.where(mine, weight**2, 0.0).sum() / jnp.maximum(mine.sum(), 1)
        return weight + jnp.where(mine, share * jnp.sqrt(square) * jax.random.normal(own, weight.shape), 0.0)

    return jax.tree.map(disturbed, owners, policy, keys)


def check_site(site: str) -> None:
    """Refuse a site that edits do not know."""
    if site not in EDITABLE:
        raise UnknownNameError("site", site, EDITABLE)
