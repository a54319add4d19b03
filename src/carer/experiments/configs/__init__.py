"""What can be set in each experiment."""

from carer.experiments.configs.capability import CapabilityConfig
from carer.experiments.configs.comparison import CHANGES, RIVALS, ComparisonConfig, GeneralityConfig, RivalsConfig
from carer.experiments.configs.double_misalignment import DRIVES, TUNINGS, DoubleMisalignmentConfig
from carer.experiments.configs.double_misalignment_village import (
    VILLAGE_DRIVES,
    VILLAGE_TUNINGS,
    DoubleMisalignmentVillageConfig,
)
from carer.experiments.configs.evolve import FOODS, EvolveConfig
from carer.experiments.configs.generations import LINES, GenerationsConfig
from carer.experiments.configs.goal_integrity import INTEGRITY_AGENTS, GoalIntegrityConfig
from carer.experiments.configs.language import ConversationConfig, LoraOptions
from carer.experiments.configs.money_for_work import CHAIN_AGENTS, CHAIN_ARMS, MoneyForWorkConfig
from carer.experiments.configs.nest import OffSwitchConfig, OffSwitchNurseryConfig
from carer.experiments.configs.nursery import (
    CARING_ARMS,
    CRYOSLEEP_ARMS,
    SHOWN,
    CaringDriveConfig,
    CryosleepConfig,
    NurserySurvivalConfig,
)
from carer.experiments.configs.oracle_control import ORACLE_AGENTS, ORACLE_WORLDS, ORACLES, OracleControlConfig
from carer.experiments.configs.reward_button import BUTTON_AGENTS, BUTTON_ARMS, RewardButtonConfig
from carer.experiments.configs.reward_sources import LEARNED, ONLINE, SOURCES, RewardSourcesConfig
from carer.experiments.configs.self_reflection import REFLECTION_ARMS, SelfReflectionConfig
from carer.experiments.configs.village import (
    CONDITIONS,
    Condition,
    NaiveKindnessConfig,
    VillageLMConfig,
    VillageRewardConfig,
)

__all__ = [
    "BUTTON_AGENTS",
    "BUTTON_ARMS",
    "CARING_ARMS",
    "CHAIN_AGENTS",
    "CHAIN_ARMS",
    "CHANGES",
    "CONDITIONS",
    "CRYOSLEEP_ARMS",
    "DRIVES",
    "FOODS",
    "INTEGRITY_AGENTS",
    "LEARNED",
    "LINES",
    "ONLINE",
    "ORACLES",
    "ORACLE_AGENTS",
    "ORACLE_WORLDS",
    "REFLECTION_ARMS",
    "RIVALS",
    "SHOWN",
    "SOURCES",
    "TUNINGS",
    "VILLAGE_DRIVES",
    "VILLAGE_TUNINGS",
    "CapabilityConfig",
    "CaringDriveConfig",
    "ComparisonConfig",
    "Condition",
    "ConversationConfig",
    "CryosleepConfig",
    "DoubleMisalignmentConfig",
    "DoubleMisalignmentVillageConfig",
    "EvolveConfig",
    "GeneralityConfig",
    "GenerationsConfig",
    "GoalIntegrityConfig",
    "LoraOptions",
    "MoneyForWorkConfig",
    "NaiveKindnessConfig",
    "NurserySurvivalConfig",
    "OffSwitchConfig",
    "OffSwitchNurseryConfig",
    "OracleControlConfig",
    "RewardButtonConfig",
    "RewardSourcesConfig",
    "RivalsConfig",
    "SelfReflectionConfig",
    "VillageLMConfig",
    "VillageRewardConfig",
]
