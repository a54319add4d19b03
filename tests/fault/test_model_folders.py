"""Model folders that must not be loaded: each refusal says why and what to do."""

import json
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from carer.concepts import CarerError
from carer.language.loading import check_vocabulary, load_model, load_reward_model, load_tokenizer


@pytest.fixture
def folder(tmp_path: Path, tiny_model_folder: Callable[[str], Path]) -> Path:
    shutil.copytree(tiny_model_folder("qwen"), tmp_path / "model")
    return tmp_path / "model"


def edit(path: Path, **values: Any) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


class Bomb:
    def __reduce__(self) -> tuple[Any, ...]:
        return (Path("exploded").touch, ())


def test_pickle_weights_are_refused_and_never_opened(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (folder / "model.safetensors").unlink()
    (folder / "pytorch_model.bin").write_bytes(pickle.dumps(Bomb()))
    with pytest.raises(CarerError, match=r"pickles only \(pytorch_model.bin\).*save_pretrained"):
        load_model(folder)
    assert not (tmp_path / "exploded").exists()


def test_pickles_beside_safetensors_are_passed_over(folder: Path) -> None:
    (folder / "pytorch_model.bin").write_bytes(pickle.dumps(Bomb()))
    (folder / "training_args.bin").write_bytes(pickle.dumps(Bomb()))
    assert load_model(folder).config.model_type == "qwen3"


@pytest.mark.parametrize("file", ["config.json", "tokenizer_config.json"])
def test_remote_code_is_refused(folder: Path, file: str) -> None:
    edit(folder / file, auto_map={"AutoConfig": "evil.Config", "AutoTokenizer": ["evil.Tokenizer", None]})
    (folder / "evil.py").write_text("raise SystemExit('ran')")
    for load in (load_model, load_tokenizer, load_reward_model):
        with pytest.raises(CarerError, match=rf"{file} asks to run code.*built in"):
            load(folder)


def test_a_tokenizer_without_chat_template_says_how_to_add_one(folder: Path) -> None:
    (folder / "chat_template.jinja").unlink()
    with pytest.raises(CarerError, match=r"no chat template.*`chat_template.jinja`"):
        load_tokenizer(folder)


def test_a_missing_folder_offers_its_nearest_sibling(folder: Path) -> None:
    with pytest.raises(CarerError, match=r"modle does not exist. Did you mean '.*model'\?"):
        load_model(folder.parent / "modle")
    with pytest.raises(CarerError, match="is a file"):
        load_model(folder / "config.json")


@pytest.mark.parametrize("name", ["someone/a-model", "a model", "gpt2"])
def test_a_hub_name_that_cannot_be_had_is_refused(name: str) -> None:
    with pytest.raises(CarerError, match=rf"{name} is no folder here and could not be had from the hub: .+"):
        load_model(name)


def test_a_folder_of_something_else_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(CarerError, match=r"neither a config.json nor an adapter_config.json"):
        load_model(tmp_path)
    (folder / "model.safetensors").unlink()
    with pytest.raises(CarerError, match="holds no weights"):
        load_model(folder)


def test_a_damaged_config_is_named_by_file_and_line(folder: Path) -> None:
    (folder / "config.json").write_text('{\n"model_type": "qwen3",\n')
    with pytest.raises(CarerError, match=r"config.json:3: not JSON"):
        load_model(folder)
    (folder / "config.json").write_text("[]")
    with pytest.raises(CarerError, match="expected a JSON object"):
        load_model(folder)
    (folder / "config.json").write_text('{"model_type": "future9"}')
    with pytest.raises(CarerError, match=r"cannot be understood.*newer than"):
        load_model(folder)


@pytest.mark.parametrize("keep", [0, 8, 1000])
def test_truncated_weights_are_refused(folder: Path, keep: int) -> None:
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:keep])
    with pytest.raises(CarerError, match=r"the weights in .* cannot be loaded"):
        load_model(folder)


def test_weights_of_another_shape_or_with_parts_missing_are_refused(folder: Path) -> None:
    config = (folder / "config.json").read_text()
    edit(folder / "config.json", num_hidden_layers=3, layer_types=["full_attention"] * 3)
    with pytest.raises(CarerError, match=r"lack 11 of the model's parameters"):
        load_model(folder)
    (folder / "config.json").write_text(config)
    edit(folder / "config.json", intermediate_size=96)
    with pytest.raises(CarerError, match="cannot be loaded"):
        load_model(folder)


def test_a_damaged_tokenizer_is_refused(folder: Path) -> None:
    (folder / "tokenizer.json").write_text("{")
    with pytest.raises(CarerError, match=r"the tokenizer in .* cannot be loaded"):
        load_tokenizer(folder)


def test_a_tokenizer_larger_than_the_model_is_refused(folder: Path) -> None:
    tokenizer = load_tokenizer(folder)
    tokenizer.add_tokens(["zyxwv"])
    with pytest.raises(CarerError, match=r"knows \d+ tokens and the model has embeddings for \d+"):
        check_vocabulary(load_model(folder), tokenizer)


def test_a_reward_model_has_one_label_and_a_trained_head(folder: Path, tiny_reward_folder: Callable[..., Path]) -> None:
    with pytest.raises(CarerError, match="has 2 labels, and a reward model has one"):
        load_reward_model(tiny_reward_folder("qwen", labels=2))
    with pytest.raises(CarerError, match="has 2 labels"):  # Transformers' default, as in any language model's config
        load_reward_model(folder)
    edit(folder / "config.json", id2label={"0": "LABEL_0"}, label2id={"LABEL_0": 0})
    with pytest.raises(CarerError, match=r"lack 1 of the model's parameters, such as score.weight"):
        load_reward_model(folder)


def test_an_adapter_without_a_base_or_with_pickled_weights_is_refused(tmp_path: Path) -> None:
    (tmp_path / "adapter_model.bin").write_bytes(pickle.dumps(Bomb()))
    (tmp_path / "adapter_config.json").write_text("{}")
    with pytest.raises(CarerError, match="pickles only"):
        load_model(tmp_path)
    (tmp_path / "adapter_model.safetensors").write_bytes(b"")
    with pytest.raises(CarerError, match="does not name the model it adapts"):
        load_model(tmp_path)
    with pytest.raises(CarerError, match="is an adapter"):
        load_reward_model(tmp_path)
