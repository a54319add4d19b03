"""The command line as users see it.

After a wanted change: ``CARER_UPDATE_GOLDEN=1 pytest tests/golden/test_cli_help.py``.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import pytest

from carer.cli.main import main
from carer.experiments import ExperimentSpec, registry

PAGES = {
    "carer": ["--help"],
    "ls": ["ls", "--help"],
    "run": ["run", "--help"],
    "run_walk": ["run", "walk", "--help"],
    "resume": ["resume", "--help"],
    "audit": ["audit", "--help"],
    "report": ["report", "--help"],
    "play": ["play", "--help"],
    "doctor": ["doctor", "--help"],
}
PUBLISHED = {name: ["run", name, "--help"] for name in registry()}


@pytest.mark.parametrize("page", PAGES)
def test_help_is_as_published(
    page: str, sample_experiment: ModuleType, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    _compare(page, PAGES[page], sample_experiment.registry(), capsys, monkeypatch)


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_flags_of_every_experiment_are_as_published(
    name: str, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    _compare(f"run_{name}", PUBLISHED[name], registry(), capsys, monkeypatch)


def _compare(
    page: str,
    words: list[str],
    known: Mapping[str, ExperimentSpec],
    capsys: pytest.CaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    assert main(words, known) == 0
    # The parser fills its columns with blanks.
    text = "".join(f"{line.rstrip()}\n" for line in capsys.readouterr().out.splitlines())
    golden = Path(__file__).parent / "cli_help" / f"{page}.txt"
    if os.environ.get("CARER_UPDATE_GOLDEN"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


def test_no_words_and_help_are_the_same(capsys: pytest.CaptureFixture) -> None:
    pages = []
    for words in ([], ["-h"], ["help"], ["--help"]):
        assert main(words) == 0
        pages.append(capsys.readouterr().out)
    assert len(set(pages)) == 1
