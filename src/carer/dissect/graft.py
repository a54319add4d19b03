"""Grafts and circuits: a part of a network made to do without the rest, or moved into another network."""

import jax
import jax.numpy as jnp
from jax import Array

from carer.agents.networks import RecurrentPolicy
from carer.dissect.edit import clamped, owned


def circuit(policy: RecurrentPolicy, site: str, kept: Array, mean: Array) -> RecurrentPolicy:
    """The policy in which only the units `kept` (bool [H]) of a site still tell anything: the rest stay at `mean` [H].

    Raises:
        UnknownNameError: no such site.

    """
    return clamped(policy, site, ~jnp.asarray(kept), mean)


def graft(
    recipient: RecurrentPolicy,
    donor: RecurrentPolicy,
    *,
    hidden: Array | None = None,
    embedding: Array | None = None,
) -> RecurrentPolicy:
    """The recipient with some units of the donor in the place of its own, and all weights that belong to them.

    Args:
        recipient: who is changed.
        donor: of the same shape.
        hidden: bool [H], units of the memory; none by default.
        embedding: bool [H], units of the embedding; none by default.

    """
    owners = owned(recipient, hidden=hidden, embedding=embedding)
    return jax.tree.map(lambda given, new, old: jnp.where(given, new, old), owners, donor, recipient)
