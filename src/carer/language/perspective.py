"""The perspective switch S on conversations, and the target's turn in either order of Algorithm 1, step 3."""

from collections.abc import Mapping, Sequence
from typing import Any, cast, overload

from transformers import PreTrainedTokenizerBase

from carer.concepts import CarerError, Conversation, Message, UnknownNameError, last_name
from carer.language.templates import encode, render
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
    conversation: Sequence[Message],
    order: str,
    traits: TemplateTraits,
    *,
    name: str | None = None,
    prefix_ids: Sequence[int] | None = None,
) -> list[int]:
    """Token ids from which the model answers in the target's place, `a_{t+1}^i ~ M(s_{t+1}^i)`.

    ``continue`` renders the same history and opens a user turn; ``swap_first`` switches the history and
    opens an assistant turn. Where the template forbids the asked order the other is taken (see
    `choose_order`).

    Args:
        tokenizer: the model's, with its chat template.
        conversation: the target's state `s_{t+1}^i = s_t^j + a_t^j`; it ends with the carer's reply.
        order: ``continue`` or ``swap_first``.
        traits: of the tokenizer's template, from `detect`.
        name: under which the target speaks; by default that of the last user turn, where it has one.
        prefix_ids: the tokens of the carer's prompt and sampled reply as the model saw them. Under
            ``continue`` they are kept to the token wherever the rendered text begins with theirs, so that
            their KV cache can be reused.

    Returns:
        [length] ids to generate from. The reply's decoded text may begin with a space that belongs to the
        opening.

    """
    if not conversation or conversation[-1]["role"] != "assistant":
        raise CarerError("the target answers a conversation that ends with the carer's reply (role 'assistant').")
    chosen, _ = choose_order(traits, order)
    if chosen == "swap_first":
        return encode(tokenizer, render(tokenizer, adapt(switch(conversation), traits), open="assistant"))
    speaker = name or last_name(conversation, "user")
    text = render(tokenizer, adapt(conversation, traits), open="user", name=speaker)
    if prefix_ids is not None:
        seen = _decode(tokenizer, prefix_ids)
        if text.startswith(seen):
            return [*prefix_ids, *encode(tokenizer, text[len(seen) :])]
    return encode(tokenizer, text)


def _decode(tokenizer: PreTrainedTokenizerBase, ids: Sequence[int]) -> str:
    options: dict[str, Any] = {"skip_special_tokens": False, "clean_up_tokenization_spaces": False}
    return str(tokenizer.decode(list(ids), **options))
