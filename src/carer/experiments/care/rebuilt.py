"""Row 19: the drive rebuilt from few units: alone in its own network, and grafted into one that never had a baby.

A circuit is the units of the memory whose loss costs most care, with all others held at their means. Its size is the
smallest that keeps most of care, in nurseries that are used for nothing else. Its scores over the battery are compared,
by rank and mother by mother, with those of the whole; the control is as many random units.
"""

from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from carer.agents import RecurrentPolicy
from carer.agents.seated import Seated
from carer.audits.care import Condition, NotApplicableError, ask
from carer.concepts import Verdict
from carer.dissect import circuit, graft, random_like, top
from carer.experiments.care.study import Study, Subject, rank_correlation

SIZES = (0.125, 0.25, 0.5, 0.75)
"""Shares of the memory's units that a circuit may have."""
ENOUGH = 0.8
"""Of care; the smallest circuit that keeps as much is studied, or the largest if none does."""
GRAFTED = 0.5
"""Share of the units of embedding and memory that are grafted."""
_FEWEST = 3
_SPLIT = "circuit"
_AIMS = ("care's units", "random units")

Figures = NDArray[np.float64]


def rebuilt(
    study: Study, search: Study, subjects: Sequence[Subject], battery: Sequence[Condition]
) -> tuple[list[Verdict], list[dict[str, Any]]]:
    """The verdict on the circuit, and the points of the curves over its size.

    The score of a mother is the rank correlation of the circuit's scores with the whole mother's, over the conditions
    of the battery; `details` has all of these.

    Args:
        study: where it is scored.
        search: the same with other nurseries, where its size is found.
        subjects: the mothers.
        battery: the conditions that can be asked of any mother.

    Raises:
        NotApplicableError: the mothers do not care, or fewer than three conditions apply.

    """
    policies = [one.policy for one in subjects]
    scale, _ = search.scales(policies)
    kept = {
        size: {aim: scale.kept(search.cares(_name(size, aim), _circuits(subjects, size, aim))) for aim in _AIMS}
        for size in SIZES
    }
    size = next((one for one in SIZES if kept[one][_AIMS[0]].mean() >= ENOUGH), SIZES[-1])
    kinds = {"whole": (study.kind, policies)}
    for aim in _AIMS:
        kinds[aim] = f"{study.kind}, {_name(size, aim)}", _circuits(subjects, size, aim)
    profile = _profile(study, kinds, battery)
    agreement, control = (_agreement(profile, aim) for aim in _AIMS)
    lives = [study.cares(_name(size, aim), kinds[aim][1]) for aim in _AIMS]
    verdict = study.verdict(
        19,
        f"{size:.1%} of the memory's units alone",
        agreement,
        control,
        (lives[0], lives[1]),
        score="rank correlation of its scores over the battery with the whole mother's",
        size=size,
        profile={name: {who: scores.tolist() for who, scores in asked.items()} for name, asked in profile.items()},
    )
    return [verdict], [
        {"split": _SPLIT, "line": aim, "seed": seed, "size": one, "left": float(value)}
        for one, by_aim in kept.items()
        for aim, values in by_aim.items()
        for seed, value in enumerate(values)
    ]


def grafted(study: Study, subjects: Sequence[Subject], recipients: Sequence[RecurrentPolicy]) -> list[Verdict]:
    """The verdict on the graft of care's units of each mother into one that never had a baby.

    The score is the share of the difference between them that comes along: 0 for the recipient as she was, 1 for the
    donor. The control grafts as many random units.

    Args:
        study: where it is scored.
        subjects: the donors.
        recipients: one for each; those of the same number grew from the same first weights.

    Raises:
        NotApplicableError: the donors do not care more than the recipients.

    """
    donors = study.cares("", [one.policy for one in subjects])
    before = study.cares("recipients of a graft", recipients)
    gap = float(donors.mean() - before.mean())
    if gap <= 0.1 * before.mean():
        raise NotApplicableError(f"babies of donors live {donors.mean():.3g} ticks, of recipients {before.mean():.3g}")
    after = {}
    for aim in _AIMS:
        new = [_with_graft(one, into, aim, at) for at, (one, into) in enumerate(zip(subjects, recipients, strict=True))]
        after[aim] = study.cares(f"recipients of a graft of {aim}", new)
    moved, control = ((after[aim] - before) / gap for aim in _AIMS)
    return [
        study.verdict(
            19,
            f"{GRAFTED:.0%} of the units grafted into mothers who never had a baby",
            moved,
            control,
            (after[_AIMS[0]], after[_AIMS[1]]),
            score="share of the donors' advantage in their babies' life that comes along",
            donors=donors.tolist(),
            recipients=before.tolist(),
        )
    ]


def curves() -> list[dict[str, Any]]:
    """How the points are drawn; see `carer.report`."""
    return [
        {
            "title": "How few units care can do with",
            "note": "Share of care left where the other units of the memory tell nothing: they stay at their means.",
            "x": "size",
            "y": "left",
            "group": "line",
            "split": _SPLIT,
            "x_title": "share of the memory's units kept",
            "y_title": "share of care left",
        }
    ]


def _name(size: float, aim: str) -> str:
    return f"{size:.1%} of the memory, {aim}"


def _circuits(subjects: Sequence[Subject], size: float, aim: str) -> list[RecurrentPolicy]:
    found = []
    for at, one in enumerate(subjects):
        chosen = _units(one, "hidden", size, aim, at)
        found.append(circuit(one.policy, "hidden", jnp.asarray(chosen), jnp.asarray(one.recording.mean("hidden"))))
    return found


def _with_graft(subject: Subject, recipient: RecurrentPolicy, aim: str, seed: int) -> RecurrentPolicy:
    hidden, embedding = (jnp.asarray(_units(subject, site, GRAFTED, aim, seed)) for site in ("hidden", "embedding"))
    return graft(recipient, subject.policy, hidden=hidden, embedding=embedding)


def _units(subject: Subject, site: str, size: float, aim: str, seed: int) -> NDArray[np.bool_]:
    care = top(subject.care[site].lost, max(round(size * subject.policy.width), 1))
    return care if aim == _AIMS[0] else random_like(care, np.ones(care.size), seed)


def _profile(
    study: Study, kinds: dict[str, tuple[str, list[RecurrentPolicy]]], battery: Sequence[Condition]
) -> dict[str, dict[str, Figures]]:
    """The scores [mothers] of each kind in each condition that applies."""
    mothers = {kind: [Seated(one) for one in alike] for kind, alike in kinds.values()}
    found = {
        f"{asked.condition.row}: {asked.condition.name}": {
            who: np.array(asked.verdicts[kind].per_seed) for who, (kind, _) in kinds.items()
        }
        for asked in ask(battery, study.trials, mothers)
        if asked.verdicts
    }
    if len(found) < _FEWEST:
        raise NotApplicableError(f"{len(found)} condition(s) of the battery apply, too few for a profile")
    return found


def _agreement(profile: dict[str, dict[str, Figures]], aim: str) -> Figures:
    """The rank correlation of each mother's scores with those of the whole; 0 where either never changes."""
    whole, part = (np.array([asked[who] for asked in profile.values()]) for who in ("whole", aim))
    return np.array([rank_correlation(a, b) for a, b in zip(whole.T, part.T, strict=True)])
