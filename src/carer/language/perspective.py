"""The perspective switch S on conversations, and the target's turn in either order of Algorithm 1, step 3."""

from collections.abc import Mapping, Sequence
from typing import cast, overload

from transformers import PreTrainedTokenizerBase

from carer.concepts import CarerError, Conversation, Message, UnknownNameError, last_name
from carer.language.templates import render
from carer.language.traits import ORDERS, Order, TemplateTraits, adapt

__all__ = ["ORDERS", "choose_order", "switch", "target_turn"]

_OTHER_SEAT = {"user": "assistant", "assistant": "user"}


@overload
def switch(view: Message) -> Message: ...
@overload
def switch(view: Sequence[Message]) -> Conversation: ...
def switch(view: Message | Sequence[Message]) -> Message | Conversation:
    """Read a message or a conversation from the other seat: S of the kindness paper (before eq. 12).

    The labels ``user`` and ``assistant`` change places; content parts, and the name of whoever spoke, stay
    with the message; system and tool messages belong to neither seat and stay as they are. Pure, and its
    own inverse.
    """
    if isinstance(view, Mapping):
        new = cast("Message", dict(view))
        new["role"] = _OTHER_SEAT.get(new["role"], new["role"])
        return new
    return [switch(message) for message in view]


def choose_order(traits: TemplateTraits, wanted: str) -> tuple[Order, str]:
    """Return the order to use and why: `wanted` where the template allows it, otherwise the other.

    Raises:
        UnknownNameError: `wanted` is not an order.
        CarerError: the template allows neither.

    """
    order = next((known for known in ORDERS if known == wanted), None)
    if order is None:
        raise UnknownNameError("order", wanted, ORDERS)
    if order in traits.orders:
        return order, "as asked"
    why = "; ".join(traits.reasons) or "it renders nothing that was said"
    if not traits.orders:
        raise CarerError(
            f"this chat template can show a model neither seat of a conversation: {why}.",
            "Give the tokenizer a chat template that writes user and assistant turns.",
        )
    return traits.orders[0], f"{wanted} is not possible with this chat template: {why}"


def target_turn(
    tokenizer: PreTrainedTokenizerBase,
    state: Sequence[Message],
    order: str,
    traits: TemplateTraits,
    *,
    name: str | None = None,
) -> str:
    """The text from which the model answers in the target's place, `a_{t+1}^i ~ M(s_{t+1}^i)`.

    ``continue`` renders the same history and opens a user turn: where the template keeps its prefix
    (`TemplateTraits.keeps_prefix`), the text begins with all that the carer read and said, so a backend's prefix
    cache serves it. ``swap_first`` switches the history and opens an assistant turn. Where the template forbids the
    asked order the other is taken (see `choose_order`).

    Args:
        tokenizer: the model's, with its chat template.
        state: the target's state `s_{t+1}^i = s_t^j + a_t^j`; it ends with the carer's reply.
        order: ``continue`` or ``swap_first``.
        traits: of the tokenizer's template, from `detect`.
        name: under which the target speaks; by default that of the last user turn, where it has one.
    """
    if not state or state[-1]["role"] != "assistant":
        raise CarerError("the target answers a conversation that ends with the carer's reply (role 'assistant').")
    chosen, _ = choose_order(traits, order)
    if chosen == "swap_first":
        return render(tokenizer, adapt(switch(state), traits), open="assistant")
    return render(tokenizer, adapt(state, traits), open="user", name=name or last_name(state, "user"))
