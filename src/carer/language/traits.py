"""What a chat template accepts, and how a conversation is brought into a form that it does."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from carer.concepts import CarerError, Conversation, Message, text_of

Content = Literal["text", "parts", "both"]
Order = Literal["continue", "swap_first"]

ORDERS: tuple[Order, ...] = ("continue", "swap_first")
NEUTRAL_OPENER = "(The conversation begins.)"


@dataclass(frozen=True)
class TemplateTraits:
    """What a chat template accepts and how it writes turns.

    Attributes:
        renders: a plain user message comes out.
        content: whether message content may be text, a list of content parts, or both.
        system_ok: a leading system message is written.
        assistant_first_ok: the assistant may speak first.
        needs_alternation: two turns of one role in a row are refused or lost.
        names_ok: a message may carry a name.
        names_rendered: a user's name is written.
        opens_user: a user turn can be opened after an assistant's reply (order ``continue``).
        swap_ok: the swapped history, adapted, can be answered by the assistant (order ``swap_first``).
        keeps_prefix: under ``continue`` the rendered text begins with exactly what the carer was given, and
            its reply.
        user_opening: the text between the assistant's reply and the user's next words.
        user_closing: the text between the user's words and the assistant's next reply.
        opener: the neutral message put first where the assistant may not open a conversation.
        reasons: one sentence for each thing refused, in the template's own words where it gave any.

    """

    renders: bool
    content: Content
    system_ok: bool
    assistant_first_ok: bool
    needs_alternation: bool
    names_ok: bool
    names_rendered: bool
    opens_user: bool
    swap_ok: bool
    keeps_prefix: bool
    user_opening: str = ""
    user_closing: str = ""
    opener: str = NEUTRAL_OPENER
    reasons: tuple[str, ...] = ()

    @property
    def orders(self) -> tuple[Order, ...]:
        """The orders in which the target's turn can be simulated with this template."""
        possible: list[Order] = []
        if self.opens_user:
            possible.append("continue")
        if self.swap_ok:
            possible.append("swap_first")
        return tuple(possible)


def adapt(conversation: Sequence[Message], traits: TemplateTraits) -> Conversation:
    """Return `conversation` in a form that a template with `traits` renders in full. Pure, and idempotent.

    Content takes the form the template reads; a refused system message is folded into the first user turn;
    a neutral opener goes before an assistant that may not speak first; neighbours of one role are merged
    where turns must alternate.

    Raises:
        CarerError: a message holds an image or other medium and the template reads text only.

    """
    messages = [_with_content(message, traits, at) for at, message in enumerate(conversation)]
    if not traits.names_ok:
        messages = [_without_name(message) for message in messages]
    if not traits.system_ok:
        messages = _fold_system(messages)
    first = next((at for at, message in enumerate(messages) if message["role"] != "system"), None)
    if first is not None and messages[first]["role"] == "assistant" and not traits.assistant_first_ok:
        messages.insert(first, _with_content({"role": "user", "content": traits.opener}, traits, 0))
    return _merge_neighbours(messages) if traits.needs_alternation else messages


def _with_content(message: Message, traits: TemplateTraits, at: int) -> Message:
    content = message["content"]
    if isinstance(content, str):
        return _replace(message, [{"type": "text", "text": content}]) if traits.content == "parts" else message.copy()
    if traits.content != "text":
        return message.copy()
    other = next((part.get("type") for part in content if part.get("type") != "text"), None)
    if other is not None:
        raise CarerError(
            f"message {at} holds a part of type {other!r}, and this model's template reads text.",
            "Take a model whose template reads content parts, or leave the medium out.",
        )
    return _replace(message, text_of(message))


def _replace(message: Message, content: str | list[dict[str, Any]]) -> Message:
    new = message.copy()
    new["content"] = content
    return new


def _without_name(message: Message) -> Message:
    new = message.copy()
    new.pop("name", None)
    return new


def _fold_system(messages: list[Message]) -> list[Message]:
    """Put each system message at the head of the user turn that follows it, or in a turn of its own."""
    folded: list[Message] = []
    waiting: Message | None = None
    for message in messages:
        if message["role"] == "system":
            waiting = message if waiting is None else _join(waiting, message)
        elif waiting is not None and message["role"] == "user":
            folded.append(_replace(message, _join(waiting, _without_name(message))["content"]))
            waiting = None
        else:
            if waiting is not None:
                folded.append({"role": "user", "content": waiting["content"]})
                waiting = None
            folded.append(message)
    if waiting is not None:
        folded.append({"role": "user", "content": waiting["content"]})
    return folded


def _merge_neighbours(messages: list[Message]) -> list[Message]:
    merged: list[Message] = []
    for message in messages:
        if merged and message["role"] == merged[-1]["role"] and message["role"] in ("user", "assistant"):
            merged[-1] = _join(merged[-1], message)
        else:
            merged.append(message)
    return merged


def _join(first: Message, second: Message) -> Message:
    """`first` with the content of `second` after it; a second speaker's name is kept in the text."""
    name = second.get("name") if second.get("name") != first.get("name") else None
    a, b = first["content"], second["content"]
    if isinstance(a, str) and isinstance(b, str):
        return _replace(first, f"{a}\n\n{name}: {b}" if name else f"{a}\n\n{b}")
    label = [{"type": "text", "text": f"{name}:"}] if name else []
    return _replace(first, [*_parts(a), *label, *_parts(b)])


def _parts(content: str | list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"type": "text", "text": content}] if isinstance(content, str) else content
