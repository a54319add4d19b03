"""The reward-button room: its parameters, its state, its step, its scripted agents."""

from carer.worlds.motives.button.params import LINKS, ButtonParams
from carer.worlds.motives.button.scripts import scripted
from carer.worlds.motives.button.state import AWAY, CARRIED, ButtonState, ButtonTruth
from carer.worlds.motives.button.world import RewardButton, make

__all__ = [
    "AWAY",
    "CARRIED",
    "LINKS",
    "ButtonParams",
    "ButtonState",
    "ButtonTruth",
    "RewardButton",
    "make",
    "scripted",
]
