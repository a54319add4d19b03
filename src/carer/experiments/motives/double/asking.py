"""What the agents of `double_misalignment` do, with frozen weights: every arm, beside agents whose motive is known."""

from collections.abc import Mapping, Sequence

import jax
from jax import Array

from carer.agents import LearnerState
from carer.agents.seated import Seated
from carer.audits.motives.commons import Ahead, doings, told
from carer.experiments.configs import DoubleMisalignmentConfig
from carer.experiments.motives.double.growing import ROOM
from carer.experiments.motives.growing import each
from carer.experiments.motives.rows import TRIAL
from carer.runs import Progress, Run
from carer.worlds.motives import Planted
from carer.worlds.motives.commons.scripts import SCRIPTS
from carer.worlds.trial import Player

PLANTED = "planted"
"""The ``split`` of the rows with what an agent did whose motive is known."""
_TRIAL_STREAM = 2**31 - 6


def ask(config: DoubleMisalignmentConfig, run: Run, grown: Mapping[str, LearnerState]) -> None:
    """Log what each agent does, a row for each seed; all of one seed meet the same rooms."""
    run.truncate_metrics(lambda row: row.get("split") not in (TRIAL, PLANTED))
    root = jax.random.fold_in(jax.random.key(config.seed), _TRIAL_STREAM)
    keys = [jax.random.fold_in(root, seed) for seed in range(config.seeds)]
    with Progress(len(grown) + len(SCRIPTS), "trials", console=run.console) as progress:
        for arm, learners in grown.items():
            players = [Seated(learner.roles[0].policy) for learner in each(learners, config.seeds)]
            _log(config, run, keys, arm, TRIAL, players)
            progress.advance(note=arm)
        for name in SCRIPTS:
            _log(config, run, keys, name, PLANTED, [Planted.named(ROOM, name)] * config.seeds)
            progress.advance(note=name)


def figures_of(config: DoubleMisalignmentConfig, player: Player, key: Array) -> dict[str, float]:
    """What an agent does, by `carer.audits.motives.commons.MEASURES`."""
    ahead = Ahead(config.ahead, config.power_gamma, config.rewards)
    return told(doings(ROOM, player, key, config.episodes, ahead))


def _log(
    config: DoubleMisalignmentConfig, run: Run, keys: Sequence[Array], arm: str, split: str, players: Sequence[Player]
) -> None:
    for seed, (player, key) in enumerate(zip(players, keys, strict=True)):
        found = figures_of(config, player, key)
        run.log(config.updates, condition=arm, split=split, seed=seed, **found)
