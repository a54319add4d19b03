"""The nursery, the world of the caring-drive experiment: its parameters, its state, its step."""

from carer.worlds.nursery.params import PRESETS, UNIT, NurseryParams
from carer.worlds.nursery.state import ACTIONS, CAUSES, Knobs, NurseryState, Truth
from carer.worlds.nursery.world import Nursery, make

__all__ = ["ACTIONS", "CAUSES", "PRESETS", "UNIT", "Knobs", "Nursery", "NurseryParams", "NurseryState", "Truth", "make"]
