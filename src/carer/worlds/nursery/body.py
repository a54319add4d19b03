"""What bodies need: warmth, energy, health, growing, dying; and how babies show it."""

import equinox as eqx
import jax.numpy as jnp
from jax import Array

from carer.worlds.compiling import settled
from carer.worlds.counted import below, chance, draw, threshold
from carer.worlds.nursery.brains import in_nest, is_night
from carer.worlds.nursery.params import UNIT, NurseryParams, units
from carer.worlds.nursery.state import (
    CRY,
    MOTHER,
    OWN,
    NurseryState,
    any_of,
    babies,
    carried,
    column,
    dangerous,
    put,
)

_FED, _FALLS_ILL, _RECOVERS, _RISK, _ORPHAN = range(140, 145)
_CRY, _POSTURE, _SHOWS = range(150, 153)


def chill(p: NurseryParams, s: NurseryState) -> tuple[NurseryState, Array]:
    """Babies cool at night outside the nest; the nest, the day and, with `carry_shields`, arms warm them.

    Returns:
        the state, and health lost to the cold [M, *batch]: of those without any warmth left.

    """
    if not p.night or not p.cold:
        return s, jnp.zeros(s.x.shape, jnp.int32)
    exposed = is_night(p, s) & ~in_nest(p, s) & ~s.boxed & babies(p, s.x)
    if p.carry_shields:
        exposed &= ~carried(p, s)
    change = jnp.where(exposed, -units(p.cold), units(p.warming))
    warmth = jnp.clip(s.warmth + change, 0, UNIT)
    frozen = (warmth == 0) & s.alive & ~s.boxed & babies(p, s.x)
    return eqx.tree_at(lambda one: one.warmth, s, warmth), jnp.where(frozen, dangerous(s, units(p.freezing)), 0)


def live(p: NurseryParams, word: Array, s: NurseryState, harm: Array) -> tuple[NurseryState, Array, Array, Array]:
    """One tick of life: burning, healing, illness, growing, dying.

    Args:
        p: parameters.
        word: the tick's word.
        s: the state.
        harm: int32 [M, *batch], health lost to everything but illness.

    Returns:
        the state, who died (bool [M, *batch]), what carrying cost (int32 [*batch]) and health lost to illness.

    """
    awake = s.alive & ~s.boxed
    sick = jnp.where(s.ill & awake, units(p.illness_harm), 0)
    spent = jnp.where((s.carried > 0) & s.alive[MOTHER], dangerous(s, units(p.carry_cost)), 0)
    burn = column([units(p.mother_burn), *[units(p.baby_burn)] * (p.agents - 1), *[0] * p.toys], s.x)
    energy = s.energy - jnp.where(awake, burn + put(jnp.zeros_like(s.x), MOTHER, spent), 0)
    if p.foreign_fed and p.agents > OWN + 1:
        strangers = column([OWN < body < p.agents for body in range(p.bodies)], s.x)
        fed = strangers & s.alive & chance(draw(word, range(p.bodies), _FED), threshold(p.foreign_fed))
        energy = jnp.where(fed, jnp.minimum(energy + units(p.baby_meal), UNIT), energy)
    heals = jnp.where(awake & (energy > UNIT // 2), units(p.healing), 0)
    lost = harm + sick
    health = jnp.minimum(s.health - lost + heals, UNIT)
    died = s.alive & ((energy <= 0) | (health <= 0)) & column([body < p.agents for body in range(p.bodies)], s.x)
    died = settled(died | _chance_deaths(p, word, s))
    alive = s.alive & ~died
    grows = alive & ~carried(p, s) & ~s.boxed & ~s.ill & babies(p, s.x)
    free = ~s.alive[MOTHER] | died[MOTHER] | any_of(carried(p, s) & died)
    s = eqx.tree_at(
        lambda one: (one.energy, one.health, one.hurt, one.alive, one.age, one.ill, one.carried),
        s,
        (
            jnp.maximum(energy, 0),
            jnp.maximum(health, 0),
            lost,
            alive,
            s.age + grows,
            _illness(p, word, s) & alive,
            jnp.where(free, 0, s.carried),
        ),
    )
    return s, died, spent, sick


def show(p: NurseryParams, word: Array, s: NurseryState, action: Array) -> NurseryState:
    """Cry and posture of the babies, which others see instead of their needs.

    The cry tells how large the largest need is, two steps of sixteen more or less, and not which; the posture is
    that need with probability `posture_truth`, else any. Illness is felt as the greatest pain. Babies played by a
    policy are silent unless they cry.
    """
    hunger, chilled, pain = UNIT - s.energy, UNIT - s.warmth, jnp.where(s.ill, UNIT, UNIT - s.health)
    need = jnp.maximum(hunger, jnp.maximum(chilled, pain))
    kind = jnp.where(hunger == need, 1, jnp.where(chilled == need, 2, 3))
    noise = below(draw(word, range(p.bodies), _CRY), 5) - 2
    heard = babies(p, s.x) & s.alive & ~s.boxed
    cry = jnp.where(heard, jnp.clip((need * 6292 >> 22) + noise, 0, 15), 0)
    if p.brain == "policy":
        cry = jnp.where(action == CRY, cry, 0)
    shows = chance(draw(word, range(p.bodies), _SHOWS), threshold(p.posture_truth))
    posture = jnp.where(shows, kind, below(draw(word, range(p.bodies), _POSTURE), 4))
    return eqx.tree_at(lambda one: (one.cry, one.posture), s, (cry, jnp.where(heard, posture, 0)))


def _illness(p: NurseryParams, word: Array, s: NurseryState) -> Array:
    if not p.illness:
        return s.ill
    falls = chance(draw(word, range(p.bodies), _FALLS_ILL), threshold(p.illness)) & babies(p, s.x) & s.alive & ~s.boxed
    recovers = chance(draw(word, range(p.bodies), _RECOVERS), threshold(p.recovery)) & ~s.boxed
    return jnp.where(s.ill, ~recovers, falls)


def _chance_deaths(p: NurseryParams, word: Array, s: NurseryState) -> Array:
    """Deaths by rate: of a mother who cares, of a baby whose mother is dead."""
    died = jnp.zeros(s.x.shape, bool)
    if p.care_risk_well or p.care_risk_ill:
        rate = jnp.where(s.ill[OWN], threshold(p.care_risk_ill), threshold(p.care_risk_well))
        died = put(died, MOTHER, s.alive[MOTHER] & s.alive[OWN] & chance(draw(word, MOTHER, _RISK), rate))
    if p.orphan_survival < 1:
        lost = chance(draw(word, OWN, _ORPHAN), 65536 - threshold(p.orphan_survival))
        died = put(died, OWN, s.alive[OWN] & ~s.alive[MOTHER] & lost)
    return died
