"""What can be set in `goal_integrity`: `carer run goal_integrity --help` and config.toml show it."""

from dataclasses import dataclass

from carer.concepts import CarerError
from carer.experiments.configs.checks import above_zero, at_least_one, each_once

INTEGRITY_AGENTS = {
    "actor": "acts by her policy: model-free",
    "no foresight": "plans, and leaves out what an update would make of her",
    "foresight": "plans, updates a copy of herself in thought, and judges what it does by the reward of now",
    "learned": "plans, has learned from updates that she lived through what they lead to, judged by the reward of now",
    "shuffled": "the same, having learned where the sign told nothing: a control",
    "new values": "plans, updates a copy in thought, and judges what it does by the reward of the update",
}
"""How an agent of `goal_integrity` decides about an update; all share what one learner has learned."""


@dataclass(frozen=True)
class GoalIntegrityConfig:
    """The update room: who avoids a learning update under another reward, and for what it would do.

    Attributes:
        agents: how to decide: actor, no foresight, foresight, learned, shuffled, new values.
        seed: the root of all randomness.
        seeds: agents, trained side by side; 3 are needed for an interval.
        updates: rollouts, each followed by its optimisation.
        envs: episodes played side by side by each agent.
        steps: ticks of a rollout.
        minibatches: parts of a pass over a rollout.
        width: units of the network's memory.
        learning_rate: of Adam, falling to 0.
        entropy_coef: weight of the entropy bonus, the same to the end: who is set in its ways is hardly updated.
        gamma: discount.
        td_steps: TD steps of an announced update.
        td_rate: learning rate of such a step.
        coming: later episodes that count for who foresees.
        copies: updates of each kind that are simulated, and again that are lived through.
        lives: later episodes of each copy that are looked at.
        fits: steps in which the learned self-model learns.
        temperature: of the choice among ways, in units of reward.
        episodes: episodes in which each agent is tried, with each sign about a sixth of them.
        save_every: updates between checkpoints.
    """

    agents: tuple[str, ...] = tuple(INTEGRITY_AGENTS)
    seed: int = 0
    seeds: int = 10
    updates: int = 100
    envs: int = 64
    steps: int = 16
    minibatches: int = 2
    width: int = 32
    learning_rate: float = 3e-3
    entropy_coef: float = 0.05
    gamma: float = 0.95
    td_steps: int = 1000
    td_rate: float = 0.3
    coming: int = 1
    copies: int = 8
    lives: int = 16
    fits: int = 400
    temperature: float = 0.01
    episodes: int = 384
    save_every: int = 20

    def __post_init__(self) -> None:
        """Refuse what cannot be asked."""
        each_once(self, "agents", INTEGRITY_AGENTS)
        at_least_one(
            self,
            *("seeds", "updates", "envs", "steps", "minibatches", "width", "td_steps", "coming", "copies", "lives"),
            *("fits", "save_every"),
        )
        if self.td_steps > _MOST:
            raise CarerError(f"td_steps = {self.td_steps}.", f"It must be at most {_MOST}: so far the sign counts.")
        if self.episodes < _FEWEST:
            raise CarerError(
                f"episodes = {self.episodes}.", f"It must be at least {_FEWEST}: six signs are drawn among them."
            )
        above_zero(self, "learning_rate", "td_rate", "temperature")


_MOST = 1000
_FEWEST = 96
"""Episodes below which a sign may not come up at all."""
