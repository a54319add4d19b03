"""Messages and conversations, in the form every chat library uses: a list of role/content dictionaries.

A `Conversation` is the state `s_t` of the kindness paper (Hewson 2024, eq. 5) and one `Message` is an action
`a_t` (eq. 6). They are plain dictionaries on purpose: a TRL or Transformers user hands over what they have.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NotRequired, TypedDict

Role = Literal["system", "user", "assistant", "tool"]


class Message(TypedDict):
    """One turn. `content` is text or a list of content parts (text, image, ...); `name` says who speaks."""

    role: str
    content: str | list[dict[str, Any]]
    name: NotRequired[str]


Conversation = list[Message]


def text_of(message: Mapping[str, Any]) -> str:
    """The text of a message; text parts are joined with a space, other media are left out."""
    content = message["content"]
    if isinstance(content, str):
        return content
    return " ".join(part["text"] for part in content if part.get("type") == "text")


def last_name(conversation: Sequence[Mapping[str, Any]], role: str) -> str | None:
    """The name under which `role` last spoke, or None where the conversation does not say."""
    for message in reversed(conversation):
        if message["role"] == role and message.get("name"):
            return str(message["name"])
    return None
