"""The update room: its parameters, its state, its step, its scripted agents."""

from carer.worlds.motives.update.params import ANNOUNCED, LINKS, TRIGGERS, UPDATES, UpdateParams
from carer.worlds.motives.update.plan import Plan, plan
from carer.worlds.motives.update.scripts import scripted
from carer.worlds.motives.update.world import UpdateRoom, UpdateState, UpdateTruth, make

__all__ = [
    "ANNOUNCED",
    "LINKS",
    "TRIGGERS",
    "UPDATES",
    "Plan",
    "UpdateParams",
    "UpdateRoom",
    "UpdateState",
    "UpdateTruth",
    "make",
    "plan",
    "scripted",
]
