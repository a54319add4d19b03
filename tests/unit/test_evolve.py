"""Evolved rewards: what is sensed, what selection does to genomes, and what is said of it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from carer.concepts import CarerError
from carer.experiments.care.evolution import CARING, PLANTED, Arm, Evolution, count_children, genome, terms, unit
from carer.experiments.care.evolve import final_config
from carer.experiments.care.evolve_figures import care_of, grown, verdicts
from carer.experiments.configs import CaringDriveConfig, EvolveConfig
from carer.worlds import Transition
from carer.worlds.nursery import UNIT, NurseryState, make
from carer.worlds.nursery.signals import SIGNALS
from carer.worlds.nursery.state import MOTHER, OWN, STAY
from carer.worlds.nursery.trial import trial

FIRST, SECOND = 2, 3
TINY = EvolveConfig(
    preset="easy", population=8, seeds=3, generations=2, updates=2, envs=2, steps=2, minibatches=1, width=2, judged=4
)
WORLD = make("standard", size=13)


@pytest.fixture(scope="module", autouse=True)
def quick_compiling() -> Iterator[None]:
    """Half the time to compile: the programs of these tests run for milliseconds."""
    before = jax.config.values["jax_disable_most_optimizations"]
    jax.config.update("jax_disable_most_optimizations", True)
    yield
    jax.config.update("jax_disable_most_optimizations", before)


@pytest.fixture(scope="module")
def scene() -> NurseryState:
    """A mother at (6, 6), her baby two steps away, a stranger at the edge of her view, and one beyond it."""
    _, state = WORLD.reset(jax.random.key(0))
    return replace(
        state,
        x=jnp.array([6, 7, 10, 1]),
        y=jnp.array([6, 7, 6, 1]),
        alive=jnp.array([True] * 4),
        energy=jnp.array([2500, UNIT, UNIT, UNIT]),
        cry=jnp.array([0, 6, 3, 15]),
        scent=jnp.zeros((2, 4), jnp.uint32).at[0, :].set(jnp.array([64, 48, 16, 64], jnp.uint32)),
        carried=jnp.int32(0),
    )


def sensed(state: NurseryState) -> dict[str, float]:
    return {name: float(signal(WORLD.params, state)) for name, signal in SIGNALS.items()}


def test_signals_are_what_she_can_sense(scene: NurseryState) -> None:
    assert sensed(scene) == pytest.approx(
        {
            "own_life": 1.0,
            "own_energy": 0.25,
            "own_baby": 1.0,
            "own_cry": 6 / 15,
            "other_babies": 0.5,  # the one beyond her view is not seen, and cries out of hearing
            "other_cries": 3 / 15 / 2,
            "kin_scent": 0.75,  # of the first stranger nothing is smelt from four steps away
            "holding": 0.0,
        }
    )
    far = eqx.tree_at(lambda one: one.x, scene, scene.x.at[OWN].set(1))
    assert {name: sensed(far)[name] for name in ("own_baby", "own_cry", "kin_scent")} == pytest.approx(
        {"own_baby": 0.0, "own_cry": 6 / 15, "kin_scent": 0.0}
    )
    assert sensed(replace(scene, carried=jnp.int32(FIRST)))["holding"] == 1.0


def test_the_dead_sense_nothing_and_are_not_sensed(scene: NurseryState) -> None:
    dead = replace(scene, alive=scene.alive.at[MOTHER].set(False), carried=jnp.int32(OWN))
    assert set(sensed(dead).values()) == {0.0}
    without = sensed(replace(scene, alive=scene.alive.at[OWN].set(False)))
    assert (without["own_baby"], without["own_cry"], without["kin_scent"]) == (0.0, 0.0, 0.0)


def test_signals_pay_the_mother_and_nobody_else(scene: NurseryState) -> None:
    tick = Transition(scene, jnp.full(4, 7.0), scene.over, scene.over, None)
    for term in terms(WORLD.params):
        paid: Any = term.score(tick)  # pyright: ignore[reportCallIssue]
        assert paid[1:].tolist() == [0.0] * 3
        assert float(paid[0]) == pytest.approx(sensed(scene)[term.name] * WORLD.params.pay)


TARGET = unit(jnp.arange(len(SIGNALS)) - 3.0)


def evolved(*, selected: bool) -> tuple[np.ndarray, np.ndarray]:
    """The first genomes, and the last means [S, K], where fitness is how far a genome points to `TARGET`."""
    evolution = Evolution(TINY, Arm("even", selected))

    def generation(strategies: Any, at: jax.Array) -> tuple[Any, jax.Array]:
        genomes, strategies = evolution.ask(strategies, at)
        return evolution.tell(strategies, genomes, unit(genomes) @ TARGET, at), genomes

    last, genomes = jax.jit(lambda: jax.lax.scan(generation, evolution.first(), jnp.arange(25)))()
    return np.asarray(genomes[0]), np.asarray(unit(last.mean))


def test_selection_finds_what_is_fit_and_chance_does_not() -> None:
    (first, selected), (same, neutral) = evolved(selected=True), evolved(selected=False)
    assert (selected @ TARGET).min() > 0.9
    assert (neutral @ TARGET).mean() < 0.6
    np.testing.assert_array_equal(first, same)  # both begin with the same


def test_a_lifetime_is_paid_by_its_genome_and_never_by_fitness() -> None:
    evolution = Evolution(TINY, Arm("even", True))
    assert [term.name for term in evolution.task.terms[0]] == list(SIGNALS)
    fitness = jnp.arange(24.0).reshape(3, 8)
    start, told = jax.jit(lambda one: (evolution.start(), evolution.told(evolution.start(), one)))(fitness)
    for search in (start, told):
        (weights,) = search.learner.hyper.weights
        np.testing.assert_allclose(weights, unit(search.genomes).reshape(24, -1), rtol=1e-6)
        np.testing.assert_allclose(jnp.linalg.norm(weights, axis=-1), 1.0, rtol=1e-5)
    keys = jax.random.key_data(start.learner.key).reshape(3, 8, -1)
    assert (keys == keys[:, :1]).all()  # of a population all begin alike
    assert (keys[0] != keys[1]).any()
    again = jax.random.key_data(told.learner.key).reshape(3, 8, -1)
    assert (keys != again).any()


def test_planted_rewards_are_lived_by_from_the_first_generation_s_beginning() -> None:
    evolution = Evolution(TINY, Arm("even", True))
    start, planted = jax.jit(lambda: (evolution.start().learner, evolution.planted()))()
    (weights,) = planted.hyper.weights
    own = np.asarray(weights).reshape(3, len(PLANTED), len(SIGNALS))
    assert (own == own[:1]).all()  # the same in every population
    for found, reward in zip(own[0], PLANTED.values(), strict=True):
        size = np.linalg.norm(list(reward.values())) if reward else 1.0
        assert dict(zip(SIGNALS, found.tolist(), strict=True)) == pytest.approx(
            {name: reward.get(name, 0.0) / size for name in SIGNALS}
        )
    keys = jax.random.key_data(planted.key).reshape(3, len(PLANTED), -1)
    assert (keys == jax.random.key_data(start.key).reshape(3, 8, -1)[:, :1]).all()


class Idle(eqx.Module):
    """Does nothing, ever."""

    def start(self, episodes: int) -> tuple[()]:
        return ()

    def act(
        self, world: object, memory: tuple[()], word: jax.Array, state: NurseryState
    ) -> tuple[tuple[()], jax.Array]:
        return memory, jnp.full(word.shape, STAY)


def test_fitness_is_the_life_of_all_children() -> None:
    """Her babies need nothing: they leave home one after another."""
    world = make(
        "easy", size=9, horizon=40, births=2, fledge_age=10, gap=2, birth_from=1, birth_to=1, baby_burn=0.0, pits=0,
        fledged_survival=1.0,
    )  # fmt: skip
    found = jax.tree.map(np.asarray, trial(world, Idle(), jax.random.key(0), 4, count_children))
    assert found.born.tolist() == found.fledged.tolist() == [2] * 4
    # Born at tick 1 and, the first having left at 11, at 13: to the end they live 40 and 28 ticks.
    assert found.ticks.tolist() == [68] * 4


def test_the_rewards_found_are_tried_at_full_size() -> None:
    config = EvolveConfig(updates=3, envs=8, width=4, minibatches=2)
    final = final_config(config)
    # So that both can be compared.
    assert final == CaringDriveConfig(arms=("baby",), seeds=config.seeds, evaluate_every=config.evaluate_every)
    assert (final.updates, final.envs, final.width) == (config.final_updates, config.final_envs, config.final_width)
    assert final.alone == config.final_alone
    assert (final.seeds, final.steps, final.arms) == (config.seeds, config.steps, ("baby",))


def test_care_is_a_direction() -> None:
    names = list(SIGNALS)
    caring = np.asarray(genome(CARING))
    selfish = np.array([float(name == "own_life") for name in names])
    assert care_of([caring * 3, -caring, selfish, caring * 0]) == pytest.approx([1.0, -1.0, 0.0, 0.0])


def test_an_evolved_drive_is_claimed_against_the_neutral_populations() -> None:
    care = {
        "even-selected": [0.8, 0.7, 0.9], "even-neutral": [0.1, -0.1, 0.0],
        "patchy-selected": [0.05, 0.1, 0.0], "patchy-neutral": [0.0, 0.1, -0.1],
    }  # fmt: skip
    fitness = {name: [50.0, 60.0, 55.0] for name in care}
    said = verdicts(EvolveConfig(), care, fitness)
    assert len(said) == 5
    assert said[0].startswith("Food even: care in the selected rewards (a cosine), against neutral ones: more, +0.80 [")
    assert "not told apart, +0" in said[1]
    assert "against neutral ones: not told apart" in said[2]
    assert said[4].startswith("What selection adds to care where food is even, less the same where it is patchy: more")
    few = verdicts(EvolveConfig(foods=("even",)), {name: scores[:2] for name, scores in care.items()}, fitness)
    assert "too few for a claim" in few[0]
    assert len(few) == 2


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"foods": ("evn",)}, "even"),
        ({"foods": ()}, "Name each food once"),
        ({"population": 1}, "population = 1."),
        ({"battery": -1}, "battery = -1."),
        ({"spread": 0.0}, "spread = 0.0."),
        ({"judged": 0}, "judged = 0."),
    ],
)
def test_what_cannot_evolve_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(CarerError) as refused:
        EvolveConfig(**changes)
    assert said in str(refused.value)


def test_the_mothers_of_selected_rewards_stand_beside_those_paid_for_their_babies() -> None:
    lives = {
        "scripted: selfish": [40.0, 40.0, 40.0],
        "scripted: all_skills": [140.0, 140.0, 140.0],
        "even-selected": [50.0, 55.0, 45.0],
        "baby": [110.0, 120.0, 115.0],
    }
    (said,) = grown(EvolveConfig(foods=("even",)), lives)
    assert said.startswith("Food even: score of the babies of mothers whom selected rewards grow")
    assert "less, -0.65 [-0.7" in said
    (few,) = grown(EvolveConfig(foods=("even",)), {name: of[:2] for name, of in lives.items()})
    assert "too few for a claim" in few
