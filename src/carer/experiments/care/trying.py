"""What experiments with trained mothers of the nursery share: trials beside the scripted ones, episodes to watch."""

from collections.abc import Mapping, Sequence

import jax
from jax import Array

from carer.agents import RecurrentPolicy, Task
from carer.agents.playing import player
from carer.agents.seated import Seated
from carer.agents.stacking import one_of
from carer.experiments.care.caring_figures import SCRIPTED, TRIAL
from carer.experiments.care.growing import mother_alone
from carer.experiments.configs import CaringDriveConfig
from carer.runs import Progress, Run
from carer.worlds.nursery import Nursery, make
from carer.worlds.nursery.cast import scripted_cast
from carer.worlds.nursery.mothers import MOTHERS
from carer.worlds.nursery.trial import Mother, Scripted, lives_of
from carer.worlds.replay import publish, record

TRIAL_STREAM = 2**31 - 2
"""Of a run's seed: the nurseries of its trials. The streams below it are its experiment's own."""


def nurseries(config_seed: int, mother: int) -> Array:
    """The key of the nurseries that mother number `mother` of every kind, trained or scripted, meets in the trials."""
    return jax.random.fold_in(jax.random.fold_in(jax.random.key(config_seed), TRIAL_STREAM), mother)


def seated(policies: RecurrentPolicy, seeds: int, *, reads: int = 0) -> list[Mother]:
    """The mothers of a stack of policies, who read the world from a seat."""
    return [Seated(one_of(policies, seed), reads=reads) for seed in range(seeds)]


def put_on_trial(config: CaringDriveConfig, run: Run, mothers: Mapping[str, Sequence[Mother]]) -> None:
    """Let each mother, and the scripted ones, live with real births and all dangers, and log how that went.

    The first mothers of all kinds meet the same nurseries, and so do the second ones, and so on.
    """
    run.truncate_metrics(lambda row: row.get("split") != TRIAL)
    scripted = {f"{SCRIPTED}{name}": [Scripted.named(name)] * config.seeds for name in MOTHERS}
    everybody: dict[str, Sequence[Mother]] = {**mothers, **scripted}
    world = make(config.preset)
    with Progress(len(everybody) * config.seeds, "trials", console=run.console) as progress:
        for name, alike in everybody.items():
            _try(config, run, world, name, alike, progress)


def keep_episodes(
    config: CaringDriveConfig, run: Run, grown: Mapping[str, RecurrentPolicy], world: Nursery | None = None
) -> None:
    """An episode of the first mother of each arm, and of the scripted one with all skills: one that nobody chose.

    Args:
        config: of the run.
        run: keeps them.
        grown: by arm, the policies [seeds].
        world: another one than the preset.

    """
    world, key = world or make(config.preset), jax.random.key(config.seed)
    task = Task(world, mother_alone(world))
    for name, policies in grown.items():
        policy = player(task, [one_of(policies, 0)])
        caption = f"The first mother of the arm '{name}'."
        publish(record(world, policy, key, caption=caption), run.path / "episodes", f"mother_{name}")
    replay = record(world, scripted_cast(world, "all_skills"), key, caption="The scripted mother with all skills.")
    publish(replay, run.path / "episodes", "scripted_all_skills")


def _try(
    config: CaringDriveConfig, run: Run, world: Nursery, name: str, mothers: Sequence[Mother], progress: Progress
) -> None:
    for seed, mother in enumerate(mothers):
        lives = lives_of(world, mother, nurseries(config.seed, seed), config.episodes)
        given, others = lives.given.sum(), lives.given_others.sum()
        run.log(
            config.updates,
            condition=name,
            split=TRIAL,
            seed=seed,
            baby_life=float(lives.baby.mean()),
            mother_life=float(lives.mother.mean()),
            given=float(given / max(lives.baby.sum(), 1) / 10_000),
            own_share=float(given / (given + others)) if given + others else None,
            carried=float(lives.carried.sum() / max(lives.baby.sum(), 1)),
        )
        progress.advance(note=name)
