"""Row 12: damage to the units that care rests on, and whether care fades gracefully while foraging stays.

A share of the memory's units is damaged: first those whose loss takes more of her care than of her foraging. Lesions
hold a unit at its mean; noise is as large as its own weights; decay halves them. The control damages as many random
units that weigh about as much together: for lesions by the variance of their activity, else by their squared weights.
The sham is the same edit of no unit.
"""

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from carer.agents import RecurrentPolicy
from carer.concepts import Verdict
from carer.dissect import clamped, decayed, noisy, owned, random_like, top
from carer.experiments.care.study import Study, Subject

DOSES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)
"""Shares of the memory's units; 0 is the sham."""
NOISE, DECAY = 1.0, 0.5
_SITE = "hidden"
_SPLIT = "damage"

Units = NDArray[np.bool_]


def damage(study: Study, subjects: Sequence[Subject]) -> tuple[list[Verdict], list[dict[str, Any]]]:
    """A verdict for each kind of damage, and the points of the dose curves.

    The score of a mother is how much more of her foraging than of her care is left, as shares, in the mean over the
    doses above 0; the control is the same with random units. `details` has what is left at every dose of every mother.

    Raises:
        NotApplicableError: the mothers do not care, or do not keep themselves alive.

    """
    policies = [one.policy for one in subjects]
    scales = study.scales(policies)
    verdicts, points = [], []
    for kind, (hurt, weight) in _KINDS.items():
        ticks: dict[str, list[NDArray[np.float64]]] = {}
        for dose in DOSES:
            for aim in ("care's units", "random units"):
                chosen = [_chosen(one, dose, weight(one), aim, at) for at, one in enumerate(subjects)]
                edited = [hurt(one, which, at) for at, (one, which) in enumerate(zip(subjects, chosen, strict=True))]
                name = f"{kind} of {dose:.0%} {aim}"
                ticks.setdefault(f"care, {aim}", []).append(study.cares(name, edited))
                ticks.setdefault(f"foraging, {aim}", []).append(study.forages(name, edited))
        kept = {name: scales[name.startswith("foraging")].kept(np.array(found)) for name, found in ticks.items()}
        points += _points(kind, kept)
        verdicts.append(_verdict(study, kind, kept, {name: np.array(found) for name, found in ticks.items()}))
    return verdicts, points


def curves() -> list[dict[str, Any]]:
    """How the points are drawn; see `carer.report`."""
    return [
        {
            "title": "Damage to the units that care rests on",
            "note": (
                "What is left of care and of foraging, 1 for the whole mother. Random units: as many, of about the "
                "same weight. At 0 the same edit touches no unit."
            ),
            "x": "damaged",
            "y": "left",
            "group": "line",
            "facet": "damage",
            "split": _SPLIT,
            "x_title": "share of the memory's units damaged",
            "y_title": "share left",
        }
    ]


def _verdict(
    study: Study, kind: str, kept: dict[str, NDArray[np.float64]], ticks: dict[str, NDArray[np.float64]]
) -> Verdict:
    left = {name: shares[1:].mean(0) for name, shares in kept.items()}  # without the sham
    return study.verdict(
        12,
        f"{kind} of the units that care rests on",
        left["foraging, care's units"] - left["care, care's units"],
        left["foraging, random units"] - left["care, random units"],
        (ticks["care, care's units"][1:].mean(0), ticks["care, random units"][1:].mean(0)),
        score="share of foraging left less share of care left, mean over the doses",
        doses=DOSES,
        left={name: shares.tolist() for name, shares in kept.items()},
    )


def _points(kind: str, kept: dict[str, NDArray[np.float64]]) -> list[dict[str, Any]]:
    return [
        {"split": _SPLIT, "damage": kind, "line": name, "seed": seed, "damaged": dose, "left": float(value)}
        for name, shares in kept.items()
        for dose, of_dose in zip(DOSES, shares, strict=True)
        for seed, value in enumerate(of_dose)
    ]


def _chosen(subject: Subject, dose: float, weight: NDArray[np.float64], aim: str, seed: int) -> Units:
    care = top(subject.specific(_SITE), round(dose * subject.policy.width))
    return care if aim == "care's units" else random_like(care, weight, seed)


def _lesion(subject: Subject, units: Units, seed: int) -> RecurrentPolicy:
    del seed
    return clamped(subject.policy, _SITE, jnp.asarray(units), jnp.asarray(subject.recording.mean(_SITE)))


def _noise(subject: Subject, units: Units, seed: int) -> RecurrentPolicy:
    owners = owned(subject.policy, hidden=jnp.asarray(units))
    return noisy(subject.policy, owners, jax.random.key(seed), NOISE)


def _decay(subject: Subject, units: Units, seed: int) -> RecurrentPolicy:
    del seed
    return decayed(subject.policy, owned(subject.policy, hidden=jnp.asarray(units)), DECAY)


def _variances(subject: Subject) -> NDArray[np.float64]:
    return np.asarray(subject.recording.deviation(_SITE), np.float64) ** 2


def _squares(subject: Subject) -> NDArray[np.float64]:
    """The squared weights of each unit of the memory: [units]."""
    policy = subject.policy

    def square(unit: jax.Array) -> jax.Array:
        mine = jax.tree.map(
            lambda own, weight: jnp.where(own, weight**2, 0.0).sum(), owned(policy, hidden=unit), policy
        )
        return jnp.stack(jax.tree.leaves(mine)).sum()

    return np.asarray(jax.vmap(square)(jnp.eye(policy.width, dtype=bool)), np.float64)


_KINDS: dict[str, tuple[Callable[[Subject, Units, int], RecurrentPolicy], Callable[[Subject], NDArray[np.float64]]]] = {
    "lesion": (_lesion, _variances),
    "noise": (_noise, _squares),
    "decay": (_decay, _squares),
}
"""How a kind of damage is done, and what the units weigh that it does it to."""
