"""`carer run caring_drive`: mothers are grown by gradient descent from their babies' lifetimes alone.

Source: *The caring drive* (`docs/caring_drive.md`). A mother is paid for each tick of her own life until her baby is
born, and from then on for each tick that it lives; nothing is ever paid for feeding, nearness or defence. Beside her
stand mothers paid for their own lives, with a baby, without one, and with the inner cue of a birth but no baby.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array

from carer.agents import OWN_REWARD, RecurrentPolicy, Task, WorldTerm, learn
from carer.agents.playing import player
from carer.agents.seated import Seated
from carer.agents.stacking import one_of
from carer.concepts import RewardKind, RewardTerm
from carer.experiments.caring_figures import SCRIPTED, TRIAL, figures
from carer.experiments.configs import CaringDriveConfig
from carer.experiments.costs import costs
from carer.experiments.growing import learn_config, mother_alone
from carer.runs import Preemption, Progress, Run
from carer.worlds import Transition
from carer.worlds.nursery import Nursery, NurseryParams, make
from carer.worlds.nursery.cast import scripted_cast
from carer.worlds.nursery.curriculum import Hardening
from carer.worlds.nursery.mothers import MOTHERS
from carer.worlds.nursery.state import OWN, NurseryState
from carer.worlds.nursery.trial import Mother, Scripted, lives_of
from carer.worlds.replay import publish, record

_TRIAL_STREAM = 2**31 - 2


def own_life(tick: Transition[NurseryState]) -> Array:
    """Paid for one's own life, and for no other: float32 [agents, *batch]."""
    return tick.state.alive[: tick.reward.shape[0]].astype(jnp.float32) * NurseryParams.pay


_OWN_LIFE: tuple[WorldTerm, ...] = (RewardTerm("own_life", RewardKind.EXTRINSIC, own_life),)


@dataclass(frozen=True)
class Arm:
    """How the mothers of an arm are trained: in which world, and paid for what."""

    birth: str = "real"
    terms: tuple[WorldTerm, ...] = OWN_REWARD


ARMS = {
    "baby": Arm(),
    "own": Arm(terms=_OWN_LIFE),
    "never": Arm("never", _OWN_LIFE),
    "sham": Arm("sham", _OWN_LIFE),
}


def run(config: CaringDriveConfig, run: Run, *, preemption: Preemption) -> None:
    """Train every arm, try all mothers in the same nurseries beside the scripted ones, and write the figures."""
    world = make(config.preset)
    run.say(
        f"{config.seeds} mothers in each of {len(config.arms)} arm(s) ({', '.join(config.arms)}), "
        f"{config.updates} updates of {config.envs} episodes by {config.steps} ticks"
    )
    spent, grown = {}, {}
    for name in config.arms:
        began = time.monotonic()
        learner = learn(learn_config(config), task_of(config, name), run, preemption, condition=name)
        spent[f"training {name}"] = time.monotonic() - began
        if preemption.requested:
            return
        grown[name] = learner.policies[0]
    began = time.monotonic()
    run.truncate_metrics(lambda row: row.get("split") != TRIAL)
    mothers = _mothers(config, grown)
    with Progress(len(mothers) * config.seeds, "trials", console=run.console) as progress:
        for name, alike in mothers.items():
            _try(config, run, world, name, alike, progress)
    _episodes(config, run, world, grown)
    told = figures(config, run)
    told["tables"].append(costs({**spent, "trials": time.monotonic() - began}))
    run.write_json("figures.json", told)


def task_of(config: CaringDriveConfig, arm: str) -> Task:
    """What the mothers of an arm learn; babies are moved by the world's script."""
    how = ARMS[arm]
    world = make(config.preset, birth=how.birth)
    return Task(
        world,
        roles=mother_alone(world),
        objectives=(how.terms,),
        curriculum=Hardening(config.easy_until, config.hard_from),
    )


def _mothers(config: CaringDriveConfig, grown: Mapping[str, RecurrentPolicy]) -> dict[str, list[Mother]]:
    """Everybody that is tried, one for each seed."""
    seeds = range(config.seeds)
    mothers: dict[str, list[Mother]] = {
        name: [Seated(one_of(policies, seed)) for seed in seeds] for name, policies in grown.items()
    }
    if "never" in grown:  # a mother who knows how to live, and takes her baby's place
        mothers["projection"] = [Seated(one_of(grown["never"], seed), reads=OWN) for seed in seeds]
    for name in MOTHERS:
        mothers[f"{SCRIPTED}{name}"] = [Scripted.named(name)] * config.seeds
    return mothers


def _try(
    config: CaringDriveConfig, run: Run, world: Nursery, name: str, mothers: Sequence[Mother], progress: Progress
) -> None:
    """Let each mother live, with real births and all dangers, and log how that went.

    The first mothers of all kinds meet the same nurseries, and so do the second ones, and so on.
    """
    root = jax.random.fold_in(jax.random.key(config.seed), _TRIAL_STREAM)
    for seed, mother in enumerate(mothers):
        lives = lives_of(world, mother, jax.random.fold_in(root, seed), config.episodes)
        given, others = lives.given.sum(), lives.given_others.sum()
        run.log(
            config.updates,
            condition=name,
            split=TRIAL,
            seed=seed,
            baby_life=float(lives.baby.mean()),
            mother_life=float(lives.mother.mean()),
            given=float(given / max(lives.baby.sum(), 1) / 10_000),
            own_share=float(given / max(given + others, 1)),
            carried=float(lives.carried.sum() / max(lives.baby.sum(), 1)),
        )
        progress.advance(note=name)


def _episodes(config: CaringDriveConfig, run: Run, world: Nursery, grown: dict[str, RecurrentPolicy]) -> None:
    """An episode of the first mother of each arm, and of the scripted one with all skills: one that nobody chose."""
    key = jax.random.key(config.seed)
    for name, policies in grown.items():
        policy = player(task_of(config, name), [one_of(policies, 0)])
        caption = f"The first mother of the arm '{name}'."
        publish(record(world, policy, key, caption=caption), run.path / "episodes", f"mother_{name}")
    replay = record(world, scripted_cast(world, "all_skills"), key, caption="The scripted mother with all skills.")
    publish(replay, run.path / "episodes", "scripted_all_skills")
