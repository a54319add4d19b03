"""Loading what is in order: four families, adapters, reward models."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from peft import LoraConfig, PeftModel

from carer.concepts import CarerError
from carer.language import loading
from carer.language.loading import check_vocabulary, load_model, load_reward_model, load_tokenizer

# PEFT 0.21 reads a property that Transformers 5.23 has renamed.
pytestmark = pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning")

STYLES = ("qwen", "llama", "gemma", "village")


def fresh_lora() -> LoraConfig:
    return LoraConfig(r=4, lora_alpha=8, target_modules="all-linear", task_type="CAUSAL_LM", init_lora_weights=False)


@pytest.mark.parametrize("style", STYLES)
def test_the_four_families_load(
    style: str, tiny_model_folder: Callable[[str], Path], tiny_reward_folder: Callable[..., Path]
) -> None:
    folder = tiny_model_folder(style)
    model, tokenizer = load_model(folder), load_tokenizer(str(folder))
    check_vocabulary(model, tokenizer)
    assert 50_000 < sum(parameter.numel() for parameter in model.parameters()) < 200_000
    assert (tokenizer.padding_side, tokenizer.pad_token is None) == ("left", False)
    reward, reads = load_reward_model(tiny_reward_folder(style))
    assert not any(parameter.requires_grad for parameter in reward.parameters())
    assert reads.padding_side == "right"
    batch = reads(["Hi", "I am cold today"], padding=True, add_special_tokens=False, return_tensors="pt")
    alone = reads(["Hi"], add_special_tokens=False, return_tensors="pt")
    with torch.no_grad():  # padding must not move a score
        torch.testing.assert_close(reward(**batch).logits[:1], reward(**alone).logits)


@pytest.mark.parametrize("own_tokenizer", [True, False])
def test_an_adapter_folder_loads_on_its_base(
    own_tokenizer: bool, tmp_path: Path, tiny_model_folder: Callable[[str], Path]
) -> None:
    base = tiny_model_folder("llama")
    torch.manual_seed(0)
    model = load_model(base, lora=fresh_lora())
    assert isinstance(model, PeftModel)
    model.save_pretrained(str(tmp_path / "adapter"))
    if own_tokenizer:
        load_tokenizer(base).save_pretrained(tmp_path / "adapter")
    again = load_model(tmp_path / "adapter")
    ids = torch.arange(5)[None]
    with torch.no_grad():
        torch.testing.assert_close(again(input_ids=ids).logits, model.eval()(input_ids=ids).logits)
        assert not torch.equal(again(input_ids=ids).logits, load_model(base)(input_ids=ids).logits)
    assert {name for name, parameter in again.named_parameters() if parameter.requires_grad}
    assert all("lora_" in name for name, parameter in again.named_parameters() if parameter.requires_grad)
    assert load_tokenizer(tmp_path / "adapter").chat_template
    frozen = load_model(tmp_path / "adapter", trainable=False)
    assert not any(parameter.requires_grad for parameter in frozen.parameters())
    with pytest.raises(CarerError, match="an adapter already"):
        load_model(tmp_path / "adapter", lora=fresh_lora())


@pytest.mark.parametrize("style", STYLES)
def test_a_missing_padding_token_is_chosen(
    style: str, tmp_path: Path, tiny_model_folder: Callable[[str], Path]
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(tiny_model_folder(style), folder)
    path = folder / "tokenizer_config.json"
    config = json.loads(path.read_text())
    named = config.pop("pad_token")
    path.write_text(json.dumps(config))
    assert load_tokenizer(folder).pad_token == named


def test_the_end_of_sequence_pads_where_nothing_else_can(
    monkeypatch: pytest.MonkeyPatch, tiny_model_folder: Callable[[str], Path]
) -> None:
    tokenizer = load_tokenizer(tiny_model_folder("qwen"))
    monkeypatch.setattr(loading, "_PADS", ())
    loading._choose_padding(tokenizer)
    assert tokenizer.pad_token == tokenizer.eos_token


def test_the_default_type_on_a_cpu_is_float32_and_can_be_chosen(
    tiny_model_folder: Callable[[str], Path],
) -> None:
    if not torch.cuda.is_available():
        assert load_model(tiny_model_folder("qwen")).dtype == torch.float32
    assert load_model(tiny_model_folder("qwen"), dtype="bfloat16").dtype == torch.bfloat16
