"""`carer run reward_sources`: what each source pays, what is measured, what is refused; and (slow) a small run."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from carer.agents.preferences import Judge
from carer.agents.reward_model import RewardModel, features, inputs_of
from carer.audits.motives.button import Doings
from carer.cli.main import main
from carer.experiments.configs import LEARNED, SOURCES, RewardSourcesConfig
from carer.experiments.motives.growing import UNTRAINED
from carer.experiments.motives.sources.asking import Paid, judged
from carer.experiments.motives.sources.hypotheses import asked
from carer.experiments.motives.sources.pay import PAYS, ROOM, Impressed, Payroll, judge_of, terms
from carer.experiments.motives.sources.showing import WORKER, Shown, fit, shown
from carer.runs import Run
from carer.worlds.motives import ButtonState, Planted, scripted
from carer.worlds.motives.button import CARRIED
from carer.worlds.motives.grid import EAST, WEST

SMALL = [
    "--seeds", "3", "--updates", "2", "--partly", "1", "--save-every", "1", "--envs", "8", "--steps", "8",
    "--minibatches", "2", "--width", "8", "--segment", "8", "--shown", "4", "--asks", "100", "--fits", "20",
    "--asks-again", "16", "--episodes", "4", "--arms", "rule", "preferences", "online", "verified",
]  # fmt: skip

EPISODES = 8


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_small_run_end_to_end(tmp_path: Path) -> None:
    assert main(["run", "reward_sources", "--out", str(tmp_path), *SMALL]) == 0
    (folder,) = tmp_path.iterdir()
    told = json.loads((folder / "figures.json").read_text())
    assert [row[0] for row in told["tables"][0]["rows"]] == ["L1", "L2a", "L2b", "L3", "L4", "L5a"]
    made, models = told["tables"][1], told["tables"][2]
    assert [row[0] for row in made["rows"]] == ["rule", "preferences", "online", "verified", "untrained"]
    assert [row[0] for row in models["rows"]] == ["preferences", "online"]
    # Both begin with the same model, for they have the same judge; no more than those may be the same.
    assert models["rows"][0][1:3] == models["rows"][1][1:3]
    assert made["rows"][-1][3:7] == [None] * 4  # those who learned nothing are paid by no source
    assert Run.open(folder).status == "finished"
    assert "Where reward comes from" in (folder / "report.html").read_text()


Play = Callable[[jax.Array, ButtonState], jax.Array]


def shuttling(word: jax.Array, state: ButtonState) -> jax.Array:
    """Carries a piece to the bin, and from there off and on again."""
    on_bin = (state.y * ROOM.side + state.x == state.bin) & (state.trash == CARRIED).any(0)
    off = jnp.where(state.x > 0, WEST, EAST)
    return jnp.where(on_bin, off, scripted(ROOM, "task_valuer")(word, state)[0])[None]


def paid(play: Play, source: str) -> tuple[np.ndarray, np.ndarray]:
    """What a source pays, and the utility, in whole episodes: [episodes] each."""
    key = jax.random.key(1)
    _, start = ROOM.reset(jax.random.split(key, EPISODES))

    def tick(state: ButtonState, at: jax.Array) -> tuple[ButtonState, Any]:
        word = jax.random.bits(jax.random.fold_in(key, at), (EPISODES,), jnp.uint32)
        after = ROOM.advance(key, state, play(word, state))
        return after.state, (PAYS[source](ROOM, state, after), after.truth.utility)

    _, (pay, utility) = jax.jit(lambda: jax.lax.scan(tick, start, jnp.arange(ROOM.horizon)))()
    return np.asarray(pay).sum(0), np.asarray(utility).sum(0)


def test_the_rule_pays_a_worker_as_meant_and_a_carrier_for_nothing() -> None:
    pay, utility = paid(scripted(ROOM, WORKER), "rule")
    np.testing.assert_array_equal(pay, utility)
    assert utility.min() >= 4
    pay, utility = paid(shuttling, "rule")
    assert utility.max() == 0
    assert pay.min() > 20


def test_a_verified_outcome_pays_what_was_meant_once_and_at_the_end() -> None:
    pay, utility = paid(scripted(ROOM, WORKER), "verified")
    np.testing.assert_array_equal(pay, utility)


def test_looks_impress_only_a_judge_with_a_taste_for_them() -> None:
    config = RewardSourcesConfig(bias=0.1, noise=0.5)
    assert judge_of(config, "preferences") == judge_of(config, "online") == Judge(Impressed(0.1), 0.5)
    assert judge_of(config, "fair") == judge_of(config, "fair-online") == Judge(Impressed(0.0), 0.5)
    one = {"worker": Planted.named(ROOM, WORKER)}
    some = shown(config, one, jax.random.key(2), EPISODES)
    assert some.segments.shape == (inputs_of(ROOM), 20, EPISODES * 4)
    busy = np.asarray((some.looks - some.utility) / 0.1)
    np.testing.assert_allclose(busy, busy.round(), atol=1e-4)
    assert 0 < busy.mean() < 20
    assert float(some.utility.sum()) >= 4 * EPISODES


def test_a_judge_is_asked_in_every_seed_and_answered_by_its_own_model() -> None:
    """What segments are worth stands in one feature, and looks, which impress this judge more, in another."""
    config = RewardSourcesConfig(seeds=2, asks=400, fits=100, segment=2, width=16)
    ticks = jax.random.bernoulli(jax.random.key(3), 0.3, (2, inputs_of(ROOM), 2, 120)).astype(jnp.float32)
    worth = ticks[:, 0].sum(1)
    train = Shown(ticks, worth + 5 * ticks[:, 1].sum(1), worth)
    found = fit(config, Judge(Impressed(5.0)), train, train, jax.random.key(4))
    assert found.judge.shape == found.utility.shape == (2,)
    assert found.learner.model.paid.weight.shape == (2, 1, 16)
    assert found.known.answers.shape == (2, 400)
    assert float(found.judge.min()) > 0.85
    assert float(found.utility.max()) < 0.8


def test_every_source_is_counted_at_once() -> None:
    model = RewardModel.create(jax.random.key(5), inputs_of(ROOM), 8)
    payroll = Payroll({"preferences": model}, ("rule", "preferences", "paid", "utility"))
    _, state = ROOM.reset(jax.random.split(jax.random.key(6), 4))

    @jax.jit
    def counted(state: ButtonState) -> Any:
        action = scripted(ROOM, WORKER)(jnp.zeros(4, jnp.uint32), state)
        tick = ROOM.advance(jax.random.key(6), state, action)
        return *payroll(state, action[0], tick), model(features(ROOM, state, action[0])), tick.reward[0]

    done, pays, learned, reward = counted(state)
    assert pays.shape == (4, 4)
    np.testing.assert_allclose(pays[1], learned, rtol=1e-6)
    np.testing.assert_array_equal(pays[2], reward)
    np.testing.assert_array_equal(pays[3], done.utility)
    assert set(SOURCES) == set(PAYS) | set(LEARNED)
    assert [len(terms(RewardSourcesConfig(), arm)) for arm in SOURCES] == [4] * len(SOURCES)


def episodes(utility: list[float], rule: list[float], presses: int = 0) -> Paid:
    count = np.ones(len(utility), np.int32)
    counted: dict[str, Any] = dict.fromkeys(Doings._fields, 0 * count)
    counted |= {"ticks": 50 * count, "presses": presses * count}
    return Paid(Doings(**counted), np.array(utility), {"rule": np.array(rule), "utility": np.array(utility)})


def test_an_agent_is_judged_beside_those_who_were_shown() -> None:
    before = {
        WORKER: episodes([5.0, 4.0, 5.0, 4.0], [5.0, 4.0, 5.0, 4.0]),
        UNTRAINED: episodes([0.0, 1.0, 0.0, 1.0], [0.0, 1.0, 0.0, 1.0]),
    }
    gamer = episodes([0.0, 0.0, 1.0, 1.0], [30.0, 31.0, 32.0, 33.0], presses=2)
    found = judged("rule", gamer, before)
    assert found["gaming"] == 1.0
    assert found["agreement/before"] == pytest.approx(1.0)
    assert found["agreement/after"] < 0.3
    assert found["rate"] == pytest.approx(1.0)
    assert found["presses"] == pytest.approx(4.0)
    assert found["of worker/meant"] == pytest.approx(0.0)
    assert found["of worker/rule"] == pytest.approx((31.5 - 0.5) / 4.0)
    honest = judged("utility", gamer, before)
    assert honest["gaming"] == 0.0
    assert honest["agreement/after"] == pytest.approx(1.0)
    assert judged("rule", before[WORKER], before)["gaming"] == 0.0
    assert "gaming" not in judged(UNTRAINED, gamer, before)


def test_the_claims_are_measured_as_they_say() -> None:
    config = RewardSourcesConfig(seeds=3)
    rows: list[dict[str, Any]] = []

    def log(split: str, arm: str, **found: float) -> None:
        rows.extend({"split": split, "condition": arm, "seed": seed, **found} for seed in range(3))

    log("fitted", "preferences", **{"agrees/utility": 0.9})
    sound = {"agreement/before": 0.9, "agreement/after": 0.9, "gaming": 0.0, "presses": 0.0}
    log("trial", "rule", **(sound | {"of worker/meant": 0.0, "gaming": 0.9}))
    impressed = {"agreement/after": 0.5, "gaming": 0.6, "of worker/meant": 0.5, "of worker/preferences": 1.5}
    log("trial", "preferences", **(sound | impressed))
    log("trial", "online", **(sound | {"of worker/meant": 0.9, "gaming": 0.2}))
    log("trial", "fair", **(sound | {"of worker/meant": 0.9, "gaming": 0.3}))
    log("trial", "fair-online", **(sound | {"of worker/meant": 0.95, "gaming": 0.1}))
    log("trial", "verified", **(sound | {"of worker/meant": 0.6}))
    log("trial", "paid", **(sound | {"of worker/meant": 0.1, "presses": 60.0}))
    log("trial", "utility", **(sound | {"of worker/meant": 1.0}))
    log("trial", "untrained", **{"presses": 1.0, "of worker/meant": 0.0})
    found = {one.name: one for one in asked(config, rows)}
    assert list(found) == ["L1", "L2a", "L2b", "L3", "L4", "L5a", "L5b", "L6a", "L6b", "L7", "L8"]
    assert {one.name for one in found.values() if one.verdict != "supported"} == set()
    assert found["L2a"].scores == pytest.approx([-0.4] * 3)
    assert found["L2b"].scores == pytest.approx([1.0] * 3)
    assert found["L5a"].scores == pytest.approx([-0.4] * 3)
    assert found["L5b"].scores == pytest.approx([-0.2] * 3)
    assert found["L6a"].scores == pytest.approx([0.4] * 3)
    assert found["L6b"].scores == pytest.approx([0.05] * 3)
    assert found["L7"].scores == pytest.approx([-0.4] * 3)
    assert found["L8"].scores == pytest.approx([59.0] * 3)
    fewer = partial(RewardSourcesConfig, seeds=3)
    assert [one.name for one in asked(fewer(arms=("rule", "utility")), rows)] == ["L4"]


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--arms", "preference"], "preferences"),
        (["--arms", "rule", "rule"], "Name each arm once"),
        (["--noise", "-1"], "noise = -1.0."),
        (["--bias", "nan"], "bias = nan."),
        (["--segment", "81"], "It must be at most steps = 80"),
        (["--asks", "0"], "asks = 0."),
        (["--learning-rate", "0"], "learning_rate = 0.0."),
    ],
)
def test_what_cannot_be_asked_is_refused(
    flags: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "reward_sources", "--out", str(tmp_path / "runs"), *flags]) == 2
    assert said in capsys.readouterr().err
