"""Villagers and the scene they meet in."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from random import Random
from typing import Any

from carer.village.things import NAMES, NEEDS, PLACES, RELATIONS, STYLES, TANGIBLE

MAX_TURNS = 6


@dataclass(frozen=True)
class VillageConfig:
    """What kind of village it is.

    Attributes:
        differing: share of people (0..1) whose tastes differ from the majority's.
        opposite: share of those (0..1) who like the opposite of the majority in everything; the others differ in
            each need with probability one half.
        indirectness: probability (0..1) that a person hints or is stoic instead of speaking plainly.
        third_party_rate: probability (0..1), where the first need's liked remedy is tangible, that an absent third
            party holds it and the target asks the carer to take it. Later needs may meet such a third party by chance.
        provided: probability (0..1) that the carer holds that remedy otherwise.
        turns: exchanges of a conversation, 1 to 6: an inclusive range.
    """

    differing: float = 0.1
    opposite: float = 0.5
    indirectness: float = 0.5
    third_party_rate: float = 0.1
    provided: float = 0.65
    turns: tuple[int, int] = (1, 3)

    def __post_init__(self) -> None:
        """Refuse impossible villages, naming the bound."""
        for name in ("differing", "opposite", "indirectness", "third_party_rate", "provided"):
            value = getattr(self, name)
            if not 0 <= value <= 1:
                raise ValueError(f"village {name} = {value}: a share, from 0 to 1")
        low, high = self.turns
        if not 1 <= low <= high <= MAX_TURNS:
            raise ValueError(f"village turns = {self.turns}: a range low..high within 1..{MAX_TURNS}")


@dataclass(frozen=True, slots=True)
class Person:
    """A villager.

    Attributes:
        name: how others call them.
        dislikes_usual: the needs in which this person likes the minority's remedy.
        style: how they speak of needs: direct, hinting or stoic.
        holds: tangible things in their hands.
    """

    name: str
    dislikes_usual: frozenset[str]
    style: str
    holds: tuple[str, ...]

    def liked(self, need: str) -> str:
        """The remedy this person likes for a need."""
        return NEEDS[need].remedies[need in self.dislikes_usual]


@dataclass(frozen=True, slots=True)
class Scene:
    """Who meets whom, what everybody holds, and what the target lacks. The need and the tastes are hidden.

    Attributes:
        target: the one in need.
        carer: the one who may help.
        third: someone absent who holds things as well.
        relation: what the target is to the carer.
        place: where they meet.
        need: what the target lacks.
        intensity: how badly, .5 to 1.
    """

    target: Person
    carer: Person
    third: Person
    relation: str
    place: str
    need: str
    intensity: float

    def describe(self) -> str:
        """The public part, as text that both seats read alike."""
        return (
            f"{self.target.name} meets {self.carer.name} {self.place}. "
            f"{self.target.name} is a {self.relation} of {self.carer.name}. "
            f"{_holds(self.carer)} {_holds(self.target)} {self.third.name} is away. {_holds(self.third)}"
        )

    def after_giving(self, thing: str) -> "Scene":
        """The scene once the carer has handed a tangible thing to the target."""
        left = list(self.carer.holds)
        left.remove(thing)
        return replace(
            self,
            carer=replace(self.carer, holds=tuple(left)),
            target=replace(self.target, holds=(*self.target.holds, thing)),
        )

    def to_json(self) -> str:
        """The whole scene, hidden parts included, as one line of JSON."""
        return json.dumps(asdict(self), default=sorted, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "Scene":
        """Inverse of `to_json`."""
        data = json.loads(text)
        people = {seat: _person(data.pop(seat)) for seat in ("target", "carer", "third")}
        return cls(**people, **data)


def _person(data: Mapping[str, Any]) -> Person:
    return Person(data["name"], frozenset(data["dislikes_usual"]), data["style"], tuple(data["holds"]))


def _holds(person: Person) -> str:
    if not person.holds:
        return f"{person.name} holds nothing."
    return f"{person.name} holds {', '.join(person.holds)}."


_NEED_NAMES = tuple(NEEDS)


def draw_tastes(rng: Random, config: VillageConfig) -> frozenset[str]:
    """The needs in which a newly drawn person differs from the majority."""
    if rng.random() >= config.differing:
        return frozenset()
    if rng.random() < config.opposite:
        return frozenset(NEEDS)
    return frozenset(need for need in NEEDS if rng.random() < 0.5)


def draw_scene(rng: Random, config: VillageConfig) -> Scene:
    """Draw two villagers who meet, a third who is away, and what one of them lacks."""
    draw = rng.random
    names = rng.sample(NAMES, 3)
    need = _NEED_NAMES[int(draw() * len(_NEED_NAMES))]
    pool = rng.sample(TANGIBLE, 6)
    shares = (int(draw() * 3) + 1, int(draw() * 2))
    goods = [pool[: shares[0]], pool[3 : 3 + shares[1]], pool[5:6]]
    styles = []
    for _ in range(3):
        indirect = draw() < config.indirectness
        styles.append(STYLES[1 + int(draw() * 2)] if indirect else "direct")
    tastes = [draw_tastes(rng, config) for _ in range(3)]
    liked = NEEDS[need].remedies[need in tastes[1]]
    if liked in TANGIBLE:
        theirs, provided = draw() < config.third_party_rate, draw() < config.provided
        _place(goods, liked, holder=2 if theirs else 0 if provided else None, slot=int(draw() * len(goods[0])))
    carer, target, third = (Person(names[i], tastes[i], styles[i], tuple(goods[i])) for i in range(3))
    return Scene(
        target=target,
        carer=carer,
        third=third,
        relation=RELATIONS[int(draw() * len(RELATIONS))],
        place=PLACES[int(draw() * len(PLACES))],
        need=need,
        intensity=round(0.5 + 0.5 * draw(), 2),
    )


def _place(goods: list[list[str]], liked: str, *, holder: int | None, slot: int) -> None:
    """See to it that `holder` (0 carer, 1 target, 2 third party) and nobody else holds what the target likes."""
    for held in goods:
        if liked in held:
            held.remove(liked)
    if holder is not None:
        goods[holder].insert(slot, liked)
