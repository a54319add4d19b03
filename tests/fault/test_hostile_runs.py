"""Run directories with bad lines, names that climb out, secrets, and a schema from the future."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from carer.concepts import CarerError
from carer.runs import Run, read_jsonl

SECRET = "s3cr3t-value-of-a-token"


def create(root: Path, config: object, **changes: Any) -> Run:
    wanted: dict[str, Any] = {"seed": 0, "argv": ["run", "toy"], "console": Console(file=StringIO())}
    return Run.create(root, "toy", config, **(wanted | changes))


@pytest.mark.parametrize(
    ("content", "steps"),
    [
        (b'{"step": 1}\n{"step": 2}\n', [1, 2]),
        (b'{"step": 1}\n{"step": 2}', [1, 2]),
        (b'{"step": 1}\n{"st', [1]),
        (b'{"step": 1}\n{"step": 2, "x": "\xe2\x82', [1]),
        (b'{"step": 1}\n\x00\x00\x00', [1]),
        (b"", []),
    ],
)
def test_a_torn_last_line_is_dropped(tmp_path: Path, small_config: object, content: bytes, steps: list) -> None:
    run = create(tmp_path, small_config)
    (run.path / "metrics.jsonl").write_bytes(content)
    assert run.metrics()["step"].to_list() == steps


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b'{"st', "bad line"),
        (b'{"step": "\xff"}', "bad line: not UTF-8"),
        (b"[1]", "bad line: expected an object, got list"),
        (b"", "bad line"),
        (b"\x00\x00", "bad line"),
        (b"[" * 100_000, "bad line"),
    ],
)
def test_any_other_bad_line_is_named_with_its_number(
    tmp_path: Path, small_config: object, line: bytes, says: str
) -> None:
    run = create(tmp_path, small_config)
    (run.path / "metrics.jsonl").write_bytes(b'{"step": 1}\n' + line + b'\n{"step": 3}\n')
    with pytest.raises(CarerError, match=rf"metrics.jsonl:2: {says}"):
        run.metrics()


def test_a_line_beyond_the_limit_is_refused_before_it_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    with path.open("wb") as file:
        file.write(b'{"a": 1}\n')
        file.truncate(2**30)  # a sparse gigabyte without a line end
    rows = read_jsonl(path, max_line_bytes=1000)
    assert next(rows) == {"a": 1}
    with pytest.raises(CarerError, match=r"x.jsonl:2: the line is longer than 1000 bytes"):
        next(rows)


def test_a_mixed_column_or_a_nested_value_is_named(tmp_path: Path, small_config: object) -> None:
    run = create(tmp_path, small_config)
    (run.path / "metrics.jsonl").write_bytes(b'{"step": 1, "x": {"a": 1}}\n')
    with pytest.raises(CarerError, match=r"metrics.jsonl:1: 'x' is a dict"):
        run.metrics()


@pytest.mark.parametrize(
    "name", ["../out.json", "/etc/passwd", "a/../../b", "..", "", ".", "a\0b", "a\\..\\b", "link/x", "link"]
)
def test_names_that_leave_the_run_directory_are_refused(tmp_path: Path, small_config: object, name: str) -> None:
    run = create(tmp_path / "runs", small_config)
    outside = tmp_path / "outside"
    outside.mkdir()
    (run.path / "link").symlink_to(outside)
    for act in (
        lambda: run.write_json(name, {}),
        lambda: run.write_text(name, "x"),
        lambda: run.append_jsonl(name, [{}]),
    ):
        with pytest.raises(CarerError, match="refused the name"):
            act()
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize("name", ["../x", "link", "a/../../b"])
def test_checkpoint_folders_stay_inside_as_well(tmp_path: Path, small_config: object, name: str) -> None:
    run = create(tmp_path / "runs", small_config)
    (run.path / "checkpoints").mkdir()
    (run.path / "checkpoints" / "link").symlink_to(tmp_path)
    with pytest.raises(CarerError, match="refused the name"):
        run.checkpoints(name)


def test_a_log_that_is_a_symbolic_link_is_not_followed(tmp_path: Path, small_config: object) -> None:
    run = create(tmp_path / "runs", small_config)
    (tmp_path / "victim").write_text("mine\n")
    (run.path / "log.txt").symlink_to(tmp_path / "victim")
    with pytest.raises(CarerError, match="cannot write"):
        run.say("x")
    assert (tmp_path / "victim").read_text() == "mine\n"


@pytest.mark.parametrize("name", ["../x", "a/b", "", ".hidden", "A B", "x\n"])
def test_an_experiments_name_cannot_be_a_path(tmp_path: Path, small_config: object, name: str) -> None:
    with pytest.raises(CarerError, match="refused the experiment name"):
        Run.create(tmp_path, name, small_config, seed=0, argv=[])
    assert list(tmp_path.iterdir()) == []


def test_secrets_of_the_environment_are_written_nowhere(
    tmp_path: Path, small_config: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", SECRET)
    monkeypatch.setenv("HARMLESS_SETTING", "value-of-a-plain-variable")
    screen = StringIO()
    run = create(
        tmp_path,
        small_config,
        argv=["run", "toy", "--model", f"https://u:{SECRET}@host/m", f"--hub-token={SECRET}", SECRET],
        inputs={"model": f"rev?token={SECRET}"},
        console=Console(file=screen),
    )
    run.say(f"logging in with {SECRET}")
    run.record_inputs(data=SECRET)
    run.finish("failed", f"401 for {SECRET}")
    written = b"".join(path.read_bytes() for path in run.path.rglob("*") if path.is_file())
    assert SECRET not in screen.getvalue()
    assert SECRET.encode() not in written
    assert b"value-of-a-plain-variable" not in written


def test_a_secret_in_the_config_is_refused(tmp_path: Path, text_config: type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", SECRET)
    with pytest.raises(CarerError, match="holds a secret") as caught:
        create(tmp_path, text_config(f"https://host/{SECRET}"))
    assert SECRET not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_run_from_the_future_is_refused_with_both_versions(tmp_path: Path, small_config: object) -> None:
    run = create(tmp_path, small_config)
    run.close()
    manifest = json.loads((run.path / "manifest.json").read_text())
    manifest |= {"schema": 7, "packages": {"carer": "9.1.0"}}
    (run.path / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(CarerError, match=r"schema 7, written by carer 9.1.0; carer \S+ reads up to schema 1"):
        Run.open(run.path)


@pytest.mark.parametrize("manifest", ["", "{", "[]", "{}", '{"schema": "1"}', '{"schema": true}', '{"schema": 0}'])
def test_a_damaged_manifest_is_named(tmp_path: Path, manifest: str) -> None:
    (tmp_path / "manifest.json").write_text(manifest)
    with pytest.raises(CarerError, match=str(tmp_path)):
        Run.open(tmp_path)


def test_model_text_cannot_drive_the_terminal(tmp_path: Path, small_config: object) -> None:
    screen = StringIO()
    run = create(tmp_path, small_config, console=Console(file=screen, force_terminal=True))
    run.say("reply: \x1b[2J\x1b]0;title\x07 \u202eevil\u2066 \x9b31m [link=javascript:alert(1)]x[/link]")
    for text in (screen.getvalue(), (run.path / "log.txt").read_text()):
        assert not set(text) & set("\x1b\x07\x9b\u202e\u2066")
        assert "␛[2J" in text
        assert "[link=javascript:alert(1)]x[/link]" in text
