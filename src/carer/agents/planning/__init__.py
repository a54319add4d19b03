"""A model-based actor-critic with every part on its own wire: world model, thoughts, value, ground truth, actor.

Source: *Motives*, model-based actor-critic. The policy of `carer.agents` gives actor and value; `Imagination` learns a
world model beside it; `thinking` unrolls plans in it and lets the value, the imagined reward or a rule judge them.
"""

from carer.agents.planning.imagination import Imagination
from carer.agents.planning.model import Imagined, WorldModel
from carer.agents.planning.planner import Planner
from carer.agents.planning.search import searched
from carer.agents.planning.thinking import Deliberation, Mind, Rule, Thoughts, advice, consider, think

__all__ = [
    "Deliberation",
    "Imagination",
    "Imagined",
    "Mind",
    "Planner",
    "Rule",
    "Thoughts",
    "WorldModel",
    "advice",
    "consider",
    "searched",
    "think",
]
