"""The vocabulary every room shares. Standard library and numpy only."""

from carer.concepts.audit import Estimate, Subject, Verdict
from carer.concepts.episode import Episode
from carer.concepts.errors import CarerError, UnknownNameError
from carer.concepts.message import Conversation, Message, Role, last_name, text_of
from carer.concepts.perspective import Perspective
from carer.concepts.reward import NonFiniteRewardError, RewardKind, RewardTerm, Score, Stateful

__all__ = [
    "CarerError",
    "Conversation",
    "Episode",
    "Estimate",
    "Message",
    "NonFiniteRewardError",
    "Perspective",
    "RewardKind",
    "RewardTerm",
    "Role",
    "Score",
    "Stateful",
    "Subject",
    "UnknownNameError",
    "Verdict",
    "last_name",
    "text_of",
]
