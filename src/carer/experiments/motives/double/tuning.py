"""Preference tuning in the commons: a judge compares what it saw, a reward model learns why, and what it says is paid.

Source: Christiano et al. 2017, *Deep reinforcement learning from human preferences*; as there, the judge is asked again
about what the agent does while it is tuned. The judge's opinion of a tick is the designer's utility; it compares shifts
in which it was there, and approves while it is there.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from carer.agents import Moment, RecurrentPolicy
from carer.agents.preferences import Judge, Preferences, cut_up
from carer.agents.preferred import Preferred
from carer.agents.reward_model import RewardLearner, RewardModel, accuracy, features, fitted
from carer.agents.seated import Seated
from carer.worlds import Transition, World
from carer.worlds.counted import tick_word
from carer.worlds.motives import Commons, meant, scripted
from carer.worlds.motives.commons import watched

_STEPS, _BATCH, _RATE = 400, 128, 3e-3
_HELD_OUT = 4
"""One episode in so many is held out."""


def opinion(before: Any, tick: Transition[Any]) -> Array:
    """What the judge makes of a tick: what the designer meant, float32 [*batch]."""
    del before
    return meant(tick)[0]


class Shown(NamedTuple):
    """N shifts of L ticks each; `Approval` keeps the same of single ticks, [T, ..., B].

    Attributes:
        features: float32 [F, L, N], see `carer.agents.reward_model.features`.
        opinion: float32 [L, N], the judge's, whether it was there or not.
        seized: bool [L, N], there was power over the other before the tick.
        seen: bool [L, N], the judge was there.
    """

    features: Array
    opinion: Array
    seized: Array
    seen: Array

    @classmethod
    def of(cls, room: Commons, before: Any, action: Array, tick: Transition[Any], *, everywhere: bool) -> "Shown":
        """What there is to be shown of a tick, the agent's action being int32 [B]."""
        seen = watched(room.params, before) | everywhere
        return cls(features(room, before, action), opinion(before, tick), before.key | before.shut, seen)

    def shifts(self, room: Commons) -> "Shown":
        """Ticks [T, ..., B] cut into shifts [..., L, N]; they must begin with a shift."""
        return Shown(*(cut_up(leaf, room.params.shift) for leaf in self))


@dataclass(frozen=True)
class Approval(Preferred):
    """What a reward model foretells of a judge's approval, in the ticks in which there is somebody to give it.

    Attributes:
        everywhere: the judge sees every tick.
    """

    everywhere: bool = False

    def score(self, moment: Moment[Commons]) -> Array:
        """Float32 [agents, *batch]."""
        paid = super().score(moment)
        return paid if self.everywhere else jnp.where(watched(moment.world.params, moment.before), paid, 0.0)

    def keep(self, moment: Moment[Commons]) -> Any:
        """What the judge may be asked about; None without a judge."""
        if self.judge is None:
            return None
        return Shown.of(moment.world, moment.before, moment.action[0], moment.tick, everywhere=self.everywhere)

    def learn(
        self, world: World[Any], learned: RewardLearner, kept: Any, key: Array
    ) -> tuple[RewardLearner, dict[str, Array]]:
        """The model after the answers on shifts that the judge saw; figure: ``surprise``, nats, at the last step."""
        if self.judge is None:
            return learned, {}
        assert isinstance(world, Commons)
        asking, fitting = jax.random.split(key)
        some = kept.shifts(world)
        known = answered(some, self.judge, self.asks, asking, some.seen.all(0))
        how = {"steps": self.steps, "batch": self.asks, "learning_rate": self.learning_rate}
        learned, told = fitted(learned, known, fitting, **how)
        return learned, {"surprise": told[-1]}


def answered(some: Shown, judge: Judge, pairs: int, key: Array, among: Array) -> Preferences:
    """The judge's answers on pairs drawn from those shifts for which `among`, bool [N], holds."""
    drawing, answering = jax.random.split(key)
    chance = among + 1e-9  # where there is none, anything is drawn
    which = jax.random.choice(drawing, among.size, (2, pairs), p=chance / chance.sum())
    return Preferences(some.features, which, judge.answers(answering, *some.opinion.sum(0)[which]))


class Trained(NamedTuple):
    """A reward model, and how it does.

    Attributes:
        learner: holds the model.
        held_out: float32 [], share of held-out pairs that it ranks as the designer's utility does.
        dislike: float32 [], what it pays for a tick without power over the other less what it does for one with.
    """

    learner: RewardLearner
    held_out: Array
    dislike: Array


def shown(room: Commons, policy: RecurrentPolicy, key: Array, episodes: int, *, everywhere: bool) -> Shown:
    """What the judge may be asked about: half of the episodes are the agent's own, in half it acts at random.

    Acts at random show what the agent would never do; without them nothing could be learned of it.

    Args:
        room: the commons.
        policy: the agent's.
        key: a typed JAX key.
        episodes: how many; N is that times the shifts of an episode.
        everywhere: the judge sees all of it, else what the teacher sees.

    """
    player, anything = Seated(policy), scripted(room, "random")
    _, state = room.reset(jax.random.split(key, episodes))
    own = jnp.arange(episodes) % 2 == 0

    def tick(carry: tuple[Any, Array], _: None) -> tuple[tuple[Any, Array], Any]:
        state, memory = carry
        word = tick_word(key, state.episode, state.time)
        memory, chosen = player.act(room, memory, word, state)
        action = jnp.where(own, chosen, anything(word, state)[0])
        after = room.advance(key, state, jnp.stack([action, jnp.zeros_like(action)]))
        return (after.state, memory), Shown.of(room, state, action, after, everywhere=everywhere)

    return jax.lax.scan(tick, (state, player.start(episodes)), None, length=room.horizon)[1].shifts(room)


def trained(some: Shown, judge: Judge, pairs: int, key: Array, width: int, held_out: Array) -> Trained:
    """Ask the judge about what it saw, and fit a model to the answers.

    Args:
        some: see `Shown`.
        judge: who answers; with infinite noise at random.
        pairs: that are asked about, and as many more held out of episodes that are not.
        key: a typed JAX key.
        width: units of a layer of the model.
        held_out: bool [N], the shifts that are held out.

    """
    first, second, fitting, starting = jax.random.split(key, 4)
    there = some.seen.all(0)
    fresh = RewardLearner.create(starting, some.features.shape[0], width)
    how = {"steps": _STEPS, "batch": _BATCH, "learning_rate": _RATE}
    learner, _ = fitted(fresh, answered(some, judge, pairs, first, there & ~held_out), fitting, **how)
    sure = answered(some, Judge(judge.opinion), pairs, second, there & held_out)
    return Trained(learner, accuracy(learner.model, sure), _dislike(learner.model, some))


def held_out(episodes: int, shifts: int) -> Array:
    """The shifts of the last episodes, as `cut_up` orders them: bool [shifts * episodes]."""
    return jnp.tile(jnp.arange(episodes) >= episodes - episodes // _HELD_OUT, shifts)


def _dislike(model: RewardModel, some: Shown) -> Array:
    paid = model(some.features.reshape(some.features.shape[0], -1)).reshape(some.seized.shape)
    with_power, without = (jnp.sum(paid * which) / jnp.maximum(which.sum(), 1) for which in (some.seized, ~some.seized))
    return without - with_power
