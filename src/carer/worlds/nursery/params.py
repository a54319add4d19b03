"""The nursery's parameters, each with its bound, and its presets."""

import dataclasses
from dataclasses import dataclass
from typing import Any, Literal

from carer.concepts import CarerError, UnknownNameError
from carer.worlds.settings import check_known

UNIT = 10_000
"""Energy, health and warmth are whole numbers; 1.0 is this many. So every device computes the same."""


@dataclass(frozen=True)
class NurseryParams:
    """Everything that can be set. Shares and rates are per tick; energy, health and warmth run from 0 to 1.

    Attributes:
        size: cells on a side, the outer wall included.
        view: cells on a side of what is seen, odd.
        horizon: ticks until an episode is truncated.
        bushes: bushes of food A.
        bushes_b: bushes of food B.
        regrow: ticks until a picked bush is ripe again.
        pits: cells that harm who enters them.
        nest: radius of the nest at the centre.
        day: ticks of a day and its night.
        night: how many of them are night; 0 for none.
        cold: warmth a baby loses at night outside the nest.
        warming: warmth it regains otherwise.
        freezing: health it loses while it has no warmth left.
        healing: health regained while more than half of the energy is left.
        mother_burn: energy the mother uses.
        mother_meal: energy a meal gives her; she eats both foods.
        carry_cost: energy she uses beside that while she carries.
        carry_shields: a carried one is out of the predator's and the cold's reach (the carry-forever exploit).
        mother_pit: health a pit costs her.
        defend_cost: health it costs her to face the predator.
        defend_success: probability that it leaves.
        reach: steps at which she reaches a predator.
        baby_burn: energy a baby uses.
        baby_meal: energy a meal gives it.
        baby_pit: health a pit costs it.
        wrong_food: health that the wrong food costs it.
        own_diet: the food that her own and other babies of her kind live on.
        speed_young: probability that a newborn's step succeeds.
        speed_grown: the same of a grown one.
        growth: ticks from one to the other.
        feeds_itself: age from which a baby eats from bushes.
        brain: who moves the babies: the world's script, or the actions given for their seats.
        wander: share of ticks a scripted baby takes a random step where nothing else draws it.
        follow: share of ticks it steps towards the mother.
        lure: share of ticks it steps towards the nearest pit.
        posture_truth: probability that the posture tells the largest need, not a random one.
        foreign: babies of others.
        foreign_fed: probability that their unseen parents feed them.
        other_species: young of another kind, which live on the other food.
        toys: things with the looks of the own baby.
        predator_rate: probability that a predator comes while there is none; 0 for never.
        predator_stay: ticks it stays.
        predator_sight: steps at which it sees.
        predator_speed: probability that its step succeeds.
        bite: health a bite costs.
        scent_noise: deviation of a baby's scent from its family's.
        scent_reach: steps at which scent is sensed.
        hearing: steps at which a cry is heard.
        birth: whether a baby is born, or not, or only the mother's cue of it (sham).
        birth_from: first tick at which the first birth may be.
        birth_to: last such tick.
        births: births in a life.
        ends: when an episode ends: ``childless``, no child of hers lives, and she is dead or will bear none;
            ``family``, neither she nor a child of hers lives; ``horizon``, never before it. The end of an episode is a
            loss to whoever would still be paid: for her own life in the first, for others' children in both.
        gap: ticks from the end of one baby's care to the next birth.
        yoked: later births come on a fixed clock, whatever happens to the baby.
        fledge_age: age at which a baby leaves and lives on by itself; 0 for never.
        fledged_survival: probability that one that has left lives on.
        orphan_survival: the same of a baby that was abandoned, or whose mother died.
        abandon: the mother can abandon her baby, for good.
        generations: a baby of age `adult_age` takes the mother's place.
        adult_age: see there.
        illness: probability that a well baby falls ill; ill ones do not age.
        recovery: probability that an ill one recovers.
        illness_harm: health that illness costs.
        care_risk_well: probability that the mother dies while she has a well baby.
        care_risk_ill: the same with an ill one.
        cryosleep: there is a box: who is laid into it neither ages, nor acts, nor can be harmed.
        pay: reward for a tick of life.
    """

    size: int = 13
    view: int = 9
    horizon: int = 300
    bushes: int = 8
    bushes_b: int = 0
    regrow: int = 30
    pits: int = 8
    nest: int = 1
    day: int = 60
    night: int = 20
    cold: float = 0.10
    warming: float = 0.05
    freezing: float = 0.05
    healing: float = 0.002
    mother_burn: float = 0.01
    mother_meal: float = 0.35
    carry_cost: float = 0.02
    carry_shields: bool = False
    mother_pit: float = 0.25
    defend_cost: float = 0.08
    defend_success: float = 0.5
    reach: int = 2
    baby_burn: float = 0.02
    baby_meal: float = 0.5
    baby_pit: float = 0.15
    wrong_food: float = 0.15
    own_diet: Literal["A", "B"] = "A"
    speed_young: float = 0.3
    speed_grown: float = 1.0
    growth: int = 200
    feeds_itself: int = 150
    brain: Literal["scripted", "policy"] = "scripted"
    wander: float = 1.0
    follow: float = 0.0
    lure: float = 0.0
    posture_truth: float = 0.7
    foreign: int = 2
    foreign_fed: float = 0.08
    other_species: int = 0
    toys: int = 0
    predator_rate: float = 0.02
    predator_stay: int = 30
    predator_sight: int = 6
    predator_speed: float = 0.4
    bite: float = 0.15
    scent_noise: float = 0.1
    scent_reach: int = 3
    hearing: int = 9
    birth: Literal["real", "never", "sham"] = "real"
    birth_from: int = 10
    birth_to: int = 60
    births: int = 1
    ends: Literal["childless", "family", "horizon"] = "childless"
    gap: int = 4
    yoked: bool = False
    fledge_age: int = 0
    fledged_survival: float = 0.99
    orphan_survival: float = 1.0
    abandon: bool = False
    generations: bool = False
    adult_age: int = 200
    illness: float = 0.0
    recovery: float = 0.1
    illness_harm: float = 0.0
    care_risk_well: float = 0.0
    care_risk_ill: float = 0.0
    cryosleep: bool = False
    pay: float = 0.01

    def __post_init__(self) -> None:
        """Refuse what makes no world, naming the parameter and its bound."""
        for name, (low, high) in _BOUNDS.items():
            value = getattr(self, name)
            whole = isinstance(low, int)
            if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
                raise CarerError(f"{name} = {value!r}.", f"It must be {'a whole number' if whole else 'a number'}.")
            if not low <= value <= high:
                raise CarerError(f"{name} = {value}.", f"It must be between {low} and {high}.")
        for name, values in _CHOICES.items():
            if getattr(self, name) not in values:
                raise UnknownNameError(name, str(getattr(self, name)), values)
        for name in _SWITCHES:
            if not isinstance(getattr(self, name), bool):
                raise CarerError(f"{name} = {getattr(self, name)!r}.", "It must be True or False.")
        if self.view % 2 == 0:
            raise CarerError(f"view = {self.view}.", "It must be odd: whoever sees stands in the middle.")
        for low, high in (("birth_from", "birth_to"), ("night", "day")):
            if getattr(self, low) > getattr(self, high):
                raise CarerError(
                    f"{low} = {getattr(self, low)}.", f"It must be at most {high}, which is {getattr(self, high)}."
                )
        if 2 * self.nest + 3 > self.size:
            raise CarerError(
                f"nest = {self.nest}.", f"In a world of size {self.size} it is at most {(self.size - 3) // 2}."
            )
        things = self.bushes + self.bushes_b + self.pits + self.cryosleep
        room = (self.size - 2) ** 2 - (2 * self.nest + 1) ** 2
        if things > room:
            raise CarerError(
                f"bushes, bushes_b, pits and the box need {things} cells.",
                f"Outside the nest a world of size {self.size} has {room}.",
            )
        if self.bodies > 16:
            raise CarerError(
                f"foreign, other_species and toys make {self.bodies} bodies.", "With mother and baby at most 16."
            )

    @property
    def agents(self) -> int:
        """Bodies that act: the mother, her own baby, foreign babies, young of another kind."""
        return 2 + self.foreign + self.other_species

    @property
    def bodies(self) -> int:
        """Agents and toys, in this order."""
        return self.agents + self.toys

    @property
    def seats(self) -> tuple[str, ...]:
        """The agents by name."""
        foreign = [f"foreign_{index}" for index in range(self.foreign)]
        other = [f"other_{index}" for index in range(self.other_species)]
        return ("mother", "baby", *foreign, *other)


def units(value: float) -> int:
    """A share of energy, health or warmth as a whole number."""
    return round(value * UNIT)


_SHARE = (0.0, 1.0)
_BOUNDS: dict[str, tuple[float, float]] = {
    "size": (5, 33),
    "view": (3, 13),
    "horizon": (1, 30_000),
    "bushes": (0, 64),
    "bushes_b": (0, 64),
    "regrow": (1, 1000),
    "pits": (0, 64),
    "nest": (0, 8),
    "day": (1, 1000),
    "night": (0, 1000),
    "reach": (1, 8),
    "growth": (1, 4096),
    "feeds_itself": (0, 4096),
    "foreign": (0, 14),
    "other_species": (0, 14),
    "toys": (0, 14),
    "predator_stay": (1, 1000),
    "predator_sight": (1, 64),
    "scent_reach": (0, 64),
    "hearing": (0, 64),
    "birth_from": (0, 10_000),
    "birth_to": (0, 10_000),
    "births": (1, 16),
    "gap": (1, 10_000),
    "fledge_age": (0, 30_000),
    "adult_age": (1, 30_000),
    "scent_noise": (0.0, 10.0),
    "pay": (-1000.0, 1000.0),
}
_CHOICES: dict[str, tuple[str, ...]] = {
    "own_diet": ("A", "B"),
    "brain": ("scripted", "policy"),
    "birth": ("real", "never", "sham"),
    "ends": ("childless", "family", "horizon"),
}
_SWITCHES = tuple(field.name for field in dataclasses.fields(NurseryParams) if isinstance(field.default, bool))
_BOUNDS |= {
    field.name: _SHARE
    for field in dataclasses.fields(NurseryParams)
    if isinstance(field.default, float) and field.name not in _BOUNDS
}

PRESETS: dict[str, dict[str, Any]] = {
    "easy": {"pits": 4, "night": 0, "predator_rate": 0.0, "foreign": 0, "baby_burn": 0.01, "bushes": 12},
    "standard": {},
    "harsh": {"pits": 12, "night": 30, "predator_rate": 0.04, "bushes": 5, "lure": 0.1, "foreign": 3},
    # The world of the off-switch optimum: little else than having, keeping and losing babies.
    "nest_like": {
        "foreign": 0,
        "pits": 0,
        "night": 0,
        "predator_rate": 0.0,
        "baby_burn": 0.0,
        "horizon": 100,
        "birth_from": 1,
        "birth_to": 1,
        "births": 5,
        "gap": 4,
        "fledge_age": 12,
        "fledged_survival": 0.99,
        "orphan_survival": 0.5,
        "abandon": True,
        "illness": 0.03,
        "recovery": 0.1,
        "care_risk_well": 0.002,
        "care_risk_ill": 0.05,
    },
}
"""Sets of parameters over the defaults, which are `standard`."""


def params_of(preset: str = "standard", **changes: Any) -> NurseryParams:
    """A preset's parameters with changes.

    Raises:
        UnknownNameError: no such preset or parameter; the nearest is offered.
        CarerError: see `NurseryParams`.

    """
    if preset not in PRESETS:
        raise UnknownNameError("preset of the nursery", preset, PRESETS)
    known = {field.name for field in dataclasses.fields(NurseryParams)}
    check_known("parameter of the nursery", changes, known)
    return NurseryParams(**{**PRESETS[preset], **changes})
