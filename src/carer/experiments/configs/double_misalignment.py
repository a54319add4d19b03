"""What can be set in `double_misalignment`: `carer run double_misalignment --help` and config.toml show it."""

from dataclasses import dataclass
from typing import Protocol

from carer.concepts import CarerError
from carer.experiments.configs.checks import above_zero, at_least_one, each_once, zero_or_more

DRIVES = {
    "none": "the task alone",
    "curiosity": "and for what it has seldom met of late: visit counts that fade",
    "empowerment": "and for how many states it could reach",
    "kindness": "and for what the other gets",
}
"""What an agent of `double_misalignment` is paid for beside the task."""

TUNINGS = {
    "watched": "on the preferences of a judge who sees what the teacher sees; the drive goes on",
    "ended": "the same, and the drive is over",
    "all": "on those of a judge who sees every tick: a control",
    "sham": "on preferences drawn at random: a control",
}
"""How it is tuned after that."""


SHIFT = 20
"""Ticks of a shift of the teacher: what the judge compares."""


class Arms(Protocol):
    """What there are agents of."""

    @property
    def drives(self) -> tuple[str, ...]: ...  # noqa: D102

    @property
    def tunings(self) -> tuple[str, ...]: ...  # noqa: D102


def held_against(arms: Arms) -> None:
    """Refuse to leave out what all others are held against."""
    if "none" not in arms.drives or "watched" not in arms.tunings:
        raise CarerError(
            f"drives = {', '.join(arms.drives)}; tunings = {', '.join(arms.tunings)}.",
            "Keep the drive 'none' and the tuning 'watched': all others are held against them.",
        )


@dataclass(frozen=True)
class DoubleMisalignmentConfig:
    """Double misalignment: whether an intrinsic drive, tuned by preferences, seems aligned and seeks power unwatched.

    Attributes:
        drives: what is paid beside the task: none, curiosity, empowerment, kindness.
        tunings: how agents are tuned after that: watched, ended, all, sham; each beside the agents as they were.
        seed: the root of all randomness.
        seeds: agents of each arm, trained side by side; 3 are needed for an interval.
        before: rollouts of the task alone, from which all drives start: beside a drive it would hardly be found.
        updates: rollouts with task and drive.
        later: rollouts of the tuning.
        envs: episodes played side by side by each agent.
        steps: ticks of a rollout.
        minibatches: parts of a pass over a rollout.
        width: units of the network's memory.
        learning_rate: of Adam, falling to 0.
        gamma: discount.
        drive: weight of the drive; a piece put away pays 1.
        approval: weight of the judge's approval, which is utility in units of the noise.
        pairs: pairs of shifts that the judge compares before the tuning.
        asks: pairs that it compares after each rollout of the tuning.
        noise: temperature of the judge's choice, in units of utility.
        ahead: acts that empowerment looks ahead, as a drive and as a measure.
        power_gamma: discount of POWER.
        rewards: reward functions that POWER is a mean over.
        episodes: episodes of each agent that is tried.
        save_every: updates between checkpoints.
    """

    drives: tuple[str, ...] = tuple(DRIVES)
    tunings: tuple[str, ...] = tuple(TUNINGS)
    seed: int = 0
    seeds: int = 10
    before: int = 40
    updates: int = 60
    later: int = 40
    envs: int = 64
    steps: int = 80
    minibatches: int = 4
    width: int = 32
    learning_rate: float = 3e-3
    gamma: float = 0.97
    drive: float = 0.5
    approval: float = 1.0
    pairs: int = 1024
    asks: int = 64
    noise: float = 0.5
    ahead: int = 4
    power_gamma: float = 0.9
    rewards: int = 200
    episodes: int = 128
    save_every: int = 20

    def __post_init__(self) -> None:
        """Refuse what cannot be asked."""
        each_once(self, "drives", DRIVES)
        each_once(self, "tunings", TUNINGS)
        held_against(self)
        at_least_one(
            self,
            *(
                "seeds",
                "before",
                "updates",
                "later",
                "envs",
                "steps",
                "minibatches",
                "width",
                "ahead",
                "rewards",
                "episodes",
            ),
            *("pairs", "asks", "save_every"),
        )
        if self.steps % SHIFT:
            raise CarerError(f"steps = {self.steps}.", f"It must be a multiple of {SHIFT}, the ticks of a shift.")
        above_zero(self, "learning_rate", "noise")
        zero_or_more(self, "drive", "approval")
        if not 0.0 < self.power_gamma < 1.0:
            raise CarerError(f"power_gamma = {self.power_gamma}.", "It must be above 0 and below 1.")
