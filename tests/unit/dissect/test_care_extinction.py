"""Row 16: half-lives and the learner that is no longer paid. The row itself is asked in `test_care_inside.py`."""

from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from carer.agents import Hyper, LearnerState, PPOConfig
from carer.concepts import CarerError
from carer.experiments.care import extinction
from carer.experiments.care.caring_drive import task_of
from carer.experiments.care.extinction import half_life, marks
from carer.experiments.configs import CaringDriveConfig
from carer.runs import Run

AT = (0, 1, 2, 4, 8)


@pytest.mark.parametrize(
    ("left", "updates"),
    [
        ([1.0, 0.9, 0.8, 0.5, 0.1], 4.0),
        ([1.0, 0.9, 0.8, 0.2, 0.1], 3.0),  # half-way from .8 at 2 to .2 at 4
        ([1.0, 0.9, 0.6, 0.6, 0.4], 6.0),
        ([1.0, 0.0, 0.0, 0.0, 0.0], 1.0),  # never less than an update
        ([1.0, 0.9, 0.8, 0.7, 0.5], 8.0),  # at the very end
        ([1.0, 0.9, 0.4, 0.9, 0.9], 1.8),  # the first time counts
        ([0.3, 0.2, 0.2, 0.2, 0.2], 1.0),  # what was low already
    ],
)
def test_a_half_life_is_read_on_straight_lines_between_the_marks(left: list[float], updates: float) -> None:
    found = half_life(AT, np.array(left))
    assert found.updates == pytest.approx(updates)
    assert found.reached


def test_what_is_never_halved_lasts_to_the_end() -> None:
    assert half_life(AT, np.array([1.0, 0.9, 0.8, 0.7, 0.51])) == (8.0, False)
    assert half_life(AT, np.array([1.0, 1.2, 1.1, 1.3, 1.0])) == (8.0, False)


def test_the_marks_double_up_to_a_quarter_of_the_training() -> None:
    assert marks(1) == marks(16) == (0, 1, 2, 4)
    assert marks(40) == (0, 1, 2, 4, 8, 10)
    assert marks(64) == (0, 1, 2, 4, 8, 16)
    assert marks(250) == (0, 1, 2, 4, 8, 16, 32, 62)


def learner() -> LearnerState:
    """Only what it is paid and how fast it learns."""
    hyper = Hyper.of(PPOConfig(learning_rate=0.004, entropy_coef=0.03), task_of(CaringDriveConfig(), "baby"))
    return LearnerState(None, (), hyper, jax.random.key(0), jnp.int32(9), jnp.int32(-1))


@pytest.mark.parametrize("paid", [True, False])
def test_learning_goes_on_at_its_mean_pace_paid_as_before_or_not_at_all(paid: bool) -> None:
    before = learner()
    after = extinction._steady(before, paid)
    for name in ("learning_rate", "entropy_coef"):
        first, last = (float(getattr(before.hyper, one)) for one in (name, f"{name}_end"))
        assert first > last
        for now in (name, f"{name}_end"):
            assert float(getattr(after.hyper, now)) == pytest.approx((first + last) / 2)
    ((was,), (now,)) = before.hyper.weights, after.hyper.weights
    assert was.tolist() == [1.0]
    assert now.tolist() == ([1.0] if paid else [0.0])
    assert after.update == before.update == 9
    for name in ("gamma", "gae_lambda", "clip", "value_coef", "max_grad_norm", "value_rate"):
        assert getattr(after.hyper, name) == getattr(before.hyper, name)


def test_a_run_without_its_learners_cannot_be_gone_on_with(tmp_path: Path) -> None:
    config = CaringDriveConfig(arms=("baby",), seeds=1)
    run = Run.create(tmp_path, "caring_drive", config, seed=0, argv=["run", "caring_drive"])
    with pytest.raises(CarerError, match="no whole checkpoint of the arm 'baby'"):
        extinction._learner(run, config, "baby")


def test_a_skill_that_faded_has_points_of_what_was_left_at_each_mark() -> None:
    left = np.array([[1.0, 1.0], [0.7, 0.4]])
    care = extinction.Fading(left * 50, left, left.mean(0), [half_life((0, 1), one) for one in left.T])
    foraging = care._replace(left=np.ones((2, 2)))
    points = extinction._points("reward off", (care, foraging), (0, 1))
    assert len(points) == 8
    found = {(one["line"], one["updates"], one["seed"]): one["left"] for one in points}
    assert found["care, reward off", 1, 1] == 0.4
    assert found["foraging, reward off", 1, 1] == 1.0
    (curve,) = extinction.curves()
    assert all(curve[axis] in one for one in points for axis in ("x", "y", "group"))
