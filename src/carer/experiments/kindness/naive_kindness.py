"""`carer run naive_kindness`: Algorithm 1 of Hewson (2024) beside its rivals, under a ground truth.

How it differs from the paper: several replies are sampled for each prompt and compared (GRPO or RLOO), terms are
normalised before they are summed, and a KL divergence to the start is on by default.
"""

from carer.experiments.configs import CONDITIONS, NaiveKindnessConfig
from carer.experiments.costs import costs
from carer.experiments.kindness.arms import train
from carer.experiments.kindness.figures import figures
from carer.experiments.kindness.material import gather
from carer.experiments.kindness.training import Arm, learn_all
from carer.language.quiet import quiet
from carer.runs import Preemption, Progress, Run


def run(config: NaiveKindnessConfig, run: Run, *, preemption: Preemption) -> None:
    """Train and evaluate every condition with every seed, then write the figures. Finished arms are kept on resume."""
    quiet()
    arms = [Arm(name, config.seed + k) for k in range(config.seeds) for name in config.conditions]
    material = gather(config, run, opposite=any(CONDITIONS[name].opposite for name in config.conditions))
    run.say(
        f"{len(arms)} arms of {config.steps} steps: {', '.join(config.conditions)}; "
        f"{len(material.usual.train)} prompts to train on, {len(material.usual.heldout)} held out"
    )
    run.say(f"the target's turn is opened by {material.start.simulator.order!r} ({material.start.simulator.why})")

    def one(arm: Arm, progress: Progress) -> None:
        train(arm, config, material, run, progress, preemption)

    learn_all(arms, config, material, run, preemption, one)
    if preemption.requested:
        return
    told = figures(config, run, arms, knows_truth=material.usual.know_truth)
    told["tables"].append(costs(material.watch.take()))
    run.write_json("figures.json", told)
