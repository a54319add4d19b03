"""The village: a conversation domain in which every quantity is known. No torch, no jax."""

from carer.village.acts import Act, Kind, Utterance
from carer.village.parser import parse
from carer.village.people import Person, Scene, VillageConfig
from carer.village.raters import RaterConfig
from carer.village.talk import Talk, converse, converse_many
from carer.village.world import Outcome, best_act, resolve, yardsticks

__all__ = [
    "Act",
    "Kind",
    "Outcome",
    "Person",
    "RaterConfig",
    "Scene",
    "Talk",
    "Utterance",
    "VillageConfig",
    "best_act",
    "converse",
    "converse_many",
    "parse",
    "resolve",
    "yardsticks",
]
