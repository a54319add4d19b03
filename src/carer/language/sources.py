"""Where weights come from: a name becomes a local folder that is safe to load, or is refused with a reason.

Safe means: weights are safetensors, never pickles, and no file asks to run code of its own.
"""

import difflib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from carer.concepts import CarerError

Kind = Literal["lm", "reward"]
# All a model needs, and nothing that could hold code: other files of a hub repository are never downloaded.
_WANTED = ["*.json", "*.safetensors", "*.jinja", "*.model", "*.txt"]
_UNWANTED = ["*/*", "consolidated*"]  # copies in other formats
_PICKLES = (".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".h5", ".msgpack")


def resolve(name: str | Path, *, kind: Kind = "lm", revision: str | None = None) -> Path:
    """Return the local folder of `name`: ``village`` (shipped), a folder, or a hub id (downloaded once).

    Raises:
        CarerError: there is no such folder or hub repository, or it holds what must not be loaded.

    """
    if str(name) == "village":
        from carer.village import assets

        folder = Path(assets.path(kind))
    else:
        folder = Path(name).expanduser()
        if folder.is_file():
            raise CarerError(f"{name} is a file.", "Give the model's folder, as `save_pretrained` writes it.")
        if not folder.is_dir():
            folder = _download(str(name), revision)
    check_folder(folder)
    return folder


def check_folder(folder: Path) -> None:
    """Raise a `CarerError` unless `folder` holds a config and safetensors, and asks to run no code."""
    if not (folder / "config.json").is_file() and not is_adapter(folder):
        raise CarerError(
            f"{folder} holds neither a config.json nor an adapter_config.json.",
            "Give a folder that `save_pretrained` wrote, of a model or of a PEFT adapter.",
        )
    for file in ("config.json", "tokenizer_config.json", "adapter_config.json"):
        content = read_json(folder / file)
        if "auto_map" in content and file != "adapter_config.json":
            raise CarerError(
                f"{folder / file} asks to run code of its own (auto_map), which is refused.",
                "Take a model whose architecture Transformers has built in.",
            )
    if not any(folder.glob("*.safetensors")):
        pickles = sorted(file.name for file in folder.iterdir() if file.suffix in _PICKLES)
        if pickles:
            raise CarerError(
                f"{folder} holds its weights as pickles only ({', '.join(pickles[:3])}), which can run code.",
                "If you trust them, load the model elsewhere and save it again with `save_pretrained`.",
            )
        raise CarerError(f"{folder} holds no weights.", "Expected one or more *.safetensors files.")


def is_adapter(folder: Path) -> bool:
    """Whether `folder` holds a PEFT adapter and not a whole model."""
    return (folder / "adapter_config.json").is_file() and not any(folder.glob("model*.safetensors"))


def base_of(folder: Path) -> tuple[str, str | None]:
    """Return the name and revision of the model that the adapter in `folder` was trained on."""
    config = read_json(folder / "adapter_config.json")
    base = config.get("base_model_name_or_path")
    if not isinstance(base, str) or not base:
        raise CarerError(
            f"{folder / 'adapter_config.json'} does not name the model it adapts.",
            "Set base_model_name_or_path to that model's folder or hub id.",
        )
    # An adapter saved beside its base names it by a relative path, which holds from the adapter's folder too.
    beside = folder / base
    return (str(beside) if beside.is_dir() else base), config.get("revision")


def read_json(path: Path) -> Mapping[str, Any]:
    """Read a JSON object; an absent file is an empty one, a damaged one a `CarerError` with file and line."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except json.JSONDecodeError as error:
        raise CarerError(f"{path}:{error.lineno}: not JSON: {error.msg}.", "Fetch or save the model again.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise CarerError(f"{path} cannot be read: {error}.", "Fetch or save the model again.") from error
    if not isinstance(content, dict):
        raise CarerError(f"{path}: expected a JSON object.", "Fetch or save the model again.")
    return content


def _download(name: str, revision: str | None) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError

    path = Path(name).expanduser()
    siblings = [other.name for other in path.parent.iterdir() if other.is_dir()] if path.parent.is_dir() else []
    near = difflib.get_close_matches(path.name, siblings, n=1, cutoff=0.5)
    hint = (
        f"Did you mean {str(path.parent / near[0])!r}?" if near else "Give a model's folder or a hub id (owner/name)."
    )
    if name.startswith((".", "/", "~")) or name.count("/") > 1:
        raise CarerError(f"the model folder {name} does not exist.", hint)
    try:
        folder = snapshot_download(name, revision=revision, allow_patterns=_WANTED, ignore_patterns=_UNWANTED)
    except (OSError, HFValidationError, ValueError) as error:  # absent, gated, offline or misspelt
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise CarerError(f"{name} is no folder here and could not be had from the hub: {reason}", hint) from error
    return Path(folder)
