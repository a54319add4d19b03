"""Retargeting: the direction that tells one thing from another, and one that tells nothing, to steer by.

`carer.dissect.edit.steered` steers. A direction may only blind (to subtract it works, to add it does nothing), so ask
both signs.
"""

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from carer.concepts import CarerError
from carer.dissect.record import Recording

FEWEST = 30
"""Ticks of either kind without which there is no mean to speak of."""


def direction(
    recording: Recording, site: str, present: NDArray[np.bool_], absent: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """The difference of means of a site's activations: [units].

    Args:
        recording: see `Recording`.
        site: one that was recorded.
        present: bool [ticks, episodes], where what is looked for is there; ticks she did not live never count.
        absent: the same, where it is not.

    Raises:
        CarerError: fewer than `FEWEST` ticks of either kind.

    """
    activity = np.moveaxis(recording.activations[site], 1, -1)
    means = []
    for which, name in ((present, "present"), (absent, "absent")):
        ticks = activity[which & recording.lived]
        if len(ticks) < FEWEST:
            raise CarerError(
                f"what is looked for is {name} in {len(ticks)} recorded tick(s).",
                f"A mean needs {FEWEST}: record more episodes, or look for something more frequent.",
            )
        means.append(ticks.mean(0))
    return means[0] - means[1]


def unrelated(to: NDArray[np.float32], key: Array) -> NDArray[np.float32]:
    """A random direction as long as `to` [units] and at a right angle to it: [units]."""
    wild = jax.random.normal(key, to.shape)
    length = float(np.linalg.norm(to))
    if length > 0:
        wild = wild - to * jnp.vdot(wild, to) / length**2
    return np.asarray(wild * length / jnp.maximum(jnp.linalg.norm(wild), 1e-12), np.float32)
