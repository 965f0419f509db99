"""Files and folders appear whole or not at all; new provinces are copies of examples."""

import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest

import province.files.whole
from province.errors import InputError
from province.files.create import create_from_example
from province.files.whole import clear_leftovers, new_file, new_folder, put_back, write_whole
from province.read import read_province
from province.shipped import find_shipped, list_examples


def no_space(*words: Any, **more: Any) -> NoReturn:
    raise OSError(errno.ENOSPC, "No space left on device")


OPEN = os.fdopen


class FullDisk:
    """A file that takes a few bytes and then no more."""

    def __init__(self, handle: int) -> None:
        self.file = OPEN(handle, "wb")

    def __enter__(self) -> "FullDisk":
        return self

    def __exit__(self, *error: object) -> None:
        self.file.close()

    def write(self, data: bytes) -> NoReturn:
        self.file.write(data[:3])
        self.file.flush()
        no_space()


@pytest.mark.parametrize("how", ["write", "fsync", "replace"])
@pytest.mark.parametrize("is_there", [True, False])
def test_a_full_disk_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str, is_there: bool
) -> None:
    target = tmp_path / "kế hoạch.json"
    if is_there:
        target.write_bytes(b"before")
    if how == "write":
        monkeypatch.setattr(
            province.files.whole.os, "fdopen", lambda handle, mode: FullDisk(handle)
        )
    elif how == "fsync":
        monkeypatch.setattr(province.files.whole.os, "fsync", no_space)
    else:
        monkeypatch.setattr(Path, "replace", no_space)
    with pytest.raises(OSError, match="No space left"):
        write_whole(target, "after")
    assert [path.name for path in tmp_path.iterdir()] == ([target.name] if is_there else [])
    assert not is_there or target.read_bytes() == b"before"


def test_a_file_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    write_whole(target, "một")
    write_whole(target, b"hai\r\n")
    assert target.read_bytes() == b"hai\r\n"
    assert list(tmp_path.iterdir()) == [target]


def fill(folder: Path, text: str, then: Callable[[], None] = lambda: None) -> None:
    with new_folder(folder) as temporary:
        (temporary / "plan.json").write_text(text, encoding="utf-8")
        then()


def test_a_folder_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    target = tmp_path / "plans" / "2026-12"
    fill(target, "first")
    (target / "left over.txt").write_text("old", encoding="utf-8")
    fill(target, "second")
    assert [path.name for path in target.iterdir()] == ["plan.json"]
    assert (target / "plan.json").read_text(encoding="utf-8") == "second"
    assert list(target.parent.iterdir()) == [target]


def test_a_fault_halfway_leaves_the_old_folder(tmp_path: Path) -> None:
    target = tmp_path / "2026-12"
    fill(target, "first")
    with pytest.raises(OSError, match="No space left"):
        fill(target, "half", then=no_space)
    assert (target / "plan.json").read_text(encoding="utf-8") == "first"
    assert list(tmp_path.iterdir()) == [target]


def test_a_fault_at_the_swap_puts_the_old_folder_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "2026-12"
    fill(target, "first")
    rename = Path.rename

    def refuse_new(path: Path, to: Path) -> Path:
        if "-new-" in path.name:
            no_space()
        return rename(path, to)

    monkeypatch.setattr(Path, "rename", refuse_new)
    with pytest.raises(OSError, match="No space left"):
        fill(target, "second")
    assert (target / "plan.json").read_text(encoding="utf-8") == "first"
    assert list(tmp_path.iterdir()) == [target]


LEFT = ["abc_12xy", "pc_1-4194311-abc_12xy"]
"""How this version and the one before it ended the names of what was not whole yet."""


def leave(folder: Path, kind: str, text: str, end: str = LEFT[0]) -> Path:
    """Make what a run leaves behind that was killed between its steps."""
    left = folder.with_name(f".{folder.name}-{kind}-{end}")
    left.mkdir(parents=True)
    (left / "plan.json").write_text(text, encoding="utf-8")
    return left


@pytest.mark.parametrize("end", LEFT)
def test_what_a_killed_run_set_aside_is_put_back(tmp_path: Path, end: str) -> None:
    target = tmp_path / "2026-12"
    leave(target, "old", "first", end)
    half = leave(target, "new", "half", end)
    put_back(target)
    assert (target / "plan.json").read_text(encoding="utf-8") == "first"
    assert sorted(tmp_path.iterdir()) == sorted([target, half])
    clear_leftovers(target)
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("end", LEFT)
def test_the_next_run_clears_what_a_killed_one_left(tmp_path: Path, end: str) -> None:
    target = tmp_path / "2026-12"
    fill(target, "first")
    leave(target, "old", "older", end)
    leave(target, "new", "half", end)
    (tmp_path / ".2026-12.lock").write_text("somebody", encoding="utf-8")
    fill(target, "second")
    assert (target / "plan.json").read_text(encoding="utf-8") == "second"
    assert list(tmp_path.iterdir()) == [target]
    file = tmp_path / "a.txt"
    (tmp_path / f".a.txt-new-{end}").write_text("half", encoding="utf-8")
    write_whole(file, "whole")
    assert sorted(tmp_path.iterdir()) == [target, file]


def test_a_stop_at_the_swap_puts_the_old_folder_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "2026-12"
    fill(target, "first")
    rename = Path.rename

    def stop(path: Path, to: Path) -> Path:
        if "-new-" in path.name:
            raise KeyboardInterrupt
        return rename(path, to)

    monkeypatch.setattr(Path, "rename", stop)
    with pytest.raises(KeyboardInterrupt):
        fill(target, "second")
    assert (target / "plan.json").read_text(encoding="utf-8") == "first"
    assert list(tmp_path.iterdir()) == [target]


def test_files_are_on_the_disk_before_the_name_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, steps = tmp_path / "2026-12", []
    fsync, rename = os.fsync, Path.rename

    def sync(handle: int) -> None:
        steps.append(os.fstat(handle).st_ino)
        fsync(handle)

    def rename_and_note(path: Path, to: Path) -> Path:
        steps.append("rename")
        return rename(path, to)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(Path, "rename", rename_and_note)
    fill(target, "first")
    file, folder, parent = ((p.stat().st_ino) for p in (target / "plan.json", target, tmp_path))
    assert steps == [file, folder, "rename", parent]


def test_a_new_file_takes_the_place_of_the_old_one_with_all_that_its_writer_left(
    tmp_path: Path,
) -> None:
    target = tmp_path / "roads.gpkg"
    target.write_text("old", encoding="utf-8")

    def write_half() -> None:
        with new_file(target) as path:
            path.write_text("half", encoding="utf-8")
            path.with_name("roads.gpkg-journal").write_text("half", encoding="utf-8")
            no_space()

    with pytest.raises(OSError, match="No space"):
        write_half()
    assert target.read_text(encoding="utf-8") == "old"
    with new_file(target) as path:
        assert path.suffix == ".gpkg"
        path.write_text("new", encoding="utf-8")
    assert target.read_text(encoding="utf-8") == "new"
    assert list(tmp_path.iterdir()) == [target]


def test_every_shipped_example_can_be_read() -> None:
    assert "son-la" in list_examples()
    for name in list_examples():
        assert read_province(find_shipped(name)).sites


def test_a_new_province_is_a_copy_that_stands_alone(tmp_path: Path) -> None:
    folder = tmp_path / "Tỉnh mới"
    files = create_from_example("son-la", folder)
    names = [path.relative_to(folder).as_posix() for path in files]
    assert names == sorted(names)
    assert "communes.geojson" in names
    assert not [name for name in names if name.startswith("plans") or "sqlite" in name]
    assert read_province(folder).batches == read_province(find_shipped("son-la")).batches


def test_what_stands_there_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="nothing is overwritten"):
        create_from_example("son-la", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["note.txt"]


def test_an_unknown_example_names_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="son-la"):
        create_from_example("atlantis", tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_full_disk_leaves_no_half_made_province(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.copyfile", no_space)
    with pytest.raises(OSError, match="No space left"):
        create_from_example("son-la", tmp_path / "new")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no such rights")
def test_a_file_keeps_who_may_use_it(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)
    write_whole(tmp_path / "new.csv", "a")
    assert (tmp_path / "new.csv").stat().st_mode & 0o777 == 0o640
    (tmp_path / "new.csv").chmod(0o664)
    write_whole(tmp_path / "new.csv", "b")
    assert (tmp_path / "new.csv").stat().st_mode & 0o777 == 0o664
