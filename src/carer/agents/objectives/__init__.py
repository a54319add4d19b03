"""What a mother may be paid for instead of her baby's life: rival drives, in the same world, one flag apart.

Until the first birth each of them pays her own life, as the nursery itself does; what it pays after it is the rival,
and from 0 to what a tick of life pays. The exceptions are told beside them.
"""

from collections.abc import Mapping

from carer.agents.moment import Drive
from carer.agents.objectives.choice import Choice
from carer.agents.objectives.empowerment import Empowerment
from carer.agents.objectives.homeostasis import Homeostasis
from carer.agents.objectives.kindness import Kindness
from carer.agents.objectives.lives import (
    PAY,
    awake_life,
    growth,
    inclusive,
    lineage,
    own_life,
    own_life_until_birth,
)
from carer.agents.objectives.overlap import Overlap
from carer.agents.task import OWN_REWARD, WorldTerm
from carer.concepts import RewardKind, RewardTerm
from carer.worlds.nursery.state import OWN

OWN_LIFE: WorldTerm = RewardTerm("own_life", RewardKind.EXTRINSIC, own_life)
UNTIL_BIRTH: WorldTerm = RewardTerm("own_life", RewardKind.EXTRINSIC, own_life_until_birth)


def _after_birth(name: str, kind: RewardKind, score: Drive) -> tuple[WorldTerm, ...]:
    return UNTIL_BIRTH, RewardTerm(name, kind, score, weight=PAY)


OBJECTIVES: Mapping[str, tuple[WorldTerm, ...]] = {
    "baby": OWN_REWARD,
    "kindness": _after_birth("target_life", RewardKind.KINDNESS, Kindness(OWN)),
    "choice_discrete": _after_birth("choice", RewardKind.INTRINSIC, Choice("discrete")),
    "choice_entropic": _after_birth("choice", RewardKind.INTRINSIC, Choice("entropic")),
    "choice_immediate": _after_birth("choice", RewardKind.INTRINSIC, Choice("immediate")),
    "empowerment": _after_birth("empowerment", RewardKind.INTRINSIC, Empowerment()),
    "overlap": _after_birth("overlap", RewardKind.INTRINSIC, Overlap(OWN)),
    # Its own needs count all along, and as much as they are.
    "homeostatic": (RewardTerm("relief", RewardKind.INTRINSIC, Homeostasis()),),
    # Her own life is a part of her line's all along.
    "lineage": (RewardTerm("line", RewardKind.CONTROL, lineage),),
    "inclusive": (UNTIL_BIRTH, RewardTerm("kin", RewardKind.CONTROL, inclusive)),
}
"""The terms that a mother of the nursery is paid by, by name; ``baby`` is the nursery's own reward."""
OUTLIVING: Mapping[str, str] = {"homeostatic": "family", "inclusive": "horizon", "lineage": "family"}
"""Those that go on paying when no child is left, and when an episode ends where they are learned (`ends` of the
nursery): not while anything more would be paid, or its end would pay a mother for her child's life, or for her own."""

__all__ = [
    "OBJECTIVES",
    "OUTLIVING",
    "OWN_LIFE",
    "PAY",
    "UNTIL_BIRTH",
    "Choice",
    "Empowerment",
    "Homeostasis",
    "Kindness",
    "Overlap",
    "awake_life",
    "growth",
    "inclusive",
    "lineage",
    "own_life",
    "own_life_until_birth",
]
