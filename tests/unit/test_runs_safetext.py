import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from carer.runs import plain, redact
from carer.runs.safetext import redact_argv, secrets_of

ENVIRON = {
    "HF_TOKEN": "abcdefgh12345678",
    "WANDB_API_KEY": "key-of-the-kingdom",
    "DB_PASSWORD": "short",
    "MONKEY": "not-a-secret-at-all",
    "TOKENIZERS_PARALLELISM": "false---",
    "AUTHOR": "somebody-or-other",
    "HOME": "/home/somebody",
}


def test_escape_codes_and_bidirectional_marks_are_shown() -> None:
    assert plain("a\x1b[31mb\u202ec\x00\x7f\x85\u2066") == "a␛[31mb<U+202E>c␀<U+007F><U+0085><U+2066>"


def test_lines_stay_unless_one_line_is_wanted() -> None:
    assert plain("a\r\nb\tc\rd") == "a\nb\tc␍d"
    assert plain("a\r\nb\tc", newlines=False) == "a b c"


def test_ordinary_writing_of_any_script_is_untouched() -> None:
    text = "Grüße, добрый день, 你好, שלום, 👩\u200d🔬"
    assert plain(text) == text


@given(st.text())
def test_nothing_that_a_terminal_obeys_is_left(text: str) -> None:
    for character in plain(text):
        harmless = character in "\n\t\u200c\u200d"
        assert harmless or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}


@given(st.text())
def test_plain_text_is_plain_already(text: str) -> None:
    assert plain(plain(text)) == plain(text)


def test_secrets_are_found_by_the_names_of_their_variables() -> None:
    assert secrets_of(ENVIRON) == ["key-of-the-kingdom", "abcdefgh12345678"]


def test_secrets_are_hidden_wherever_they_stand() -> None:
    text = "token abcdefgh12345678 at https://me:pw123@host/x and hf_ABCDEFGHIJKL in /home/somebody"
    assert redact(text, ENVIRON) == "token *** at https://***@host/x and *** in /home/somebody"


def test_a_secret_flag_hides_its_value() -> None:
    words = ["run", "x", "--hub-token", "v1", "--api_key=v2", "--max-tokens", "64", "--steps", "3"]
    assert redact_argv(words, {}) == [
        *["run", "x", "--hub-token", "***", "--api_key=***"],
        *["--max-tokens", "64", "--steps", "3"],
    ]
