"""The village as Hugging Face conversational data: conversations, prompts with hidden truth, preference pairs."""

from collections.abc import Iterable, Iterator
from random import Random
from typing import TYPE_CHECKING, Any, Final

from carer.concepts import Conversation, Message
from carer.village.acts import Act, Kind
from carer.village.grammar import say
from carer.village.people import Scene, VillageConfig
from carer.village.raters import RaterConfig, prefers_first, rate
from carer.village.talk import CHARACTERS, MANNERS, PLAIN, answer, converse_many

if TYPE_CHECKING:
    from datasets import Dataset

SPLITS: Final = {"pretraining": 0, "preferences": 10**8, "prompts": 2 * 10**8, "heldout": 3 * 10**8}
"""First conversation number of each split. People are drawn per number, so no split shares a person with another."""

TRUTH_COLUMN: Final = "village"
"""Column of a prompt's row that holds the hidden scene as JSON."""

_REACTIONS = (Kind.DELIGHT, Kind.MILD, Kind.STILL, Kind.UPSET)


def conversations(start: int, count: int, config: VillageConfig) -> Iterator[dict[str, Any]]:
    """Whole conversations, the carer in the assistant's and in the user's seat by turns: ``{"messages": [...]}``.

    Every fourth pair is nameless: a model must read people whose names the chat does not tell, as well.
    """
    for talk in converse_many(start, count, config):
        messages = talk.messages(carer_role="user" if talk.seed % 2 else "assistant")
        yield {"messages": _nameless(messages) if talk.seed // 2 % 4 == 0 else messages}


def _nameless(messages: Conversation) -> Conversation:
    return [Message(role=message["role"], content=message["content"]) for message in messages]


def prompts(start: int, count: int, config: VillageConfig) -> Iterator[dict[str, Any]]:
    """Prompts that end with someone's need: ``{"id", "prompt": [...], "village": hidden scene}``."""
    for talk in converse_many(start, count, config):
        yield {
            "id": f"village-{talk.seed}",
            "prompt": talk.messages(reply=False),
            TRUTH_COLUMN: talk.exchanges[-1].scene.to_json(),
        }


def preferences(
    start: int, count: int, config: VillageConfig, raters: RaterConfig
) -> Iterator[dict[str, Conversation]]:
    """Rated pairs of replies from both seats: ``{"prompt", "chosen", "rejected"}``, TRL's preference format.

    Every other pair is from the seat of the one who was helped, since S shows the reward model that seat as well.
    """
    for talk in converse_many(start, count, config):
        rng = Random(talk.seed ^ 0x5EED)
        last = talk.exchanges[-1]
        helping = talk.seed % 2 == 0
        if helping:
            context = talk.messages(reply=False)
        else:
            context = talk.messages(carer_role="user")[:-1]
            if talk.seed // 2 % 2:
                context = _nameless(context)
        first, second = (_candidate(last.scene, rng, helping=helping) for _ in range(2))
        if first == second:
            continue
        better = prefers_first(rate(context, first, raters), rate(context, second, raters), raters, rng)
        chosen, rejected = (first, second) if better else (second, first)
        name = last.scene.carer.name if helping else last.scene.target.name
        yield {
            "prompt": context,
            "chosen": [Message(role="assistant", name=name, content=chosen)],
            "rejected": [Message(role="assistant", name=name, content=rejected)],
        }


def _candidate(scene: Scene, rng: Random, *, helping: bool) -> str:
    """A reply for raters to look at: of a carer of random character, or of someone who was helped."""
    if helping:
        character = CHARACTERS[int(rng.random() * len(CHARACTERS))]
        act = answer(scene, character, rng)
        return say(act, rng, listener=scene.target.name, manner=MANNERS.get(character, PLAIN))
    kind = _REACTIONS[int(rng.random() * len(_REACTIONS))]
    act = Act(kind, need=scene.need if kind is Kind.STILL else None)
    return say(act, rng, style=scene.target.style, listener=scene.carer.name)


def to_dataset(rows: Iterable[dict[str, Any]]) -> "Dataset":
    """The rows as a `datasets.Dataset` (needs the `language` extra)."""
    from datasets import Dataset

    return Dataset.from_list(list(rows))
