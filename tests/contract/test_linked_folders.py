"""A hub's cache links its files: such a folder is a model like any other."""

from collections.abc import Callable
from pathlib import Path

from carer.experiments.kindness.material import fingerprint


def test_a_folder_of_links_has_the_fingerprint_of_its_files(
    tmp_path: Path, tiny_model_folder: Callable[[str], Path]
) -> None:
    real = tiny_model_folder("qwen")
    linked = tmp_path / real.name
    linked.mkdir()
    for file in real.iterdir():
        (linked / file.name).symlink_to(file)
    assert fingerprint(str(linked), "lm") == fingerprint(str(real), "lm")
