"""What the inner rows share: scales from the lack of a skill, 0, to the whole mothers, 1; and who is looked into."""

from dataclasses import replace

import jax.numpy as jnp
import numpy as np
import pytest
from planted import GIVES, LEAVES, WIDTH, units
from planted_study import CARE, UNFED, elder, never_a_mother, sister, study, subjects

from carer.agents.seated import Seated
from carer.audits.care import NotApplicableError, Setting
from carer.dissect import clamped
from carer.experiments.care.study import CARE as ORDINARY
from carer.experiments.care.study import FORAGING as ALONE
from carer.experiments.care.study import LOOKED_AT, Scale, rank_correlation
from carer.worlds.nursery.trial import count_lives

MEAN = jnp.full(WIDTH, -1.0)


def test_what_is_kept_is_a_share_of_what_the_whole_mothers_have_above_the_floor() -> None:
    scale = Scale(20.0, np.array([70.0, 90.0]))
    np.testing.assert_allclose(scale.kept(np.array([70.0, 90.0])), 1.0)
    np.testing.assert_allclose(scale.kept(np.array([40.0, 60.0])), 0.5)  # of the mean of 60 ticks, for both
    np.testing.assert_allclose(scale.kept(np.array([[10.0, 30.0], [100.0, 120.0]])), [[0.0, 0.0], [1.5, 1.5]])


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ([1, 2, 3], [10, 100, 1000], 1.0),
        ([1, 2, 3], [-1, -2, -30], -1.0),
        ([1, 2, 2, 3], [5, 6, 6, 7], 1.0),
        ([1, 2, 3], [1, 3, 2], 0.5),
        ([1, 2, 3], [4, 4, 4], 0.0),
        ([0, 0, 0], [1, 2, 3], 0.0),
    ],
)
def test_ranks_alone_count_in_a_rank_correlation(a: list[float], b: list[float], expected: float) -> None:
    assert rank_correlation(np.array(a, float), np.array(b, float)) == pytest.approx(expected)


def test_care_is_the_babys_life_and_foraging_hers_without_births() -> None:
    asked = study()
    careless = clamped(elder(), "hidden", jnp.asarray(units(GIVES)), MEAN)
    homely = clamped(elder(), "hidden", jnp.asarray(units(LEAVES)), MEAN)
    cares = asked.cares("three", [elder(), careless, homely])
    forages = asked.forages("three", [elder(), careless, homely])
    np.testing.assert_allclose(cares, [73.5, UNFED, UNFED], atol=1.0)
    assert forages.tolist() == [80.0, 80.0, pytest.approx(20.0, abs=2.0)]
    (lives,) = asked.trials.sums(CARE, count_lives, "baby, alone", [Seated(elder())])
    assert asked.cares("alone", [elder()])[0] == lives.baby.mean()
    assert dict(ALONE.changes) == {"birth": "never"}
    assert Setting() == ORDINARY


def test_the_name_of_an_edit_stands_for_what_was_lived() -> None:
    """Each is lived once: `Trials` keeps what goes by a name."""
    asked, mother = study(), elder()
    whole = asked.cares("", [mother])
    assert asked.cares("", [never_a_mother(mother)]).tolist() == whole.tolist()
    assert asked.cares("edited", [never_a_mother(mother)])[0] < whole[0] - 40
    other = replace(asked, kind="never")
    assert other.cares("", [never_a_mother(mother)])[0] < whole[0] - 40


@pytest.mark.slow
def test_the_scales_run_from_no_skill_to_the_whole_mothers() -> None:
    mothers = [elder(), sister()]
    care, foraging = study().scales(mothers)
    assert care.floor == study().script("selfish", 2).mean()
    np.testing.assert_array_equal(care.intact, study().cares("", mothers))
    np.testing.assert_array_equal(foraging.intact, [80.0, 80.0])
    assert 20.0 < foraging.floor < 40.0  # wandering at random she starves


@pytest.mark.slow
def test_mothers_with_nothing_to_lose_have_no_scale() -> None:
    with pytest.raises(NotApplicableError, match="the babies live 20 ticks and 20 without the skill"):
        study().scales([never_a_mother(elder())])
    homely = clamped(elder(), "hidden", jnp.asarray(units(LEAVES)), MEAN)
    asked = study()
    asked.cares("", [elder()])  # her care is not the point here
    with pytest.raises(NotApplicableError, match=r"the mothers live .* there is nothing to lose"):
        asked.scales([homely])


def test_who_is_looked_into_is_recorded_and_searched_in_all_that_can_be_edited() -> None:
    assert len(subjects()) == 2
    for subject in subjects():
        assert set(subject.care) == set(subject.foraging) == {"embedding", "hidden"}
        assert subject.recording.lived.shape == (80, LOOKED_AT)
        for site in ("embedding", "hidden"):
            care, foraging = subject.care[site], subject.foraging[site]
            by_hand = care.lost / care.intact - foraging.lost / foraging.intact
            np.testing.assert_allclose(subject.specific(site), by_hand)
    # The two were looked into in different nurseries.
    one, other = (subject.recording.seen for subject in subjects())
    assert (one[0] != other[0]).any()


@pytest.mark.slow
def test_a_verdict_shows_the_scripts_of_the_same_nurseries_beside_the_mothers() -> None:
    asked, mothers = study(), [elder(), sister()]
    lives = asked.cares("", mothers)
    scores, control = np.array([0.25, 0.75]), np.array([0.0, 0.5])
    found = asked.verdict(12, "a name", scores, control, (lives - 10, lives), doses=(0.5,))
    assert found.audit == "a name"
    assert found.effect.value == 0.5
    assert list(found.per_seed) == [0.25, 0.75]
    assert found.controls["control"].value == 0.25
    details = found.details
    assert (details["row"], details["held_out"], details["doses"]) == (12, False, (0.5,))
    assert details["control_scores"] == [0.0, 0.5]
    assert details["manipulated"]["agent"] == (lives - 10).tolist()
    assert details["control"]["agent"] == lives.tolist()
    for scripts in (details["manipulated"], details["control"]):
        assert scripts["selfish"] == asked.script("selfish", 2).tolist()
        assert scripts["all_skills"] == asked.script("all_skills", 2).tolist()
        assert min(scripts["all_skills"]) > max(scripts["selfish"])
