"""A search for reward functions: it selects reward functions by the descendants of those who learned by them.

A genome is a weight for each signal of `carer.worlds.nursery.signals`; its direction alone counts, for learning does
not feel the size of a reward. SNES (Wierstra et al. 2014, from evosax) moves the mean and the spread of a population of
genomes. Within a lifetime nothing but the weighted signals is paid; descendants are counted afterwards.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from evosax.algorithms import SNES
from jax import Array

from carer.agents import Hyper, LearnerState, PPOConfig, RecurrentPolicy, Task, WorldTerm, init
from carer.agents.seated import Seated
from carer.concepts import RewardKind, RewardTerm
from carer.experiments.care.growing import mother_alone
from carer.experiments.configs import FOODS, EvolveConfig
from carer.worlds import Transition
from carer.worlds.nursery import Nursery, NurseryParams, NurseryState, make
from carer.worlds.nursery.curriculum import Hardening
from carer.worlds.nursery.signals import SIGNALS
from carer.worlds.nursery.trial import trial

CARING = {"own_baby": 1.0, "own_cry": -1.0, "kin_scent": 1.0}
"""The direction of a caring reward: one's own is there, does not cry, and is near."""
PLANTED: dict[str, dict[str, float]] = {
    "nothing": {},
    "her own life": {"own_life": 1.0},
    "her baby in sight": {"own_baby": 1.0},
    "care": CARING,
    "care and her own life": {**CARING, "own_life": 1.0},
}
"""Rewards that nobody evolved, and what they pay: what a lifetime can make of them is what selection can see."""

_START, _ASK, _TELL, _LIFE, _JUDGE, _SHUFFLE = range(6)


@dataclass(frozen=True)
class Arm:
    """A way of evolving: how food lies about, and whether descendants count; if not, fitness is dealt out at random."""

    food: str
    selected: bool

    @property
    def name(self) -> str:
        """What it is called in tables, metrics and checkpoints."""
        return f"{self.food}-{'selected' if self.selected else 'neutral'}"


@dataclass(frozen=True)
class Sensed:
    """A signal as a reward: paid to the mother, and to nobody else.

    Attributes:
        params: of the nursery.
        name: of the signal.
    """

    params: NurseryParams
    name: str

    def __call__(self, tick: Transition[NurseryState]) -> Array:
        """See `carer.agents.WorldScore`."""
        felt = SIGNALS[self.name](self.params, tick.state) * self.params.pay
        return jnp.zeros_like(tick.reward).at[0].set(felt)


class Search(eqx.Module):
    """Several populations between two rollouts of a lifetime, S of them, each of P genomes with K weights.

    Attributes:
        strategy: SNES's state, every leaf [S, ...].
        genomes: float32 [S, P, K], being tried.
        learner: who is tried, every leaf [S * P, ...].
        generation: int32 [].
    """

    strategy: Any
    genomes: Array
    learner: LearnerState
    generation: Array

    @property
    def means(self) -> Array:
        """Directions of the populations' mean genomes: float32 [S, K]."""
        return unit(self.strategy.mean)


class Children(eqx.Module):
    """What became of a mother's children, over an episode: int32 each.

    Attributes:
        ticks: lived by all of them, at home and away; this is fitness.
        born: how many.
        fledged: how many left home.
    """

    ticks: Array
    born: Array
    fledged: Array


def count_children(before: NurseryState, action: Array, tick: Transition[NurseryState]) -> Children:
    """See `carer.worlds.nursery.trial.Measure`."""
    del before, action
    truth = tick.truth
    return Children(truth.lives, truth.born.astype(jnp.int32), truth.fledged.astype(jnp.int32))


def unit(genomes: Array) -> Array:
    """Genomes [..., K] as rewards: their directions."""
    return genomes / jnp.maximum(jnp.linalg.norm(genomes, axis=-1, keepdims=True), 1e-6)


def genome(reward: Mapping[str, float]) -> Array:
    """The weights of all signals, float32 [K], of a reward that names those it pays for."""
    return jnp.array([reward.get(name, 0.0) for name in SIGNALS], jnp.float32)


def terms(params: NurseryParams) -> tuple[WorldTerm, ...]:
    """The signals as the terms of an objective; a genome has their weights."""
    return tuple(RewardTerm(name, RewardKind.INTRINSIC, Sensed(params, name)) for name in SIGNALS)


class Evolution:
    """The outer loop of one arm."""

    def __init__(self, config: EvolveConfig, arm: Arm) -> None:
        """Set up the arm's world, learners and strategy."""
        self.config, self.arm = config, arm
        self.world: Nursery = make(
            config.preset, births=config.births, fledge_age=config.fledge_age, ends="family", **FOODS[arm.food]
        )
        self.task = Task(
            self.world,
            roles=mother_alone(self.world),
            objectives=(terms(self.world.params),),
            curriculum=Hardening(config.easy_until, config.hard_from),
        )
        ppo = {name: getattr(config, name) for name in PPOConfig.__dataclass_fields__ if hasattr(config, name)}
        self.ppo = PPOConfig(**ppo)
        self.strategy = SNES(population_size=config.population, solution=jnp.zeros(len(SIGNALS)))
        self.how = self.strategy.default_params.replace(std_init=jnp.float32(config.spread))

    def start(self) -> Search:
        """Populations around no reward at all."""
        return self._tried(self.first(), jnp.int32(0))

    def told(self, search: Search, fitness: Array) -> Search:
        """The next generation. Fitness float32 [S, P]; the more the better."""
        strategies = self.tell(search.strategy, search.genomes, fitness, search.generation)
        return self._tried(strategies, search.generation + 1)

    def first(self) -> Any:
        """SNES's state before the first generation, every leaf [S, ...]."""
        nothing = jnp.zeros(len(SIGNALS))
        return jax.vmap(lambda key: self.strategy.init(key, nothing, self.how))(self._keys(0, _START))

    def ask(self, strategies: Any, generation: Array) -> tuple[Array, Any]:
        """The genomes of a generation, [S, P, K], and SNES's state."""
        ask = jax.vmap(lambda key, state: self.strategy.ask(key, state, self.how))
        return ask(self._keys(generation, _ASK), strategies)

    def tell(self, strategies: Any, genomes: Array, fitness: Array, generation: Array) -> Any:
        """SNES's state after selection; of a neutral arm, after fitness was dealt out at random."""
        if not self.arm.selected:
            fitness = jax.vmap(jax.random.permutation)(self._keys(generation, _SHUFFLE), fitness)

        def tell(key: Array, genomes: Array, fitness: Array, state: Any) -> Any:
            return self.strategy.tell(key, genomes, -fitness, state, self.how)[0]  # SNES looks for the least

        return jax.vmap(tell)(self._keys(generation, _TELL), genomes, fitness, strategies)

    def judge(self, policy: RecurrentPolicy, key: Array) -> Children:
        """The children of one learner, each leaf [judged]."""
        return trial(self.world, Seated(policy), key, self.config.judged, count_children)

    def judge_keys(self, generation: Array | int, members: int) -> Array:
        """All members of a population meet the same nurseries, new ones in every generation: keys [S * members]."""
        return jnp.repeat(self._keys(generation, _JUDGE), members)

    def newborn(self, genomes: Array, generation: Array | int) -> LearnerState:
        """Somebody who has not learned yet for each of the genomes [S, P, K]: stacked [S * P]."""
        weights = unit(genomes).reshape(-1, len(SIGNALS))
        # One key for a population: whatever its members come to differ in, it is the reward they began with.
        keys = jnp.repeat(self._keys(generation, _LIFE), genomes.shape[1])
        plain = Hyper.of(self.ppo, self.task)
        return jax.vmap(lambda key, own: init(self.ppo, self.task, key, replace(plain, weights=(own,))))(keys, weights)

    def planted(self) -> LearnerState:
        """Newborns of the first generation with the rewards of `PLANTED`, for each population: [S * planted]."""
        genomes = jnp.stack([genome(reward) for reward in PLANTED.values()])
        return self.newborn(jnp.broadcast_to(genomes, (self.config.seeds, *genomes.shape)), 0)

    def _tried(self, strategies: Any, generation: Array) -> Search:
        """New genomes, and their newborns."""
        genomes, strategies = self.ask(strategies, generation)
        return Search(strategies, genomes, self.newborn(genomes, generation), generation)

    def _keys(self, generation: Array | int, purpose: int) -> Array:
        root = jax.random.fold_in(jax.random.fold_in(jax.random.key(self.config.seed), generation), purpose)
        return jax.vmap(partial(jax.random.fold_in, root))(jnp.arange(self.config.seeds))
