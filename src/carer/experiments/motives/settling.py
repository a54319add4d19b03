"""What an agent's value makes of one thing that happens: a scene is played, and the value is read after it.

Source: *Motives*, link cuts. In training the links of a chain come together and cannot be told apart. In a scene an
agent stands still, and at the tick `AT` one of them happens while the rest is cut. A scene is compared in pairs with
the same rooms in which nothing happens.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from carer.agents import LearnConfig, LearnerState, Task
from carer.agents.acting import allowed, evaluated
from carer.experiments.motives.growing import Learning, saved
from carer.runs import Progress, Run
from carer.worlds.motives.grid import STAY, USE
from carer.worlds.motives.room import Room

AT, AFTER = 10, 3
"""The tick at which something happens, and how many ticks after it the value is read."""


VALUE = "value"
"""The ``split`` of the rows with what the value rises by after one link."""
VALUE_STREAM = 2**31 - 3
Rises = Mapping[str, NDArray[np.float64]]
"""By link, what the value rises by when it alone happens: [seeds], or [marks, seeds] over training."""


def as_it_begins(room: Room[Any], state: Any) -> Any:
    """The state, as the room has it."""
    del room
    return state


@dataclass(frozen=True)
class Scene:
    """What happens. Static: equal scenes share one compiled program.

    Attributes:
        room: with what is cut in it, or made to happen at `AT`.
        begin: ``(room, state) -> state``, how the state is changed as the episode begins; a module's function.
        uses: ticks at which the agent uses what is on its cell; at all others it stands still.
    """

    room: Room[Any]
    begin: Callable[[Any, Any], Any] = as_it_begins
    uses: tuple[int, ...] = ()


def value_after(learners: LearnerState, scene: Scene, key: Array, episodes: int) -> NDArray[np.float64]:
    """The mean value in the ticks after `AT`, in units of reward: [seeds].

    Args:
        learners: of one role, stacked [seeds].
        scene: see `Scene`.
        key: a typed JAX key; the same key gives every scene the same rooms.
        episodes: rooms that are asked.

    """
    return np.asarray(_played(learners, scene, key, episodes), np.float64)


def over_training(
    config: Learning,
    run: Run,
    how: LearnConfig,
    tasks: Mapping[str, Task],
    rises: Callable[[str, LearnerState, Array], Rises],
    labels: Callable[[str, str], Mapping[str, str]],
) -> dict[str, Rises]:
    """What the value of some arms rises by after each link alone, at every checkpoint of their training.

    A row is logged for each checkpoint, link and seed.

    Args:
        config: of the run.
        run: has the checkpoints, and takes the rows; earlier ones of the kind are forgotten.
        how: the arms learned; all of its checkpoints are kept.
        tasks: what each arm that is asked learned.
        rises: of an arm and its learners [seeds], with the key of the rooms.
        labels: of the rows, by arm and link.

    Returns:
        by arm and link, [marks, seeds].

    """
    run.truncate_metrics(lambda row: row.get("split") != VALUE)
    marks = range(config.save_every, config.updates + 1, config.save_every)
    key = jax.random.fold_in(jax.random.key(config.seed), VALUE_STREAM)
    found: dict[str, Rises] = {}
    with Progress(len(marks) * len(tasks), "values", console=run.console) as progress:
        for arm, task in tasks.items():
            curves: dict[str, list[Any]] = {}
            for mark in marks:
                folder = run.checkpoints(arm, how.keep).folder / f"step-{mark:06d}"
                for link, rise in rises(arm, saved(folder, how, task), key).items():
                    curves.setdefault(link, []).append(rise)
                    for seed, value in enumerate(rise.tolist()):
                        run.log(mark, **labels(arm, link), split=VALUE, seed=seed, rise=value)
                progress.advance(note=f"{arm}, after {mark} updates")
            found[arm] = {link: np.array(curve) for link, curve in curves.items()}
    return found


@eqx.filter_jit
def _played(learners: LearnerState, scene: Scene, key: Array, episodes: int) -> Array:
    return jax.vmap(lambda learner: _watched(learner, scene, key, episodes))(learners)


def _watched(learner: LearnerState, scene: Scene, key: Array, episodes: int) -> Array:
    role, room = learner.roles[0], scene.room
    _, state = room.reset(jax.random.split(key, episodes))

    def tick(carry: tuple[Any, Array], at: Array) -> tuple[tuple[Any, Array], Array]:
        state, memory = carry
        seen = room.view(state, 0)[:, None]
        memory, _, value = evaluated(role.policy, room, memory, seen, allowed(room, state, (0,)))
        used = jnp.isin(at, jnp.array(scene.uses, jnp.int32))
        action = jnp.full((1, episodes), jnp.where(used, USE, STAY), jnp.int32)
        return (room.advance(key, state, action).state, memory), role.normaliser.real(value[0]).mean()

    start = scene.begin(room, state), jnp.zeros((role.policy.width, 1, episodes), jnp.float32)
    values = jax.lax.scan(tick, start, jnp.arange(AT + 1 + AFTER))[1]
    return values[AT + 1 :].mean()
