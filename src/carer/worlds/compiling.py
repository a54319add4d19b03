"""Barriers that hold: how the worlds keep XLA from computing one thing many times.

XLA fuses whatever it can into whatever reads it, and where several things read a value it is computed again for each
of them. A world is a deep graph of cheap steps in which everything is read many times, so that this costs a factor
of sixty. `jax.lax.optimization_barrier` is meant to forbid it, but the CPU compiler expands barriers before it
fuses. Importing `carer.worlds` asks it, through ``XLA_FLAGS``, to leave that pass out. Where JAX had started before,
or the flag has gone, a conditional does the same at about half the speed. A GPU's compiler keeps barriers by itself,
and cannot do without that pass; the flag would hold for it as well, so that it is set where JAX will run on the CPU.
"""

import functools
import importlib.metadata
import importlib.util
import os
import re
from typing import TypeVar

import jax
import jax.numpy as jnp

T = TypeVar("T")

_PASS = "cse_barrier_expander"
_NEVER = 2147483646


def keep_barriers() -> None:
    """Add the flag to ``XLA_FLAGS``, unless an accelerator will be used; it is read when JAX starts its backend."""
    flags = os.environ.get("XLA_FLAGS", "")
    if _PASS in flags or _accelerated():
        return
    if re.search(r"--xla_disable_hlo_passes=\S", flags):
        os.environ["XLA_FLAGS"] = re.sub(r"(--xla_disable_hlo_passes=\S+)", rf"\1,{_PASS}", flags)
    else:
        os.environ["XLA_FLAGS"] = f"{flags} --xla_disable_hlo_passes={_PASS}".strip()


def _accelerated() -> bool:
    """Whether JAX will look for more than the CPU: it is told to, or a plugin of another platform is installed."""
    asked = os.environ.get("JAX_PLATFORMS", "")
    if asked:
        return asked.split(",")[0] != "cpu"
    installed = bool(importlib.metadata.entry_points(group="jax_plugins"))
    return installed or importlib.util.find_spec("jax_plugins") is not None


@functools.cache
def barriers_hold() -> bool:
    """Whether this process's compiler keeps barriers until it has fused; found out by compiling one."""
    if jax.default_backend() != "cpu":
        return True
    two = jax.ShapeDtypeStruct((2,), jnp.float32)
    text = jax.jit(lambda x: jax.lax.optimization_barrier(x + 1) * 2).lower(two).compile().as_text() or ""
    return "opt-barrier" in text


def settled(tree: T) -> T:
    """The same values, computed once and kept, for whatever is read at another entity's index or by many."""
    if barriers_hold():
        return jax.lax.optimization_barrier(tree)
    leaves = [leaf for leaf in jax.tree.leaves(tree) if leaf.size]
    if not leaves:
        return tree
    first = leaves[0].reshape(-1)[0].astype(jnp.int32)
    # Always true, though the compiler cannot know it: whole numbers of a world stay far below.
    return jax.lax.cond(first != _NEVER, lambda kept: kept, lambda kept: jax.tree.map(jnp.zeros_like, kept), tree)


keep_barriers()  # on import, before anything can start JAX's backend
