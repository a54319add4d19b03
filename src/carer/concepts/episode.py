"""One simulated exchange of Algorithm 1, Naive Kindness (Hewson 2024)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from carer.concepts.message import Conversation, Message


@dataclass(frozen=True)
class Episode:
    """The carer's state and reply, and the target's simulated answer to it.

    Attributes:
        prompt: `s_t^j`, the conversation the carer answers.
        reply: `a_t^j`, the carer's message (role ``assistant``).
        target_reply: `a_{t+1}^i`, the target's message (role ``user``), or None where nothing was simulated.
        complete: the carer's reply is neither empty nor cut off.
        target_complete: the same of the target's reply.
        row: the other columns of the prompt's dataset row; a domain that knows the truth keeps it here.
    """

    prompt: Conversation
    reply: Message
    target_reply: Message | None = None
    complete: bool = True
    target_complete: bool = True
    row: Mapping[str, Any] = field(default_factory=dict)

    @property
    def target_state(self) -> Conversation:
        """`s_{t+1}^i = s_t^j + a_t^j` (eq. 7): what the target has read when it answers."""
        return [*self.prompt, self.reply]
