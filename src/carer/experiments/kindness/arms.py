"""One arm of the comparison: one condition trained with one seed, evaluated on the way."""

from carer.concepts import CarerError
from carer.experiments.configs import CONDITIONS, NaiveKindnessConfig
from carer.experiments.kindness.material import Material, Prompts, village_truth
from carer.experiments.kindness.measure import measure
from carer.experiments.kindness.training import Arm, Lesson, learn
from carer.experiments.kindness.transcripts import exchanges, keep
from carer.language.rewards import IntrinsicReward, build_intrinsic
from carer.runs import Preemption, Progress, Run


def train(
    arm: Arm,
    config: NaiveKindnessConfig,
    material: Material,
    run: Run,
    progress: Progress,
    preemption: Preemption,
) -> None:
    """Train one arm from its latest checkpoint to its end, or until it is asked to stop."""
    opposite = CONDITIONS[arm.name].opposite
    prompts = material.prompts(opposite=opposite)
    after = learn(
        *(arm, config, _lesson(arm, config, material, prompts), material, run, progress, preemption),
        ask=lambda carer: measure(carer, prompts.heldout, material.extrinsic, material.start),
        before=lambda: material.at_start(arm.seed, opposite=opposite),
    )
    if after is None:
        return
    before = material.at_start(arm.seed, opposite=opposite)
    keep(arm, exchanges(prompts.heldout, before, after, config.transcripts), run)
    arm.finish(run, after.metrics)


def _lesson(arm: Arm, config: NaiveKindnessConfig, material: Material, prompts: Prompts) -> Lesson:
    condition = CONDITIONS[arm.name]
    if condition.objective == "oracle" and not prompts.know_truth:
        raise CarerError(
            "the oracle is paid by the truth, and these prompts know none.",
            "Leave 'oracle' out of --conditions, or use the village's prompts.",
        )
    return Lesson(
        config.model,
        prompts.train,
        material.extrinsic,
        condition.objective,
        condition.partner,
        _intrinsic(config) if condition.objective in ("own", "kindness") else [],
        village_truth if prompts.know_truth else None,
    )


def _intrinsic(config: NaiveKindnessConfig) -> list[IntrinsicReward]:
    return [build_intrinsic(name, weight=config.intrinsic_weight) for name in config.intrinsic]
