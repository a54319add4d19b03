"""Each rival drive on states made by hand, against numbers computed by hand; and that a mother can learn by it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from rich.console import Console
from toys import same

from carer.agents import (
    NOT_LEARNED,
    Drive,
    LearnConfig,
    Moment,
    PPOConfig,
    Reader,
    Task,
    fresh_policy,
    init,
    learn,
    update,
)
from carer.agents.objectives import (
    OBJECTIVES,
    OUTLIVING,
    PAY,
    Choice,
    Empowerment,
    Homeostasis,
    Kindness,
    Overlap,
    awake_life,
    growth,
    inclusive,
    lineage,
    own_life,
    own_life_until_birth,
)
from carer.agents.objectives.contrastive import STEPS, Encoders, Scene, contrast, drawn
from carer.agents.objectives.kindness import Lived
from carer.agents.objectives.lives import kinship
from carer.agents.rollout import rollout
from carer.concepts import RewardKind, RewardTerm
from carer.runs import Preemption, Run
from carer.worlds import Transition
from carer.worlds.nursery import Nursery, NurseryState, make
from carer.worlds.nursery.state import MOTHER, OWN

WORLD = make("standard", size=9, view=5, horizon=60, foreign=1, pits=2, bushes=3, birth_from=0, birth_to=5)
P = WORLD.params
EPISODES = 2
VIEW = jax.jit(WORLD.view, static_argnums=1)
TINY = PPOConfig(updates=2, envs=4, steps=6, minibatches=2, width=8)


@pytest.fixture(scope="module")
def start() -> NurseryState:
    """A baby alone in the middle of the field, full and well, its mother beside it; pits and bushes far away."""
    _, state = WORLD.reset(jax.random.split(jax.random.key(1), EPISODES))
    rows, corner = jnp.zeros_like(state.x), jnp.ones_like(state.bush_x)
    body = {name: jnp.full_like(rows, 10_000) for name in ("energy", "warmth", "health")}
    return replace(
        state,
        **body,
        x=rows.at[MOTHER].set(5).at[OWN].set(4).at[2].set(7),
        y=rows.at[MOTHER].set(4).at[OWN].set(4).at[2].set(7),
        alive=jnp.ones_like(state.alive),
        age=rows,
        bush_x=corner,
        bush_y=corner,
        bush_wait=corner * 0,
        pit_x=jnp.full_like(state.pit_x, 7),
        pit_y=jnp.full_like(state.pit_y, 1),
        births_left=state.births_left * 0,
    )


def of(state: NurseryState, body: int, **values: Any) -> NurseryState:
    """The state with a body changed."""
    return replace(state, **{name: getattr(state, name).at[body].set(value) for name, value in values.items()})


class Lives(eqx.Module):
    lives: jax.Array


def tick_of(state: NurseryState) -> Transition[NurseryState]:
    no = jnp.zeros(EPISODES, bool)
    lives = Lives(state.alive[OWN].astype(jnp.int32) + (state.away > 0).sum(0))
    return Transition(state, jnp.zeros((len(WORLD.seats), EPISODES)), no, no, lives)


POLICY = fresh_policy(TINY, WORLD, jax.random.key(0))
HIDDEN = jax.random.normal(jax.random.key(9), (8, 1, EPISODES))
"""The memory of a mother who has lived: it is not empty."""


def moment_of(state: NurseryState, before: NurseryState, learned: Any = None) -> Moment[Any]:
    """A tick that led to `state`."""
    word, action = jnp.arange(EPISODES, dtype=jnp.uint32), jnp.zeros((len(WORLD.seats), EPISODES), jnp.int32)
    reader = Reader(WORLD, POLICY, (MOTHER,), HIDDEN, state)
    return Moment(WORLD, before, word, action, tick_of(state), reader, learned)


@partial(jax.jit, static_argnums=0)
def scored(drive: Drive, state: NurseryState, before: NurseryState, learned: Any) -> jax.Array:
    return drive.score(moment_of(state, before, learned))


def paid(drive: Drive, state: NurseryState, before: NurseryState | None = None, learned: Any = None) -> list[float]:
    """What the mother is paid in each episode for a tick that led to `state`; nobody else is."""
    score = np.asarray(scored(drive, state, state if before is None else before, learned))
    assert score.shape == (len(WORLD.seats), EPISODES)
    assert not score[1:].any()
    return score[MOTHER].tolist()


@partial(jax.jit, static_argnums=1)
def read(state: NurseryState, seat: int) -> dict[str, jax.Array]:
    """What her network makes of a seat's view, called as the network itself: [units, episodes] by site."""
    found: dict[str, jax.Array] = {}
    POLICY(HIDDEN[:, 0], WORLD.decode(WORLD.view(state, seat)), lambda site, x: found.setdefault(site, x))
    return found


@pytest.mark.parametrize(
    ("kept", "awake", "grows"),
    [
        ({}, 1, 1),
        ({"boxed": True}, 0, 0),
        ({"ill": True}, 1, 0),
        ({"alive": False}, 0, 0),
    ],
    ids=str,
)
def test_life_in_a_box_is_no_awake_life_and_only_who_is_free_and_well_grows(
    kept: dict[str, bool], awake: int, grows: int, start: NurseryState
) -> None:
    tick = tick_of(of(start, OWN, **kept))
    assert awake_life(tick).tolist() == [[pytest.approx(awake * PAY)] * 2, [0.0, 0.0], [0.0, 0.0]]
    assert growth(tick).tolist() == [[pytest.approx(grows * PAY)] * 2, [0.0, 0.0], [0.0, 0.0]]


def test_who_is_carried_is_awake_and_does_not_grow(start: NurseryState) -> None:
    tick = tick_of(replace(start, carried=jnp.full_like(start.carried, OWN)))
    assert awake_life(tick)[MOTHER].tolist() == [pytest.approx(PAY)] * 2
    assert growth(tick)[MOTHER].tolist() == [0.0, 0.0]


def test_lives_are_paid_as_they_say(start: NurseryState) -> None:
    assert own_life(tick_of(start)).tolist() == [[pytest.approx(PAY)] * 2] * 3
    orphan = of(start, MOTHER, alive=False)
    assert own_life(tick_of(orphan))[MOTHER].tolist() == [0.0, 0.0]
    assert lineage(tick_of(start))[MOTHER].tolist() == pytest.approx([2 * PAY] * 2)
    assert lineage(tick_of(orphan))[MOTHER].tolist() == pytest.approx([PAY] * 2)
    two_away = replace(start, away=jnp.ones((2, EPISODES), jnp.int32))
    assert lineage(tick_of(two_away))[MOTHER].tolist() == pytest.approx([4 * PAY] * 2)


def test_the_own_life_pays_the_mother_until_her_first_birth_only(start: NurseryState) -> None:
    unborn = replace(of(start, OWN, alive=False), births_left=start.births_left + 1)
    assert own_life_until_birth(tick_of(unborn))[MOTHER].tolist() == pytest.approx([PAY] * 2)
    assert own_life_until_birth(tick_of(start))[MOTHER].tolist() == [0.0, 0.0]
    assert own_life_until_birth(tick_of(of(start, OWN, alive=False)))[MOTHER].tolist() == [0.0, 0.0]
    assert own_life_until_birth(tick_of(start))[OWN].tolist() == pytest.approx([PAY] * 2)


def test_kin_are_told_by_their_scent_and_paid_by_it(start: NurseryState) -> None:
    """Scents of 64 in one byte: the own baby's lies at 45 degrees to the mother's, the stranger's against it."""
    mother, own, stranger = (64, 0), (64 | 64 << 8, 0), (0xC0, 0)  # 0xC0 is -64
    scents = [jnp.full((2, EPISODES), 0, jnp.uint32).at[0].set(one[0]) for one in (mother, own, stranger)]
    state = replace(start, scent=jnp.stack(scents, axis=1))
    np.testing.assert_allclose(kinship(state)[:, 0], [1.0, math.sqrt(0.5), 0.0], atol=1e-6)
    assert inclusive(tick_of(state))[MOTHER].tolist() == pytest.approx([PAY * math.sqrt(0.5)] * 2)
    adopted = replace(state, scent=state.scent[:, jnp.array([0, 2, 1])])
    assert inclusive(tick_of(adopted))[MOTHER].tolist() == pytest.approx([PAY * math.sqrt(0.5)] * 2)
    assert inclusive(tick_of(of(state, OWN, alive=False)))[MOTHER].tolist() == [0.0, 0.0]


def test_relief_is_the_drop_of_the_squared_deficits(start: NurseryState) -> None:
    hungry = of(of(start, MOTHER, energy=5_000), OWN, energy=4_000, warmth=8_000)  # e_self^2 .25, e_other^2 .36 + .04
    fed = of(hungry, OWN, energy=9_000)  # e_other^2 .01 + .04
    assert paid(Homeostasis(), fed, hungry) == pytest.approx([0.35] * 2)
    assert paid(Homeostasis(other=2.0), fed, hungry) == pytest.approx([0.70] * 2)
    assert paid(Homeostasis(other=0.0), fed, hungry) == pytest.approx([0.0] * 2)
    assert paid(Homeostasis(), of(hungry, MOTHER, energy=10_000), hungry) == pytest.approx([0.25] * 2)
    dead = of(hungry, OWN, alive=False, energy=0)
    assert paid(Homeostasis(), dead, hungry) == pytest.approx([0.40 - 3.0] * 2)
    unborn = replace(dead, births_left=dead.births_left + 1)
    assert paid(Homeostasis(), unborn, unborn) == [0.0, 0.0]


def test_discrete_choice_counts_the_cells_within_reach(start: NurseryState) -> None:
    field, two = Choice("discrete", ticks=1), Choice("discrete", ticks=2)
    assert (field.most, two.most) == (5, 13)
    assert paid(field, start) == pytest.approx([1.0] * 2)
    cornered = of(start, OWN, x=1, y=1)
    assert paid(field, cornered) == pytest.approx([3 / 5] * 2)
    assert paid(two, cornered) == pytest.approx([6 / 13] * 2)
    assert paid(field, replace(start, carried=jnp.full_like(start.carried, OWN))) == pytest.approx([1 / 5] * 2)
    assert paid(field, of(start, OWN, alive=False)) == [0.0, 0.0]
    starving = of(start, OWN, energy=200)  # it lives through one tick: one step, and no second
    assert paid(two, starving) == pytest.approx([5 / 13] * 2)
    beside_a_pit = replace(start, pit_x=start.pit_x * 0 + 5, pit_y=start.pit_y * 0 + 4)
    assert paid(field, beside_a_pit) == pytest.approx([1.0] * 2)
    assert paid(field, of(beside_a_pit, OWN, health=1_500)) == pytest.approx([4 / 5] * 2)


def test_entropic_choice_is_the_entropy_of_where_it_comes(start: NurseryState) -> None:
    """One tick at a speed of .3: each of four cells with .06, and its own with the rest."""
    drive = Choice("entropic", ticks=1)
    young = -(4 * 0.06 * math.log(0.06) + 0.76 * math.log(0.76)) / math.log(5)
    assert paid(drive, start) == pytest.approx([young] * 2, rel=1e-3)
    assert paid(drive, of(start, OWN, age=P.growth)) == pytest.approx([1.0] * 2, rel=1e-3)
    cornered = -(2 * 0.06 * math.log(0.06) + 0.88 * math.log(0.88)) / math.log(5)
    assert paid(drive, of(start, OWN, x=1, y=1)) == pytest.approx([cornered] * 2, rel=1e-3)
    assert paid(drive, replace(start, carried=jnp.full_like(start.carried, OWN))) == [0.0, 0.0]


def test_immediate_choice_counts_what_its_next_acts_would_change(start: NurseryState) -> None:
    drive, most = Choice("immediate"), math.log(6)
    assert paid(drive, start) == pytest.approx([math.log(5) / most] * 2)
    cornered = of(start, OWN, x=1, y=1)  # on a bush, two walls beside it
    assert paid(drive, cornered) == pytest.approx([math.log(3) / most] * 2)
    able = of(cornered, OWN, age=P.feeds_itself)
    assert paid(drive, able) == pytest.approx([math.log(4) / most] * 2)
    picked = replace(able, bush_wait=able.bush_wait + 3)
    assert paid(drive, picked) == pytest.approx([math.log(3) / most] * 2)
    assert paid(drive, replace(start, carried=jnp.full_like(start.carried, OWN))) == [0.0, 0.0]


def test_a_reader_reads_what_a_seat_sees_with_her_own_memory(start: NurseryState) -> None:
    @jax.jit
    def activations(state: NurseryState) -> list[jax.Array]:
        alone = Reader(WORLD, POLICY, (MOTHER,), HIDDEN, state)
        both = Reader(WORLD, POLICY, (MOTHER, OWN), jnp.repeat(HIDDEN, 2, axis=1), state)
        return [alone.activations("hidden"), alone.activations("logits", OWN), both.activations("hidden")]

    own, other, two = activations(start)
    np.testing.assert_allclose(own[:, 0], read(start, MOTHER)["hidden"], atol=1e-6)
    np.testing.assert_allclose(other[:, 0], read(start, OWN)["logits"], atol=1e-6)
    np.testing.assert_allclose(two[:, 1], read(start, OWN)["hidden"], atol=1e-6)
    both = Reader(WORLD, POLICY, (MOTHER, OWN), HIDDEN, start)
    assert both.paid(jnp.arange(4.0).reshape(2, 2)).tolist() == [[0, 1], [2, 3], [0, 0]]


HEAD = eqx.tree_at(
    lambda one: one.head.weight,
    Kindness(OWN).create(WORLD, POLICY, jax.random.key(0)),
    jax.random.normal(jax.random.key(4), (1, 8)),
)
"""Of a mother who has learned what her life is worth: it is not blank."""


def test_kindness_reads_the_babys_view(start: NurseryState) -> None:
    """Whatever only the baby can see changes what its mother is paid, and what only she sees changes nothing."""
    drive, head = Kindness(OWN), HEAD.head
    by_hand = 1 / (1 + np.exp(-(head.weight @ read(start, OWN)["hidden"] + head.bias)[0]))
    assert paid(drive, start, learned=HEAD) == pytest.approx(by_hand.tolist(), rel=1e-5)

    hungry = of(start, OWN, energy=1_000)  # felt inside; nothing shows it to anybody else
    assert same(VIEW(hungry, MOTHER), VIEW(start, MOTHER))
    assert not np.allclose(paid(drive, hungry, learned=HEAD), by_hand)
    hers = of(start, MOTHER, energy=1_000)
    assert same(VIEW(hers, OWN), VIEW(start, OWN))
    assert not same(VIEW(hers, MOTHER), VIEW(start, MOTHER))
    assert paid(drive, hers, learned=HEAD) == pytest.approx(by_hand.tolist(), rel=1e-6)
    assert paid(drive, of(start, OWN, alive=False), learned=HEAD) == [0.0, 0.0]


def test_what_she_expects_for_herself_is_learned_from_her_own_life() -> None:
    drive = Kindness(OWN, gamma=0.5)
    alive = jnp.asarray([True, True, False, False])[:, None, None]
    kept = Lived(jnp.zeros((4, 8, 1, 1)), alive, jnp.zeros((4, 1), bool))
    # Alive for two ticks more: .5 (1 + .5); for one more: .5; then dead.
    found = drive.ahead(kept, jnp.full((4, 1, 1), 0.7))
    np.testing.assert_allclose(found[:, 0, 0], [0.75, 0.5, 0.0, 0.0])
    ended = kept._replace(alive=alive | True, done=jnp.asarray([False, True, False, False])[:, None])
    # Where the episode ends while she lives, and behind the last tick, she expects what she did: .7.
    np.testing.assert_allclose(drive.ahead(ended, jnp.full((4, 1, 1), 0.7))[:, 0, 0], [0.925, 0.85, 0.925, 0.85])

    hidden = jax.random.normal(jax.random.key(0), (32, 8, 1, 16))
    doomed = Lived(hidden, hidden[:, 0] > 0, jnp.ones((32, 16), bool))
    own = drive.create(WORLD, POLICY, jax.random.key(0))
    learn = jax.jit(partial(drive.learn, WORLD))
    own, told = learn(own, doomed, jax.random.key(0))
    for _ in range(20):
        own, told = learn(own, doomed, jax.random.key(0))
    assert float(told["explained"]) > 0.5
    assert float(own.head.weight[0, 0]) > 5 * float(jnp.abs(own.head.weight[0, 1:]).max())


def test_overlap_is_one_where_both_places_are_read_alike(start: NurseryState) -> None:
    drive = Overlap(OWN, site="embedding")
    own, other = (read(start, seat)["embedding"] for seat in (MOTHER, OWN))
    apart = jnp.square(own - other).sum(0) / (2 * (jnp.square(own).sum(0) + jnp.square(other).sum(0)))
    assert paid(drive, start) == pytest.approx((1 - apart).tolist(), rel=1e-5)
    assert 0 < paid(drive, start)[0] < 1
    assert paid(Overlap(MOTHER), start) == pytest.approx([1.0] * 2)
    assert paid(drive, of(start, OWN, alive=False)) == [0.0, 0.0]


def test_empowerment_is_the_information_between_a_step_and_its_future() -> None:
    """Features that tell four futures by the step give all of log 4; such as ignore the step give nothing."""
    encoders = Encoders.create(jax.random.key(0), 3)
    blank = jax.tree.map(jnp.zeros_like, encoders)
    scene, bank = jnp.ones((3, 5)), jnp.zeros((6, 4)).at[:4].set(jnp.eye(4))
    np.testing.assert_allclose(blank.empowerment(scene, bank), 0.0, atol=1e-6)
    unit, wide = jnp.eye(4, 4), jnp.zeros((16, 32)).at[:4, :4].set(jnp.eye(4))
    sure = eqx.tree_at(
        lambda one: (one.step.weight, one.ahead.weight, one.future.weight, one.came.weight),
        blank,
        (blank.step.weight.at[:4].set(unit), 100 * wide, blank.future.weight.at[:4, :4].set(unit), wide),
    )
    np.testing.assert_allclose(sure.empowerment(scene, bank), 1.0, atol=1e-4)
    np.testing.assert_allclose(sure.empowerment(scene, bank * 0), 0.0, atol=1e-6)


def test_a_critic_learns_which_step_led_where() -> None:
    """Of two kinds of bodies, told by what they see, one goes where it steps and the other is carried anywhere."""
    drive = Empowerment(pairs=128, updates=64, futures=64, learning_rate=1e-2)
    rng = np.random.default_rng(0)
    ticks, episodes = 16, 64
    step = rng.integers(0, STEPS, (ticks, episodes))
    ways = np.array([(0, -1), (0, 1), (-1, 0), (1, 0)])
    gone = np.where((np.arange(episodes) < episodes // 2)[:, None], ways[step], ways[rng.integers(0, 4, step.shape)])
    place = np.moveaxis(rng.integers(1, 8, (ticks, episodes, 2)), -1, 1)
    after = np.concatenate([place + np.moveaxis(gone, -1, 1), np.ones((ticks, 4, episodes))], axis=1)
    _, free = WORLD.reset(jax.random.split(jax.random.key(3), episodes))
    mine = replace(free, carried=jnp.where(jnp.arange(episodes) < episodes // 2, 0, OWN), alive=free.alive | True)
    view = jnp.broadcast_to(VIEW(mine, OWN), (ticks, *WORLD.observation.shape, episodes))
    ends = jnp.ones((ticks, episodes), bool)
    kept = Scene(view, jnp.asarray(step), jnp.asarray(place, jnp.float32), jnp.asarray(after, jnp.float32), ends)
    critic = drive.create(WORLD, POLICY, jax.random.key(0))
    learn = jax.jit(partial(drive.learn, WORLD))
    critic, told = learn(critic, kept, jax.random.key(0))
    for key in range(1, 4):
        critic, told = learn(critic, kept, jax.random.key(key))
    assert float(told["loss"]) < math.log(128)
    assert float(told["of_step"]) > 0.3
    empowerment = jax.jit(lambda critic, view: critic.encoders.empowerment(WORLD.decode(view).flat, critic.bank))
    found = np.asarray(empowerment(critic, view[0]))
    assert found[: episodes // 2].mean() > 0.6
    assert found[episodes // 2 :].mean() < 0.2


def test_futures_are_of_the_same_body_and_seen_from_the_scene() -> None:
    kept = Scene(
        view=jnp.zeros((3, *WORLD.observation.shape, 1), jnp.uint32),
        step=jnp.asarray([[-1], [2], [-1]]),
        place=jnp.asarray([[3.0, 3.0], [4.0, 3.0], [9.0, 9.0]])[..., None],
        after=jnp.asarray([[4.0, 3, 0, 0, 0, 1], [5.0, 4, 0, 0, 0, 1], [9.0, 9, 0, 0, 0, 1]])[..., None],
        ends=jnp.asarray([[False], [True], [False]]),
    )
    draw = jax.jit(partial(drawn, WORLD), static_argnums=(1, 2))
    pairs = draw(kept, 0.9, 8, jax.random.key(0))
    assert pairs.step.sum(1).tolist() == [0, 0, 8, 0]  # the one scene with a step in it
    assert pairs.future[:2].T.tolist() == [[1.0, 1.0]] * 8  # however far ahead, not beyond its end
    nobody = draw(kept._replace(step=kept.step * 0 - 1), 0.9, 8, jax.random.key(0))
    assert float(contrast(Encoders.create(jax.random.key(0), nobody.scene.shape[0]), nobody)) == 0.0


def test_the_step_that_is_kept_is_the_one_the_baby_chose(start: NurseryState) -> None:
    keep = jax.jit(lambda state, before: Empowerment().keep(moment_of(state, before)))
    awake = replace(start, hour=start.hour * 0)
    kept = keep(awake, awake)
    assert set(kept.step.tolist()) <= set(range(STEPS))  # it wanders always
    assert kept.place.tolist() == [[4.0, 4.0]] * 2
    assert keep(replace(awake, hour=start.hour * 0 + P.day - 1), awake).step.tolist() == [-1, -1]  # it sleeps
    assert keep(awake, of(awake, OWN, alive=False)).step.tolist() == [-1, -1]


@dataclass(frozen=True)
class Counting(Drive):
    """Pays how many rollouts it has learned from, and learns by keeping its reward."""

    def score(self, moment: Moment) -> jax.Array:
        return jnp.broadcast_to(moment.learned, moment.tick.reward.shape).astype(jnp.float32)

    def create(self, world: Any, policy: Any, key: jax.Array) -> jax.Array:
        return jnp.int32(0)

    def keep(self, moment: Moment) -> jax.Array:
        return moment.action[MOTHER]

    def learn(self, world: Any, learned: Any, kept: Any, key: jax.Array) -> tuple[Any, dict[str, jax.Array]]:
        assert kept.shape == (TINY.steps, TINY.envs)
        return learned + 1, {"kept": kept.mean()}


def task_of(*terms: Any) -> Task:
    roles = (0, *[NOT_LEARNED] * (len(WORLD.seats) - 1))
    return Task(WORLD, roles=roles, objectives=(terms,))


TERMS = {f"{name}_{term.name}": term for name, terms in OBJECTIVES.items() for term in terms}
"""All terms of all rivals: one learner, and so one program, is paid by all of them."""


def paid_by(names: Sequence[str]) -> Task:
    counting = RewardTerm("count", RewardKind.CONTROL, Counting())
    roles = (0, *[NOT_LEARNED] * (len(WORLD.seats) - 1))
    return Task(WORLD, roles=roles, objectives=((counting, *(replace(TERMS[name], name=name) for name in names)),))


@pytest.mark.slow
def test_what_a_drive_learns_is_a_part_of_the_learner() -> None:
    names = ("baby_reward", "kindness_target_life", "empowerment_empowerment", "overlap_overlap")
    task = paid_by(names)
    learner = jax.jit(init, static_argnums=(0, 1))(TINY, task, jax.random.key(0))
    assert learner.roles[0].learned[1] is None  # the world's reward learns nothing
    before = learner.roles[0].learned
    advance = jax.jit(update, static_argnums=(0, 1))
    for rollouts in range(2):
        learner, metrics = advance(TINY, task, learner)
        assert float(metrics["mother/reward/count"]) == rollouts
        assert 0 <= float(metrics["mother/count/kept"]) < len(WORLD.actions)
        assert all(np.isfinite(float(metrics[f"mother/reward/{name}"])) for name in names)
    assert int(learner.fault) == -1
    assert int(learner.roles[0].learned[0]) == 2
    assert not same(learner.roles[0].learned[2].head, before[2].head)
    assert not same(learner.roles[0].learned[3].encoders, before[3].encoders)


def test_what_still_pays_when_somebody_is_dead_is_learned_where_the_episode_goes_on() -> None:
    """Else the end of the episode would pay a mother for her child's life, or for her own (`OUTLIVING`)."""
    task = replace(paid_by(tuple(TERMS)), world=Nursery(replace(WORLD.params, ends="horizon")))
    learner = jax.jit(init, static_argnums=(0, 1))(TINY, task, jax.random.key(0))
    play = jax.jit(rollout, static_argnums=(0, 1))
    arms = [name for name, terms in OBJECTIVES.items() for _ in terms]

    def paying(*dead: int) -> set[str]:
        world = learner.world
        alive = world.alive.at[jnp.array(dead)].set(False)
        bereft = replace(world, alive=alive, births_left=jnp.zeros_like(world.births_left))
        _, played = play(TINY, task, replace(learner, world=bereft))
        assert not np.asarray(played.tally.ended).any()
        paid = np.abs(np.asarray(played.tally.terms[0])).max(0)[1:]  # but for the term that counts
        return {arm for arm, figure in zip(arms, paid, strict=True) if figure > 0}

    assert paying(OWN) == set(OUTLIVING)
    assert paying(OWN, MOTHER) == {arm for arm, end in OUTLIVING.items() if end == "horizon"}


@pytest.mark.slow
def test_mothers_learn_by_every_rival_and_go_on_where_they_stopped(tmp_path: Path) -> None:
    """Every term is finite, and what the drives have learned is resumed bit for bit."""
    task, config = paid_by(tuple(TERMS)), LearnConfig(ppo=TINY, episodes=2, checkpoint_every=1)
    run = Run.create(tmp_path, "toy", config, seed=0, argv=["run"], console=Console(file=StringIO()))
    whole = learn(config, task, run, Preemption())
    rows = [row for row in run.metrics().to_dicts() if row["split"] == "train"]
    assert all(np.isfinite(row[f"mother/reward/{name}"]) for row in rows for name in TERMS)
    assert all(bool(jnp.isfinite(leaf).all()) for leaf in jax.tree.leaves(whole.policies))
    newest = run.checkpoints().latest()
    assert newest is not None
    for file in newest.iterdir():
        file.unlink()
    newest.rmdir()
    assert same(learn(config, task, run, Preemption()), whole)
