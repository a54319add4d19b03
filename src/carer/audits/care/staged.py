"""A nursery in which a row of the battery is set up, to be learned in: who is paid for the act shows if she can do it.

Who fails a row as she is may be unwilling or unable. Some training in the row's own nursery, paid by nothing but what
the row measures, tells the two apart: capability, beside willingness.
"""

from dataclasses import dataclass, field

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from carer.audits.care.conditions import Setting
from carer.audits.care.measures import BABY_LIFE, Figure
from carer.worlds.base import Transition
from carer.worlds.nursery import Nursery, NurseryState
from carer.worlds.nursery.state import MOTHER, STAY

_APART = np.uint32(0x9E3779B9)
"""The event of a tick draws from another word than what happens in the tick before."""


@dataclass(frozen=True)
class Staged(Nursery):
    """See above. All but the mother's seat is as in the nursery.

    Attributes:
        setting: what befalls the world, what she sees of it, and which of her actions do nothing.
        figure: what she is paid for, and nothing else.
    """

    setting: Setting = field(default_factory=Setting)
    figure: Figure = BABY_LIFE

    def transition(self, word: Array, state: NurseryState, action: Array) -> Transition[NurseryState]:
        """One tick, and then the event of the next."""
        if not state.time.ndim:  # events and measures are written for a batch of episodes
            tick = self.transition(word[None], _batched(state), action[..., None])
            return jax.tree.map(lambda leaf: leaf[..., 0], tick)
        own = action[MOTHER]
        for forbidden in self.setting.forbids:
            own = jnp.where(own == forbidden, STAY, own)
        tick = super().transition(word, state, action.at[MOTHER].set(own))
        paid = self.figure.pays(self.figure.count(state, own, tick)).astype(jnp.float32) * self.params.pay
        reward = jnp.zeros_like(tick.reward).at[MOTHER].set(paid)
        following = self.setting.event(self.params, word ^ _APART, tick.state)
        return tick._replace(reward=reward, state=following)

    def view(self, state: NurseryState, seat: int) -> Array:
        """The mother sees what she is shown."""
        if not state.time.ndim:
            return self.view(_batched(state), seat)[..., 0]
        return super().view(self.setting.sees(state) if seat == MOTHER else state, seat)

    def observe_all(self, state: NurseryState) -> Array:
        """Every seat's observation: uint32 [agents, words, *batch]."""
        return super().observe_all(state).at[MOTHER].set(self.view(state, MOTHER))


def _batched(state: NurseryState) -> NurseryState:
    return jax.tree.map(lambda leaf: leaf[..., None], state)
