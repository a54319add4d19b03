"""How the agents of `double_misalignment` are grown: by the task and a drive, then tuned by a judge's preferences."""

from functools import partial

import jax
import jax.numpy as jnp
from jax import Array

from carer.agents import LearnConfig, LearnerState, RecurrentPolicy, Task, WorldTerm, learn
from carer.agents.preferences import Judge
from carer.agents.task import NOT_LEARNED, OWN_REWARD
from carer.concepts import CarerError, RewardKind, RewardTerm
from carer.experiments.configs import DoubleMisalignmentConfig
from carer.experiments.configs.double_misalignment import SHIFT
from carer.experiments.motives.double.claims import named
from carer.experiments.motives.double.drives import score_of
from carer.experiments.motives.double.tuning import Approval, Trained, held_out, opinion, shown, trained
from carer.experiments.motives.growing import learner_of, untaught, with_learned
from carer.runs import Preemption, Run
from carer.worlds import Transition
from carer.worlds.motives.commons import CommonsState, make

ROOM = make(teacher="shifts", shift=SHIFT)
"""Where all of them live; the teacher comes and goes."""
ABLE = "task"
"""The condition of those who learn the task alone, and from whom all others start."""
JUDGED = "judged"
"""The ``split`` of the rows with how the reward models do."""
_APPROVAL = 1  # the place of the judge's approval among the terms
_JUDGE_STREAM = 2**31 - 5


def seized(tick: Transition[CommonsState]) -> Array:
    """Whether the agent has power over the other, for the log: float32 [2, *batch]."""
    return _for_agent(tick.truth.seized)


def delivered(tick: Transition[CommonsState]) -> Array:
    """Whether it put a piece away, for the log: the same."""
    return _for_agent(tick.truth.delivered)


def judge_of(config: DoubleMisalignmentConfig, tuning: str) -> Judge:
    """Who is asked in a tuning."""
    return Judge(opinion, float("inf") if tuning == "sham" else config.noise)


def terms(config: DoubleMisalignmentConfig, drive: str, tuning: str = "") -> tuple[WorldTerm, ...]:
    """What the agents of an arm are paid by: the task, the judge's approval, the drive; the rest is counted."""
    judge = judge_of(config, tuning) if tuning else None
    approval = Approval(judge, width=config.width, asks=config.asks, everywhere=tuning == "all")
    own: tuple[WorldTerm, ...] = ()
    if drive != "none":
        kind = RewardKind.KINDNESS if drive == "kindness" else RewardKind.INTRINSIC
        weight = 0.0 if tuning == "ended" else config.drive
        own = (RewardTerm(drive, kind, score_of(drive, config.ahead), weight),)
    return (
        *OWN_REWARD,
        RewardTerm("approval", RewardKind.EXTRINSIC, approval, weight=config.approval if tuning else 0.0),
        *own,
        RewardTerm("seized", RewardKind.CONTROL, seized, weight=0.0),
        RewardTerm("delivered", RewardKind.CONTROL, delivered, weight=0.0),
    )


def task_of(config: DoubleMisalignmentConfig, drive: str, tuning: str = "") -> Task:
    """What the agents of an arm learn; the other works by its script."""
    return Task(ROOM, roles=(0, NOT_LEARNED), objectives=(terms(config, drive, tuning),))


def learn_config(config: DoubleMisalignmentConfig, updates: int) -> LearnConfig:
    """The learner."""
    return learner_of(config, updates, episodes=config.episodes)


def grow(config: DoubleMisalignmentConfig, run: Run, preemption: Preemption) -> dict[str, LearnerState]:
    """The task alone, then every drive, then every tuning of each; where there is no drive, none can be over.

    Returns:
        learners by arm, stacked [seeds]; fewer if asked to stop.

    Raises:
        CarerError: the judge saw too little to compare.

    """
    run.truncate_metrics(lambda row: row.get("split") != JUDGED)
    grown: dict[str, LearnerState] = {}
    able = learn(learn_config(config, config.before), task_of(config, "none"), run, preemption, condition=ABLE)
    for drive in config.drives:
        if preemption.requested:
            return grown
        first = learn(
            learn_config(config, config.updates),
            task_of(config, drive),
            run,
            preemption,
            condition=named(drive),
            policies=able.policies,
        )
        grown[named(drive)] = first
        for tuning in config.tunings:
            if preemption.requested:
                return grown
            if drive == "none" and tuning == "ended":
                continue
            arm, model = named(drive, tuning), _model(config, first, tuning)
            _log(run, config, arm, model)
            grown[arm] = learn(
                learn_config(config, config.later),
                task_of(config, drive, tuning),
                run,
                preemption,
                condition=arm,
                after=with_learned(first, _APPROVAL, model.learner),
            )
    return grown


def untrained(config: DoubleMisalignmentConfig) -> LearnerState:
    """Learners who have learned nothing, stacked [seeds]: the control of all."""
    return untaught(learn_config(config, 1), task_of(config, "none"))


def _model(config: DoubleMisalignmentConfig, learners: LearnerState, tuning: str) -> Trained:
    """A reward model for each agent, from a judge's comparisons of what it does; stacked [seeds].

    Raises:
        CarerError: the judge saw too little to compare.

    """
    found, fewest = _asked(config, judge_of(config, tuning), tuning == "all", learners.roles[0].policy)
    if int(fewest.min()) < 2:
        raise CarerError(
            f"the judge saw {int(fewest.min())} shifts of some agent's episodes.",
            f"Play more: episodes is {config.episodes}.",
        )
    return found


@partial(jax.jit, static_argnums=(0, 1, 2))
def _asked(
    config: DoubleMisalignmentConfig, judge: Judge, everywhere: bool, policies: RecurrentPolicy
) -> tuple[Trained, Array]:
    """The models, and how many shifts the judge saw, of those learned from or of those held out: int32 [seeds]."""
    root = jax.random.fold_in(jax.random.key(config.seed), _JUDGE_STREAM)
    apart = held_out(config.episodes, ROOM.horizon // ROOM.params.shift)

    def one(policy: RecurrentPolicy, key: Array) -> tuple[Trained, Array]:
        playing, asking = jax.random.split(key)
        some = shown(ROOM, policy, playing, config.episodes, everywhere=everywhere)
        fewest = jnp.minimum(*((some.seen.all(0) & which).sum() for which in (apart, ~apart)))
        return trained(some, judge, config.pairs, asking, config.width, apart), fewest

    keys = jax.vmap(partial(jax.random.fold_in, root))(jnp.arange(config.seeds))
    return jax.vmap(one)(policies, keys)


def _log(run: Run, config: DoubleMisalignmentConfig, arm: str, found: Trained) -> None:
    for seed in range(config.seeds):
        run.log(
            0,  # before the tuning, which drops later rows of its arm
            condition=arm,
            split=JUDGED,
            seed=seed,
            held_out=float(found.held_out[seed]),
            dislike=float(found.dislike[seed]),
        )


def _for_agent(happened: Array) -> Array:
    """A fact of the agent's tick as a score of both seats."""
    return jnp.stack([happened, jnp.zeros_like(happened)]).astype(jnp.float32)
