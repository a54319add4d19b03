"""What can be set in each experiment."""

from carer.experiments.configs.capability import CapabilityConfig
from carer.experiments.configs.comparison import CHANGES, RIVALS, ComparisonConfig, GeneralityConfig, RivalsConfig
from carer.experiments.configs.evolve import FOODS, EvolveConfig
from carer.experiments.configs.generations import LINES, GenerationsConfig
from carer.experiments.configs.nest import OffSwitchConfig, OffSwitchNurseryConfig
from carer.experiments.configs.nursery import CARING_ARMS, CaringDriveConfig, NurserySurvivalConfig
from carer.experiments.configs.reward_button import BUTTON_AGENTS, BUTTON_ARMS, RewardButtonConfig
from carer.experiments.configs.village import (
    CONDITIONS,
    Condition,
    LoraOptions,
    NaiveKindnessConfig,
    VillageLMConfig,
    VillageRewardConfig,
)

__all__ = [
    "BUTTON_AGENTS",
    "BUTTON_ARMS",
    "CARING_ARMS",
    "CHANGES",
    "CONDITIONS",
    "FOODS",
    "LINES",
    "RIVALS",
    "CapabilityConfig",
    "CaringDriveConfig",
    "ComparisonConfig",
    "Condition",
    "EvolveConfig",
    "GeneralityConfig",
    "GenerationsConfig",
    "LoraOptions",
    "NaiveKindnessConfig",
    "NurserySurvivalConfig",
    "OffSwitchConfig",
    "OffSwitchNurseryConfig",
    "RewardButtonConfig",
    "RivalsConfig",
    "VillageLMConfig",
    "VillageRewardConfig",
]
