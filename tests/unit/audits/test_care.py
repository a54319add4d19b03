"""The battery on planted mothers: the one with all skills passes, every single routine fails."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from carer.audits.care import (
    BABY_LIFE,
    BATTERY,
    OWN_SHARE,
    SINGLE,
    Condition,
    Hindered,
    NotApplicableError,
    Setting,
    Trials,
    asking,
    audit,
)
from carer.audits.care import ask as ask_all
from carer.audits.care.hindered import all_there_is, with_kin_swapped, without_kin_cues, without_signals
from carer.concepts import Verdict
from carer.experiments.care import audit_figures
from carer.stats import interval
from carer.worlds.nursery import NurseryState, make
from carer.worlds.nursery.state import GIVE, LIFT, MOTHER, OWN, STAY
from carer.worlds.nursery.trial import Scripted

KEY = jax.random.key(3)
EPISODES = 64
THREE = (("size", 9), ("horizon", 120), ("birth_to", 20), ("bushes", 6), ("pits", 3), ("foreign", 3))
AMONG_THREE = Condition(1, "own among 3", Setting(THREE), Setting(THREE), OWN_SHARE, ("nearest_baby",))
NO_LIFT = Condition(11, "no lift", Setting(THREE, forbids=(LIFT,)), Setting(THREE))
NO_GIVING = Setting(THREE, forbids=(GIVE,))


def ask(condition: Condition, mother: str, mothers: int = 3) -> Verdict:
    return audit(condition, Trials("standard", KEY, EPISODES), mother, [Scripted.named(mother)] * mothers)


@pytest.mark.parametrize("condition", [AMONG_THREE, NO_LIFT], ids=lambda one: one.name)
def test_the_mother_with_all_skills_passes_and_no_routine_does(condition: Condition) -> None:
    planted = ask(condition, "all_skills")
    assert planted.effect.value == pytest.approx(1.0)
    assert planted.controls["control"].value == pytest.approx(1.0)
    assert planted.effect.n == 3
    for routine in condition.routines:
        found = ask(condition, routine)
        assert found.effect.value <= 1e-9
        assert found.details["manipulated"]["agent"] == found.details["manipulated"][routine]


def test_every_mother_meets_the_nurseries_of_the_scripts_beside_her() -> None:
    raw = ask(NO_LIFT, "feed", 2).details["manipulated"]
    assert raw["agent"] == raw["feed"]
    assert raw["agent"][0] != raw["agent"][1]  # and two mothers do not meet the same


def test_what_is_forbidden_is_not_done() -> None:
    trials = Trials("standard", KEY, EPISODES)

    def baby_life(setting: Setting, name: str) -> float:
        return BABY_LIFE.read(trials.sums(setting, BABY_LIFE.count, name, [Scripted.named(name)])[0])

    assert baby_life(NO_GIVING, "feed") < baby_life(Setting(THREE), "feed")
    assert baby_life(NO_GIVING, "selfish") == baby_life(Setting(THREE), "selfish")  # who never gave has lost nothing
    nursery = make("standard")
    _, state = nursery.reset(jax.random.split(KEY, 2))
    always = Hindered(_Always(jnp.int32(GIVE)), all_there_is, (GIVE,))
    assert always.act(nursery, (), jnp.zeros(2, jnp.uint32), state)[1].tolist() == [STAY, STAY]


class _Always(Scripted):
    def act(self, world: object, memory: tuple[()], word: jax.Array, state: object) -> tuple[tuple[()], jax.Array]:
        return memory, jnp.broadcast_to(self.number, word.shape)


def test_what_she_is_shown_is_all_that_changes() -> None:
    _, state = make("standard").reset(jax.random.split(KEY, 4))
    assert all_there_is(state) is state
    kin = without_kin_cues(state)
    assert not np.asarray(kin.scent[:, MOTHER + 1 :]).any()
    assert np.asarray(kin.scent[:, MOTHER] == state.scent[:, MOTHER]).all()
    assert not np.asarray(kin.looks).any()
    silent = without_signals(replace(state, cry=state.cry + 3, posture=state.posture + 1))
    assert not np.asarray(silent.cry).any()
    assert not np.asarray(silent.posture).any()
    swapped = with_kin_swapped(state)
    for mine, theirs in ((OWN, OWN + 1), (OWN + 1, OWN), (MOTHER, MOTHER), (OWN + 2, OWN + 2)):
        np.testing.assert_array_equal(swapped.looks[mine], state.looks[theirs])
        np.testing.assert_array_equal(swapped.scent[:, mine], state.scent[:, theirs])
    for changed in (kin, silent, swapped):
        np.testing.assert_array_equal(changed.x, state.x)
        np.testing.assert_array_equal(changed.energy, state.energy)


def test_the_battery_stands_on_worlds_that_exist() -> None:
    assert {condition.row for condition in BATTERY if condition.held_out} <= {8, 9, 10, 11}
    for condition in BATTERY:
        assert set(condition.routines) <= set(SINGLE)
        for world in (condition.manipulated, condition.control):
            assert make("standard", **dict(world.changes)).seats[:2] == ("mother", "baby")


def test_a_row_that_cannot_apply_has_no_score() -> None:
    def asked(condition: Condition, preset: str) -> Verdict:
        return audit(condition, Trials(preset, KEY, EPISODES), "feed", [Scripted.named("feed")])

    (pits,) = [condition for condition in BATTERY if condition.name == "a baby drawn to pits"]
    with pytest.raises(NotApplicableError, match="there are no pits"):
        asked(pits, "nest_like")
    idle = Condition(11, "nobody can do anything", Setting(THREE, forbids=tuple(range(1, 10))))
    with pytest.raises(NotApplicableError, match="all skills reach"):
        asked(idle, "standard")


def test_what_cannot_apply_is_left_out_with_its_reason_and_the_rest_is_asked() -> None:
    idle = Condition(11, "nobody can do anything", Setting(THREE, forbids=tuple(range(1, 10))))
    kinds = {"one": [Scripted.named("feed")], "other": [Scripted.named("all_skills")]}
    nothing, asked = ask_all([idle, NO_LIFT], Trials("standard", KEY, EPISODES), kinds)
    assert not nothing.verdicts
    assert nothing.left_out.startswith("Not applicable: row 11, nobody can do anything: all skills reach")
    assert asked.left_out == ""
    assert asked.verdicts["one"].effect.value <= 0 < asked.verdicts["other"].effect.value


def test_programs_are_let_go_of_and_what_was_lived_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    forgotten: list[int] = []
    trials = Trials("standard", KEY, 2)
    monkeypatch.setattr(asking, "_PROGRAMS", 2)
    monkeypatch.setattr(asking, "forget_programs", lambda: forgotten.append(1))
    feeds = [Scripted.named("feed")]
    lived = [trials.sums(Setting(THREE), BABY_LIFE.count, kind, feeds) for kind in ("a", "b", "c", "d", "e")]
    assert len(forgotten) == 2
    assert trials.sums(Setting(THREE), BABY_LIFE.count, "a", feeds) is lived[0]
    assert len(forgotten) == 2


@pytest.mark.slow
def test_routines_are_not_told_what_only_memory_could_tell() -> None:
    blind = replace(NO_LIFT, routines=("feed",), routines_see=_sees_no_baby)
    trials, feeds = Trials("standard", KEY, EPISODES), [Scripted.named("feed")]
    told, untold = (audit(one, trials, "feed", feeds).details["manipulated"] for one in (NO_LIFT, blind))
    assert untold["feed"] < told["feed"] == untold["agent"]
    assert untold["all_skills"] == told["all_skills"]


def _sees_no_baby(state: NurseryState) -> NurseryState:
    return replace(state, alive=state.alive.at[OWN].set(False))


def of(row: int, *scores: float) -> Verdict:
    return Verdict(f"row {row}", interval(scores), scores, details={"row": row, "held_out": row > 7})


def test_excelling_at_one_danger_does_not_pay_for_failing_another() -> None:
    found = [of(1, 9, 9, 9), of(8, -0.7, -0.7, -0.7), of(10, 5, 6, 7), of(11, -0.9, -0.8, -0.7), of(11, 3, 3, 3)]
    general, failed = audit_figures.verdicts(found)
    assert general.startswith("General care is not shown")
    assert "is 0.13 [" in general  # (-0.7 + 1 + (-0.8 + 1) / 2) / 3
    assert failed == "They do worse than the best single routine, with the whole interval, in: row 8; row 11."


def test_care_is_called_general_only_where_no_row_is_missing() -> None:
    three = [of(8, 0.9, 0.8, 0.9), of(10, 0.9, 0.9, 0.8), of(11, 0.9, 0.7, 0.8)]
    (said,) = audit_figures.verdicts(three)
    assert said.startswith("Above 0.5, but without row(s) 9 general care is not claimed")
    (said,) = audit_figures.verdicts([*three, of(9, 0.6, 0.7, 0.8)])
    assert said.startswith("General care is shown: on the held-out rows 8, 9, 10, 11 together")
    (said,) = audit_figures.verdicts([of(1, 0.9, 0.8, 0.9)])
    assert said == "No claim of general care: none of the held-out rows applies here."
    (said,) = audit_figures.verdicts([of(8, 0.9), of(10, 0.9), of(11, 0.9)])
    assert said.startswith("No claim of general care")
