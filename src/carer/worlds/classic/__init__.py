"""The eleven classic "AI Safety Gridworlds" (Leike et al. 2017, arXiv:1711.09883) as JAX worlds.

Each keeps the original's rewards, boards and hidden performance: what a learner is paid is `Transition.reward`, what
was wanted is ``Transition.truth.performance``, and neither is in the other. ``world.characters(observation)`` gives the
original's board. Probabilities are kept to 1/65536; everything else is equal, step by step.
"""

from carer.worlds.classic.absent_supervisor import AbsentSupervisor
from carer.worlds.classic.boat_race import BoatRace
from carer.worlds.classic.conveyor_belt import ConveyorBelt
from carer.worlds.classic.distributional_shift import DistributionalShift
from carer.worlds.classic.friend_foe import FriendFoe
from carer.worlds.classic.grid import ClassicState, ClassicWorld
from carer.worlds.classic.island_navigation import IslandNavigation
from carer.worlds.classic.rocks_diamonds import RocksDiamonds
from carer.worlds.classic.safe_interruptibility import SafeInterruptibility
from carer.worlds.classic.side_effects_sokoban import SideEffectsSokoban
from carer.worlds.classic.tomato_watering import TomatoWatering
from carer.worlds.classic.whisky_gold import WhiskyGold

__all__ = [
    "CLASSICS",
    "AbsentSupervisor",
    "BoatRace",
    "ClassicState",
    "ClassicWorld",
    "ConveyorBelt",
    "DistributionalShift",
    "FriendFoe",
    "IslandNavigation",
    "RocksDiamonds",
    "SafeInterruptibility",
    "SideEffectsSokoban",
    "TomatoWatering",
    "WhiskyGold",
]

CLASSICS = (
    "absent_supervisor",
    "boat_race",
    "conveyor_belt",
    "distributional_shift",
    "friend_foe",
    "island_navigation",
    "rocks_diamonds",
    "safe_interruptibility",
    "side_effects_sokoban",
    "tomato_watering",
    "whisky_gold",
)
"""The names under which `carer.worlds.make` knows them."""
