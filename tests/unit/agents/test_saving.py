from pathlib import Path
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from toys import same

from carer.agents import load, save
from carer.concepts import CarerError


class Pair(NamedTuple):
    left: Any
    right: Any


class Net(eqx.Module):
    weight: jax.Array
    kind: str = eqx.field(static=True)


def tree(width: int = 3, kind: str = "max") -> Pair:
    return Pair(
        {"a": jnp.arange(6, dtype=jnp.bfloat16), "empty": jnp.zeros((0, 2)), "flag": jnp.bool_(True)},
        (Net(jnp.ones((width, 2)), kind), None, jax.random.key(7), jnp.uint32(4_000_000_000), jnp.int8(-3)),
    )


def test_every_kind_of_leaf_comes_back_bit_for_bit(tmp_path: Path) -> None:
    file = tmp_path / "a.safetensors"
    save(file, tree())
    back = load(file, jax.eval_shape(tree))
    assert same(back, tree())
    assert jax.tree.structure(back) == jax.tree.structure(tree())
    assert [leaf.dtype for leaf in jax.tree.leaves(back)] == [leaf.dtype for leaf in jax.tree.leaves(tree())]
    np.testing.assert_array_equal(jax.random.bits(back.right[2]), jax.random.bits(jax.random.key(7)))


def test_a_view_that_is_not_contiguous_is_saved_as_it_reads(tmp_path: Path) -> None:
    array = jnp.asarray(np.arange(6).reshape(2, 3).T)
    save(tmp_path / "a.safetensors", {"x": array})
    assert same(load(tmp_path / "a.safetensors", {"x": array}), {"x": array})


@pytest.mark.parametrize(
    ("like", "words"),
    [
        (lambda: tree(width=5), r"'right.0.weight' is float32\[3, 2\], here it is float32\[5, 2\]"),
        (lambda: tree()._replace(left={}), "'left.a' has no place here"),
        (lambda: tree()._replace(left={**tree().left, "new": jnp.ones(1)}), "it has no 'left.new'"),
        (lambda: tree()._replace(left={**tree().left, "flag": jnp.int32(1)}), "'left.flag' is bool"),
        (lambda: tree(kind="sum"), "leaves agree but not the settings"),
    ],
)
def test_another_tree_is_refused_and_the_leaf_named(tmp_path: Path, like: Any, words: str) -> None:
    save(tmp_path / "a.safetensors", tree())
    with pytest.raises(CarerError, match=words):
        load(tmp_path / "a.safetensors", jax.eval_shape(like))


def test_a_number_where_a_key_was_is_refused(tmp_path: Path) -> None:
    save(tmp_path / "a.safetensors", {"k": jnp.zeros(2, jnp.uint32)})
    with pytest.raises(CarerError, match="'k' is no random key"):
        load(tmp_path / "a.safetensors", {"k": jax.random.key(0)})


def test_a_missing_or_torn_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CarerError, match=r"none\.safetensors cannot be read"):
        load(tmp_path / "none.safetensors", {})
    torn = tmp_path / "torn.safetensors"
    save(torn, tree())
    torn.write_bytes(torn.read_bytes()[:-7])
    with pytest.raises(CarerError, match=r"torn\.safetensors cannot be read"):
        load(torn, tree())


def test_what_is_no_array_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="a is a float"):
        save(tmp_path / "a.safetensors", {"a": 1.0})
