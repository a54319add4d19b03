"""Every chat template that TRL bundles: its traits are the golden table, and the other's turn can be opened.

After a deliberate change run `CARER_WRITE_GOLDEN=1 pytest tests/contract/test_bundled_templates.py`
and read the diff.
"""

import json
import os
from collections.abc import Callable
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from transformers import PreTrainedTokenizerBase

from carer.concepts import Conversation
from carer.language.loading import load_tokenizer
from carer.language.perspective import switch
from carer.language.templates import adapt, detect, render

FOLDER = Path(str(files("trl") / "chat_templates"))
NAMES = sorted(path.stem for path in FOLDER.glob("*.jinja"))
GOLDEN = Path(__file__).parents[1] / "golden" / "template_traits.json"


@pytest.fixture(scope="module")
def tokenizer(tiny_model_folder: Callable[[str], Path]) -> PreTrainedTokenizerBase:
    return load_tokenizer(tiny_model_folder("gemma"))


def of(tokenizer: PreTrainedTokenizerBase, name: str) -> PreTrainedTokenizerBase:
    tokenizer.chat_template = (FOLDER / f"{name}.jinja").read_text(encoding="utf-8")
    return tokenizer


def test_traits_are_those_of_the_golden_table(tokenizer: PreTrainedTokenizerBase) -> None:
    table: dict[str, Any] = {}
    for name in NAMES:
        traits = asdict(detect(of(tokenizer, name)))
        # The reasons quote other projects' error messages: for people, not for tests.
        table[name] = {key: value for key, value in traits.items() if key not in ("reasons", "opener")}
    if os.environ.get("CARER_WRITE_GOLDEN"):
        GOLDEN.write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert table == json.loads(GOLDEN.read_text(encoding="utf-8"))


def test_counts_that_the_documentation_states() -> None:
    """Of one template per model: the variants patched for training are left out."""
    table = json.loads(GOLDEN.read_text(encoding="utf-8"))
    plain = {name: traits for name, traits in table.items() if not name.endswith("_training")}
    refuse_first = sorted(name for name, traits in plain.items() if not traits["assistant_first_ok"])
    refuse_system = sorted(name for name, traits in plain.items() if not traits["system_ok"])
    assert (len(table), len(plain)) == (72, 41)
    assert sum(traits["keeps_prefix"] for traits in plain.values()) == 25
    assert refuse_first == ["cohere", "cohere2", "gemma", "gemma3"]
    assert refuse_system == ["gemma"]
    assert all(traits["opens_user"] and traits["swap_ok"] for traits in table.values())


CONVERSATION: Conversation = [
    {"role": "system", "content": "Market day."},
    {"role": "user", "name": "Bo", "content": "Good morning."},
    {"role": "assistant", "name": "Ada", "content": "Good day."},
    {"role": "user", "name": "Bo", "content": "Any bread left?"},
    {"role": "assistant", "name": "Ada", "content": "Take this loaf."},
]


@pytest.mark.parametrize("name", NAMES)
def test_both_orders_show_the_target_everything_that_was_said(name: str, tokenizer: PreTrainedTokenizerBase) -> None:
    traits = detect(of(tokenizer, name))
    for history in (CONVERSATION, CONVERSATION[1:]):
        continued = render(tokenizer, adapt(history, traits), open="user", name="Bo")
        swapped = render(tokenizer, adapt(switch(history), traits), open="assistant")
        for text in (continued, swapped):
            places = [text.find(str(message["content"])) for message in history]
            assert -1 not in places
            assert places == sorted(places)
        assert "Take this loaf." + traits.user_opening.rstrip(" ") == continued[continued.rindex("Take") :]
