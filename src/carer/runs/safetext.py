"""Text from models, files and users, made safe for a terminal and free of secrets.

A model may write escape codes that clear a screen, or bidirectional marks that reorder a line. `plain` shows
every such character instead of obeying it. `redact` keeps the tokens of the environment out of what is
written down.
"""

import os
import re
import unicodedata
from collections.abc import Mapping, Sequence

# Zero-width joiners belong to emoji and to several scripts; they cannot move text.
_HARMLESS_FORMAT = frozenset("\u200c\u200d")
_SHOWN_CATEGORIES = frozenset({"Cc", "Cf", "Cn", "Cs", "Zl", "Zp"})

# Not "max_tokens", "tokenizer" or "author".
_SECRET_NAME = re.compile(
    r"token(?![si])|secret|passw|credential|cookie|auth(?!or)|(api|access|private)_?key|(^|_)key$",
    re.IGNORECASE,
)
_SECRET_SHAPE = re.compile(r"\b(?:hf_|sk-|ghp_|gho_|github_pat_|xox[abp]-|glpat-)[A-Za-z0-9_-]{8,}")
_URL_PASSWORD = re.compile(r"(?<=://)[^/\s:@]*:[^/\s@]+(?=@)")
_SHORTEST_SECRET = 8
HIDDEN = "***"


def plain(text: str, *, newlines: bool = True) -> str:
    """Return `text` with every control, bidirectional and invisible character shown as a visible one.

    Escape becomes ``␛``, a right-to-left override ``<U+202E>``. Line ends and tabs stay when `newlines` is
    true; otherwise they become spaces.
    """
    text = text.replace("\r\n", "\n")
    if not newlines:
        text = text.replace("\n", " ").replace("\t", " ")
    return "".join(_show(character) for character in text)


def _show(character: str) -> str:
    if character in "\n\t" or character in _HARMLESS_FORMAT:
        return character
    if unicodedata.category(character) not in _SHOWN_CATEGORIES:
        return character
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)  # Unicode's own pictures of the control characters
    return f"<U+{code:04X}>"


def secrets_of(environ: Mapping[str, str] | None = None) -> list[str]:
    """Return the values of environment variables whose names say that they are secret, longest first."""
    environ = os.environ if environ is None else environ
    named = (value.strip() for name, value in environ.items() if _SECRET_NAME.search(name))
    values = {value for value in named if len(value) >= _SHORTEST_SECRET}
    return sorted(values, key=len, reverse=True)


def redact(text: str, environ: Mapping[str, str] | None = None) -> str:
    """Return `text` without secrets: values of the environment, known token shapes, passwords in URLs."""
    for secret in secrets_of(environ):
        text = text.replace(secret, HIDDEN)
    return _URL_PASSWORD.sub(HIDDEN, _SECRET_SHAPE.sub(HIDDEN, text))


def redact_argv(argv: Sequence[str], environ: Mapping[str, str] | None = None) -> list[str]:
    """Return command-line words with secrets hidden, also the value of a flag whose name is a secret's."""
    shown: list[str] = []
    hide_next = False
    for word in argv:
        flag, equals, _ = word.partition("=")
        secret_flag = flag.startswith("-") and _SECRET_NAME.search(flag.lstrip("-").replace("-", "_")) is not None
        if hide_next and not word.startswith("-"):
            shown.append(HIDDEN)
        elif secret_flag and equals:
            shown.append(f"{flag}={HIDDEN}")
        else:
            shown.append(redact(word, environ))
        hide_next = secret_flag and not equals
    return shown
