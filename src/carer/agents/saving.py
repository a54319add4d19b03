"""Any tree of arrays as one safetensors file, leaf paths as names; read back only into a tree of the same leaves."""

import json
from pathlib import Path
from typing import Any, TypeVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from carer.concepts import CarerError

T = TypeVar("T")

_KEYS, _STRUCTURE, _VERSIONS = "keys", "structure", "versions"


def save(path: Path, tree: Any) -> None:
    """Write the arrays of a tree. Typed keys are kept as their words, and what kind they are beside them.

    Raises:
        TypeError: a leaf is no array.

    """
    arrays, kinds = {}, {}
    for name, leaf in _leaves(tree):
        if not eqx.is_array(leaf):
            raise TypeError(f"{name} is a {type(leaf).__name__}, not an array")
        if _is_key(leaf):
            kinds[name] = str(jax.random.key_impl(leaf))
            leaf = jax.random.key_data(leaf)
        arrays[name] = np.ascontiguousarray(leaf).reshape(leaf.shape)
    facts = {_KEYS: json.dumps(kinds), _STRUCTURE: str(jax.tree.structure(tree)), _VERSIONS: _versions()}
    save_file(arrays, path, facts)


def load(path: Path, like: T) -> T:
    """Read what `save` wrote into a tree of the same leaves.

    Args:
        path: the file.
        like: a tree of arrays or `jax.ShapeDtypeStruct`, as `jax.eval_shape` gives it.

    Raises:
        CarerError: no such file, a damaged one, or leaves of other names, shapes or dtypes; the first is named.

    """
    try:
        with safe_open(path, "numpy") as file:
            facts, found = file.metadata() or {}, {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (OSError, SafetensorError) as error:
        raise CarerError(f"{path} cannot be read: {error}.") from None
    wanted = dict(_leaves(like))
    for name in [*wanted, *found]:
        if name not in found:
            raise _unlike(path, f"it has no {name!r}")
        if name not in wanted:
            raise _unlike(path, f"its {name!r} has no place here")
    kinds = json.loads(facts.get(_KEYS, "{}"))
    leaves = [_as_wanted(path, name, found[name], kinds.get(name), leaf) for name, leaf in wanted.items()]
    structure = jax.tree.structure(like)
    # Another version may write the same structure in other words, and the leaves agree by now.
    if facts.get(_VERSIONS) == _versions() and facts.get(_STRUCTURE) != str(structure):
        raise _unlike(path, "its leaves agree but not the settings around them")
    return jax.tree.unflatten(structure, leaves)


def _as_wanted(path: Path, name: str, array: np.ndarray, kind: str | None, leaf: Any) -> Any:
    here = f"{leaf.dtype}{list(leaf.shape)}"
    if kind is not None:
        value = jax.random.wrap_key_data(jnp.asarray(array), impl=kind)
    elif _is_key(leaf):
        raise _unlike(path, f"its {name!r} is no random key, here it is {here}")
    else:
        value = jnp.asarray(array)
    if value.shape != leaf.shape or value.dtype != leaf.dtype:
        raise _unlike(path, f"its {name!r} is {value.dtype}{list(value.shape)}, here it is {here}")
    return value


def _unlike(path: Path, why: str) -> CarerError:
    return CarerError(f"{path} is of another learner: {why}.", "Use the config and the world it was saved with.")


def _leaves(tree: Any) -> list[tuple[str, Any]]:
    found = jax.tree_util.tree_flatten_with_path(tree)[0]
    return [(jax.tree_util.keystr(path, simple=True, separator="."), leaf) for path, leaf in found]


def _is_key(leaf: Any) -> bool:
    return jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key)


def _versions() -> str:
    return f"jax {jax.__version__}, equinox {eqx.__version__}"
