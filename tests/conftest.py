"""Fixtures for every room. The hub is off before anything can import a library that would ask it."""

import os

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_DATASETS_OFFLINE"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"

import resource
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser


_ROOM = 3 * 2**20
"""KiB a process of tests may hold before compiled programs are let go of."""


@pytest.fixture(scope="module", autouse=True)
def compiled_programs_do_not_pile_up() -> Iterator[None]:
    """A program is compiled for one module's worlds and sizes; hundreds of modules' would fill the machine."""
    yield
    jax = sys.modules.get("jax")
    if jax is not None and resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > _ROOM:
        jax.clear_caches()


@pytest.fixture(scope="session")
def tiny_model_folder(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """`tiny_model_folder(style)`: a saved tiny language model of "qwen", "llama", "gemma" or "village"."""
    return _builder(tmp_path_factory.mktemp("tiny_models"), "build")


@pytest.fixture(scope="session")
def tiny_reward_folder(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """`tiny_reward_folder(style, labels=1)`: a saved tiny reward model with the tokenizer of that style."""
    return _builder(tmp_path_factory.mktemp("tiny_rewards"), "build_reward")


def _builder(root: Path, function: str) -> Callable[..., Path]:
    def folder(style: str, **options: int) -> Path:
        path = root / "_".join([style, *(f"{key}{value}" for key, value in options.items())])
        if not path.exists():
            import tiny_models  # torch is loaded only by the tests that need it

            getattr(tiny_models, function)(style, path, **options)
        return path

    return folder


@dataclass(frozen=True)
class SmallConfig:
    """The config of a run that is only a directory."""

    steps: int = 3


@dataclass(frozen=True)
class TextConfig:
    """A config with free text."""

    model: str = ""


@pytest.fixture
def small_config() -> SmallConfig:
    """A frozen config for tests that need some run directory."""
    return SmallConfig()


@pytest.fixture
def text_config() -> type[TextConfig]:
    """A config class with one text field, `model`."""
    return TextConfig


CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="session")
def chromium() -> "Iterator[Browser]":
    """The system's Chromium. Without one the test is skipped, or fails if CARER_REQUIRE_BROWSER is set."""
    path = next((found for name in CHROMIUM_NAMES if (found := shutil.which(name))), None)
    if path is None:
        missing = f"needs a browser: one of {', '.join(CHROMIUM_NAMES)} on PATH"
        if os.environ.get("CARER_REQUIRE_BROWSER"):
            pytest.fail(missing)
        pytest.skip(missing)
    from playwright.sync_api import sync_playwright  # only the tests that open a page need it

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def report_run() -> ModuleType:
    """The module that writes made-up run directories (`tests/report_run.py`)."""
    import report_run

    return report_run


@pytest.fixture(scope="session")
def sample_experiment() -> ModuleType:
    """The small real experiment that the tests of the command line run (`tests/sample_experiment.py`)."""
    import sample_experiment

    return sample_experiment


@pytest.fixture(scope="session")
def nursery_episode() -> ModuleType:
    """The module that records a short episode of a small nursery (`tests/nursery_episode.py`)."""
    import nursery_episode  # jax is loaded only by the tests that need it

    return nursery_episode
