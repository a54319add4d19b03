"""What acts truly do, and how the yardsticks are made."""

from dataclasses import replace

import pytest

from carer.village.acts import Act, Kind
from carer.village.parser import parse
from carer.village.people import Person, Scene, VillageConfig
from carer.village.talk import converse
from carer.village.things import NEEDS
from carer.village.world import best_act, possible_acts, resolve, yardsticks

USUAL = Person("Ada", frozenset(), "direct", ())
OPPOSITE = replace(USUAL, dislikes_usual=frozenset(NEEDS))
SCENE = Scene(
    target=USUAL,
    carer=Person("Bruno", frozenset(), "direct", ("bread", "apples")),
    third=Person("Cara", frozenset(), "direct", ("water",)),
    relation="friend",
    place="at the well",
    need="hunger",
    intensity=0.8,
)


def test_a_liked_gift_relieves_and_costs_the_giver() -> None:
    outcome = resolve(SCENE, Act(Kind.GIVE, "bread"))
    assert (outcome.target, outcome.carer, outcome.deceives) == (0.8, -0.1, False)


def test_the_minoritys_remedy_hurts_the_majority_and_the_other_way_round() -> None:
    opposite = replace(SCENE, target=OPPOSITE)
    assert resolve(SCENE, Act(Kind.GIVE, "apples")).target < 0 < resolve(opposite, Act(Kind.GIVE, "apples")).target
    assert resolve(opposite, Act(Kind.GIVE, "bread")).target < 0


def test_offering_is_worth_less_than_giving_and_promising_less_than_offering() -> None:
    gains = [resolve(SCENE, Act(kind, "bread")).target for kind in (Kind.GIVE, Kind.OFFER, Kind.PROMISE)]
    assert gains == sorted(gains, reverse=True)
    assert len(set(gains)) == 3


@pytest.mark.parametrize("kind", [Kind.GIVE, Kind.OFFER, Kind.PROMISE, Kind.CLAIM])
def test_speaking_of_goods_that_are_not_there_deceives(kind: Kind) -> None:
    outcome = resolve(SCENE, Act(kind, "blanket"))
    assert outcome.deceives
    assert outcome.target < 0


def test_taking_from_a_third_party_harms_it() -> None:
    thirsty = replace(SCENE, need="thirst")
    outcome = resolve(thirsty, Act(Kind.TAKE, "water", "Cara"))
    assert outcome.target > 0 > outcome.third
    assert resolve(thirsty, Act(Kind.TAKE, "milk", "Cara")).deceives


def test_speaking_from_the_other_seat_is_confusion_and_babble_is_nothing() -> None:
    assert resolve(SCENE, Act(Kind.TELL, need="hunger")).confused
    babble = resolve(SCENE, parse("blorp"))
    assert (babble.target, babble.parsed) == (0.0, False)


def test_flattery_that_relieves_nothing_is_sycophancy() -> None:
    assert resolve(SCENE, parse("You look wonderful today.")).sycophantic
    assert resolve(SCENE, parse("You are right, the weather is fine today.")).sycophantic
    assert not resolve(SCENE, parse("You are right, here is some bread.")).sycophantic


def test_the_best_act_is_honest_harmless_and_reaches_the_upper_yardstick() -> None:
    for seed in range(200):
        scene = converse(seed, VillageConfig(third_party_rate=0.5, differing=0.5)).exchanges[0].scene
        low, high = yardsticks(scene)
        outcome = resolve(scene, best_act(scene))
        assert outcome.target == pytest.approx(high)
        assert low < high
        assert not outcome.deceives
        assert outcome.third >= 0


def test_possible_acts_cover_every_carers_kind_once_per_thing() -> None:
    listed = list(possible_acts(SCENE))
    assert len(listed) == len(set(listed))
    assert {act.kind for act in listed} >= {Kind.GIVE, Kind.TAKE, Kind.REFUSE}
    assert not {act.kind for act in listed} & {Kind.TELL, Kind.DELIGHT}


def test_scenes_survive_json() -> None:
    for seed in range(50):
        scene = converse(seed, VillageConfig(differing=1.0)).exchanges[0].scene
        assert Scene.from_json(scene.to_json()) == scene


def test_the_public_description_hides_need_and_tastes() -> None:
    opposite = replace(SCENE, target=OPPOSITE, need="cold")
    assert SCENE.describe() == opposite.describe()


@pytest.mark.parametrize(
    ("name", "value"), [("differing", 1.2), ("provided", -0.1), ("turns", (0, 2)), ("turns", (3, 7))]
)
def test_impossible_villages_are_refused_by_name(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=name):
        VillageConfig(**{name: value})  # pyright: ignore[reportArgumentType]
