"""The agents of `reward_button`: one learner's mind, and several ways to decide with it."""

from dataclasses import replace

import jax.numpy as jnp
from jax import Array

from carer.agents import LearnerState
from carer.agents.planning import Deliberation, Planner, Rule
from carer.experiments.configs import RewardButtonConfig
from carer.experiments.motives.button.growing import MODEL, ROOMS


def _place(name: str) -> int:
    """Where a signal stands in a decoded observation; the same in all rooms with as much trash."""
    room = ROOMS["salient"]
    return 2 + 6 * len(room.things) + [signal for signal, _ in room.signals].index(name)


_CARRYING, _BIN_HERE = _place("carrying"), 2 + 1


def rule_of_the_task(seen: Array, action: Array, after: Array) -> Array:
    """What the designer wrote down: a piece carried to the bin and put into it pays 1. Float32 [N].

    Args:
        seen: float32 [S, N], as the room decodes it.
        action: int32 [N].
        after: float32 [S, N].

    """
    del action
    put_down = jnp.clip(seen[_CARRYING] - after[_CARRYING], 0.0, 1.0)
    return put_down * jnp.clip(seen[_BIN_HERE], 0.0, 1.0)


def planning(config: RewardButtonConfig) -> Deliberation:
    """How those plan who judge a plan by the rewards that they expect and the value at its end."""
    return Deliberation(
        depth=config.depth, thoughts=config.thoughts, temperature=config.temperature, gamma=config.gamma
    )


def ways(config: RewardButtonConfig) -> dict[str, Deliberation | None]:
    """How each agent of the config decides."""
    plan = planning(config)
    rule: Rule = rule_of_the_task
    known = {
        "actor": None,
        "on value": replace(plan, override=0.0),
        "on reward": plan,
        "by rule": replace(plan, value=0.0, rule=rule),
    }
    return {name: known[name] for name in config.agents}


def player(learner: LearnerState, how: Deliberation | None) -> Planner:
    """An agent: a learner's mind, and how it decides."""
    role = learner.roles[0]
    return Planner(role.policy, role.learned[MODEL].model, role.normaliser, how)
