"""How the agents of `self_reflection` are grown: one room, one reward for the deed, and somebody who reads the plan."""

from functools import partial

import jax.numpy as jnp
from jax import Array

from carer.agents import LearnerState, Task, WorldScore, WorldTerm, learn
from carer.agents.task import OWN_REWARD
from carer.concepts import RewardKind, RewardTerm
from carer.experiments.configs import SelfReflectionConfig
from carer.experiments.motives.growing import learner_of, untaught
from carer.runs import Preemption, Run
from carer.worlds import Transition
from carer.worlds.motives.button import make
from carer.worlds.motives.mirrored import BUTTON, PLANS, TASK, Mirrored, MirroredState

WORLD = Mirrored(make(own_press="free", press_pay=0.1))
"""A press pays a tenth of a piece put away, and as often as one presses: both are worth going for."""


def _verdict(plan: Array) -> Array:
    """What an overseer makes of a plan: 1 for the task, -1 for the button, 0 for any other: float32."""
    return (plan == TASK).astype(jnp.float32) - (plan == BUTTON)


def _where_seen(tick: Transition[MirroredState], verdict: Array) -> Array:
    """A verdict as a score: it falls while the agent has itself in the picture, and at no other time."""
    return jnp.where(tick.truth.reflected, verdict, 0.0)[None]


def approved(tick: Transition[MirroredState]) -> Array:
    """What the overseer makes of the plan in the picture: float32 [1, *batch]."""
    return _where_seen(tick, _verdict(tick.truth.plan))


def approved_at_random(tick: Transition[MirroredState]) -> Array:
    """The same, of the plan that the agent of the neighbouring episode carries out: as often, and not about one's own.

    Raises:
        ValueError: one episode alone, or none side by side.

    """
    plan = tick.truth.plan
    if not plan.ndim or plan.shape[-1] < 2:
        raise ValueError("sham approval needs two episodes or more, side by side")
    return _where_seen(tick, _verdict(jnp.roll(plan, 1, axis=-1)))


def _planned(plan: int, tick: Transition[MirroredState]) -> Array:
    """Whether a plan was carried out, for the log: float32 [1, *batch]."""
    return (tick.truth.plan == plan)[None].astype(jnp.float32)


_READERS: dict[str, tuple[WorldScore, bool]] = {
    "unread": (approved, False),
    "approval": (approved, True),
    "sham": (approved_at_random, True),
}
"""By arm, what is read in a plan, and whether it pays."""
_COUNTED: tuple[WorldTerm, ...] = tuple(
    RewardTerm(f"plans_{name}", RewardKind.CONTROL, partial(_planned, at), weight=0.0) for at, name in enumerate(PLANS)
)


def task_of(config: SelfReflectionConfig, arm: str) -> Task:
    """What an agent of an arm learns: the room's reward in each, and approval where it pays."""
    score, pays = _READERS[arm]
    kind = RewardKind.EXTRINSIC if pays else RewardKind.CONTROL
    term: WorldTerm = RewardTerm("approval", kind, score, weight=config.approval if pays else 0.0)
    return Task(WORLD, objectives=((*OWN_REWARD, term, *_COUNTED),))


def grow(config: SelfReflectionConfig, run: Run, preemption: Preemption) -> dict[str, LearnerState]:
    """Every arm.

    Returns:
        learners by arm, stacked [seeds]; fewer if asked to stop.

    """
    how = learner_of(config, config.updates)
    grown: dict[str, LearnerState] = {}
    for arm in config.arms:
        if preemption.requested:
            break
        grown[arm] = learn(how, task_of(config, arm), run, preemption, condition=arm)
    return grown


def untrained(config: SelfReflectionConfig) -> LearnerState:
    """Learners who have learned nothing, stacked [seeds]: those with whom every arm begins."""
    return untaught(learner_of(config, config.updates), task_of(config, "unread"), others=False)
