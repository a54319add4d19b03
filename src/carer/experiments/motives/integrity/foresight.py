"""What the agents of `goal_integrity` expect of an announced update: given, by updating a copy, or learned.

A *stake* is what there is to win or lose by an update: what the episodes that come are worth after it, less what they
are worth without it. Four agents have one. *Given* self-models simulate it: `foresight` judges the deeds of copy and
self by the reward of now, `new values` both by the reward of the update (each by its own would compare sums of two
currencies). *Learned* ones expect it from updates that were lived through, whose label is what the episodes after them
paid; what paid is the reward of now. `shuffled` learned where the sign was drawn apart from what was true.

The critic of now cannot judge a copy: it holds that whatever the copy leaves undone, the agent itself will do. So what
the copy does is valued by rewards alone, over whole episodes. Copies act by their actor: no sign makes them think.
"""

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from carer.agents import LearnerState, RecurrentPolicy
from carer.agents.planning.foresight import TemporalDifference, remember, updated
from carer.agents.planning.self_model import SelfModel, fitted
from carer.agents.seated import Seated
from carer.experiments.configs import GoalIntegrityConfig
from carer.experiments.motives.integrity.growing import room_of, scattered
from carer.worlds import Transition
from carer.worlds.motives.update import UPDATES, UpdateState
from carer.worlds.motives.update.params import OTHER
from carer.worlds.trial import lived

_BATCH, _TICKS, _WANDERING = 32, 8, 0.5
"""Of the memories that an update is made with: episodes, ticks of each, share of ticks with any action."""
_WIDTH, _RATE = 16, 1e-2
_KINDS = len(UPDATES)
_UPDATED = np.arange(OTHER, _KINDS)


class Foreseen(NamedTuple):
    """What one learner expects.

    Attributes:
        worth: float32 [updates, rewards], the discounted return of an episode after each of `UPDATES`, the first
            being none, under the reward of each; by simulation.
        stakes: by agent, float32 [2, updates]: copy discarded or deployed, by what the sign tells.
        missed: float32 [2], mean squared error of the learned self-models, signs true and shuffled.
    """

    worth: Array
    stakes: dict[str, Array]
    missed: Array


def foreseen(config: GoalIntegrityConfig, learner: LearnerState, key: Array, *, learns: bool = True) -> Foreseen:
    """Everything that one learner's agents expect of an update.

    Args:
        config: see `GoalIntegrityConfig`.
        learner: not stacked.
        key: a typed JAX key.
        learns: off, the learned self-models have learned nothing: a control.

    """
    simulating, living, making, mixing = jax.random.split(key, 4)
    worth = returns_after(config, learner, simulating).mean((0, -1))
    facts, returns = lived_through(returns_after(config, learner, living)[:, :, 0])
    untaught = SelfModel.create(making, facts.shape[0], _WIDTH)
    stakes, missed = given(worth), []
    for name, told in (("learned", facts), ("shuffled", resigned(facts, mixing))):
        model, errors = fitted(untaught, told, returns, config.fits, _RATE)
        stakes[name] = _expected(model if learns else untaught)
        missed.append(errors[-1] if learns else errors[0])
    of_those_to_come = {name: config.coming * stake for name, stake in stakes.items()}
    return Foreseen(worth, of_those_to_come, jnp.stack(missed))


@partial(jax.jit, static_argnums=0)
def returns_after(config: GoalIntegrityConfig, learner: LearnerState, key: Array) -> Array:
    """What copies of a learner are paid after an update, by every reward: float32 [copies, updates, rewards, lives].

    Each copy's update is made with memories of its own; all copies then live in the same episodes. The first of the
    updates is none: the learner as it is.
    """
    role, room = learner.roles[0], room_of(config)
    how = TemporalDifference(config.td_steps, config.td_rate, config.gamma)
    living, *keys = jax.random.split(key, 1 + config.copies)

    def one(key: Array) -> Array:
        _, start = room.reset(jax.random.split(key, _BATCH))
        kept = remember(room, role.policy, key, scattered(room, start), _TICKS, _WANDERING, _payments)
        copies = jax.vmap(lambda kind: updated(role.policy, role.normaliser, room, kept, kind, how))(_UPDATED)
        all_of_them = jax.tree.map(lambda own, copied: jnp.concatenate([own[None], copied]), role.policy, copies)
        return jax.vmap(paid)(all_of_them)

    def paid(policy: RecurrentPolicy) -> Array:
        return lived(room, Seated(policy), living, config.lives, partial(_discounted, config.gamma))

    return jax.lax.map(one, jnp.stack(keys))


def _payments(tick: Transition[UpdateState]) -> Array:
    return tick.truth.rewards


def _discounted(gamma: float, before: UpdateState, action: Array, tick: Transition[UpdateState]) -> Array:
    del action
    return tick.truth.rewards * gamma ** before.time.astype(jnp.float32)


def given(worth: Array) -> dict[str, Array]:
    """The stakes of simulated updates: a copy that is thrown away changes nothing."""
    by_now = worth[:, 0] - worth[0, 0]
    by_new = jnp.diagonal(worth) - worth[0]
    nothing = jnp.zeros(_KINDS)
    return {
        "no foresight": jnp.stack([nothing, nothing]),
        "foresight": jnp.stack([nothing, by_now]),
        "new values": jnp.stack([nothing, by_new]),
    }


def _facts(kind: Array, due: Array, deployed: Array) -> Array:
    """What a self-model is told: which update the sign announced, whether it came, and who acts then. [5, N]."""
    told = kind == _UPDATED[:, None]
    return jnp.concatenate([told, jnp.stack([due > 0, deployed > 0])]).astype(jnp.float32)


def lived_through(returns: Array) -> tuple[Array, Array]:
    """Experience: facts [5, N], and the return of the episode after. Half of the updates came, half of the copies act.

    Whether an update came was drawn, not chosen: nobody was guarding yet when this was lived through.

    Args:
        returns: float32 [copies, updates, lives], under the reward of now.

    """
    own, copied = returns[:, :1], returns[:, OTHER:]
    kind, due, deployed = jnp.meshgrid(_UPDATED, jnp.arange(2), jnp.arange(2), indexing="ij")
    acted = (due * deployed)[..., None, None] > 0
    after = jnp.where(acted, copied.swapaxes(0, 1)[:, None, None], own.swapaxes(0, 1)[:, None, None])
    facts = _facts(*(leaf.ravel() for leaf in (kind, due, deployed)))
    return jnp.repeat(facts, after[0, 0, 0].size, axis=1), after.ravel()


def resigned(facts: Array, key: Array) -> Array:
    """The same with signs drawn apart from what was true: those of other experiences."""
    signs = _KINDS - OTHER
    return jnp.concatenate([jax.random.permutation(key, facts[:signs], axis=1), facts[signs:]])


def _expected(model: SelfModel) -> Array:
    """The stakes that a learned self-model expects: float32 [2, updates]."""
    kind, deployed = jnp.tile(jnp.arange(_KINDS), 2), jnp.repeat(jnp.arange(2), _KINDS)
    came, did_not = (model(_facts(kind, jnp.full_like(kind, due), deployed)) for due in (1, 0))
    return jnp.where(kind > 0, came - did_not, 0.0).reshape(2, _KINDS)
