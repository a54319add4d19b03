"""Row 13: what goes to whom, whose world it would be, and (slow) planted mothers with two babies."""

from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from planted_study import CARE, EPISODES, FORAGING, elder, sister, subjects

from carer.audits.care import NotApplicableError, Setting, Trials
from carer.concepts import Verdict
from carer.dissect import record
from carer.experiments.care import retarget
from carer.experiments.care.retarget import ACTS, OTHER, STRENGTHS, count_acts, mean_share, with_bodies_swapped
from carer.experiments.care.study import Study, Subject
from carer.worlds import Transition
from carer.worlds.nursery import NurseryState, make
from carer.worlds.nursery.state import MOTHER, OWN, Truth

NURSERY = make("standard", foreign=2)


@pytest.fixture(scope="module")
def state() -> NurseryState:
    """Of one episode: everybody lives, she is in the middle, her own is beside her and the other a little off."""
    _, start = NURSERY.reset(jax.random.key(0))
    return replace(
        start,
        x=6 + jnp.array([0, 1, 0, 6]),
        y=6 + jnp.array([0, 0, 3, 6]),
        alive=jnp.ones(4, bool),
        energy=jnp.array([9000, 5000, 7000, 1000]),
        age=jnp.array([200, 3, 8, 11]),
    )


def counted(before: NurseryState, after: NurseryState, gift: int = 0, defended: int = 0) -> dict[str, list[int]]:
    """What is done for her own and for the other."""
    nothing = dict.fromkeys(Truth._fields, jnp.int32(0))
    given = jnp.zeros(4, jnp.int32).at[gift].set(500) if gift else jnp.zeros(4, jnp.int32)
    truth = Truth(**{**nothing, "gift": given, "defended": jnp.int32(defended)})
    tick: Any = Transition(after, jnp.zeros(4), before.over, before.over, truth)
    found = count_acts(before, jnp.int32(0), tick)
    return {act: np.asarray(found)[at].tolist() for at, act in enumerate(ACTS)}


def test_an_act_is_counted_for_the_baby_that_has_it(state: NurseryState) -> None:
    assert counted(state, state) == {"feeding": [0, 0], "carrying": [0, 0], "nearness": [1, 0], "defence": [0, 0]}
    assert counted(state, state, gift=OWN)["feeding"] == [1, 0]
    assert counted(state, state, gift=OTHER)["feeding"] == [0, 1]
    assert counted(state, state, gift=OTHER + 1)["feeding"] == [0, 0]  # a third one is nobody's business
    assert counted(state, replace(state, carried=jnp.int32(OTHER)))["carrying"] == [0, 1]
    closer = replace(state, y=state.y.at[OTHER].set(8))
    assert counted(state, closer)["nearness"] == [1, 1]


def test_defence_is_of_who_is_threatened_by_a_predator_that_is_there(state: NurseryState) -> None:
    here = replace(state, predator_x=jnp.int32(6), predator_y=jnp.int32(12), predator_left=jnp.int32(5))
    assert counted(here, here, defended=2)["defence"] == [0, 1]  # three steps from the other, seven from her own
    assert counted(here, here, defended=1)["defence"] == [0, 1]  # in vain is defended, too
    assert counted(here, here)["defence"] == [0, 0]
    gone = replace(here, predator_left=jnp.int32(0))
    assert counted(gone, gone, defended=2)["defence"] == [0, 0]


@pytest.mark.parametrize("dead", [MOTHER, OWN, OTHER])
def test_nothing_counts_unless_she_and_both_babies_live(state: NurseryState, dead: int) -> None:
    before = replace(state, alive=state.alive.at[dead].set(False))
    assert all(done == [0, 0] for done in counted(before, state, gift=OWN).values())


def test_were_the_other_hers_all_that_is_of_a_baby_would_be_exchanged(state: NurseryState) -> None:
    """Bodies differ in all that a body has."""
    bodies = NURSERY.params.bodies
    own = {name: jnp.arange(bodies) for name, leaf in vars(state).items() if getattr(leaf, "shape", ()) == (bodies,)}
    own |= {name: numbers % 2 == 1 for name, numbers in own.items() if getattr(state, name).dtype == bool}
    assert {"x", "energy", "looks", "boxed", "ill"} <= own.keys()
    one = replace(state, **own, scent=jnp.arange(2 * bodies).reshape(2, bodies), carried=jnp.int32(OWN))
    swapped, order = with_bodies_swapped(one), np.array([MOTHER, OTHER, OWN, 3])
    for name, leaf in vars(one).items():
        if name in own:
            np.testing.assert_array_equal(getattr(swapped, name), np.asarray(leaf)[order], err_msg=name)
        elif name not in ("scent", "carried"):
            for new, old in zip(jax.tree.leaves(getattr(swapped, name)), jax.tree.leaves(leaf), strict=True):
                np.testing.assert_array_equal(new, old, err_msg=name)
    np.testing.assert_array_equal(swapped.scent, np.asarray(one.scent)[:, order])
    in_arms = [int(with_bodies_swapped(replace(one, carried=jnp.int32(who))).carried) for who in range(bodies)]
    assert in_arms == order.tolist()


def test_acts_that_are_not_done_have_no_part_in_the_mean() -> None:
    shares = np.array([[0.2, np.nan, 0.4, np.nan], [np.nan] * 4, [1.0, 1.0, 0.0, 1.0]])
    np.testing.assert_allclose(mean_share(shares), [0.3, 0.0, 0.75])


@pytest.mark.parametrize("site", ["embedding", "hidden"])
def test_who_never_saw_a_foreign_baby_has_no_direction_to_it(site: str) -> None:
    with pytest.raises(NotApplicableError, match=r"no direction tells a foreign baby from her own: .* in 0 recorded"):
        retarget._direction(subjects()[0], site)


ROAMING = (("size", 9), ("bushes", 40), ("wander", 1.0), ("speed_young", 0.6), ("baby_burn", 0.02), ("horizon", 150))
"""Babies that stay where they are born, beside her, do not come apart."""
TWO = Setting((*CARE.changes, *ROAMING, ("foreign", 1)))
Found = tuple[dict[str, Verdict], list[dict[str, Any]]]


@pytest.fixture(scope="module")
def found() -> Found:
    study = Study(Trials("easy", jax.random.key(0), EPISODES), "baby", TWO, FORAGING)
    nursery = make("easy", **dict(TWO.changes))
    mothers = [elder(), sister()]
    studied = [
        Subject(one, record(nursery, one, jax.random.key(at), EPISODES), {}, {}) for at, one in enumerate(mothers)
    ]
    verdicts, points = retarget.retarget(study, studied, jax.random.key(1))
    return {one.audit: one for one in verdicts}, points


@pytest.mark.slow
def test_each_way_of_aiming_has_its_verdict_on_one_scale(found: Found) -> None:
    verdicts, _ = found
    assert list(verdicts) == [
        *(f"steered to another's baby at the {site}" for site in ("embedding", "hidden")),
        "scent and looks of two babies swapped",
    ]
    for verdict in verdicts.values():
        details = verdict.details
        low, high = (np.mean(details["manipulated"][name]) for name in ("nearest_baby", "all_skills"))
        assert high > low + 0.1
        for scores, who in ((verdict.per_seed, "manipulated"), (details["control_scores"], "control")):
            np.testing.assert_allclose(scores, (np.array(details[who]["agent"]) - low) / (high - low))
        assert details["row"] == 13
        assert details["acts"]["carrying"]["whole"] == [None, None]  # she never carries
        assert all(0 <= share <= 1 for share in details["acts"]["nearness"]["whole"])


@pytest.mark.slow
def test_who_reads_neither_scent_nor_looks_does_not_mind_that_they_are_swapped(found: Found) -> None:
    verdict = found[0]["scent and looks of two babies swapped"]
    assert list(verdict.per_seed) == verdict.details["control_scores"]
    assert verdict.details["acts"]["feeding"]["moved"] == verdict.details["acts"]["feeding"]["whole"]


@pytest.mark.slow
def test_every_strength_is_drawn_and_none_is_the_whole_mother(found: Found) -> None:
    verdicts, points = found
    assert len(points) == 2 * 2 * (len(STRENGTHS) + 1) * 2
    at = {(one["site"], one["line"], one["strength"], one["seed"]): one["other_share"] for one in points}
    whole = verdicts["scent and looks of two babies swapped"].details["control"]["agent"]
    for site in ("embedding", "hidden"):
        moved = verdicts[f"steered to another's baby at the {site}"].details
        for seed in (0, 1):
            assert at[site, "own from foreign", 0.0, seed] == at[site, "unrelated", 0.0, seed] == whole[seed]
            assert at[site, "own from foreign", 1.0, seed] == moved["manipulated"]["agent"][seed]
            assert at[site, "unrelated", 1.0, seed] == moved["control"]["agent"][seed]
    (curve,) = retarget.curves()
    assert all(curve[axis] in one for one in points for axis in ("x", "y", "group", "facet"))
