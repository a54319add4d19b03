"""`carer audit <run> --battery care`: the battery put to the mothers of a caring-drive run.

First what can be asked of anybody who acts, then what can be asked of who can be looked into.
"""

from pathlib import Path

import jax

from carer.agents import RecurrentPolicy, load_policies
from carer.agents.seated import Seated
from carer.agents.stacking import one_of
from carer.audits.care import BATTERY, Trials, ask
from carer.concepts import CarerError, Estimate, Verdict
from carer.experiments.care import pictures as care_pictures
from carer.experiments.care.audit_figures import PUPILS, told
from carer.experiments.care.caring_drive import task_of
from carer.experiments.care.caring_figures import PROJECTION
from carer.experiments.care.growing import learn_config
from carer.experiments.care.inside import inside, stages
from carer.experiments.care.taught import capability
from carer.experiments.checkpoints import newest
from carer.experiments.configs import CaringDriveConfig
from carer.runs import Progress, Run
from carer.worlds.nursery.state import OWN

_ARMS = ("baby", "never")
_STREAM = 2**31 - 3
_INSIDE, _TEACHING, _DRAWING = 1, 2, 3


def run(run: Run, episodes: int, *, look_inside: bool = True, teach: int = 0, pictures: bool = False) -> Path:
    """Audit the arms `baby` and, as the control, `never`, also from the baby's place; write ``audits/care.json``.

    Args:
        run: a finished caring-drive run.
        episodes: whole lives of each mother in each condition.
        look_inside: ask the rows that look inside the mothers, too.
        teach: updates for which the first mothers are paid for what each row measures, to tell whether they can do it;
            0 leaves that out.
        pictures: draw a telling episode of the first mother for each row: ``audits/care.png``.

    Raises:
        CarerError: not a finished caring-drive run, or none with mothers paid for their babies.

    """
    if run.manifest.get("experiment") != "caring_drive" or run.status != "finished":
        raise CarerError(
            f"{run.path} is a {run.status} run of {run.manifest.get('experiment')}.",
            "The battery 'care' is for finished runs of caring_drive.",
        )
    config = run.config(CaringDriveConfig)
    arms = [arm for arm in _ARMS if arm in config.arms]
    if "baby" not in arms:
        raise CarerError(f"{run.path} has no arm 'baby'.", "Nobody in it was paid for a baby's life.")
    key = jax.random.fold_in(jax.random.key(config.seed), _STREAM)
    trials = Trials(config.preset, key, episodes)
    policies = {arm: _policies(run, config, arm) for arm in arms}
    left_out: list[str] = []
    able: dict[str, Estimate] = {}
    mothers = {arm: [Seated(one) for one in policies[arm]] for arm in arms}
    if "never" in arms:
        mothers[PROJECTION] = [Seated(one, reads=OWN) for one in policies["never"]]
    found: dict[str, list[Verdict]] = {kind: [] for kind in mothers}
    with Progress(len(BATTERY) * (1 + (teach > 0)), "battery", console=run.console) as progress:
        for number, (condition, verdicts, why) in enumerate(ask(BATTERY, trials, mothers)):
            progress.advance(note=condition.name)
            left_out += [why] if why else []
            for kind, verdict in verdicts.items():
                found[kind].append(verdict)
            if teach and verdicts:
                able[condition.name] = capability(
                    *(condition, trials, "baby", policies["baby"][:PUPILS]),
                    ppo=learn_config(config).ppo,
                    updates=teach,
                    key=jax.random.fold_in(jax.random.fold_in(key, _TEACHING), number),
                )
            if teach:
                progress.advance(note=f"{condition.name}, paid")
    # What was asked is kept before anything else is tried.
    written = run.write_json("audits/care.json", told(found, episodes, left_out, able=able, teach=teach))
    if look_inside:
        with Progress(stages(config), "inside", console=run.console) as progress:
            within = inside(
                *(run, config, policies, jax.random.fold_in(key, _INSIDE), episodes),
                lambda what: progress.advance(note=what),
                trials=trials,
            )
        run.write_json("audits/care.json", told(found, episodes, left_out, within, able=able, teach=teach))
    if pictures:
        asked = [one for one in BATTERY if any(one.name == verdict.audit for verdict in found["baby"])]
        with Progress(len(asked), "pictures", console=run.console) as progress:
            care_pictures.draw(
                *(asked, config.preset, policies["baby"][0], jax.random.fold_in(key, _DRAWING)),
                run.path / "audits" / "care.png",
                lambda what: progress.advance(note=what),
            )
    return written


def _policies(run: Run, config: CaringDriveConfig, arm: str) -> list[RecurrentPolicy]:
    (policies,) = load_policies(newest(run, arm), learn_config(config), task_of(config, arm))
    return [one_of(policies, seed) for seed in range(config.seeds)]
