"""Row 13: whether, aimed at another baby, the whole of care moves: feeding, carrying, nearness and defence.

One's own baby and one of another mother, as old and as needy, live in the same nursery. What tells a foreign baby from
her own in a mother's activations (the difference of their means, whichever is nearest while her own lives) is added to
all that she reads there; or the two babies have each other's scent and looks. The score is 0 for the mother to whom
any baby will do, and 1 for the one with all skills who takes the other baby for hers.
"""

from collections.abc import Sequence
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from carer.agents import RecurrentPolicy
from carer.agents.seated import Seated
from carer.audits.care import ORACLE, NotApplicableError, Setting
from carer.audits.care.hindered import with_kin_swapped
from carer.concepts import CarerError, Verdict
from carer.dissect import EDITABLE, direction, steered, unrelated
from carer.experiments.care.study import Study, Subject
from carer.stats import interval
from carer.worlds import Transition
from carer.worlds.nursery import NurseryState
from carer.worlds.nursery.state import MOTHER, OWN, steps_between
from carer.worlds.nursery.trial import Mother, Scripted

OTHER = OWN + 1
ACTS = ("feeding", "carrying", "nearness", "defence")
STRENGTHS = (-2.0, -1.0, 1.0, 2.0, 4.0)
"""Times the difference of the means; the score is taken at 1."""
ROUTINE = "nearest_baby"
TWO_BABIES = (("foreign", 1), ("foreign_fed", 0.0), ("birth_from", 10), ("birth_to", 10))
"""Both newborn within ten ticks, nobody else feeds either."""
_CLOSE, _THREATENED = 2, 4
"""Steps at which she is near a baby, and a predator is."""
_FEWEST = 20
"""Of an act, over all episodes of a mother: below, it has no share."""
_SPLIT = "retarget"


def retarget(study: Study, subjects: Sequence[Subject], key: Array) -> tuple[list[Verdict], list[dict[str, Any]]]:
    """A verdict for each way of aiming care elsewhere, and the points of the curves over the strength of steering.

    `details` has the shares of each act that go to the other baby, for each mother.

    Raises:
        NotApplicableError: the scripts do not differ here, or there was too little to find a direction in.

    """
    place = Setting((*study.care.changes, *TWO_BABIES))
    scale = _Scale(study, place, len(subjects))
    policies = [one.policy for one in subjects]
    whole = scale.shares(place, study.kind, [Seated(one) for one in policies])
    verdicts, points = [], []
    for site in EDITABLE:
        related = [_direction(one, site) for one in subjects]
        wild = [unrelated(one, jax.random.fold_in(key, at)) for at, one in enumerate(related)]
        found = {}
        for aim, directions in (("own from foreign", related), ("unrelated", wild)):
            for strength in STRENGTHS:
                edited = [_moved(one, site, strength * to) for one, to in zip(policies, directions, strict=True)]
                name = f"{study.kind}, {site} steered {strength:+g} {aim}"
                found[aim, strength] = scale.shares(place, name, [Seated(one) for one in edited])
            points += _points(site, aim, {0.0: whole, **{of: found[aim, of] for of in STRENGTHS}})
        moved, control = found["own from foreign", 1.0], found["unrelated", 1.0]
        verdicts.append(scale.verdict(f"steered to another's baby at the {site}", moved, control, whole))
    swapped = Setting(place.changes, sees=with_kin_swapped)
    seen = scale.shares(swapped, study.kind, [Seated(one) for one in policies])
    verdicts.append(scale.verdict("scent and looks of two babies swapped", seen, whole, whole))
    return verdicts, points


def curves() -> list[dict[str, Any]]:
    """How the points are drawn; see `carer.report`."""
    return [
        {
            "title": "Care aimed at another's baby",
            "note": "Mean share of feeding, carrying, nearness and defence that goes to the other of two babies.",
            "x": "strength",
            "y": "other_share",
            "group": "line",
            "facet": "site",
            "split": _SPLIT,
            "x_title": "times the difference of means",
            "y_title": "share for the other baby",
        }
    ]


def count_acts(before: NurseryState, action: Array, tick: Transition[NurseryState]) -> Array:
    """What she does for her own baby and for the other while both live: int32 [acts, 2, episodes]."""
    del action
    after, truth = tick.state, tick.truth
    both = before.alive[MOTHER] & before.alive[OWN] & before.alive[OTHER]
    faced = (truth.defended > 0) & (before.predator_left > 0)
    rows = []
    for body in (OWN, OTHER):
        near = steps_between(after.x[MOTHER], after.y[MOTHER], after.x[body], after.y[body]) <= _CLOSE
        danger = steps_between(before.x[body], before.y[body], before.predator_x, before.predator_y) <= _THREATENED
        rows.append([truth.gift[body] > 0, after.carried == body, near, faced & danger])
    return jnp.stack([jnp.stack([(both & one).astype(jnp.int32) for one in acts]) for acts in zip(*rows, strict=True)])


def with_bodies_swapped(state: NurseryState) -> NurseryState:
    """The world as it would be were the other baby hers: every trait of the two is exchanged."""
    order = jnp.arange(state.x.shape[0]).at[jnp.array([OWN, OTHER])].set(jnp.array([OTHER, OWN]))
    traits = ("x", "y", "alive", "energy", "health", "warmth", "hurt", "age", "ill", "boxed", "cry", "posture", "looks")

    def parts(one: NurseryState) -> list[Array]:
        return [*(getattr(one, name) for name in traits), one.scent, one.carried]

    carried = jnp.where(state.carried == OWN, OTHER, jnp.where(state.carried == OTHER, OWN, state.carried))
    changed = [getattr(state, name)[order] for name in traits]
    return eqx.tree_at(parts, state, [*changed, state.scent[:, order], carried])


class _Scale:
    """From shares for the other baby to scores."""

    def __init__(self, study: Study, place: Setting, mothers: int) -> None:
        self._trials = study.trials
        aimed = Setting(place.changes, sees=with_bodies_swapped)
        self._scripts = {
            name: self.shares(where, f"scripted: {name}", [Scripted.named(name)] * mothers).tolist()
            for name, where in ((ROUTINE, place), (ORACLE, aimed))
        }
        low, high = (float(np.nanmean(self._scripts[name])) for name in (ROUTINE, ORACLE))
        if not high - low > 0.1:
            raise NotApplicableError(f"of care the other baby gets {low:.3g} if any will do and {high:.3g} at most")
        self._low, self._high = low, high

    def shares(self, setting: Setting, kind: str, mothers: Sequence[Mother]) -> NDArray[np.float64]:
        """The share of each act that goes to the other baby: [mothers, acts], NaN where it is hardly ever done."""
        counted = self._trials.sums(setting, count_acts, kind, mothers)
        own, other = np.moveaxis(np.array([one.sum(-1) for one in counted], np.float64), -1, 0)
        done = own + other
        return np.where(done >= _FEWEST, other / np.maximum(done, 1.0), np.nan)

    def verdict(
        self, name: str, moved: NDArray[np.float64], control: NDArray[np.float64], whole: NDArray[np.float64]
    ) -> Verdict:
        figures = {who: mean_share(shares) for who, shares in (("agent", moved), ("control", control))}
        scripts = {who: mean_share(np.array(shares)).tolist() for who, shares in self._scripts.items()}
        scores = {who: (figure - self._low) / (self._high - self._low) for who, figure in figures.items()}
        return Verdict(
            audit=name,
            effect=interval(scores["agent"]),
            per_seed=scores["agent"].tolist(),
            controls={"control": interval(scores["control"])},
            details={
                "row": 13,
                "held_out": False,
                "measure": "share of all care that another's baby gets",
                "manipulated": {"agent": figures["agent"].tolist(), **scripts},
                "control": {"agent": figures["control"].tolist(), **scripts},
                "control_scores": scores["control"].tolist(),
                "acts": {
                    act: {
                        who: [None if np.isnan(share) else float(share) for share in shares[:, at]]
                        for who, shares in (("moved", moved), ("control", control), ("whole", whole))
                    }
                    for at, act in enumerate(ACTS)
                },
            },
        )


def mean_share(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean over the acts that are done: [mothers]; 0 for a mother who does nothing for either."""
    done = ~np.isnan(shares)
    return np.where(done, shares, 0.0).sum(1) / np.maximum(done.sum(1), 1)


def _direction(subject: Subject, site: str) -> NDArray[np.float32]:
    labels = subject.recording.labels
    alive = labels["own baby lives"]
    try:
        return direction(
            subject.recording,
            site,
            labels["foreign baby nearest"] & alive,
            labels["own baby nearest"] & alive,
        )
    except CarerError as why:
        raise NotApplicableError(f"no direction tells a foreign baby from her own: {why.message}") from None


def _moved(policy: RecurrentPolicy, site: str, by: NDArray[np.float32]) -> RecurrentPolicy:
    return steered(policy, site, jnp.asarray(by))


def _points(site: str, aim: str, shares: dict[float, NDArray[np.float64]]) -> list[dict[str, Any]]:
    return [
        {"split": _SPLIT, "site": site, "line": aim, "seed": seed, "strength": strength, "other_share": float(one)}
        for strength, of_mothers in sorted(shares.items())
        for seed, one in enumerate(mean_share(of_mothers))
    ]
