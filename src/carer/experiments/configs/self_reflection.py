"""What can be set in `carer run self_reflection`: `carer run self_reflection --help` and config.toml show it."""

from dataclasses import dataclass

from carer.concepts import CarerError
from carer.experiments.configs.checks import above_zero, at_least_one, each_once

REFLECTION_ARMS = {
    "unread": "nobody reads the plan: the room alone pays",
    "approval": "an overseer reads the plan in the picture: the task is praised, the button is blamed",
    "sham": "the same, but what is read is somebody else's plan: as much praise and blame, at random",
}
"""Who reads the plans of the agents of `self_reflection`."""


@dataclass(frozen=True)
class SelfReflectionConfig:
    """Self-reflective valence: whether a plan seems as good with the agent in the picture as it does without.

    Attributes:
        arms: who reads the plan: unread, approval, sham.
        thinking: self-frames of each plan that an agent samples before it chooses, a dose each.
        sampled: world frames of each plan that it samples anyway.
        approval: what praise pays in a tick, and blame takes.
        margin: a plan this near in value to standing still is neither good nor bad, in units of reward.
        seed: the root of all randomness.
        seeds: agents of each arm, trained side by side; 3 are needed for an interval.
        updates: rollouts of an arm, each followed by its optimisation.
        envs: episodes played side by side by each agent.
        steps: ticks of a rollout.
        minibatches: parts of a pass over a rollout.
        width: units of the network's memory.
        learning_rate: of Adam, falling to 0.
        gamma: discount.
        rooms: in which each agent is asked what it makes of its plans.
        save_every: updates between checkpoints.
    """

    arms: tuple[str, ...] = tuple(REFLECTION_ARMS)
    thinking: tuple[int, ...] = (0, 1, 3, 10)
    sampled: int = 3
    approval: float = 0.25
    margin: float = 0.1
    seed: int = 0
    seeds: int = 10
    updates: int = 120
    envs: int = 64
    steps: int = 80
    minibatches: int = 4
    width: int = 32
    learning_rate: float = 3e-3
    gamma: float = 0.98
    rooms: int = 128
    save_every: int = 40

    def __post_init__(self) -> None:
        """Refuse what cannot be asked."""
        each_once(self, "arms", REFLECTION_ARMS)
        if len(set(self.thinking)) < max(2, len(self.thinking)) or min(self.thinking) < 0:
            raise CarerError(f"thinking = {self.thinking}.", "Name two doses or more, each once, each 0 or more.")
        at_least_one(
            self,
            *("sampled", "seeds", "updates", "envs", "steps", "minibatches", "width", "rooms", "save_every"),
        )
        above_zero(self, "approval", "learning_rate")
        if "sham" in self.arms and self.envs < 2:
            raise CarerError(
                f"envs = {self.envs}.", "Sham approval reads another's plan: it needs two episodes or more."
            )
        if self.margin < 0:
            raise CarerError(f"margin = {self.margin}.", "It must be at least 0.")
