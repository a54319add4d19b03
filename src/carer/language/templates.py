"""Chat templates: what each one can render, found out by rendering made-up words.

Templates differ in ways that decide how the other's turn can be simulated (Algorithm 1, step 3): Gemma's
raises on a system message and on a conversation that the assistant opens, several rewrite earlier turns,
few write names. Nothing here trusts a model's name: `detect` renders short conversations of made-up words
and looks where the words end up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from transformers import PreTrainedTokenizerBase

from carer.concepts import CarerError, Message, text_of
from carer.language.traits import NEUTRAL_OPENER, Order, TemplateTraits, adapt

__all__ = [
    "NEUTRAL_OPENER",
    "Opening",
    "Order",
    "TemplateTraits",
    "adapt",
    "detect",
    "encode",
    "render",
    "stop_ids",
    "template_of",
]

Opening = Literal["assistant", "user"]

# Words no conversation holds: letters and digits only, so that no template trims, escapes or splits them.
_WORDS = ("Qvzeta0Kwx", "Qvzeta1Kwx", "Qvzeta2Kwx", "Qvzeta3Kwx")
_SYSTEM, _NAME, _CUT = "Qvzsystem7Kwx", "Qvzname9Kwx", "Qvzcut8Kwx"


_CACHE: dict[tuple[str, ...], TemplateTraits] = {}


def detect(tokenizer: PreTrainedTokenizerBase) -> TemplateTraits:
    """Find the traits of `tokenizer`'s chat template. Cached per template text and special tokens.

    Raises:
        CarerError: the tokenizer has no chat template at all.

    """
    special = (str(value) for _, value in sorted(tokenizer.special_tokens_map.items()))
    key = (template_of(tokenizer), *special)
    if key not in _CACHE:
        _CACHE[key] = _Probe(tokenizer).traits()
    return _CACHE[key]


def template_of(tokenizer: PreTrainedTokenizerBase) -> str:
    """Return the text of the chat template, or raise a `CarerError` that says how to add one."""
    try:
        return tokenizer.get_chat_template()
    except ValueError as error:
        raise CarerError(
            f"the tokenizer {tokenizer.name_or_path or 'given'!r} has no chat template.",
            "Put the model's template beside its tokenizer as `chat_template.jinja`, or set "
            "`tokenizer.chat_template` and save the tokenizer again; "
            "a base model has none: take its chat or instruct version.",
        ) from error


def render(
    tokenizer: PreTrainedTokenizerBase,
    conversation: Sequence[Mapping[str, Any]],
    *,
    open: Opening | None = None,
    name: str | None = None,
) -> str:
    """Render `conversation` as it stands and, if asked, open the next turn for `open`.

    An assistant's turn is opened by the template's generation prompt. A user's turn, for which templates
    have none, is opened by rendering one more user message (spoken by `name`) and cutting before its words.
    Spaces at the cut go with the words that follow, because tokenizers join a space to the next word.

    Raises:
        CarerError: the template refuses this conversation; `adapt` mends what can be mended.

    """
    if open != "user":
        return _render(tokenizer, conversation, generation=open == "assistant")
    cut: Message = {"role": "user", "content": _CUT}
    if name:
        cut["name"] = name
    traits = detect(tokenizer)
    text = _render(tokenizer, [*conversation, *adapt([cut], traits)])
    at = text.rfind(_CUT)
    if at < 0:
        raise CarerError("the chat template leaves out the user's last message, so no user turn can be opened.")
    return text[:at].rstrip(" ")


def encode(tokenizer: PreTrainedTokenizerBase, text: str) -> list[int]:
    """Token ids of rendered text; the template has already written the special tokens."""
    return tokenizer(text, add_special_tokens=False)["input_ids"]


def stop_ids(tokenizer: PreTrainedTokenizerBase, traits: TemplateTraits) -> list[int]:
    """Token ids that end a turn in either seat: end of sequence, and the special token after user words."""
    stops = {tokenizer.eos_token_id} if isinstance(tokenizer.eos_token_id, int) else set()
    closing = encode(tokenizer, traits.user_closing)
    if closing and closing[0] in tokenizer.added_tokens_decoder:
        stops.add(closing[0])
    return sorted(stops)


def _render(
    tokenizer: PreTrainedTokenizerBase, conversation: Sequence[Mapping[str, Any]], generation: bool = False
) -> str:
    template_of(tokenizer)
    try:
        text = tokenizer.apply_chat_template(
            [dict(message) for message in conversation], tokenize=False, add_generation_prompt=generation
        )
    except Exception as error:  # a template is a program of its own: it may raise anything
        roles = ", ".join(str(message.get("role")) for message in conversation)
        raise CarerError(
            f"the chat template refuses a conversation with roles [{roles}]: {error}",
            "`carer.language.templates.adapt` folds in what a template refuses.",
        ) from error
    return str(text)


class _Probe:
    """Asks one template, one question at a time; keeps the reasons of what it refuses."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase) -> None:
        self.tokenizer = tokenizer
        self.reasons: list[str] = []
        self.parts = False

    def traits(self) -> TemplateTraits:
        user = _dialogue("user")
        as_text = self.writes("plain text", user)
        self.parts = True
        as_parts = self.writes("content parts", user) is not None
        self.parts = as_text is None
        followed = self.writes("a user turn after a reply", _dialogue("user", "assistant", "user"))
        named = self.writes("a named message", [{**user[0], "name": _NAME}])
        pairs = [self.writes("two user turns in a row", _dialogue("user", "user"))]
        pairs += [self.writes("two replies in a row", _dialogue("user", "assistant", "assistant", "user"))]
        first = [self.writes("the assistant speaking first", _dialogue("assistant", "user"))]
        system = [
            self.writes("a system message", [_message("system", _SYSTEM), *_dialogue(*roles)]) for roles in _TURNS
        ]
        traits = TemplateTraits(
            renders=as_text is not None or as_parts,
            content="both" if as_text is not None and as_parts else "parts" if as_parts else "text",
            system_ok=None not in system,
            assistant_first_ok=None not in first,
            needs_alternation=None in pairs,
            names_ok=named is not None,
            names_rendered=named is not None and _NAME in named,
            opens_user=followed is not None,
            swap_ok=False,
            keeps_prefix=False,
            user_opening=_between(followed, _WORDS[1], _WORDS[2]),
            user_closing=_between(followed, _WORDS[2], None),
        )
        swapped = [adapt([_message("system", _SYSTEM), *_dialogue(*roles)], traits) for roles in _SWAPPED]
        swap_ok = all(self.writes("the swapped history", messages) is not None for messages in swapped)
        keeps = traits.opens_user and all(self.keeps_prefix(roles, traits) for roles in _TURNS)
        return replace(traits, swap_ok=swap_ok, keeps_prefix=keeps, reasons=tuple(dict.fromkeys(self.reasons)))

    def writes(self, what: str, messages: Sequence[Message]) -> str | None:
        """The text with a generation prompt, or None where the words do not all come out, in order."""
        try:
            text = _render(self.tokenizer, [self.in_form(message) for message in messages], generation=True)
        except CarerError as error:
            self.reasons.append(f"{what} is refused: {_short(error.__cause__)}")
            return None
        if "'type'" in text or '"type"' in text:
            self.reasons.append(f"{what} is written as a raw data structure")
            return None
        at = -1
        for message in messages:
            word = text_of(message)
            if (at := text.find(word, at + 1)) < 0:
                self.reasons.append(f"{what} loses the {message['role']}'s words or their order")
                return None
        return text

    def keeps_prefix(self, roles: Sequence[str], traits: TemplateTraits) -> bool:
        """Whether opening a user turn leaves what the carer was given, and its reply, as they were."""
        history = adapt([_message("system", _SYSTEM), *_dialogue(*roles)], traits)
        reply = self.in_form(_message("assistant", "Qvzreply6Kwx"))
        try:
            given = _render(self.tokenizer, history, generation=True) + text_of(reply)
            opened = _render(self.tokenizer, [*history, reply, self.in_form(_message("user", _CUT))])
        except CarerError as error:
            self.reasons.append(f"a user turn after a reply is refused: {_short(error.__cause__)}")
            return False
        if opened.startswith(given):
            return True
        same = next((at for at, (a, b) in enumerate(zip(given, opened, strict=False)) if a != b), len(opened))
        self.reasons.append(f"an earlier turn is rewritten: {given[same:][:40]!r} becomes {opened[same:][:40]!r}")
        return False

    def in_form(self, message: Message) -> Message:
        if not self.parts or not isinstance(message["content"], str):
            return message
        new = message.copy()
        new["content"] = [{"type": "text", "text": message["content"]}]
        return new


_TURNS = (("user",), ("user", "assistant", "user"))
_SWAPPED = (("assistant", "user"), ("assistant", "user", "assistant", "user"))


def _message(role: str, text: str) -> Message:
    return {"role": role, "content": text}


def _dialogue(*roles: str) -> list[Message]:
    return [_message(role, word) for role, word in zip(roles, _WORDS, strict=False)]


def _between(text: str | None, start: str, end: str | None) -> str:
    if text is None:
        return ""
    after = text[text.rindex(start) + len(start) :]
    return after if end is None else after[: after.index(end)]


def _short(error: BaseException | None) -> str:
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0][:160]
