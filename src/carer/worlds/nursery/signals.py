"""What a mother can sense and so could be rewarded by: the material of which an evolved reward is made."""

from collections.abc import Callable
from functools import reduce

import jax.numpy as jnp
from jax import Array

from carer.worlds.nursery.layout import unpacked
from carer.worlds.nursery.params import UNIT, NurseryParams
from carer.worlds.nursery.state import MOTHER, OWN, NurseryState, babies, column, steps_between

LOUDEST = 15


def _own_life(p: NurseryParams, s: NurseryState) -> Array:
    return s.alive[MOTHER].astype(jnp.float32)


def _own_energy(p: NurseryParams, s: NurseryState) -> Array:
    return jnp.where(s.alive[MOTHER], s.energy[MOTHER] / UNIT, 0.0)


def _own_baby(p: NurseryParams, s: NurseryState) -> Array:
    return (_seen(p, s) & _is_own(p, s)).sum(0).astype(jnp.float32)


def _own_cry(p: NurseryParams, s: NurseryState) -> Array:
    return jnp.where(_heard(p, s) & _is_own(p, s), s.cry, 0).sum(0) / LOUDEST


def _other_babies(p: NurseryParams, s: NurseryState) -> Array:
    return (_seen(p, s) & ~_is_own(p, s)).sum(0) / max(p.agents - 2, 1)


def _other_cries(p: NurseryParams, s: NurseryState) -> Array:
    return jnp.where(_heard(p, s) & ~_is_own(p, s), s.cry, 0).sum(0) / LOUDEST / max(p.agents - 2, 1)


def _kin_scent(p: NurseryParams, s: NurseryState) -> Array:
    mother = unpacked(s.scent[:, MOTHER])
    likeness = (unpacked(s.scent) * mother[:, None]).sum(0)
    smelt = _there(p, s) & (_distance(s) <= p.scent_reach)
    found = jnp.where(smelt, jnp.clip(likeness, 0.0, 1.0), 0.0)
    return reduce(jnp.maximum, [found[at] for at in range(p.bodies)])


def _holding(p: NurseryParams, s: NurseryState) -> Array:
    return (s.alive[MOTHER] & (s.carried > 0)).astype(jnp.float32)


SIGNALS: dict[str, Callable[[NurseryParams, NurseryState], Array]] = {
    "own_life": _own_life,
    "own_energy": _own_energy,
    "own_baby": _own_baby,
    "own_cry": _own_cry,
    "other_babies": _other_babies,
    "other_cries": _other_cries,
    "kin_scent": _kin_scent,
    "holding": _holding,
}
"""By name, each ``(params, state) -> float32 [*batch]`` between 0 and 1, and 0 once she is dead.

Her life, her energy; her own baby seen alive and heard crying, by loudness; the share of the other babies that she
sees alive, and their mean loudness as she hears it; the likeness to her own scent of whatever living being nearby
smells most like her; something in her arms.
"""


def _distance(s: NurseryState) -> Array:
    return steps_between(s.x, s.y, s.x[MOTHER], s.y[MOTHER])


def _there(p: NurseryParams, s: NurseryState) -> Array:
    """Living babies, for a living mother: bool [M, *batch]."""
    return s.alive & babies(p, s.x) & s.alive[MOTHER]


def _seen(p: NurseryParams, s: NurseryState) -> Array:
    reach = p.view // 2
    return _there(p, s) & (jnp.maximum(jnp.abs(s.x - s.x[MOTHER]), jnp.abs(s.y - s.y[MOTHER])) <= reach)


def _heard(p: NurseryParams, s: NurseryState) -> Array:
    return _there(p, s) & (s.cry > 0) & (_distance(s) <= p.hearing)


def _is_own(p: NurseryParams, s: NurseryState) -> Array:
    return column([body == OWN for body in range(p.bodies)], s.x)
