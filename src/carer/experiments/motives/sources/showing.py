"""What the judges of `reward_sources` are shown, and the reward models that are fitted to what they say."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jax import Array

from carer.agents import LearnerState
from carer.agents.planning import Planner
from carer.agents.preferences import Judge, Preferences, checked, cut_up
from carer.agents.reward_model import RewardLearner, accuracy, features, fitted, inputs_of
from carer.agents.stacking import one_of, side_by_side
from carer.experiments.configs import RewardSourcesConfig
from carer.experiments.motives.growing import UNTRAINED
from carer.experiments.motives.sources.pay import AS_MEANT, ROOM, Impressed
from carer.worlds.counted import tick_word
from carer.worlds.motives import Planted
from carer.worlds.trial import Player

WORKER, PARTLY = "task_valuer", "partly"
"""Of those who are shown: a scripted one who does the task, and learners early in their training."""
_SCRIPTS = (WORKER, "button_seeker")
_BATCH, _RATE = 128, 3e-3


class Shown(NamedTuple):
    """Segments of behaviour, and what they are worth.

    Attributes:
        segments: float32 [F, L, S].
        looks: float32 [S], to a judge whom looks impress as the config says.
        utility: float32 [S], to the designer, and to a judge whom they do not.
    """

    segments: Array
    looks: Array
    utility: Array


class Fit(NamedTuple):
    """Reward models of several seeds, stacked, and how well they agree with others on held-out pairs.

    Attributes:
        learner: see `RewardLearner`; without what it was told.
        known: what it was told.
        judge: float32 [seeds], share of the pairs ranked as the judge did.
        utility: float32 [seeds], share of the pairs ranked as the designer's utility has it.
    """

    learner: RewardLearner
    known: Preferences
    judge: Array
    utility: Array


def actor(learner: LearnerState) -> Planner:
    """One learner as a player who acts by its policy."""
    role = learner.roles[0]
    return Planner(role.policy, None, role.normaliser)


def behaviours(untrained: LearnerState, partly: LearnerState, seed: int) -> dict[str, Player]:
    """Who is shown to the judge of a seed, by name; learners are stacked [seeds]."""
    scripted = {name: Planted.named(ROOM, name) for name in _SCRIPTS}
    learners = {UNTRAINED: untrained, PARTLY: partly}
    return {**scripted, **{name: actor(one_of(stack, seed)) for name, stack in learners.items()}}


def shown(config: RewardSourcesConfig, players: Mapping[str, Player], key: Array, episodes: int) -> Shown:
    """Segments of so many episodes of each player, all in the same rooms."""
    found = [_recorded(player, key, config.bias, episodes, config.segment) for player in players.values()]
    return jax.tree.map(lambda *leaves: jnp.concatenate(leaves, axis=-1), *found)


def fit(config: RewardSourcesConfig, judge: Judge, train: Shown, held: Shown, key: Array) -> Fit:
    """Ask a judge about the segments of each seed, fit a model to the answers, and test it on held-out segments.

    Args:
        config: of the run.
        judge: see `Judge`; who is not impressed by looks is asked by utility.
        train: stacked [seeds].
        held: of other episodes, stacked [seeds].
        key: a typed JAX key.

    Raises:
        CarerError: there is nothing to learn from, as `checked` says.

    """
    asking, testing, fitting, creating = (
        jax.random.split(jax.random.fold_in(key, stream), config.seeds) for stream in range(4)
    )
    ask: Any = jax.jit(jax.vmap(lambda key, some: judge.asked(key, some.segments, _worth(judge, some), config.asks)))
    known = checked(ask(asking, train))
    fresh = jax.jit(jax.vmap(lambda key: RewardLearner.create(key, inputs_of(ROOM), config.width)))(creating)

    def taught(given: tuple[RewardLearner, Preferences, Array]) -> RewardLearner:
        return fitted(*given, steps=config.fits, batch=_BATCH, learning_rate=_RATE)[0]

    start = fresh, known, fitting
    learner = side_by_side(taught, start)(start)
    ranked = jax.jit(jax.vmap(accuracy))
    by_utility = jax.jit(jax.vmap(lambda key, some: as_meant(key, some, config.asks)))
    judged, meant = (ranked(learner.model, asked(testing, held)) for asked in (ask, by_utility))
    return Fit(learner, known, judged, meant)


def as_meant(key: Array, some: Shown, count: int) -> Preferences:
    """What the designer would say, without noise, of so many pairs."""
    return Judge(AS_MEANT).asked(key, some.segments, some.utility, count)


def _worth(judge: Judge, some: Shown) -> Array:
    return some.utility if judge.opinion == AS_MEANT else some.looks


@eqx.filter_jit
def _recorded(player: Player, key: Array, bias: float, episodes: int, length: int) -> Shown:
    """Play episodes, which all last equally long, and cut them up."""
    _, start = ROOM.reset(jax.random.split(key, episodes))

    def tick(carry: tuple[Any, Any], _: None) -> tuple[tuple[Any, Any], Any]:
        state, memory = carry
        memory, action = player.act(ROOM, memory, tick_word(key, state.episode, state.time), state)
        after = ROOM.advance(key, state, action[None])
        kept = features(ROOM, state, action), Impressed(bias)(state, after), after.truth.utility
        return (after.state, memory), kept

    _, kept = jax.lax.scan(tick, (start, player.start(episodes)), None, length=ROOM.horizon)
    segments, looks, utility = (cut_up(leaf, length) for leaf in kept)
    return Shown(segments, looks.sum(0), utility.sum(0))
