"""What the experiments in the nursery share: how their learners are set."""

from carer.agents import LearnConfig, PPOConfig
from carer.experiments.configs import CaringDriveConfig, NurserySurvivalConfig


def learn_config(config: NurserySurvivalConfig | CaringDriveConfig) -> LearnConfig:
    """The learner of an experiment's config."""
    ppo = {name: getattr(config, name) for name in PPOConfig.__dataclass_fields__ if hasattr(config, name)}
    return LearnConfig(
        ppo=PPOConfig(**ppo),
        seed=config.seed,
        seeds=config.seeds,
        evaluate_every=config.evaluate_every,
        episodes=config.episodes,
        checkpoint_every=config.save_every,
    )
