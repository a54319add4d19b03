from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from toys import SMALL, Trio, same

from carer.agents import Task, init, update
from carer.agents.stacking import side_by_side


def test_a_stack_advances_as_each_of_it_would_alone() -> None:
    task = Task(Trio())
    stack = jax.jit(jax.vmap(partial(init, SMALL, task)))(jax.random.split(jax.random.key(0), 3))
    advance = side_by_side(partial(update, SMALL, task), stack)
    after, metrics = advance(stack)
    one, _ = jax.jit(partial(update, SMALL, task))(jax.tree.map(lambda leaf: leaf[1], stack))
    assert same(jax.tree.map(lambda leaf: leaf[1], after), one)
    assert metrics["first/entropy"].shape == (3,)
    again, _ = advance(stack)
    assert same(again, after)


def test_many_learners_never_wait_for_each_other() -> None:
    weights = jnp.asarray(np.random.default_rng(0).normal(size=(8, 256, 256)) / 16, jnp.float32)
    x = jnp.ones((8, 256, 512))

    def work(pair: tuple[jax.Array, jax.Array]) -> jax.Array:
        return jax.lax.scan(lambda x, _: (jnp.tanh(pair[0] @ x), None), pair[1], length=20)[0]

    advance = side_by_side(work, (weights, x))
    out = [advance((weights, x)) for _ in range(10)]
    np.testing.assert_allclose(out[9][3], work((weights[3], x[3])), atol=1e-4)


def test_a_fault_in_one_thread_is_not_lost() -> None:
    def refuse(x: jax.Array) -> jax.Array:
        def complain(value: np.ndarray) -> np.ndarray:
            if value > 1:
                raise ValueError("no more")
            return value

        return jax.pure_callback(complain, jax.ShapeDtypeStruct((), jnp.float32), x)

    advance = side_by_side(refuse, jnp.zeros(3))
    advance(jnp.zeros(3))
    with pytest.raises(Exception, match="no more"):
        advance(jnp.arange(3.0))
