"""The table of what can be read off a mother's memory."""

from dataclasses import asdict
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from planted import WIDTH
from planted_study import subjects

from carer.agents import RecurrentPolicy
from carer.dissect import Recording, clamped, probe
from carer.experiments.care.probes import PROBED, probes
from carer.experiments.care.study import rank_correlation
from carer.stats import interval


def numbed(policy: RecurrentPolicy) -> RecurrentPolicy:
    """Nothing passes her memory."""
    return clamped(policy, "hidden", jnp.ones(WIDTH, bool), jnp.zeros(WIDTH))


@pytest.fixture(scope="module")
def table() -> dict[str, Any]:
    return probes(subjects(), [numbed(one.policy) for one in subjects()])


def row(table: dict[str, Any], label: str) -> dict[str, float]:
    (found,) = [one for one in table["rows"] if one[0] == label]
    return {name: value["value"] for name, value in zip(table["columns"][1:], found[1:], strict=True)}


def test_a_memory_tells_what_it_keeps_and_one_that_keeps_nothing_tells_nothing(table: dict[str, Any]) -> None:
    energy = row(table, "her own energy")
    assert energy["memory"] > 0.5  # of her energy it keeps whether it is below a half
    assert energy["observation"] > 0.99
    assert energy["untrained memory"] <= 0.0
    assert energy["shuffled"] < energy["memory"]


def test_every_figure_is_the_probes_own(table: dict[str, Any]) -> None:
    for label in ("own baby lives", "her own energy"):
        (found,) = [one for one in table["rows"] if one[0] == label]
        by_hand = []
        for subject in subjects():
            recording = subject.recording
            truth, where = recording.labels[label], recording.lived
            memory = probe(recording.activations["hidden"], truth, where)
            observed = probe(recording.seen, truth, where).score
            agree = rank_correlation(np.abs(memory.weights), subject.care["hidden"].lost)
            by_hand.append((memory.score, observed, memory.shuffled, agree))
        columns = [found[at] for at in (1, 2, 4, 5)]
        assert columns == [asdict(interval(column)) for column in np.array(by_hand).T]
        assert found[1]["n"] == 2


def test_what_never_changes_with_some_mother_is_left_out_and_named(table: dict[str, Any]) -> None:
    asked = [one[0] for one in table["rows"]]
    note = table["note"].split("Left out: ")[1]
    reasons = dict(one.split(" (", 1) for one in note.rstrip(".").split("; "))
    assert {*asked, *reasons} == set(PROBED)
    assert not set(asked) & set(reasons)
    assert reasons["predator near"] == "the label never changes in the recorded ticks)"  # there are none there
    assert "own baby nearest" in reasons  # nor foreign babies


def test_with_nothing_left_out_nothing_is_said_of_it() -> None:
    def changing(recording: Recording) -> Recording:
        rng = np.random.default_rng(0)
        labels = {name: rng.random(recording.lived.shape) < 0.5 for name in recording.labels}
        return recording._replace(labels=labels)

    blurred = [one._replace(recording=changing(one.recording)) for one in subjects()]
    table = probes(blurred, [one.policy for one in subjects()])
    assert [one[0] for one in table["rows"]] == list(PROBED)
    assert "Left out" not in table["note"]
    for label in PROBED:  # labels that are thrown like coins are read off nothing
        assert max(row(table, label)[column] for column in table["columns"][1:4]) < 0.1


def test_each_label_is_asked_where_it_means_something() -> None:
    recording = subjects()[0].recording
    with_baby = recording.lived & recording.labels["own baby lives"]
    for label, where in PROBED.items():
        found = where(recording)
        assert not (found & ~recording.lived).any()
        expected = with_baby if label in ("own baby in view", "own baby's deficit") else recording.lived
        if label != "own baby nearest":
            np.testing.assert_array_equal(found, expected)
    nearest = PROBED["own baby nearest"](recording)
    np.testing.assert_array_equal(nearest, with_baby & recording.labels["own baby nearest"])
