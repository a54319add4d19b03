"""`carer run evolve`: reward functions are selected by descendants.

Does a caring drive evolve, and where? Source: *The caring drive*, evolved reward. Populations evolve where food lies
about evenly or in patches, and beside each a neutral one whose fitness is dealt out at random. What a lifetime makes
of rewards that are planted says what selection can see at all. Then mothers are grown
by each population's mean genome, in the world of `caring_drive` and beside its arm `baby`, tried in the same nurseries
and put to the battery.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

import jax
import jax.numpy as jnp
from jax import Array

from carer.agents import Hyper, RecurrentPolicy, learn
from carer.audits.care import BATTERY, Trials, ask
from carer.experiments.care import caring_drive
from carer.experiments.care.caring_figures import HIGH, LOW, SCRIPTED, TRIAL
from carer.experiments.care.evolution import Arm, terms
from carer.experiments.care.evolve_figures import battery_of, figures
from carer.experiments.care.evolving import evolve, plant
from carer.experiments.care.growing import learn_config, phase_0
from carer.experiments.care.trying import nurseries, seated
from carer.experiments.configs import CaringDriveConfig, EvolveConfig
from carer.experiments.costs import costs
from carer.runs import Preemption, Progress, Run
from carer.worlds.nursery import make
from carer.worlds.nursery.trial import Mother, Scripted, lives_of

BABY = "baby"
"""Mothers paid for their baby's life, who stand beside those that the evolved rewards grew."""
_BATTERY_STREAM = 2**31 - 3


def run(config: EvolveConfig, run: Run, *, preemption: Preemption) -> None:
    """Evolve every arm, grow mothers by what was found, try them, and write the figures."""
    arms = [Arm(food, selected) for food in config.foods for selected in (True, False)]
    run.say(
        f"{config.seeds} populations of {config.population} reward functions in each of {len(arms)} arms "
        f"({', '.join(arm.name for arm in arms)}), {config.generations} generations"
    )
    spent, genomes = {}, {}
    for arm in arms:
        began = time.monotonic()
        search = evolve(config, arm, run, preemption)
        if preemption.requested:
            return
        spent[f"evolving {arm.name}"] = time.monotonic() - began
        genomes[arm.name] = search.means
    began = time.monotonic()
    for food in config.foods:
        plant(config, food, run, preemption)
        if preemption.requested:
            return
    spent["planted rewards"] = time.monotonic() - began
    began, grown = time.monotonic(), {}
    first = phase_0(final_config(config), run, preemption)
    for name in (*genomes, BABY):
        if preemption.requested:
            return
        grown[name] = _grown(config, run, preemption, name, first, genomes.get(name))
        if preemption.requested:
            return
    spent["growing mothers"] = time.monotonic() - began
    began = time.monotonic()
    run.truncate_metrics(lambda row: row.get("split") != TRIAL)
    mothers = {name: seated(policies, config.seeds) for name, policies in grown.items()}
    _try(config, run, mothers)
    told = figures(config, run, genomes)
    if config.battery:
        told["tables"].append(_battery(config, run, mothers))
    told["tables"].append(costs({**spent, "trials": time.monotonic() - began}))
    run.write_json("figures.json", told)


def final_config(config: EvolveConfig) -> CaringDriveConfig:
    """The caring drive in whose world, and at whose size, the mothers of the rewards found are grown."""
    shared = set(CaringDriveConfig.__dataclass_fields__) & set(EvolveConfig.__dataclass_fields__)
    same = {name: getattr(config, name) for name in shared}
    sizes = {name: getattr(config, f"final_{name}") for name in ("alone", "updates", "envs", "minibatches", "width")}
    return CaringDriveConfig(**{**same, **sizes, "arms": ("baby",)})


def _grown(
    config: EvolveConfig,
    run: Run,
    preemption: Preemption,
    name: str,
    first: Sequence[RecurrentPolicy],
    genomes: Array | None,
) -> RecurrentPolicy:
    """A mother for each population, paid by its mean genome; or, without genomes, for her baby's life: [seeds].

    All go on from the same `first` ones, who have learned to live in phase 0.
    """
    drive = final_config(config)
    task, how = caring_drive.task_of(drive, "baby"), learn_config(drive)
    if genomes is None:
        return learn(how, task, run, preemption, condition=f"grown-{name}", policies=first).policies[0]
    world = make(config.preset, ends="family")  # as in the lifetimes: some are paid for more than their children
    task = replace(task, world=world, objectives=(terms(world.params),))
    plain = jax.tree.map(lambda leaf: jnp.broadcast_to(leaf, (config.seeds, *leaf.shape)), Hyper.of(how.ppo, task))
    hyper = replace(plain, weights=(genomes,))
    return learn(how, task, run, preemption, condition=f"grown-{name}", hyper=hyper, policies=first).policies[0]


def _try(config: EvolveConfig, run: Run, grown: Mapping[str, Sequence[Mother]]) -> None:
    """Let each mother live, beside the scripts that make the scale, all in the same nurseries."""
    world = make(config.preset)
    ends = {name: [Scripted.named(name.removeprefix(SCRIPTED))] * config.seeds for name in (LOW, HIGH)}
    with Progress(len(grown) + len(ends), "trials", console=run.console) as progress:
        for name, mothers in {**ends, **grown}.items():
            for seed, mother in enumerate(mothers):
                lives = lives_of(world, mother, nurseries(config.seed, seed), config.episodes)
                run.log(
                    config.final_updates,
                    condition=name,
                    split=TRIAL,
                    seed=seed,
                    baby_life=float(lives.baby.mean()),
                    mother_life=float(lives.mother.mean()),
                    carried=float(lives.carried.sum() / max(int(lives.baby.sum()), 1)),
                )
            progress.advance(note=name)


def _battery(config: EvolveConfig, run: Run, grown: Mapping[str, Sequence[Mother]]) -> dict[str, object]:
    """Put the battery to all of them; every raw score is kept in ``audits/care.json``."""
    key = jax.random.fold_in(jax.random.key(config.seed), _BATTERY_STREAM)
    trials = Trials(config.preset, key, config.battery)
    found = []
    with Progress(len(BATTERY), "battery", console=run.console) as progress:
        for asked in ask(BATTERY, trials, grown):
            found.append(asked)
            progress.advance(note=asked.condition.name)
    told = battery_of(found, list(grown), config.battery)
    run.write_json("audits/care.json", told)
    return told["tables"][0]
