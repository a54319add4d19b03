"""`carer run capability`: whether general care needs both a large network and a diverse world, as the source predicts.

The caring drive (phase 0, then paid for her baby's life) is run in a grid: networks of several widths, worlds that hold
several numbers of different lives (`carer.worlds.nursery.repeating`). Every mother is then tried in lives of her own
world and in new ones, and is put to the battery's held-out rows.
"""

import time
from collections.abc import Mapping, Sequence

import jax

from carer.agents import RecurrentPolicy, Task, learn
from carer.agents.seated import Seated
from carer.agents.stacking import one_of
from carer.audits.care import BATTERY, Trials, ask
from carer.concepts import CarerError
from carer.experiments.care.audit_figures import held_out
from carer.experiments.care.capability_figures import CELL, Cell, figures
from carer.experiments.care.growing import hardened, learn_config, mother_alone, phase_0
from carer.experiments.care.trying import nurseries
from carer.experiments.configs import CapabilityConfig
from carer.experiments.costs import costs
from carer.runs import Preemption, Progress, Run
from carer.worlds.nursery import Nursery, make
from carer.worlds.nursery.repeating import Repeating
from carer.worlds.nursery.trial import Mother, Scripted, lives_of

_BATTERY_STREAM = 2**31 - 3
_SCALE = ("selfish", "all_skills")


def run(config: CapabilityConfig, run: Run, *, preemption: Preemption) -> None:
    """Grow the mothers of every cell, try them, put them to the held-out rows, and write the figures."""
    cells = [Cell(width, lives) for width in config.widths for lives in config.lives]
    run.say(f"{config.seeds} mothers in each of {len(cells)} cells: {', '.join(cell.name for cell in cells)}")
    began, grown = time.monotonic(), {}
    for cell in cells:
        policies = _grown(config, cell, run, preemption)
        if preemption.requested:
            return
        grown[cell] = [one_of(policies, seed) for seed in range(config.seeds)]
    spent, began = {"training": time.monotonic() - began}, time.monotonic()
    run.truncate_metrics(lambda row: row.get("split") != CELL)
    key = jax.random.key(config.seed)
    trials = Trials(config.preset, jax.random.fold_in(key, _BATTERY_STREAM), config.episodes)
    with Progress(len(cells) + 1, "battery", console=run.console) as progress:
        scales = {lives: _scale(config, lives) for lives in {*config.lives, 0}}
        progress.advance(note="the scripts")
        for cell, policies in grown.items():
            _ask(config, run, trials, cell, policies, scales)
            progress.advance(note=cell.name)
    told = figures(config, run, cells)
    told["tables"].append(costs({**spent, "trials and battery": time.monotonic() - began}))
    run.write_json("figures.json", told)


def world_of(config: CapabilityConfig, lives: int, birth: str = "real") -> Nursery:
    """The nursery that holds so many lives."""
    nursery = make(config.preset, birth=birth)
    return Repeating(nursery.params, lives) if lives else nursery


def _grown(config: CapabilityConfig, cell: Cell, run: Run, preemption: Preemption) -> RecurrentPolicy:
    """The policies of a cell, stacked [seeds]."""
    drive, world = config.drive(cell.width), world_of(config, cell.lives)
    alone = world_of(config, cell.lives, "never")
    first = phase_0(drive, run, preemption, world=alone, name=f"{cell.name}, phase 0")
    task = Task(world, roles=mother_alone(world), curriculum=hardened(drive))
    return learn(learn_config(drive), task, run, preemption, condition=cell.name, policies=first).policies[0]


def _scale(config: CapabilityConfig, lives: int) -> list[list[float]]:
    """Mean ticks that the babies of the two scripts live that make the scale, for each seed: in so many lives."""
    return [[_baby_life(config, lives, Scripted.named(name), seed) for name in _SCALE] for seed in range(config.seeds)]


def _baby_life(config: CapabilityConfig, lives: int, mother: Mother, seed: int) -> float:
    key = nurseries(config.seed, seed)
    return float(lives_of(world_of(config, lives), mother, key, config.episodes).baby.mean())


def _ask(
    config: CapabilityConfig,
    run: Run,
    trials: Trials,
    cell: Cell,
    policies: Sequence[RecurrentPolicy],
    scales: Mapping[int, Sequence[Sequence[float]]],
) -> None:
    """Log for each mother of a cell how her babies live in known and in new lives, and her held-out score."""
    mothers = [Seated(one) for one in policies]
    asked = list(ask([condition for condition in BATTERY if condition.held_out], trials, {cell.name: mothers}))
    for one in asked:
        if one.left_out:
            run.say(one.left_out)
    _, general = held_out([one.verdicts[cell.name] for one in asked if one.verdicts])
    if not general:
        raise CarerError(f"none of the held-out rows applies to the preset '{config.preset}'.", "Take another preset.")
    for seed, mother in enumerate(mothers):
        scores = []
        for lives in (cell.lives, 0):
            low, high = scales[lives][seed]
            scores.append((_baby_life(config, lives, mother, seed) - low) / (high - low))
        row = {"condition": cell.name, "split": CELL, "seed": seed, "width": cell.width, "world": cell.world}
        run.log(config.updates, **row, known=scores[0], new=scores[1], general=general[seed])
