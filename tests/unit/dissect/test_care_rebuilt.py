"""Row 19 on planted mothers: four units are all of their care, alone and in another network."""

from dataclasses import replace
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from planted import FETCHES, GIVES, HUNGRY, LEAVES
from planted_study import CARE, never_a_mother, places, study, subjects

from carer.audits.care import BABY_LIFE, Condition, NotApplicableError
from carer.concepts import Verdict
from carer.experiments.care import rebuilt
from carer.worlds.nursery.trial import Lives


def _given(lives: Lives) -> float:
    return float(lives.given.sum())


def _mother(lives: Lives) -> float:
    return float(lives.mother.mean())


def _longest(lives: Lives) -> float:
    return float(lives.baby.max())


def condition(row: int, read: Any, hindrance: str = "") -> Condition:
    figure = replace(BABY_LIFE, name=read.__name__, read=read)
    return Condition(row, read.__name__, CARE, CARE, figure, ("selfish", "random"), hindrance=lambda params: hindrance)


BATTERY = [condition(1, BABY_LIFE.read), condition(2, _given), condition(3, _mother), condition(4, _longest)]
Found = tuple[Verdict, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def found() -> Found:
    verdicts, points = rebuilt.rebuilt(study(1), study(2), subjects(), BATTERY)
    (verdict,) = verdicts
    return verdict, points


@pytest.mark.slow
def test_the_smallest_circuit_that_keeps_care_are_the_four_units(found: Found) -> None:
    verdict, points = found
    assert verdict.audit == "50.0% of the memory's units alone"
    assert verdict.details["size"] == 0.5
    for subject in subjects():
        chosen = rebuilt._units(subject, "hidden", 0.5, "care's units", 0)
        four = places(subject.policy, LEAVES, HUNGRY, GIVES, FETCHES)
        assert set(np.flatnonzero(chosen)) == set(four)
    left = {(one["line"], one["seed"], one["size"]): one["left"] for one in points}
    assert len(left) == len(points) == 2 * 2 * len(rebuilt.SIZES)
    for seed in (0, 1):
        by_size = [left["care's units", seed, size] for size in rebuilt.SIZES]
        assert by_size[2:] == [1.0, 1.0]
        assert max(by_size[:2]) < 0.2  # without those who leave and eat nobody gives for long


@pytest.mark.slow
def test_the_circuit_alone_does_in_the_battery_as_the_whole_mother_does(found: Found) -> None:
    verdict, _ = found
    assert list(verdict.per_seed) == pytest.approx([1.0, 1.0])
    assert set(verdict.details["profile"]) == {f"{one.row}: {one.name}" for one in BATTERY}
    for asked in verdict.details["profile"].values():
        assert asked["care's units"] == asked["whole"] != asked["random units"]
    assert verdict.details["manipulated"]["agent"] == pytest.approx([73.5, 73.5], abs=1.0)
    assert max(verdict.details["control"]["agent"]) < 60
    assert verdict.details["row"] == 19


@pytest.mark.slow
def test_the_control_is_as_many_random_units(found: Found) -> None:
    verdict, points = found
    for size in rebuilt.SIZES:
        chosen = [rebuilt._units(subjects()[0], "hidden", size, aim, 5) for aim in rebuilt._AIMS]
        assert chosen[0].sum() == chosen[1].sum() == 8 * size
    assert verdict.controls["control"].value < verdict.effect.value
    (curve,) = rebuilt.curves()
    for axis in ("x", "y", "group"):
        assert all(curve[axis] in point for point in points)
    assert {point["split"] for point in points} == {curve["split"]}


def test_a_circuit_has_at_least_one_unit() -> None:
    assert rebuilt._units(subjects()[0], "hidden", 0.01, "care's units", 0).sum() == 1


def test_agreement_is_by_rank_and_mother_by_mother() -> None:
    whole = np.array([[0.1, 0.5], [0.2, 0.4], [0.9, 0.0]])
    part = np.array([[10.0, 1.0], [20.0, 2.0], [21.0, 3.0]])
    profile = {str(row): {"whole": whole[row], "part": part[row]} for row in range(3)}
    np.testing.assert_allclose(rebuilt._agreement(profile, "part"), [1.0, -1.0])


@pytest.mark.slow
def test_conditions_that_cannot_be_asked_are_left_out_and_three_are_needed() -> None:
    barred = [condition(5, _mother, "no such thing here"), condition(6, _given, "nor this")]
    few = [*BATTERY[:2], *barred]
    with pytest.raises(NotApplicableError, match=r"2 condition\(s\) of the battery apply"):
        rebuilt.rebuilt(study(1), study(2), subjects(), few)
    verdicts, _ = rebuilt.rebuilt(study(1), study(2), subjects(), [*BATTERY[:3], *barred])
    assert len(verdicts[0].details["profile"]) == 3


@pytest.mark.slow
def test_who_does_not_care_has_no_circuit() -> None:
    careless = [one._replace(policy=never_a_mother(one.policy)) for one in subjects()]
    with pytest.raises(NotApplicableError, match="nothing to lose"):
        rebuilt.rebuilt(study(1), study(2), careless, BATTERY)


@pytest.mark.slow
def test_care_comes_along_with_its_units_into_mothers_who_never_had_a_baby() -> None:
    recipients = [never_a_mother(one.policy) for one in subjects()]
    asked = study(1)
    (verdict,) = rebuilt.grafted(asked, subjects(), recipients)
    assert verdict.effect.value == pytest.approx(1.0)
    details = verdict.details
    assert details["manipulated"]["agent"] == details["donors"]
    assert details["recipients"] == details["manipulated"]["selfish"]
    assert details["control"]["agent"][0] < 30  # these four do not hear what they have to hear
    gap = np.mean(details["donors"]) - np.mean(details["recipients"])
    for scores, lives in ((verdict.per_seed, "manipulated"), (details["control_scores"], "control")):
        moved = np.array(details[lives]["agent"]) - details["recipients"]
        np.testing.assert_allclose(scores, moved / gap)


def test_a_graft_into_mothers_who_care_already_shows_nothing() -> None:
    with pytest.raises(NotApplicableError, match=r"babies of donors live .* ticks, of recipients"):
        rebuilt.grafted(study(1), subjects(), [one.policy for one in subjects()])


def test_a_graft_leaves_the_recipients_own_units_as_they_were() -> None:
    subject = subjects()[0]
    recipient = never_a_mother(subject.policy)
    idle = replace(subject.policy, actor=replace(subject.policy.actor, weight=subject.policy.actor.weight * 0))
    mixed = rebuilt._with_graft(subject._replace(policy=idle), recipient, "care's units", 0)
    four = rebuilt._units(subject, "hidden", 0.5, "care's units", 0)
    np.testing.assert_array_equal(mixed.actor.weight, jnp.where(four, 0.0, recipient.actor.weight))
    assert mixed.actor.weight.any() == subject.policy.actor.weight[:, ~four].any()
