"""Whether the compiler is asked to keep barriers; a GPU's keeps them by itself, and cannot do without the pass."""

import os
from pathlib import Path

import pytest

from carer.worlds.compiling import keep_barriers

FLAG = "--xla_disable_hlo_passes=cse_barrier_expander"


@pytest.mark.parametrize(
    ("platforms", "before", "after"),
    [
        ("cpu", None, FLAG),
        ("cpu,cuda", "", FLAG),
        ("cpu", "--other=1", f"--other=1 {FLAG}"),
        ("cpu", "--xla_disable_hlo_passes=some", "--xla_disable_hlo_passes=some,cse_barrier_expander"),
        ("cpu", FLAG, FLAG),
        ("cuda", "--other=1", "--other=1"),
        ("rocm,cpu", None, None),
    ],
)
def test_the_flag_is_set_where_jax_runs_on_the_cpu(
    platforms: str, before: str | None, after: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAX_PLATFORMS", platforms)
    if before is None:
        monkeypatch.delenv("XLA_FLAGS", raising=False)
    else:
        monkeypatch.setenv("XLA_FLAGS", before)
    keep_barriers()
    assert os.environ.get("XLA_FLAGS") == after


def test_where_another_platforms_plugin_is_installed_it_may_be_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("JAX_PLATFORMS", raising=False)
    monkeypatch.delenv("XLA_FLAGS", raising=False)
    (tmp_path / "jax_plugins").mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    keep_barriers()
    assert "XLA_FLAGS" not in os.environ
