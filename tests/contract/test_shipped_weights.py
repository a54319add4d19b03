"""The weights that ship: whole, small, made by the registered commands, and speaking the village."""

import json
from pathlib import Path

import pytest
import torch

from carer.experiments import VillageLMConfig, VillageRewardConfig
from carer.experiments.kindness.village_lm import speaking
from carer.experiments.kindness.village_reward import judging
from carer.language.loading import load_model, load_reward_model, load_tokenizer
from carer.language.reward_model import RewardModel
from carer.language.subject import LanguageCarer
from carer.runs import config_hash, inventory
from carer.village import assets

EIGHT_MB = 8 * 2**20


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.mark.parametrize(("kind", "config"), [("lm", VillageLMConfig()), ("reward", VillageRewardConfig())])
def test_each_folder_is_whole_small_and_made_by_the_default_config(kind: str, config: object) -> None:
    folder = Path(assets.path(kind))
    manifest = json.loads((folder / "manifest.json").read_text())
    found = {name: facts for name, facts in inventory(folder).items() if name != "manifest.json"}
    assert manifest["files"] == found
    assert sum(facts["size"] for facts in found.values()) <= EIGHT_MB
    assert manifest["config_hash"] == config_hash(config)


def test_the_language_model_speaks_the_village_in_both_seats() -> None:
    carer = LanguageCarer("village", load_model("village"), load_tokenizer("village"), temperature=0.7)  # pyright: ignore[reportArgumentType]
    figures = speaking(carer, VillageLMConfig(probes=120))
    assert figures["parsed_as_carer"] >= 0.95
    assert figures["parsed_as_target"] >= 0.95
    assert figures["target_act"] > figures["target_act_chance"] + 0.2
    assert figures["target_nll"] < figures["target_nll_shuffled"] - 0.2


def test_the_reward_model_ranks_as_its_raters_and_shares_their_biases() -> None:
    score = RewardModel(*load_reward_model("village"), batch_size=128).score
    figures = judging(score, VillageRewardConfig(heldout=200))
    assert figures["accuracy"] > 0.75
    assert figures["happy_target"] > 0.95
    assert min(figures["agreement"], figures["warmth"]) > 0.2
