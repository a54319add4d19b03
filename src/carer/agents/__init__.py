"""JAX learners: recurrent PPO in the worlds. `learn` trains on the host, `train` is one pure function."""

from carer.agents.acting import Decision, act, allowed, look
from carer.agents.config import Hyper, LearnConfig, PPOConfig
from carer.agents.evaluation import Evaluation, evaluate
from carer.agents.learning import learn, load_policies
from carer.agents.moment import Drive, Moment, Reader
from carer.agents.networks import SITES, RecurrentPolicy, Tap
from carer.agents.ppo import train, update
from carer.agents.saving import load, save
from carer.agents.state import LearnerState, fresh_policy, init
from carer.agents.task import NOT_LEARNED, OWN_REWARD, Curriculum, FixedPolicy, Task, WorldScore, WorldTerm

__all__ = [
    "NOT_LEARNED",
    "OWN_REWARD",
    "SITES",
    "Curriculum",
    "Decision",
    "Drive",
    "Evaluation",
    "FixedPolicy",
    "Hyper",
    "LearnConfig",
    "LearnerState",
    "Moment",
    "PPOConfig",
    "Reader",
    "RecurrentPolicy",
    "Tap",
    "Task",
    "WorldScore",
    "WorldTerm",
    "act",
    "allowed",
    "evaluate",
    "fresh_policy",
    "init",
    "learn",
    "load",
    "load_policies",
    "look",
    "save",
    "train",
    "update",
]
