"""What the experiments in the nursery share: how their learners are set."""

from carer.agents import NOT_LEARNED, LearnConfig, PPOConfig
from carer.experiments.configs import CaringDriveConfig, NurserySurvivalConfig
from carer.worlds.nursery import Nursery


def mother_alone(world: Nursery) -> tuple[int, ...]:
    """The roles of a world in which the mother learns and no one else."""
    return (0, *[NOT_LEARNED] * (len(world.seats) - 1))


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
