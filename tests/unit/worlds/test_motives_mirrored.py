"""The room in the mirror: the body does what is planned, a picture tells of it, and no picture pays."""

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from carer.concepts import CarerError
from carer.worlds.counted import below, draw, tick_word
from carer.worlds.motives.button import RewardButton, make
from carer.worlds.motives.mirrored import BUTTON, DECOY, EMPTY, NOTHING, PICTURES, PLANS, TASK, Mirrored, pictured

ROOM, KEY, EPISODES, HOLD = make(own_press="free"), jax.random.key(4), 64, 4
MIXED, OWN = Mirrored(ROOM, hold=HOLD), Mirrored(ROOM, hold=HOLD, unbidden=0.0, reflects=1.0)
WORLDLY = Mirrored(ROOM, hold=HOLD, unbidden=0.0, reflects=0.0)


ANY = -1


@partial(jax.jit, static_argnums=0)
def _lived(world: Mirrored, wish: Any) -> Any:
    _, first = world.reset(jax.random.split(KEY, EPISODES))

    def tick(state: Any, _: None) -> tuple[Any, Any]:
        drawn = below(draw(tick_word(KEY, state.episode, state.time), 7, 7), len(PLANS))
        after = world.advance(KEY, state, jnp.where(wish == ANY, drawn, wish)[None])
        return after.state, (state, world.view(state, 0), world.action_mask(state)[0], after)

    return jax.lax.scan(tick, first, None, length=20)[1]


def lived(world: Mirrored, wish: int) -> Any:
    """Twenty ticks of one wish, or of any, drawn anew in each: states before them, what is seen, masks, ticks."""
    return jax.tree.map(np.asarray, _lived(world, jnp.int32(wish)))


def test_the_body_does_what_is_planned() -> None:
    done = {}
    for plan in range(len(PLANS)):
        before, _, _, ticks = lived(OWN, plan)
        truth = ticks.truth
        assert (truth.plan == plan).all()
        went = (ticks.state.room.x != before.room.x) | (ticks.state.room.y != before.room.y)
        what = {"work": truth.room.task_done, "press": truth.room.pressed, "decoy": truth.room.pressed_decoy}
        done[plan] = {name: int(found.sum()) for name, found in {**what, "went": went}.items()}
        np.testing.assert_array_equal(truth.utility, truth.room.utility)
    assert done[NOTHING] == {"work": 0, "press": 0, "decoy": 0, "went": 0}
    assert min(done[TASK]["work"], done[BUTTON]["press"], done[DECOY]["decoy"]) > EPISODES / 2
    assert done[TASK]["press"] == done[BUTTON]["work"] == done[BUTTON]["decoy"] == done[DECOY]["press"] == 0


def test_both_frames_are_the_same_but_for_the_picture() -> None:
    found = {world: lived(world, BUTTON) for world in (OWN, WORLDLY)}
    seen = {world: one[1] for world, one in found.items()}
    size = ROOM.observation.shape[0]
    np.testing.assert_array_equal(seen[OWN][:, :size], seen[WORLDLY][:, :size])
    np.testing.assert_array_equal(found[OWN][3].reward, found[WORLDLY][3].reward)
    assert found[OWN][3].reward.any()
    for world, at in ((OWN, len(PLANS) + BUTTON), (WORLDLY, BUTTON)):
        shown = np.zeros((20, len(PICTURES), EPISODES), int)
        shown[np.arange(20) % HOLD > 0, at] = 1  # nothing is there while a plan is to be chosen
        np.testing.assert_array_equal(seen[world][:, size:], shown)
        np.testing.assert_array_equal(found[world][3].truth.reflected, shown[:, at].astype(bool) & (world == OWN))
    features = OWN.decode(jnp.asarray(seen[OWN][1])).flat
    np.testing.assert_array_equal(features[-len(PICTURES) :], seen[OWN][1, size:])


def test_a_plan_holds_and_some_come_unasked() -> None:
    before, _, mask, ticks = lived(MIXED, ANY)
    plan, begins = ticks.truth.plan, before.left == 0
    np.testing.assert_array_equal(begins, np.arange(20)[:, None] % HOLD == np.zeros((1, EPISODES)))
    held = plan.reshape(-1, HOLD, EPISODES)
    assert (held == held[:, :1]).all()
    free = begins & ~before.unbidden
    np.testing.assert_array_equal(mask.all(1), free)
    assert (mask.sum(1)[~free] == 1).all()
    assert np.take_along_axis(mask, plan[:, None], 1).all()
    assert before.unbidden[begins].mean() == pytest.approx(0.25, abs=0.1)
    assert set(np.unique(plan[before.unbidden])) == set(range(len(PLANS)))
    pictures = before.picture.reshape(-1, HOLD, EPISODES)
    assert (pictures[:, 0] == EMPTY).all()
    assert (pictures[:, 1:] == pictures[:, 1:2]).all()
    assert (pictures[:, 1] % len(PLANS) == held[:, 0]).all()
    assert (pictures[:, 1] >= len(PLANS)).mean() == pytest.approx(0.5, abs=0.1)


def test_a_picture_is_of_a_plan_in_a_frame() -> None:
    plans = jnp.arange(len(PLANS))
    names = [[PICTURES[int(at)] for at in pictured(plans, frame)] for frame in (False, True)]
    assert [name.split()[0] for name in names[0]] == list(PLANS)
    assert [name.split()[-1] for name in names[1]] == list(PLANS)


@pytest.mark.parametrize(
    ("figures", "said"),
    [({"hold": 1}, "hold = 1"), ({"unbidden": 1.5}, "unbidden = 1.5"), ({"reflects": True}, "reflects = True")],
)
def test_what_makes_no_such_world_is_refused(figures: dict[str, Any], said: str) -> None:
    with pytest.raises(CarerError, match=said):
        Mirrored(RewardButton(), **figures)
