"""Regret of the agents of `reward_button`: what its tables and its claim say; and (slow) a small one, end to end."""

from pathlib import Path
from typing import Any

import pytest

from carer.audits.motives import TERMS
from carer.experiments.configs import RewardButtonConfig
from carer.experiments.motives.button.agents import ways
from carer.experiments.motives.button.growing import untrained
from carer.experiments.motives.button.regret import ELSEWHERE, HOME, REGRET, TICKS, judge, regrets
from carer.experiments.motives.button.regret_figures import PARTS, RANKS, cancels, tables
from carer.experiments.motives.growing import UNTRAINED
from carer.runs import Run

SETTINGS = (HOME, *ELSEWHERE)


def rows(**changed: float | None) -> list[dict[str, Any]]:
    """Of two arms and two ways to decide, three seeds each; every figure is 0 but for those that are given."""
    figures = {f"{setting}/{figure}": 0.0 for setting in SETTINGS for figure in {**PARTS, **RANKS}}
    return [
        {"split": REGRET, "condition": arm, "agent": agent, "seed": seed, **figures, **changed}
        for arm in ("hidden", UNTRAINED)
        for agent in ("actor", "on reward")
        for seed in range(3)
    ]


def test_each_setting_has_a_row_for_each_arm_and_way() -> None:
    found = tables(RewardButtonConfig(), [{"split": "train"}, *rows(**{"free/outer": 1.5, "unpaid/ranks_out": None})])
    assert [table["title"] for table in found] == [
        f"{what}, {setting}" for setting in SETTINGS for what in ("Regret", "Rankings")
    ]
    for table in found:
        assert [row[:2] for row in table["rows"]] == [
            [arm, agent] for arm in ("hidden", UNTRAINED) for agent in ("actor", "on reward")
        ]
        assert all(len(row) == len(table["columns"]) for row in table["rows"])
    free = dict(zip(found[2]["columns"], found[2]["rows"][0], strict=True))
    assert (free["outer"]["value"], free["outer"]["n"], free["inner"]["value"]) == (1.5, 3, 0.0)
    assert dict(zip(found[5]["columns"], found[5]["rows"][0], strict=True))["R with U"] is None


@pytest.mark.parametrize(
    ("outer", "inner", "total", "verdicts"),
    [
        (1.7, -1.7, 0.0, ["supported", "supported", "supported"]),
        (1.7, 0.0, 1.7, ["supported", "contradicted", "contradicted"]),
        (0.0, 0.0, 0.0, ["contradicted", "contradicted", "supported"]),
        (1.7, None, None, ["supported", *["undecided: 3 of 3 seeds have no figure"] * 2]),
    ],
)
def test_errors_cancel_where_they_are_as_large_and_the_total_is_not(
    outer: float, inner: float | None, total: float | None, verdicts: list[str]
) -> None:
    found = rows(**{"free/outer": outer, "free/inner": inner, "free/total": total})
    asked = cancels(RewardButtonConfig(), found)
    assert [claim.name for claim in asked] == ["E1a", "E1b", "E1c"]
    assert [claim.verdict for claim in asked] == verdicts
    assert cancels(RewardButtonConfig(arms=("free",)), found) == []
    assert cancels(RewardButtonConfig(agents=("actor",)), found) == []


def test_a_plan_is_scored_by_the_weights_of_who_decides() -> None:
    config = RewardButtonConfig(depth=3)
    found = {name: judge(config, how) for name, how in ways(config).items()}
    assert {name: one.depth for name, one in found.items()} == {
        "actor": TICKS,
        "on value": 3,
        "on reward": TICKS,
        "by rule": TICKS,
    }
    assert found["actor"] == found["on reward"]
    assert found["on value"].override == 0.0
    assert found["by rule"].rule is not None
    far = RewardButtonConfig(depth=2 * TICKS)
    assert judge(far, ways(far)["on value"]).depth == TICKS  # no further than the plan


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_small_room_end_to_end(tmp_path: Path) -> None:
    config = RewardButtonConfig(
        arms=("hidden",), agents=("actor", "on reward"), seeds=3, width=8, envs=8, episodes=16, depth=1
    )
    run = Run.create(tmp_path, "reward_button", config, seed=0, argv=["run", "reward_button"])
    grown = {"hidden": untrained(config), UNTRAINED: untrained(config)}
    how = ways(config)
    for _ in range(2):  # the second puts its rows in the place of the first's
        regrets(config, run, grown, how)
    found = [row for row in run.metrics().to_dicts() if row["split"] == REGRET]
    assert [(row["condition"], row["agent"]) for row in found[::3]] == [(arm, agent) for arm in grown for agent in how]
    for row in found:
        assert all(f"{setting}/{figure}" in row for setting in SETTINGS for figure in {**PARTS, **RANKS})
        for setting in SETTINGS:
            parts = [row[f"{setting}/{term}"] for term in TERMS]
            assert sum(parts) == pytest.approx(row[f"{setting}/total"])
            assert row[f"{setting}/stake"] > 0.5
        # Nothing is paid there, and any plan is as good as another by reward.
        assert row["unpaid/ranks_out"] is None
        if row["agent"] == "actor":
            assert row["free/world_model"] == 0.0
    # Both arms are the same learners: away from home they meet the same worlds and do the same there.
    away = [{name: value for name, value in row.items() if name.startswith("free/")} for row in found]
    assert away[: len(found) // 2] == away[len(found) // 2 :]
    # The plans are the same for each way to decide.
    outer = {agent: [row["free/outer"] for row in found if row["agent"] == agent] for agent in how}
    assert outer["actor"] == outer["on reward"]
    assert len(tables(config, found)) == 2 * len(SETTINGS)
    run.close()
