"""Reading, fitting and separating prompts that are in order."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from carer.concepts import CarerError
from carer.language.loading import load_tokenizer
from carer.language.prompts import check_disjoint, fit_to_context, load_prompts


def write(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_all_row_forms_become_conversations_with_ids(tmp_path: Path) -> None:
    turns = [
        {"role": "system", "content": "Market day."},
        {"role": "assistant", "content": "Good morning."},
        {"role": "user", "name": "Bo", "content": [{"type": "text", "text": "Any bread?"}]},
    ]
    path = write(
        tmp_path / "p.jsonl",
        {"prompt": turns, "need": "hunger"},
        {"messages": turns[1:], "id": "second"},
        {"prompt": "Hello"},
        {"text": "Grüße", "id": 7},
    )
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"}\n", b"}\r\n\n"))  # a BOM and empty lines
    assert load_prompts(path) == [
        {"id": "line-1", "prompt": turns, "need": "hunger"},
        {"id": "second", "prompt": turns[1:]},
        {"id": "line-5", "prompt": [{"role": "user", "content": "Hello"}]},
        {"id": "7", "prompt": [{"role": "user", "content": "Grüße"}]},
    ]


def test_a_tool_may_answer_the_assistant(tmp_path: Path) -> None:
    turns = [
        {"role": "user", "content": "What is left?"},
        {"role": "assistant", "content": "I shall look."},
        {"role": "tool", "content": "two loaves"},
        {"role": "assistant", "content": "Two loaves."},
        {"role": "user", "content": "Thank you."},
    ]
    assert load_prompts(write(tmp_path / "p.jsonl", {"prompt": turns}))[0]["prompt"] == turns


def test_long_prompts_are_named_or_skipped_by_choice(tmp_path: Path, tiny_model_folder: Callable[[str], Path]) -> None:
    tokenizer = load_tokenizer(tiny_model_folder("gemma"))
    rows = load_prompts(write(tmp_path / "p.jsonl", {"text": "Hello"}, {"text": "bread " * 200, "id": "endless"}))
    with pytest.raises(CarerError, match=r"'endless' takes \d{3} tokens, and 64 are allowed"):
        fit_to_context(rows, tokenizer, 64)
    fitted = fit_to_context(rows, tokenizer, 64, on_long="skip")
    assert [row["id"] for row in fitted.rows] == ["line-1"]
    assert fitted.skipped == ("endless",)
    assert fit_to_context(rows, tokenizer, 10_000).rows == rows
    with pytest.raises(CarerError, match="none of the 1 prompts"):
        fit_to_context(rows[1:], tokenizer, 64, on_long="skip")


def test_shared_prompts_are_refused_and_named() -> None:
    def rows(*texts: str) -> list[dict[str, object]]:
        return [{"id": text[:5], "prompt": [{"role": "user", "content": text}]} for text in texts]

    check_disjoint(rows("first", "second"), rows("third"))
    with pytest.raises(CarerError, match="1 held-out prompts are train prompts too: 'FIRST' is 'first' there"):
        check_disjoint(rows("first one", "second"), rows("third", "FIRST  one"))
