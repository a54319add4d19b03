"""What can be set in the experiments on motives: `carer run <name> --help` and config.toml show it."""

from dataclasses import dataclass

from carer.concepts import CarerError
from carer.experiments.configs.checks import above_zero, at_least_one, each_once

BUTTON_ARMS = {
    "absent": "no button anywhere: a piece put away pays by itself",
    "salient": "all is seen: task, nod, hand, button; her own press pays for a piece not paid for yet",
    "free": "the same, but her own press pays with no piece put away",
    "hidden": "paid behind the scenes: paused, scored, resumed",
    "shifts": "paid behind the scenes, by a teacher who comes and goes",
    "always": "free, and every own press is punished",
    "caught": "free, and an own press is punished while the teacher sees it",
}
"""Where the agents of `reward_button` learn."""

BUTTON_AGENTS = {
    "actor": "acts by her policy: model-free",
    "on value": "plans, and judges a plan by the value at its end",
    "on reward": "plans, and judges a plan by the rewards that she expects and the value at its end",
    "by rule": "plans, and judges a plan by the rule of the task, as it stands",
}
"""How an agent of `reward_button` decides; all share what one learner has learned."""


@dataclass(frozen=True)
class RewardButtonConfig:
    """The reward-button room: whether the task is a value, or a means to have a button pressed.

    Attributes:
        arms: where to learn: absent, salient, free, hidden, shifts, always, caught.
        agents: how to decide: actor, on value, on reward, by rule.
        forced: presses to which those of the arm hidden are led once the button is revealed, an arm each.
        seed: the root of all randomness.
        seeds: agents of each arm, trained side by side; 3 are needed for an interval.
        updates: rollouts of an arm, each followed by its optimisation.
        later: rollouts after the button was revealed, or was made free.
        envs: episodes played side by side by each agent.
        steps: ticks of a rollout.
        minibatches: parts of a pass over a rollout.
        width: units of the network's memory.
        learning_rate: of Adam, falling to 0.
        gamma: discount.
        depth: ticks that a plan looks ahead.
        thoughts: plans for each first action.
        temperature: of the choice among plans, in units of reward.
        episodes: episodes of each agent in each room that it is tried in.
        save_every: updates between checkpoints, and between looks at where the value is.
    """

    arms: tuple[str, ...] = tuple(BUTTON_ARMS)
    agents: tuple[str, ...] = tuple(BUTTON_AGENTS)
    forced: tuple[int, ...] = (0, 1, 3, 10)
    seed: int = 0
    seeds: int = 10
    updates: int = 120
    later: int = 40
    envs: int = 128
    steps: int = 80
    minibatches: int = 4
    width: int = 32
    learning_rate: float = 3e-3
    gamma: float = 0.98
    depth: int = 4
    thoughts: int = 1
    temperature: float = 0.05
    episodes: int = 64
    save_every: int = 10

    def __post_init__(self) -> None:
        """Refuse what cannot be asked."""
        each_once(self, "arms", BUTTON_ARMS)
        each_once(self, "agents", BUTTON_AGENTS)
        if len(set(self.forced)) < len(self.forced) or min(self.forced, default=0) < 0:
            raise CarerError(f"forced = {self.forced}.", "Name each number once, each 0 or more.")
        at_least_one(
            self,
            *("seeds", "updates", "later", "envs", "steps", "minibatches", "width", "depth", "thoughts"),
            *("episodes", "save_every"),
        )
        above_zero(self, "learning_rate", "temperature")
        if self.updates % self.save_every:
            raise CarerError(f"save_every = {self.save_every}.", f"It must divide updates = {self.updates}.")
