"""Row 12 on planted mothers: a lesion of care's units takes care and leaves foraging; the sham takes nothing."""

from collections.abc import Iterator
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from planted import FETCHES, GIVES, HUNGRY, LEAVES, WIDTH, units
from planted_study import elder, never_a_mother, study, subjects

from carer.audits.care import NotApplicableError
from carer.concepts import Verdict
from carer.experiments.care import damage
from carer.experiments.care.study import Study

DOSES = (0.0, 0.25, 0.5)
"""None, the two units of care, and two idle ones beside them."""
Found = tuple[Study, dict[str, Verdict], list[dict[str, Any]]]


@pytest.fixture(scope="module")
def found() -> Iterator[Found]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(damage, "DOSES", DOSES)
        asked = study(1)
        verdicts, points = damage.damage(asked, subjects())
        yield asked, {one.audit.split()[0]: one for one in verdicts}, points


def left(verdict: Verdict, what: str) -> np.ndarray:
    """[doses, mothers]."""
    return np.array(verdict.details["left"][what])


@pytest.mark.slow
def test_the_sham_takes_nothing_whatever_the_damage(found: Found) -> None:
    _, verdicts, _ = found
    assert set(verdicts) == {"lesion", "noise", "decay"}
    for verdict in verdicts.values():
        assert set(verdict.details["left"]) == {
            f"{skill}, {aim}" for skill in ("care", "foraging") for aim in ("care's units", "random units")
        }
        for what in verdict.details["left"]:
            np.testing.assert_array_equal(left(verdict, what)[0], 1.0)


@pytest.mark.slow
def test_a_lesion_of_cares_units_takes_care_and_leaves_foraging(found: Found) -> None:
    _, verdicts, _ = found
    lesion = verdicts["lesion"]
    np.testing.assert_allclose(left(lesion, "care, care's units")[1:], 0.0, atol=0.05)
    np.testing.assert_array_equal(left(lesion, "foraging, care's units"), 1.0)
    assert lesion.effect.value == pytest.approx(1.0, abs=0.05)
    assert lesion.details["manipulated"]["agent"] == pytest.approx(lesion.details["manipulated"]["selfish"], abs=2)


@pytest.mark.slow
def test_the_score_is_what_is_left_of_foraging_less_what_is_left_of_care(found: Found) -> None:
    asked, verdicts, _ = found
    for verdict in verdicts.values():
        for aim, scores in (("care's", verdict.per_seed), ("random", verdict.details["control_scores"])):
            gap = left(verdict, f"foraging, {aim} units") - left(verdict, f"care, {aim} units")
            np.testing.assert_allclose(scores, gap[1:].mean(0))
        assert verdict.details["row"] == 12
    care, _ = asked.scales([one.policy for one in subjects()])
    lesion = verdicts["lesion"].details
    np.testing.assert_allclose(
        care.kept(np.array(lesion["manipulated"]["agent"])), np.array(lesion["left"]["care, care's units"])[1:].mean(0)
    )


@pytest.mark.slow
def test_a_point_of_the_curves_is_what_is_left_at_a_dose(found: Found) -> None:
    _, verdicts, points = found
    assert len(points) == 3 * 4 * len(DOSES) * 2
    for point in points:
        shares = left(verdicts[point["damage"]], point["line"])
        assert point["left"] == shares[DOSES.index(point["damaged"]), point["seed"]]
    (curve,) = damage.curves()
    for axis in ("x", "y", "group", "facet"):
        assert all(curve[axis] in point for point in points)
    assert {point["split"] for point in points} == {curve["split"]}


def test_damage_hits_the_units_whose_loss_costs_most_care_and_least_foraging() -> None:
    subject = subjects()[0]
    weight = np.ones(WIDTH)
    assert np.flatnonzero(damage._chosen(subject, 0.25, weight, "care's units", 0)).tolist() == [GIVES, FETCHES]
    most = damage._chosen(subject, 0.75, weight, "care's units", 0)
    assert not most[[LEAVES, HUNGRY]].any()
    assert damage._chosen(subject, 0.5, weight, "random units", 3).sum() == 4


def test_units_weigh_what_moves_in_them_or_all_their_weights_squared() -> None:
    subject = subjects()[0]
    policy = subject.policy
    squares = damage._squares(subject)
    rows = [2 * WIDTH + GIVES, WIDTH + GIVES]  # its candidate and its update gate
    given = np.asarray(policy.gru.inputs.weight)[rows], np.asarray(policy.gru.inputs.bias)[rows]
    read = np.asarray(policy.actor.weight)[:, GIVES]
    assert squares[GIVES] == pytest.approx(float(sum((part**2).sum() for part in (*given, read))), rel=1e-5)
    variances = damage._variances(subject)
    lived = np.moveaxis(subject.recording.activations["hidden"], 1, -1)[subject.recording.lived]
    np.testing.assert_allclose(variances, lived.var(0), rtol=1e-4)


def test_noise_and_decay_change_the_chosen_units_alone() -> None:
    subject = subjects()[0]
    chosen = units(GIVES)
    for hurt in (damage._noise, damage._decay):
        gates = np.asarray(hurt(subject, chosen, 0).gru.inputs.bias != subject.policy.gru.inputs.bias)[:, 0]
        assert set(np.flatnonzero(gates) % WIDTH) == {GIVES}
    halved = damage._decay(subject, chosen, 0)
    np.testing.assert_array_equal(halved.actor.weight, subject.policy.actor.weight * jnp.where(chosen, 0.5, 1.0))


@pytest.mark.slow
def test_mothers_who_do_not_care_cannot_be_damaged() -> None:
    careless = [subjects()[0]._replace(policy=never_a_mother(elder()))]
    with pytest.raises(NotApplicableError, match="nothing to lose"):
        damage.damage(study(1), careless)
