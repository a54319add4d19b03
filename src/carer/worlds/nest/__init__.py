"""The nest: having, keeping and giving up babies, and nothing else. Its optimum is known exactly."""

from carer.worlds.nest.optimum import Optimum, solve, threshold
from carer.worlds.nest.params import ABANDON, ACTIONS, ILL, KEEP, WELL, NestParams
from carer.worlds.nest.world import Nest, NestState, NestTruth, best_mother, make

__all__ = [
    "ABANDON",
    "ACTIONS",
    "ILL",
    "KEEP",
    "WELL",
    "Nest",
    "NestParams",
    "NestState",
    "NestTruth",
    "Optimum",
    "best_mother",
    "make",
    "solve",
    "threshold",
]
