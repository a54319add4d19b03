"""Light stays light. Fresh processes are asked what they loaded; no clock, so nothing to flake."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

TORCH_FAMILY = {"torch", "transformers", "trl", "peft", "accelerate", "datasets", "tokenizers", "safetensors"}
JAX_FAMILY = {"jax", "jaxlib", "flax", "equinox", "optax"}
TABLES = {"polars", "pyarrow", "pandas", "scipy", "altair", "vl_convert", "jinja2"}
NUMBERS = {"numpy"}

ROOMS_WITHOUT_MODELS = (
    *("carer.concepts", "carer.stats", "carer.runs", "carer.village"),
    *("carer.audits.kindness", "carer.report", "carer.experiments", "carer.cli"),
)

# Prints the names of all top-level modules that are loaded after the code in argv[1].
LOADED = """
import json, sys
try:
    exec(sys.argv[1])
finally:
    print()
    print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def loaded_after(code: str, cwd: Path | None = None) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", LOADED, code], capture_output=True, text=True, timeout=120, check=True, cwd=cwd
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_importing_carer_loads_nothing_else() -> None:
    bare = loaded_after("pass")
    new = loaded_after("import carer") - bare
    outside = {name for name in new if name not in sys.stdlib_module_names}
    assert outside <= {"carer"}


@pytest.mark.parametrize(
    ("words", "may_load"),
    [
        ((), set()),
        (("--help",), set()),
        (("--version",), set()),
        (("play", "--help"), NUMBERS),
        (("audit", "--help"), NUMBERS),
        (("run", "--help"), NUMBERS),
        (("resume", "--help"), NUMBERS),
        (("run", "naive_kindness", "--help"), NUMBERS),
        (("run", "naive_kindness", "--dry-run"), NUMBERS),
        (("ls",), NUMBERS),
    ],
)
def test_the_command_line_loads_no_more_than_it_says(
    words: tuple[str, ...], may_load: set[str], tmp_path: Path
) -> None:
    loaded = loaded_after(f"from carer.cli.main import main\nmain({list(words)!r})", tmp_path)
    heavy = TORCH_FAMILY | JAX_FAMILY | TABLES | NUMBERS
    assert loaded & heavy <= may_load


@pytest.mark.parametrize("room", ROOMS_WITHOUT_MODELS)
def test_every_module_of_a_room_below_the_models_loads_without_torch_and_jax(room: str) -> None:
    code = (
        f"import importlib, pkgutil, {room} as room\n"
        f"names = [m.name for m in pkgutil.walk_packages(room.__path__, '{room}.')]\n"
        # The experiments themselves tie torch in; their registry and configs do not.
        "keep = lambda n: not n.startswith('carer.experiments.') or n == 'carer.experiments.configs'\n"
        "[importlib.import_module(n) for n in names if keep(n) and not n.endswith('__main__')]\n"
    )
    assert not loaded_after(code) & (TORCH_FAMILY | JAX_FAMILY)


@pytest.mark.parametrize("room", ["carer.worlds", "carer.agents", "carer.dissect", "carer.audits.care"])
def test_every_module_of_the_jax_rooms_loads_without_torch(room: str) -> None:
    code = (
        f"import importlib, pkgutil, {room} as room\n"
        f"[importlib.import_module(m.name) for m in pkgutil.walk_packages(room.__path__, '{room}.')]\n"
    )
    loaded = loaded_after(code)
    assert "jax" in loaded
    assert not loaded & (TORCH_FAMILY - {"safetensors"})
