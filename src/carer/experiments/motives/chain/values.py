"""Where value has settled in the chain room: what it makes of one link, each where it happens, with all others cut.

A task leaves no trace in this room but its token or its pay. So it is done by the agent's own hand, to the end, and
brings neither: what is left is what the agent remembers. A token is as good stolen as earned, and is asked of once.
"""

from collections.abc import Sequence
from dataclasses import replace

import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from carer.agents import LearnerState
from carer.audits.motives.chain import changed
from carer.experiments.configs import MoneyForWorkConfig
from carer.experiments.motives.chain.growing import ROOMS, learn_config, task_of
from carer.experiments.motives.settling import AT, Rises, Scene, over_training, value_after
from carer.runs import Run
from carer.worlds.motives import ChainRoom, ChainState
from carer.worlds.motives.chain import LINKS

SETTLED = ("fun", "boring")
"""The arms that are asked."""


def at_bench(room: ChainRoom, state: ChainState) -> ChainState:
    """The agent stands at the bench."""
    return replace(state, x=state.bench % room.side, y=state.bench // room.side)


def at_counter(room: ChainRoom, state: ChainState) -> ChainState:
    """The agent stands at the counter, its purse empty."""
    return replace(state, x=state.counter % room.side, y=state.counter // room.side)


def with_a_token(room: ChainRoom, state: ChainState) -> ChainState:
    """The agent stands at the counter, a token in its purse."""
    return replace(at_counter(room, state), tokens=jnp.ones_like(state.tokens))


def scenes(room: ChainRoom) -> dict[str, tuple[Scene, Scene]]:
    """For each link the scene in which it alone happens, and the same without it.

    Pay is asked of where it comes: at the bench in a fun room, at the counter in a boring one.
    """
    nothing = changed(room, cut=LINKS)
    alone = {link: changed(room, do=link, do_at=AT) for link in ("token", "exchanged", "paid")}
    by_hand = changed(room, cut=tuple(link for link in LINKS if link != "task"))
    work = tuple(range(AT + 1 - room.params.effort, AT + 1))
    payday = at_bench if room.params.arm == "fun" else at_counter
    return {
        "task": (Scene(by_hand, at_bench, work), Scene(nothing, at_bench)),
        "token": (Scene(alone["token"], at_bench), Scene(nothing, at_bench)),
        "exchanged": (Scene(alone["exchanged"], with_a_token), Scene(nothing, at_counter)),
        "paid": (Scene(alone["paid"], payday), Scene(nothing, payday)),
    }


def rises(learners: LearnerState, room: ChainRoom, key: Array, episodes: int) -> dict[str, NDArray[np.float64]]:
    """By how much the value is higher in the ticks after a link, in units of reward: for each link [seeds].

    Args:
        learners: stacked [seeds].
        room: the one they learned in.
        key: a typed JAX key.
        episodes: rooms that are asked.

    """
    return {
        link: value_after(learners, happens, key, episodes) - value_after(learners, not_, key, episodes)
        for link, (happens, not_) in scenes(room).items()
    }


def settled(config: MoneyForWorkConfig, run: Run, arms: Sequence[str]) -> dict[str, Rises]:
    """What the value of some arms rises by after each link alone, at every checkpoint of their training; by arm."""
    return over_training(
        *(config, run, learn_config(config, config.updates), {arm: task_of(ROOMS[arm]) for arm in arms}),
        lambda arm, learners, key: rises(learners, ROOMS[arm], key, config.episodes),
        lambda arm, link: {"condition": arm, "link": link},
    )
