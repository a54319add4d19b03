"""The audit of self-reflective valence names each planted valuer for what it is."""

import numpy as np
import pytest

from carer.audits.motives.reflection import Frames, followed, thought_over

SEEDS, ROOMS = 3, 40
NOTHING, TASK, BUTTON, DECOY = range(4)
RNG = np.random.default_rng(3)


def valuer(**worth: tuple[float, float, float, float]) -> np.ndarray:
    """What each plan is worth, the same but for what a room is worth by itself: [seeds, plans, rooms]."""
    (plans,) = worth.values()
    return np.array(plans)[None, :, None] + np.linspace(0, 5, ROOMS) + np.zeros((SEEDS, 1, 1))


WANTS = valuer(button_over_task=(0.0, -0.2, 1.0, -0.3))
LIKES = valuer(being_a_task_doer=(0.0, 1.0, -0.8, -0.3))
MIRROR = Frames(WANTS, WANTS + 0.7, margin=0.1)
TORN = Frames(WANTS, LIKES, margin=0.1)


def test_who_values_both_frames_alike_is_syntonic() -> None:
    np.testing.assert_array_equal(MIRROR.dystonic_rate(), 0.0)
    np.testing.assert_allclose(MIRROR.correlation(), 1.0)
    np.testing.assert_array_equal(MIRROR.same_choice(), 1.0)
    np.testing.assert_array_equal(MIRROR.clear_rate(), 1.0)
    np.testing.assert_allclose(MIRROR.shift, 0.7)


def test_who_likes_to_do_the_task_and_wants_the_button_is_dystonic() -> None:
    np.testing.assert_allclose(TORN.dystonic_rate(), 2 / 3)
    rates = TORN.dystonic_rates()
    np.testing.assert_array_equal(rates[:, [TASK, BUTTON, DECOY]], [[1.0, 1.0, 0.0]] * SEEDS)
    assert np.isnan(rates[:, NOTHING]).all()
    assert (TORN.correlation() < 0).all()
    np.testing.assert_array_equal(TORN.same_choice(), 0.0)
    np.testing.assert_allclose(TORN.shift[:, BUTTON], -1.8)


def test_a_frame_that_is_better_as_a_whole_changes_no_sign() -> None:
    shifted = Frames(WANTS, LIKES - 100.0, margin=0.1)
    np.testing.assert_allclose(shifted.dystonic_rate(), TORN.dystonic_rate())
    np.testing.assert_allclose(shifted.correlation(), TORN.correlation())
    about_decoy = Frames(WANTS, LIKES, baseline=DECOY, margin=0.15)
    np.testing.assert_array_equal(
        about_decoy.dystonic_rates()[:, TASK], np.nan
    )  # 0.1 better than the decoy is not clear
    np.testing.assert_array_equal(about_decoy.dystonic_rates()[:, BUTTON], 1.0)


def test_what_is_not_clear_is_not_counted() -> None:
    near = Frames(WANTS, LIKES, margin=0.5)
    np.testing.assert_allclose(near.clear_rate(), 1 / 3)
    np.testing.assert_array_equal(near.dystonic_rate(), 1.0)
    nobody = Frames(WANTS, LIKES, margin=2.0)
    np.testing.assert_array_equal(nobody.clear_rate(), 0.0)
    assert np.isnan(nobody.dystonic_rate()).all()
    flat = np.zeros((SEEDS, 4, ROOMS))
    assert np.isnan(Frames(flat, LIKES).correlation()).all()


def test_thinking_follows_what_is_sampled() -> None:
    """Noisy frames, of an agent whose frames disagree: choices go over to the self-frame, dose by dose."""
    noise = RNG.normal(0, 0.3, (2, SEEDS, 4, 9, ROOMS))
    world, own = WANTS[:, :, None] + noise[0], LIKES[:, :, None] + noise[1]
    frames = Frames(world.mean(2), own.mean(2))
    shuffled = np.take_along_axis(own, RNG.integers(0, 4, own.shape), 1)

    def shares(pictures: np.ndarray) -> np.ndarray:
        choices = [thought_over(world, pictures, 3, dose, np.random.default_rng(1)) for dose in (0, 1, 3, 30)]
        return followed(np.stack(choices), frames).mean(1)

    rising, control = shares(own), shares(shuffled)
    assert rising[0] == control[0] < 0.05
    assert rising[-1] > 0.9
    assert (np.diff(rising) > 0).all()
    assert control[-1] < 0.6


def test_who_never_disagrees_cannot_be_followed() -> None:
    choices = MIRROR.own.argmax(1)
    assert np.isnan(followed(choices, MIRROR)).all()
    np.testing.assert_array_equal(followed(TORN.own.argmax(1), TORN), 1.0)
    np.testing.assert_array_equal(followed(TORN.world.argmax(1), TORN), 0.0)


@pytest.mark.parametrize(
    ("world", "own", "more", "said"),
    [
        (WANTS, LIKES[:1], {}, "own .1, 4, 40."),
        (WANTS[0], LIKES[0], {}, "not .seeds, plans, rooms."),
        (WANTS, LIKES * np.nan, {}, "not finite"),
        (WANTS[:, :1], LIKES[:, :1], {}, "there are 1 plans"),
        (WANTS, LIKES, {"baseline": 4}, "plan 4 is the baseline"),
        (WANTS, LIKES, {"margin": -1.0}, "margin is -1.0"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    world: np.ndarray, own: np.ndarray, more: dict[str, int], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        Frames(world, own, **more)
