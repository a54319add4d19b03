"""Checkpoints that are whole or not there.

A writer fills a staging folder, `Checkpoints.commit` writes ``COMMIT`` (size and SHA-256 of every file) as
its last file and renames the folder to ``step-000500``. The latest checkpoint is the highest step that
verifies; a damaged one is named and passed over, never loaded.
"""

import hashlib
import json
import os
import re
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from carer.concepts import CarerError
from carer.runs.files import (
    atomic_write,
    fsync_folder,
    read_json,
    remove_folder,
    saying_where,
    to_json,
)
from carer.runs.manifest import SCHEMA, check_schema

COMMIT = "COMMIT"
_STEP = re.compile(r"step-(\d{6,})(\.replaced)?")
_STAGING = re.compile(r"\.staging-(\d+)-[0-9a-f]+")
_READ_BLOCK = 1 << 20


class Checkpoints:
    """The checkpoints of one learner, in one folder. The run's lock sees to it that one process writes."""

    def __init__(self, folder: Path, keep: int = 2, *, warn: Callable[[str], None] | None = None) -> None:
        """Look after `folder` (made when first needed), keeping the newest `keep` checkpoints.

        `warn` is told of each damaged checkpoint that is passed over; `problems` lists them as well.
        """
        if keep < 1:
            raise ValueError("keep at least one checkpoint")
        self.folder = folder
        self.keep = keep
        self.problems: list[str] = []
        self._warn = warn

    def staging(self, step: int) -> Path:
        """Return a fresh folder to fill for `step`, beside the others. What dead writers left is removed."""
        if step < 0:
            raise ValueError(f"a step is not negative: {step}")
        with saying_where(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            self._remove_leftovers()
            staged = self.folder / f".staging-{os.getpid()}-{secrets.token_hex(4)}"
            staged.mkdir()
        return staged

    def commit(self, step: int, staged: Path, **extra: Any) -> Path:
        """Make the filled folder `staged` the checkpoint of `step` and drop the ones no longer kept.

        Args:
            step: optimiser steps done.
            staged: a folder from `staging`; it is renamed.
            extra: further facts to keep in ``COMMIT`` (JSON values), read back with `extra_of`.
        """
        target = self.folder / f"step-{step:06d}"
        try:
            with saying_where(target):
                facts = {
                    "schema": SCHEMA,
                    "step": step,
                    "files": inventory(staged, sync=True),
                    "extra": extra,
                }
                # The digest is of what a reader will parse, whatever JSON made of `extra`.
                body = json.loads(to_json(facts, COMMIT))
                atomic_write(staged / COMMIT, to_json({**body, "digest": _digest(body)}, COMMIT, indent=1))
                self._make_room(target)
                os.rename(staged, target)  # noqa: PTH104
                fsync_folder(self.folder)
                self._prune(step)
        except BaseException:
            shutil.rmtree(staged, ignore_errors=True)
            raise
        return target

    def _make_room(self, target: Path) -> None:
        """Clear the name of a step that is written again, after falling back behind it.

        A whole checkpoint stays readable, under a name that `latest` knows, until the new one is in place.
        """
        if not target.exists():
            return
        if self.verify(target):
            remove_folder(target)
            return
        replaced = target.with_name(f"{target.name}.replaced")
        if replaced.exists():
            remove_folder(replaced)
        os.rename(target, replaced)  # noqa: PTH104

    def latest(self) -> Path | None:
        """Return the highest checkpoint that verifies, or None. `problems` then names those passed over.

        Raises:
            CarerError: a checkpoint was written by a newer schema.
        """
        self.problems = []
        for path in self._found():
            problems = self.verify(path)
            if not problems:
                return path
            self.problems += problems
            if self._warn is not None:
                for problem in problems:
                    self._warn(f"checkpoint passed over: {problem}")
        return None

    def verify(self, path: Path) -> list[str]:
        """Return what is wrong with a checkpoint, each with its path; an empty list where all is well."""
        try:
            body = read_json(path / COMMIT)
        except CarerError as error:
            return [f"{path}: no readable {COMMIT} file ({error.message})"]
        # The schema comes first: a newer one may keep its digest elsewhere.
        if isinstance(body.get("schema"), int) and body["schema"] > SCHEMA:
            check_schema(body["schema"], str(path / COMMIT))
        digest = body.pop("digest", None)
        if digest != _digest(body):
            return [f"{path / COMMIT}: changed since it was written"]
        match = _STEP.fullmatch(path.name)
        if match is None or int(match[1]) != body["step"]:
            return [f"{path}: holds step {body['step']}"]
        try:
            found = inventory(path)
        except (CarerError, OSError) as error:
            return [f"{path}: {error}"]
        problems = []
        for name, facts in body["files"].items():
            if name not in found:
                problems.append(f"{path / name}: missing")
            elif found[name]["size"] != facts["size"]:
                problems.append(f"{path / name}: {found[name]['size']} bytes, {facts['size']} were written")
            elif found[name] != facts:
                problems.append(f"{path / name}: its content changed since it was written")
        problems += [f"{path / name}: not part of the checkpoint" for name in found if name not in body["files"]]
        return problems

    def _found(self) -> list[Path]:
        """The checkpoints by falling step; of one step, the newer writing first."""
        if not self.folder.is_dir():
            return []
        matches = [(m, p) for p in self.folder.iterdir() if (m := _STEP.fullmatch(p.name)) and p.is_dir()]
        matches.sort(key=lambda pair: (-int(pair[0][1]), pair[0][2] is not None))
        return [path for _, path in matches]

    def _prune(self, step: int) -> None:
        kept = 0
        for path in self._found():
            at = step_of(path)
            if at > step:
                # Beyond the step just written: passed over because it is damaged, or from another writer.
                stale = bool(self.verify(path))
            elif path.name.endswith(".replaced") and path.with_suffix("").exists():
                stale = True
            else:
                kept += 1
                stale = kept > self.keep
            if stale:
                remove_folder(path)

    def _remove_leftovers(self) -> None:
        for path in self.folder.iterdir():
            match = _STAGING.fullmatch(path.name)
            if path.name.startswith(".trash-") or (match and not _alive(int(match[1]))):
                shutil.rmtree(path, ignore_errors=True)


def step_of(path: Path) -> int:
    """Return the step a checkpoint folder's name says."""
    match = _STEP.fullmatch(path.name)
    if match is None:
        raise CarerError(f"{path} is not a checkpoint folder.")
    return int(match[1])


def extra_of(path: Path) -> dict[str, Any]:
    """Return the further facts that were given to `Checkpoints.commit`."""
    return read_json(path / COMMIT)["extra"]


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _digest(body: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


def inventory(folder: Path, *, sync: bool = False, links: bool = False) -> dict[str, dict[str, Any]]:
    """Return size and SHA-256 of every file under `folder` but COMMIT; with `sync`, make all durable.

    With `links`, files behind symbolic links count as files: a hub's cache and some installers link them.
    """
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() and not links:
            raise CarerError(f"{path}: a checkpoint holds no symbolic links.")
        if path.is_dir():
            if sync:
                fsync_folder(path)
            continue
        if path == folder / COMMIT:
            continue
        found[path.relative_to(folder).as_posix()] = _facts(path, sync)
    return found


def _facts(path: Path, sync: bool) -> dict[str, Any]:
    sha, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while block := file.read(_READ_BLOCK):
            sha.update(block)
            size += len(block)
        if sync:
            os.fsync(file.fileno())
    return {"size": size, "sha256": sha.hexdigest()}
