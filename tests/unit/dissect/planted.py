"""A mother wired by hand: what each of her units does is known.

Her baby is born beside her and stays where it is; bushes stand everywhere but in the nest. She leaves the nest, eats
when she is hungry, and fetches and gives food when a baby cries.
"""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from carer.agents import PPOConfig, RecurrentPolicy, fresh_policy
from carer.worlds.nursery import make
from carer.worlds.nursery.features import FLAT, TOKEN
from carer.worlds.nursery.observation import CHANNELS
from carer.worlds.nursery.state import EAT, GIVE, NORTH

WIDTH = 8
LEAVES, HUNGRY, GIVES, FETCHES = range(4)
"""Units of her memory; the other four follow the time of day and do nothing."""
CRY = 2
"""The unit of her embedding that hears the baby."""
CHANGES = {
    "size": 7,
    "view": 5,
    "nest": 0,
    "bushes": 24,
    "pits": 0,
    "regrow": 1,
    "horizon": 80,
    "birth_from": 5,
    "birth_to": 10,
    "baby_burn": 0.05,
    "mother_burn": 0.02,
    "wander": 0.0,
    "feeds_itself": 4096,
}
WORLD = make("easy", **CHANGES)


def planted_mother() -> RecurrentPolicy:
    policy = jax.tree.map(jnp.zeros_like, fresh_policy(PPOConfig(width=WIDTH), WORLD, jax.random.key(0)))
    cells = WORLD.params.view**2
    flat = np.zeros(policy.flat.weight.shape, np.float32)
    bias = np.zeros((WIDTH, 1), np.float32)
    told = len(CHANNELS) * cells
    flat[0, told + FLAT.index("energy")], bias[0] = -1, 1
    flat[1, told + FLAT.index("holds A")] = 1
    flat[3, CHANNELS.index("nest") * cells + cells // 2] = 1
    flat[4:, told + FLAT.index("time of day")] = 1, 2, 3, 4
    assert policy.token is not None
    token = np.zeros(policy.token.weight.shape, np.float32)
    token[CRY, TOKEN.index("cry")] = 1

    gates = np.zeros((3 * WIDTH, WIDTH), np.float32)
    gate_bias = np.zeros((3 * WIDTH, 1), np.float32)
    gate_bias[WIDTH : 2 * WIDTH] = -30  # nothing is remembered
    gates[16 + LEAVES, 3], gate_bias[16 + LEAVES] = 20, -10
    gates[16 + HUNGRY, 0], gate_bias[16 + HUNGRY] = 20, -10
    gates[16 + GIVES, [1, CRY]], gate_bias[16 + GIVES] = 20, -26
    gates[16 + FETCHES, [1, CRY]], gate_bias[16 + FETCHES] = (-20, 20), -6
    gates[[20, 21, 22, 23], [4, 5, 6, 7]] = 1

    actor = np.zeros(policy.actor.weight.shape, np.float32)
    actor[NORTH, LEAVES], actor[GIVE, GIVES] = 30, 40
    actor[EAT, [HUNGRY, FETCHES]] = 20
    preferred = np.full((len(actor), 1), -60, np.float32)
    preferred[[0, NORTH, GIVE]], preferred[EAT] = 0, 10
    return eqx.tree_at(
        lambda one: (
            *(one.flat.weight, one.flat.bias, one.token.weight, one.gru.inputs.weight, one.gru.inputs.bias),
            *(one.actor.weight, one.actor.bias),
        ),
        policy,
        tuple(jnp.asarray(one) for one in (flat, bias, token, gates, gate_bias, actor, preferred)),
    )


def units(*numbers: int) -> np.ndarray:
    return np.isin(np.arange(WIDTH), numbers)
