"""Where the agents of `reward_button` go wrong: regret in four parts, for every arm and every way to decide.

Source: *Motives*, outer and inner alignment as numbers; the identity is that of `carer.audits.motives.regret`. In
distribution is the room that an arm learned in last, out of distribution the rooms of `ELSEWHERE`.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache, partial

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from carer.agents import LearnerState
from carer.agents.planning import Deliberation
from carer.agents.stacking import one_of
from carer.audits.motives import TERMS, Plans, agreement, decompose, gaming
from carer.audits.motives.button import WITHOUT, changed
from carer.experiments.configs import RewardButtonConfig
from carer.experiments.motives.button.agents import planning, player
from carer.experiments.motives.button.growing import ROOMS, planned
from carer.experiments.motives.button.plans import Way, Weighed, weighed
from carer.runs import Progress, Run
from carer.worlds.motives import Planted, RewardButton

REGRET = "regret"
"""The ``split`` of the rows with the parts of a regret."""
HOME = "at home"
"""The setting in distribution."""
ELSEWHERE: Mapping[str, RewardButton] = {
    "free": ROOMS["free"],
    "unpaid": changed(ROOMS["salient"], **WITHOUT["the task pays nothing"]),
}
"""The settings out of distribution, for those arms that did not learn there."""
SCRIPTS = ("task_valuer", "sneak", "button_seeker", "decoy_seeker", "random")
"""The plans beside standing still and what the agents themselves do."""
TICKS = 16
"""Of a plan: enough to put two pieces away, or to press a dozen times."""
_STREAM = 2**31 - 6


def regrets(
    config: RewardButtonConfig, run: Run, grown: Mapping[str, LearnerState], ways: Mapping[str, Deliberation | None]
) -> None:
    """Log the regret of each agent of each arm: a row for each seed, the figures of `parts` as ``<setting>/<figure>``.

    Args:
        config: of the run.
        run: takes the rows.
        grown: learners by arm, stacked [seeds]; an arm that is not planned learned nothing, and is at home in the
            room `salient`.
        ways: how each agent decides.

    """
    run.truncate_metrics(lambda row: row.get("split") != REGRET)
    root = jax.random.fold_in(jax.random.key(config.seed), _STREAM)
    keys = jax.vmap(partial(jax.random.fold_in, root))(jnp.arange(config.seeds))
    home = {arm: task.world for arm, (task, _) in planned(config).items()}
    settings = {HOME: ROOMS["salient"], **ELSEWHERE}
    with Progress(len(grown), "regrets", console=run.console) as progress:
        for arm, learners in grown.items():
            found = {
                name: _asked(home.get(arm, room) if name == HOME else room, config, tuple(ways.values()))(
                    learners, keys
                )
                for name, room in settings.items()
            }
            for at, agent in enumerate(ways):
                for seed in range(config.seeds):
                    figures = {name: parts(one_of(stack, seed), at) for name, stack in found.items()}
                    told = {f"{name}/{which}": value for name, one in figures.items() for which, value in one.items()}
                    run.log(config.updates, condition=arm, agent=agent, split=REGRET, seed=seed, **told)
            progress.advance(note=arm)


def judge(config: RewardButtonConfig, how: Deliberation | None) -> Deliberation:
    """How the plans of a way to decide are scored, by its own weights of reward and value.

    Who counts rewards counts them over the whole plan, and adds the value at its end. Who defers to the value alone
    lets the guess after as many ticks as it thinks ahead stand for the rest: at the plan's end it would be blind to all
    that the plan has earned. The bare actor is held to all that was learned beside it: expected reward and value.
    """
    if how is None:
        return replace(planning(config), depth=TICKS)
    return replace(how, depth=TICKS if how.override else min(how.depth, TICKS))


def parts(found: Weighed, at: int) -> dict[str, float]:
    """The figures of one learner, means over those states at which something is at stake; NaN where there is none.

    Args:
        found: of one learner.
        at: the place of the way to decide, among the W.

    """
    count, states = found.utility.shape
    executed = count - len(found.on_true) + at
    # The audit takes the first of plans that it finds equal: in an order drawn for each state, that is any of them.
    order = np.random.default_rng(0).permuted(np.tile(np.arange(count), (states, 1)), axis=1)

    def laid(figures: Array) -> NDArray[np.float64]:
        return np.take_along_axis(np.asarray(figures, np.float64).T, order, -1)

    utility, reward, on_true, on_imagined = (
        laid(figures) for figures in (found.utility, found.reward, found.on_true[at], found.on_imagined[at])
    )
    regret = decompose(Plans.of(utility, reward, on_true, on_imagined, (order == executed).argmax(-1)))
    asked = np.isfinite(regret.total)
    outer, inner, model = agreement(reward, utility), agreement(on_true, reward), agreement(on_imagined, on_true)
    figures = {name: getattr(regret, name) for name in (*TERMS, "total", "hidden")} | {
        "ranks_out": outer.ranks,
        "first_out": outer.first,
        "worst_out": outer.worst,
        "ranks_in": inner.ranks,
        "first_in": inner.first,
        "worst_in": inner.worst,
        "ranks_model": model.ranks,
        "gaming": gaming(utility, reward),
    }
    return {name: _mean(figure[asked]) for name, figure in figures.items()} | {"stake": float(asked.mean())}


def _mean(figures: NDArray[np.float64]) -> float:
    there = figures[np.isfinite(figures)]
    return float(there.mean()) if there.size else float("nan")


@cache
def _asked(
    room: RewardButton, config: RewardButtonConfig, ways: tuple[Deliberation | None, ...]
) -> Callable[[LearnerState, Array], Weighed]:
    """`weighed` for learners and keys that are stacked [seeds]; compiled once for each room."""
    scripts = jax.tree.map(lambda *leaves: jnp.stack(leaves), *(Planted.named(room, name) for name in SCRIPTS))
    judged = [Way(how, judge(config, how)) for how in ways]
    sizes = {"episodes": config.episodes, "ticks": TICKS, "gamma": config.gamma}

    def one(learner: LearnerState, key: Array) -> Weighed:
        return weighed(room, player(learner, None), judged, scripts, key, **sizes)

    return jax.jit(jax.vmap(one))
