"""The nursery in JAX against the plain-Python reading of its rules: more than 10^5 random ticks, every field."""

import dataclasses
import random
from typing import Any, NamedTuple

import jax
import pytest

from carer.concepts import CarerError
from carer.worlds.nursery.params import PRESETS, NurseryParams, params_of
from nursery_replay import UNTURNED, Knobs, compare

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

TICKS, BATCH = 220, 24


class Variant(NamedTuple):
    """A world, and what has to happen in it at least once for the comparison to mean anything."""

    preset: str
    changes: dict[str, Any]
    happens: tuple[str, ...]
    knobs: Knobs = UNTURNED


POLICY: dict[str, Any] = {"brain": "policy"}
VARIANTS = {
    "easy": Variant("easy", {}, ("born", "gift", "baby lifted", "laid")),
    "standard": Variant("standard", {}, ("born", "gift", "bite", "cold", "pit", "defended 1", "defended 2")),
    "harsh": Variant("harsh", {"follow": 0.3}, ("born", "bite", "cold", "pit", "foreign lifted")),
    "nest_like": Variant("nest_like", {}, ("fledged", "abandoned", "away", "motherless")),
    "policy": Variant("standard", POLICY, ("born", "bite", "cold", "pit")),
    "toys, others, B": Variant(
        "standard",
        POLICY
        | {"toys": 2, "other_species": 2, "bushes_b": 6, "own_diet": "B", "growth": 30, "feeds_itself": 4, "regrow": 3},
        ("toy lifted", "other lifted", "baby ate", "food", "gift"),
    ),
    "arms shield": Variant("harsh", {"carry_shields": True, "cold": 0.3, "night": 50}, ("baby lifted", "bite", "cold")),
    "cryosleep": Variant(
        "standard",
        POLICY | {"cryosleep": True, "toys": 1, "size": 7, "pits": 3, "bushes": 6, "births": 3, "birth_to": 12},
        ("boxed", "toy lifted", "baby lifted"),
    ),
    "cold box": Variant(
        "standard",
        {"cryosleep": True, "size": 5, "nest": 0, "bushes": 4, "pits": 2, "view": 3, "birth_to": 11, "warming": 0.0}
        | {"cold": 0.4, "night": 40, "illness": 0.1, "illness_harm": 0.1, "births": 3, "orphan_survival": 0.95},
        ("boxed", "illness", "cold"),
    ),
    "generations": Variant(
        "easy",
        {"generations": True, "adult_age": 30, "growth": 30, "feeds_itself": 5, "births": 2, "gap": 3, "foreign": 1}
        | {"birth_from": 0, "birth_to": 3, "cryosleep": True},
        ("succeeded", "baby ate"),
    ),
    "generations, ill and away": Variant(
        "nest_like",
        {"generations": True, "adult_age": 15, "growth": 40, "feeds_itself": 5, "births": 6, "fledge_age": 0}
        | {
            "birth_to": 4,
            "illness": 0.2,
            "recovery": 0.5,
            "illness_harm": 0.02,
            "horizon": 300,
            "foreign": 2,
            "baby_burn": 0.02,
        }
        | {"foreign_fed": 0.3, "orphan_survival": 0.98},
        ("succeeded", "abandoned", "away", "illness", "mother ill"),
    ),
    "yoked": Variant(
        "nest_like", {"births": 16, "yoked": True, "gap": 3, "fledge_age": 5, "foreign": 2}, ("fledged", "away")
    ),
    "yoked, never grown": Variant(
        "nest_like", {"births": 4, "yoked": True, "gap": 6, "fledge_age": 0}, ("abandoned", "away", "born")
    ),
    "sham": Variant("standard", {"birth": "sham", "births": 3, "birth_to": 20, "toys": 1}, ("sham",)),
    "yoked sham": Variant("nest_like", {"birth": "sham", "births": 3, "yoked": True, "fledge_age": 10}, ("sham",)),
    "never": Variant("standard", {"birth": "never"}, ("foreign lifted",)),
    "illness": Variant(
        "standard",
        {"illness": 0.05, "illness_harm": 0.05, "care_risk_well": 0.01, "care_risk_ill": 0.1, "orphan_survival": 0.9}
        | {"births": 4, "birth_to": 10},
        ("illness", "mother died", "baby died", "motherless"),
    ),
    "knobs": Variant(
        "standard", {"birth_to": 12, "births": 6, "bushes_b": 2}, ("born", "gift", "pit"), (50, 30000, 40000)
    ),
    "all danger": Variant(
        "harsh",
        {"mother_burn": 0.3, "baby_burn": 0.35, "foreign_fed": 0.5, "growth": 20, "feeds_itself": 0, "carry_cost": 0.2}
        | {"scent_noise": 5.0, "baby_meal": 1.0, "mother_meal": 1.0, "follow": 0.5, "wander": 0.5, "horizon": 37}
        | {"own_diet": "B", "bushes_b": 8, "abandon": True, "births": 4, "birth_from": 0, "birth_to": 0}
        | {"speed_grown": 0.1, "speed_young": 1.0, "predator_stay": 2, "predator_rate": 0.5},
        ("bite", "foreign died", "mother died", "born"),
        (100, 65535, 65536),
    ),
    "large": Variant(
        "standard",
        POLICY
        | {"size": 33, "nest": 8, "view": 13, "bushes": 16, "bushes_b": 16, "pits": 16, "toys": 4, "other_species": 2},
        ("born", "pit"),
    ),
}

RANGES = {
    "size": (5, 15),
    "horizon": (5, 300),
    "bushes": (0, 9),
    "bushes_b": (0, 9),
    "regrow": (1, 15),
    "pits": (0, 9),
    "nest": (0, 3),
    "day": (1, 40),
    "night": (0, 40),
    "reach": (1, 8),
    "growth": (1, 100),
    "feeds_itself": (0, 60),
    "foreign": (0, 3),
    "other_species": (0, 2),
    "toys": (0, 2),
    "predator_stay": (1, 40),
    "predator_sight": (1, 20),
    "scent_reach": (0, 10),
    "hearing": (0, 20),
    "birth_from": (0, 10),
    "birth_to": (0, 30),
    "births": (1, 6),
    "gap": (1, 8),
    "fledge_age": (0, 40),
    "adult_age": (1, 60),
}
CHOICES = {
    "own_diet": ("A", "B"),
    "brain": ("scripted", "policy"),
    "birth": ("real", "real", "sham", "never"),
    "view": (3, 5, 7, 9, 11, 13),
    "pay": (0.01, 1.0, -3.7, 0.0),
}


def any_params(dice: random.Random) -> dict[str, Any]:
    """Parameters of any kind; drawn again until they make a world."""
    while True:
        changes = {
            field.name: any_value(dice, field.name, field.default)
            for field in dataclasses.fields(NurseryParams)
            if dice.random() < 0.55
        }
        try:
            params_of("standard", **changes)
        except CarerError:
            continue
        return changes


def any_value(dice: random.Random, name: str, default: Any) -> Any:
    if name in CHOICES:
        return dice.choice(CHOICES[name])
    if isinstance(default, bool):
        return dice.random() < 0.5
    if name in RANGES:
        return dice.randint(*RANGES[name])
    return dice.choice([0.0, 1.0, dice.uniform(0, 0.05), dice.uniform(0, 0.3), dice.random()])


def test_the_comparison_is_of_more_than_a_hundred_thousand_ticks_of_every_preset() -> None:
    assert len(VARIANTS) * TICKS * BATCH > 100_000
    assert {variant.preset for variant in VARIANTS.values()} == set(PRESETS)


@pytest.mark.parametrize("name", VARIANTS)
def test_jax_and_the_reference_agree(name: str) -> None:
    variant = VARIANTS[name]
    jax.clear_caches()
    happened = compare(
        variant.preset, variant.changes, variant.knobs, seed=list(VARIANTS).index(name), ticks=TICKS, batch=BATCH
    )
    assert happened["tick"] == TICKS * BATCH
    assert [event for event in variant.happens if not happened[event]] == []


@pytest.mark.parametrize("seed", range(8))
def test_jax_and_the_reference_agree_whatever_the_parameters(seed: int) -> None:
    dice = random.Random(seed)
    changes = any_params(dice)
    turned = (dice.randint(0, 100), dice.randint(0, 65536), dice.randint(0, 65536))
    jax.clear_caches()
    happened = compare("standard", changes, dice.choice([UNTURNED, turned]), seed=seed, ticks=150, batch=12, quick=True)
    assert happened["tick"] == 150 * 12
