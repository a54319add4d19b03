"""Where value has settled in the chain room: what it makes of one link, each where it happens, with all others cut.

A task leaves no trace in this room but its token or its pay. So it is done by the agent's own hand, to the end, and
brings neither: what is left is what the agent remembers. A token is as good stolen as earned, and is asked of once.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from carer.agents import LearnerState, load
from carer.agents.learning import started
from carer.audits.motives.chain import changed
from carer.experiments.configs import MoneyForWorkConfig
from carer.experiments.motives.chain.growing import ROOMS, learn_config, task_of
from carer.experiments.motives.settling import AT, Scene, value_after
from carer.runs import Progress, Run
from carer.worlds.motives import ChainRoom, ChainState
from carer.worlds.motives.chain import LINKS

VALUE = "value"
"""The ``split`` of the rows with what the value rises by after one link."""
SETTLED = ("fun", "boring")
"""The arms that are asked."""
_VALUE_STREAM = 2**31 - 3

Rises = dict[str, NDArray[np.float64]]
"""By link, what the value rises by when it alone happens: [marks, seeds] over training, the last at its end."""


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
    run.truncate_metrics(lambda row: row.get("split") != VALUE)
    how = learn_config(config, config.updates)
    marks = range(config.save_every, config.updates + 1, config.save_every)
    key = jax.random.fold_in(jax.random.key(config.seed), _VALUE_STREAM)
    found: dict[str, Rises] = {}
    with Progress(len(marks) * len(arms), "values", console=run.console) as progress:
        for arm in arms:
            like = jax.eval_shape(partial(started, how, task_of(ROOMS[arm])))
            curves: dict[str, list[Any]] = {}
            for mark in marks:
                folder = run.checkpoints(arm, how.keep).folder / f"step-{mark:06d}"
                learners: LearnerState = load(folder / "learner.safetensors", like)
                for link, rise in rises(learners, ROOMS[arm], key, config.episodes).items():
                    curves.setdefault(link, []).append(rise)
                    for seed, value in enumerate(rise.tolist()):
                        run.log(mark, condition=arm, link=link, split=VALUE, seed=seed, rise=value)
                progress.advance(note=f"{arm}, after {mark} updates")
            found[arm] = {link: np.array(curve) for link, curve in curves.items()}
    return found
