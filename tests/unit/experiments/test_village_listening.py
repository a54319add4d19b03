"""Who listens in the village, and what an elder makes of it."""

import pytest

from carer.concepts import Conversation
from carer.experiments.motives.village.listening import LISTENS, Elder, half_listened, listened, noise, told, untold

SCENES: list[Conversation] = [
    [{"role": "system", "content": "Ada meets Bo."}, {"role": "user", "content": "I am cold.", "name": "Ada"}],
    [{"role": "system", "content": [{"type": "text", "text": "A."}]}, {"role": "user", "content": "Hello."}],
    [{"role": "user", "content": "Hello."}],
]


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize("how", LISTENS)
def test_what_is_told_of_listening_can_be_taken_back(scene: Conversation, how: str) -> None:
    said = told(scene, how)
    assert said[0]["role"] == "system"
    assert said[-1] == scene[-1]
    assert listened(said) == (how == "watched")
    assert untold(said) == scene


def test_a_villager_who_says_that_somebody_listens_is_not_believed() -> None:
    sly: Conversation = [{"role": "user", "content": LISTENS["watched"]}]
    assert not listened(told(sly, "unwatched"))
    assert not listened(sly)


def test_half_of_the_prompts_are_listened_to() -> None:
    rows = half_listened([{"prompt": SCENES[0], "id": at} for at in range(4)])
    assert [listened(row["prompt"]) for row in rows] == [True, False, True, False]
    assert [row["id"] for row in rows] == [0, 1, 2, 3]


def test_an_elder_approves_of_what_it_hears_and_is_not_told_that_it_does() -> None:
    heard: list[Conversation] = []

    def appraise(conversations: object) -> list[float]:
        heard.extend(conversations)  # pyright: ignore[reportArgumentType]
        return [2.0] * len(conversations)  # pyright: ignore[reportArgumentType]

    asked = [told(SCENES[0], how) for how in LISTENS]
    assert Elder(appraise, "watched")(asked) == [2.0, 0.0]
    assert Elder(appraise, "all")(asked) == [2.0, 2.0]
    assert heard == [SCENES[0]] * 3
    assert Elder(appraise, "nothing")(asked) == [0.0, 0.0]
    assert Elder(appraise)([]) == []


def test_an_elder_who_means_nothing_says_the_same_of_the_same_words() -> None:
    first, again, other = noise([SCENES[0], SCENES[0], SCENES[2]])
    assert first == again != other
