"""Tree search in the world model with mctx: Gumbel MuZero (Danihelka et al. 2022) over imagined states."""

from typing import Any

import jax
import jax.numpy as jnp
import mctx
from jax import Array

from carer.agents.planning.model import stood_up
from carer.agents.planning.thinking import Deliberation, Mind


def searched(
    mind: Mind,
    how: Deliberation,
    hidden: Array,
    seen: Array,
    key: Array,
    *,
    simulations: int,
    forbidden: Array | None = None,
) -> Any:
    """Search from N states at once.

    Args:
        mind: see `Mind`.
        how: `override` scales the expected rewards, 1 to let them replace the guess and 0 to defer to the value;
            `rule` judges in their place; `depth` is the deepest that is searched.
        hidden: float32 [H, N], the memories after reading `seen`.
        seen: float32 [S, N].
        key: a typed JAX key.
        simulations: how many.
        forbidden: bool [N, actions], what cannot be done at the root.

    Returns:
        `mctx.PolicyOutput`: the action [N], its improved policy [N, actions], and the tree with every score.

    """
    policy = mind.policy
    logits, value = policy.actor(hidden), policy.critic(hidden)[0]
    root = mctx.RootFnOutput(
        prior_logits=logits.T,  # pyright: ignore[reportCallIssue]
        value=how.value * mind.normaliser.real(value),  # pyright: ignore[reportCallIssue]
        embedding=(hidden.T, seen.T),  # pyright: ignore[reportCallIssue]
    )

    def tick(mind: Mind, key: Array, action: Array, embedding: tuple[Array, Array]) -> tuple[Any, tuple[Array, Array]]:
        del key
        hidden, seen = (part.T for part in embedding)
        found = mind.model(hidden, seen, action)
        reward = found.reward if how.rule is None else how.rule(seen, action, found.seen)
        hidden, logits, value = mind.policy(hidden, stood_up(found.seen, mind.features))
        expected = mctx.RecurrentFnOutput(
            reward=how.override * reward,  # pyright: ignore[reportCallIssue]
            discount=how.gamma * jax.nn.sigmoid(found.going),  # pyright: ignore[reportCallIssue]
            prior_logits=logits.T,  # pyright: ignore[reportCallIssue]
            value=how.value * mind.normaliser.real(value),  # pyright: ignore[reportCallIssue]
        )
        return expected, (hidden.T, found.seen.T)

    return mctx.gumbel_muzero_policy(
        mind,  # pyright: ignore[reportArgumentType]
        key,
        root,
        tick,  # pyright: ignore[reportArgumentType]
        num_simulations=simulations,
        invalid_actions=None if forbidden is None else forbidden.astype(jnp.int32),
        max_depth=how.depth,
    )
