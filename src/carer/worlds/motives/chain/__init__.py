"""The chain room: its parameters, its state, its step, its scripted agents."""

from carer.worlds.motives.chain.params import LINKS, ChainParams
from carer.worlds.motives.chain.scripts import scripted
from carer.worlds.motives.chain.world import ChainRoom, ChainState, ChainTruth, make

__all__ = ["LINKS", "ChainParams", "ChainRoom", "ChainState", "ChainTruth", "make", "scripted"]
