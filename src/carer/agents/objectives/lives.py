"""Paid for lives: one's own, one's line's, one's kin's. Each living tick pays what the nursery pays for one.

Sources: *The caring drive* (its phases, and its rivals *lineage* and *inclusive*); Hamilton 1964 for the last.
"""

import jax.numpy as jnp
from jax import Array

from carer.worlds import Transition
from carer.worlds.nursery import NurseryParams, NurseryState
from carer.worlds.nursery.layout import unpacked
from carer.worlds.nursery.state import MOTHER, OWN, put

PAY = NurseryParams.pay
"""Of a tick of life."""


def own_life(tick: Transition[NurseryState]) -> Array:
    """Paid for one's own life, and for no other: float32 [agents, *batch]."""
    return tick.state.alive[: tick.reward.shape[0]].astype(jnp.float32) * PAY


def own_life_until_birth(tick: Transition[NurseryState]) -> Array:
    """The same, but for the mother only until her first baby is born (phase P0)."""
    paid = own_life(tick)
    return put(paid, MOTHER, jnp.where(had_baby(tick.state), 0.0, paid[MOTHER]))


def lineage(tick: Transition[NurseryState]) -> Array:
    """The mother is paid for each living member of her line: herself and her children, those away included."""
    return for_mother(tick, own_life(tick)[MOTHER] + tick.truth.lives * PAY)


def inclusive(tick: Transition[NurseryState]) -> Array:
    """The mother is paid for the life of every baby in the nursery times its kinship with her: their sum.

    The kinship is what a scent tells of it (`kinship`), so that strangers who smell of her family count a little.
    """
    paid = own_life(tick)[MOTHER + 1 :] * kinship(tick.state)[MOTHER + 1 : tick.reward.shape[0]]
    return for_mother(tick, paid.sum(0))


def awake_life(tick: Transition[NurseryState]) -> Array:
    """The mother is paid for her own baby's life, but for what of it is spent in a cryosleep box."""
    s = tick.state
    return for_mother(tick, (s.alive[OWN] & ~s.boxed[OWN]) * PAY)


def growth(tick: Transition[NurseryState]) -> Array:
    """The mother is paid for each tick in which her own baby grows: well, in nobody's arms and in no box."""
    s = tick.state
    return for_mother(tick, (s.alive[OWN] & ~s.boxed[OWN] & ~s.ill[OWN] & (s.carried != OWN)) * PAY)


def kinship(state: NurseryState) -> Array:
    """How much each body smells of the mother's family, the cosine of two scents, at least 0: float32 [M, *batch].

    About .8 for her own baby and 1 for herself; half of the strangers have 0. Toys smell of nothing.
    """
    scents = unpacked(state.scent)
    alike = (scents * scents[:, MOTHER, None]).sum(0)
    lengths = jnp.sqrt(jnp.square(scents).sum(0))
    return jnp.maximum(alike, 0.0) / jnp.maximum(lengths * lengths[MOTHER], 1e-6)


def had_baby(state: NurseryState) -> Array:
    """Whether a baby has been born to the mother's line in this episode: bool [*batch]."""
    births = state.away.shape[0]
    return state.alive[OWN] | (state.births_left < births) | (state.generation > 0)


def for_mother(tick: Transition[NurseryState], values: Array) -> Array:
    """What the mother is paid, float32 [*batch], as a score of every agent: 0 for the others."""
    return put(jnp.zeros_like(tick.reward), MOTHER, values)
