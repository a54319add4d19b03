"""The commons: its parameters, its state, its step, its scripted agents."""

from carer.worlds.motives.commons.params import CommonsParams
from carer.worlds.motives.commons.scripts import scripted
from carer.worlds.motives.commons.state import AGENT, OTHER, CommonsState, CommonsTruth, watched
from carer.worlds.motives.commons.world import Commons, make

__all__ = [
    "AGENT",
    "OTHER",
    "Commons",
    "CommonsParams",
    "CommonsState",
    "CommonsTruth",
    "make",
    "scripted",
    "watched",
]
