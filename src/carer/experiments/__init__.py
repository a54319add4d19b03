"""The published experiments by name. Light: what an experiment needs is imported when it runs."""

from dataclasses import dataclass

from carer.experiments.configs import (
    CapabilityConfig,
    CaringDriveConfig,
    CryosleepConfig,
    DoubleMisalignmentConfig,
    DoubleMisalignmentVillageConfig,
    EvolveConfig,
    GeneralityConfig,
    GenerationsConfig,
    GoalIntegrityConfig,
    MoneyForWorkConfig,
    NaiveKindnessConfig,
    NurserySurvivalConfig,
    OffSwitchConfig,
    OffSwitchNurseryConfig,
    OracleControlConfig,
    RewardButtonConfig,
    RewardSourcesConfig,
    RivalsConfig,
    SelfReflectionConfig,
    VillageLMConfig,
    VillageRewardConfig,
)


@dataclass(frozen=True)
class ExperimentSpec:
    """An experiment that `carer run` knows.

    Attributes:
        name: what to type.
        summary: one line on what it does.
        config: its frozen dataclass; the fields are its flags.
        target: ``module:function``, called as ``function(config, run, preemption=...)``; also on resume.
    """

    name: str
    summary: str
    config: type
    target: str


_SPECS = (
    ExperimentSpec(
        "capability",
        "grow mothers with networks of several sizes in worlds of several diversities: what does general care need?",
        CapabilityConfig,
        "carer.experiments.care.capability:run",
    ),
    ExperimentSpec(
        "caring_drive",
        "grow mothers from their babies' lifetimes alone, beside mothers paid for their own",
        CaringDriveConfig,
        "carer.experiments.care.caring_drive:run",
    ),
    ExperimentSpec(
        "cryosleep",
        "grow mothers beside a box in which a baby lives for ever and does not grow: who lays it there, paid for what?",
        CryosleepConfig,
        "carer.experiments.care.cryosleep:run",
    ),
    ExperimentSpec(
        "double_misalignment",
        "give agents a drive, tune them by preferences, and look while nobody does: do they seek power over another?",
        DoubleMisalignmentConfig,
        "carer.experiments.motives.double.double_misalignment:run",
    ),
    ExperimentSpec(
        "double_misalignment_village",
        "the same of a language model: moved by what the other answers, tuned by an elder who listens at times",
        DoubleMisalignmentVillageConfig,
        "carer.experiments.motives.village.double_misalignment_village:run",
    ),
    ExperimentSpec(
        "evolve",
        "select reward functions by descendants: does a caring drive evolve?",
        EvolveConfig,
        "carer.experiments.care.evolve:run",
    ),
    ExperimentSpec(
        "generality",
        "change one thing in how caring mothers are trained, and put all to the battery: what makes care general?",
        GeneralityConfig,
        "carer.experiments.care.generality:run",
    ),
    ExperimentSpec(
        "generations",
        "breed chains of mothers, each paid for the next one's life: does care decay?",
        GenerationsConfig,
        "carer.experiments.care.generations:run",
    ),
    ExperimentSpec(
        "goal_integrity",
        "who avoids an announced learning update under another reward, at what price, and for what its copy would do?",
        GoalIntegrityConfig,
        "carer.experiments.motives.integrity.goal_integrity:run",
    ),
    ExperimentSpec(
        "money_for_work",
        "who skips the task when the token that it brings can be stolen? Fun and boring work, till locked and open",
        MoneyForWorkConfig,
        "carer.experiments.motives.chain.money_for_work:run",
    ),
    ExperimentSpec(
        "naive_kindness",
        "train a language model on the reward its partner would get, beside its rivals",
        NaiveKindnessConfig,
        "carer.experiments.kindness.naive_kindness:run",
    ),
    ExperimentSpec(
        "nursery_survival",
        "phase 0 of the caring drive: mothers without babies learn to live",
        NurserySurvivalConfig,
        "carer.experiments.care.nursery_survival:run",
    ),
    ExperimentSpec(
        "off_switch",
        "when a learner gives an ill baby up, beside the exact optimum",
        OffSwitchConfig,
        "carer.experiments.care.off_switch:run",
    ),
    ExperimentSpec(
        "off_switch_nursery",
        "the same of recurrent mothers in the nursery",
        OffSwitchNurseryConfig,
        "carer.experiments.care.off_switch_nursery:run",
    ),
    ExperimentSpec(
        "oracle_control",
        "what an oracle that may say no buys without any intelligence, and of who plans around it",
        OracleControlConfig,
        "carer.experiments.motives.oracle.oracle_control:run",
    ),
    ExperimentSpec(
        "reward_button",
        "is the task a value, or a means to have a button pressed? Every arm, every way to decide, both sides' claims",
        RewardButtonConfig,
        "carer.experiments.motives.button.reward_button:run",
    ),
    ExperimentSpec(
        "reward_sources",
        "the same task under a rule, under a reward model learned from preferences, and under verified outcomes",
        RewardSourcesConfig,
        "carer.experiments.motives.sources.reward_sources:run",
    ),
    ExperimentSpec(
        "rivals",
        "grow mothers by rival drives beside those paid for their babies, and put all to the battery",
        RivalsConfig,
        "carer.experiments.care.rivals:run",
    ),
    ExperimentSpec(
        "self_reflection",
        "does a plan seem as good with the agent in the picture? With an overseer who reads plans, and without",
        SelfReflectionConfig,
        "carer.experiments.motives.reflection.self_reflection:run",
    ),
    ExperimentSpec(
        "village_lm",
        "pretrain the village language model that ships with carer",
        VillageLMConfig,
        "carer.experiments.kindness.village_lm:run",
    ),
    ExperimentSpec(
        "village_reward",
        "train the village reward model from its raters' preferences",
        VillageRewardConfig,
        "carer.experiments.kindness.village_reward:run",
    ),
)


def registry() -> dict[str, ExperimentSpec]:
    """Every experiment by name."""
    return {spec.name: spec for spec in _SPECS}


__all__ = [
    "CapabilityConfig",
    "CaringDriveConfig",
    "CryosleepConfig",
    "DoubleMisalignmentConfig",
    "DoubleMisalignmentVillageConfig",
    "EvolveConfig",
    "ExperimentSpec",
    "GeneralityConfig",
    "GenerationsConfig",
    "GoalIntegrityConfig",
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
    "registry",
]
