"""The planted mother and a sister of hers whose units stand in other places, as the rows of the battery study them."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from planted import CHANGES, CRY, FETCHES, GIVES, WIDTH, planted_mother

from carer.agents import RecurrentPolicy
from carer.audits.care import Setting, Trials
from carer.experiments.care.study import Study, Subject, looked_into
from carer.worlds.nursery import make

CARE = Setting((*CHANGES.items(), ("size", 5), ("bushes", 8)))
"""As small as a nursery can be: fewer bushes are compiled in half the time, and she does in it as in the larger."""
WORLD = make("easy", **dict(CARE.changes))
FORAGING = Setting((*CARE.changes, ("birth", "never"), ("mother_burn", 0.05)))
"""Who only wanders starves here."""
EPISODES = 64
UNFED = 20.0
"""Ticks that a baby lives on what it is born with."""
HOLDS = 1
"""The unit of her embedding that tells whether she has food in hand."""
ORDER = np.array([5, 2, 7, 0, 3, 6, 1, 4])
"""The sister's unit at each place, by the number it has in the planted mother."""


def study(key: int = 0, kind: str = "baby") -> Study:
    return Study(Trials("easy", jax.random.key(key), EPISODES), kind, CARE, FORAGING)


@cache
def elder() -> RecurrentPolicy:
    return planted_mother()


@cache
def sister() -> RecurrentPolicy:
    one = elder()
    gates = np.concatenate([ORDER, WIDTH + ORDER, 2 * WIDTH + ORDER])
    gru = one.gru
    inputs = replace(gru.inputs, weight=gru.inputs.weight[gates], bias=gru.inputs.bias[gates])
    gru = replace(gru, inputs=inputs, recurrent=gru.recurrent[gates][:, ORDER], bias=gru.bias[ORDER])
    actor = replace(one.actor, weight=one.actor.weight[:, ORDER])
    return replace(one, gru=gru, actor=actor, critic=replace(one.critic, weight=one.critic.weight[:, ORDER]))


def never_a_mother(policy: RecurrentPolicy) -> RecurrentPolicy:
    """As she would be had she never had a baby: deaf to cries and to what she holds, she never gives or fetches."""
    assert policy.token is not None
    gates = np.isin(np.arange(3 * WIDTH), [2 * WIDTH + one for one in places(policy, GIVES, FETCHES)])
    deaf = np.isin(np.arange(WIDTH), [HOLDS, CRY])[:, None]
    return eqx.tree_at(
        lambda one: (one.flat.weight, one.token.weight, one.gru.inputs.weight),
        policy,
        (
            jnp.where(deaf, 0.0, policy.flat.weight),
            jnp.where(deaf, 0.0, policy.token.weight),
            jnp.where(gates[:, None], 0.0, policy.gru.inputs.weight),
        ),
    )


def places(policy: RecurrentPolicy, *numbers: int) -> list[int]:
    """Where the planted mother's units stand in her or her sister."""
    is_sister = np.array_equal(policy.actor.weight, sister().actor.weight)
    order = ORDER if is_sister else np.arange(WIDTH)
    return [int(np.flatnonzero(order == one)[0]) for one in numbers]


@cache
def subjects() -> Sequence[Subject]:
    return looked_into(study(), [elder(), sister()], jax.random.key(7), lambda said: None)
