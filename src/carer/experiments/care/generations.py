"""`carer run generations`: whether care decays down a chain of agents.

Agent n is paid for the life of agent n + 1. Source: *The caring drive*, Generations. A first mother is grown as in
`caring_drive`'s arm `baby`. Each later generation begins with its mother's weights and goes on learning, in a nursery
whose grown babies become the mothers (`carer.worlds.nursery.chain`): paid for the next one's life, with one policy for
all or with copies, or, the control, for its own. At last all are tried in the nurseries of `caring_drive`'s trials.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

import jax
import jax.numpy as jnp
from jax import Array

from carer.agents import NOT_LEARNED, LearnConfig, LearnerState, RecurrentPolicy, Task, WorldTerm, learn
from carer.agents.stacking import one_of
from carer.concepts import RewardKind, RewardTerm
from carer.experiments.care import caring_drive
from carer.experiments.care.caring_figures import HIGH, LOW, SCRIPTED, TRIAL
from carer.experiments.care.generation_figures import CHAIN, figures
from carer.experiments.care.growing import learn_config, phase_0
from carer.experiments.care.succession import chains, sheltered
from carer.experiments.care.trying import TRIAL_STREAM, nurseries, seated
from carer.experiments.configs import CaringDriveConfig, GenerationsConfig
from carer.experiments.costs import costs
from carer.runs import Preemption, Progress, Run
from carer.worlds import Transition
from carer.worlds.nursery import NurseryParams, NurseryState, make
from carer.worlds.nursery.chain import chain
from carer.worlds.nursery.state import MOTHER
from carer.worlds.nursery.trial import Lives, Mother, Scripted, lives_of

_SEED_STEP = 1_000_003
"""From the seed of one generation to that of the next: no generation meets the worlds of another."""

Bred = list[RecurrentPolicy]
"""The policies of a line, one stack [seeds] for each generation, the first mothers included."""


def own_life(tick: Transition[NurseryState]) -> Array:
    """In a chain, paid for one's own life and no other's, mother, heir or baby: float32 [agents, *batch]."""
    s, seats = tick.state, tick.reward.shape[0]
    first, mother = s.generation == 0, s.alive[MOTHER]
    alive = [(mother & first)[None], s.alive[MOTHER + 1 : seats - 1], (mother & ~first)[None]]
    return jnp.concatenate(alive).astype(jnp.float32) * NurseryParams.pay


_OWN_LIFE: tuple[WorldTerm, ...] = (RewardTerm("own_life", RewardKind.EXTRINSIC, own_life),)


def run(config: GenerationsConfig, run: Run, *, preemption: Preemption) -> None:
    """Grow the first mothers, breed every line from them, try all generations, and write the figures."""
    run.say(
        f"{config.seeds} first mothers, and {config.generations} generations after them in each of "
        f"{len(config.lines)} line(s) ({', '.join(config.lines)})"
    )
    began, drive = time.monotonic(), first_mothers(config)
    learner = learn(
        learn_config(drive),
        caring_drive.task_of(drive, "baby"),
        run,
        preemption,
        condition="first",
        policies=phase_0(drive, run, preemption),
    )
    spent, bred = {"the first mothers": time.monotonic() - began}, {}
    for line in config.lines:
        began = time.monotonic()
        bred[line], mothers = [learner.policies[0]], learner
        for generation in range(1, config.generations + 1):
            if preemption.requested:
                return
            mothers = _next(config, run, preemption, line, generation, mothers)
            bred[line].append(mothers.policies[0])
        spent[f"the line '{line}'"] = time.monotonic() - began
    if preemption.requested:
        return
    began = time.monotonic()
    run.truncate_metrics(lambda row: row.get("split") not in (TRIAL, CHAIN))
    _try(config, run, bred)
    _follow(config, run, bred)
    told = figures(config, run)
    told["tables"].append(costs({**spent, "trials": time.monotonic() - began}))
    run.write_json("figures.json", told)


def first_mothers(config: GenerationsConfig) -> CaringDriveConfig:
    """The caring drive whose arm `baby` is the first generation."""
    shared = set(CaringDriveConfig.__dataclass_fields__) & set(GenerationsConfig.__dataclass_fields__)
    return CaringDriveConfig(arms=("baby",), **{name: getattr(config, name) for name in shared})


def task_of(config: GenerationsConfig, line: str) -> Task:
    """What a later generation of a line learns: the mother, and after her the heir, in a nursery without mercy."""
    # Paid for her own life, she must not lose it to the rules when her child has died.
    world = chain(
        make(config.preset, ends="family" if line == "own" else "childless"), config.adult_age, config.horizon
    )
    babies = (NOT_LEARNED,) * (len(world.nursery.seats) - 1)
    if line == "copy":
        return Task(world, roles=(0, *babies, 1), frozen=(1,))
    return Task(world, roles=(0, *babies, 0), objectives=(_OWN_LIFE,) if line == "own" else ())


def later_config(config: GenerationsConfig, generation: int) -> LearnConfig:
    """How a later generation learns."""
    first = learn_config(first_mothers(config))
    ppo = replace(first.ppo, updates=config.later_updates, learning_rate=config.later_learning_rate)
    return replace(first, ppo=ppo, seed=config.seed + _SEED_STEP * generation)


def _next(
    config: GenerationsConfig, run: Run, preemption: Preemption, line: str, generation: int, mothers: LearnerState
) -> LearnerState:
    """The daughters: learners [seeds] with all that their mothers had learned, who learn on.

    What a critic's values are worth is told by its normaliser, and so that goes with the weights: where it began anew,
    every generation learned first to mend its values, and unlearned care over it.
    """
    task = task_of(config, line)
    roles = (mothers.roles[0],) * len({role for role in task.roles if role != NOT_LEARNED})
    how, name = later_config(config, generation), f"{line}-{generation}"
    return learn(how, task, run, preemption, condition=name, after=replace(mothers, roles=roles))


def _try(config: GenerationsConfig, run: Run, bred: Mapping[str, Bred]) -> None:
    """Let every generation of every line live in the same nurseries, beside the scripts that make the scale."""
    world, generations = make(config.preset), range(config.generations + 1)

    def lived(mothers: Sequence[Mother]) -> list[Lives]:
        return [lives_of(world, one, nurseries(config.seed, at), config.episodes) for at, one in enumerate(mothers)]

    with Progress(2 + len(bred) * len(generations), "trials", console=run.console) as progress:
        scale = {}
        for name in (LOW, HIGH):
            scale[name] = lived([Scripted.named(name.removeprefix(SCRIPTED))] * config.seeds)
            progress.advance(note=name)
        first = lived(seated(bred[config.lines[0]][0], config.seeds))  # all lines have the same first mothers
        for line in bred:
            for generation in generations:
                found = lived(seated(bred[line][generation], config.seeds)) if generation else first
                for seed, lives in enumerate(found):
                    ends = [float(scale[name][seed].baby.mean()) for name in (LOW, HIGH)]
                    _log(run, line, generation, seed, lives, ends)
                progress.advance(note=f"{line}, generation {generation}")


def _log(run: Run, line: str, generation: int, seed: int, lives: Lives, ends: Sequence[float]) -> None:
    life, ticks = float(lives.baby.mean()), max(int(lives.baby.sum()), 1)
    low, high = ends
    run.log(
        generation,
        condition=line,
        split=TRIAL,
        seed=seed,
        generation=generation,
        baby_life=life,
        score=(life - low) / (high - low),
        selfish=low,
        all_skills=high,
        mother_life=float(lives.mother.mean()),
        carried=float(lives.carried.sum() / ticks),
    )


def _follow(config: GenerationsConfig, run: Run, bred: Mapping[str, Bred]) -> None:
    """Let the chains of the last generation live, and refuse to go on where a daughter has what is not hers.

    Where mothers do not care no child of theirs takes their place: that is why it is asked in a shelter as well.

    Raises:
        CarerError: see `carer.experiments.care.succession.chains`.

    """
    root = jax.random.fold_in(jax.random.key(config.seed), TRIAL_STREAM - 1)
    for line, policies in bred.items():
        world = chain(make(config.preset), config.adult_age, config.horizon)
        here = replace(task_of(config, line), objectives=())  # nobody is paid: the lines share a program
        shelter = replace(here, world=sheltered(world))
        for seed in range(config.seeds):
            own = one_of(policies[-1], seed)
            heir = one_of(policies[-2], seed)  # the copy of a copy's mother is what follows her in training
            roles, key = (own, heir)[: len(here.seats)], jax.random.fold_in(root, seed)
            checked = chains(shelter, roles, key, config.episodes)
            found = chains(here, roles, key, config.episodes)
            run.log(
                config.generations,
                condition=line,
                split=CHAIN,
                seed=seed,
                successions=float(found.successions.mean()),
                as_child=float(found.child.mean()),
                as_mother=float(found.mother.mean()),
                checked=int(found.successions.sum() + checked.successions.sum()),
            )
