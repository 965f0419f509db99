"""Documents go into a folder all at once; what else is in it is not touched."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from exports.document_folder import fill_folder, list_documents
from province.errors import InputError
from province.files.exchange import undo_exchange

ROOT = Path(__file__).resolve().parent.parent

PATTERNS = ("plan.json", "gpx/*.gpx", "drivers/*.html")


@pytest.fixture
def desktop(tmp_path: Path) -> Path:
    """A folder with an old document, and with things that are nobody's business."""
    for name in ("gpx/OLD.gpx", "gpx/mine.txt", "photos/a/b.jpg", "plan.json"):
        path = tmp_path / "desktop" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")
    return tmp_path / "desktop"


def contents(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in files}


def fill(folder: Path, *names: str) -> None:
    with fill_folder(folder, list_documents(folder, ("gpx/*.gpx",)), PATTERNS) as fresh:
        for name in names:
            (fresh / name).parent.mkdir(parents=True, exist_ok=True)
            (fresh / name).write_text("new", encoding="utf-8")


def break_off(folder: Path) -> None:
    with fill_folder(folder, [], PATTERNS) as fresh:
        (fresh / "plan.json").write_text("half", encoding="utf-8")
        raise OSError("disk full")


def test_only_documents_are_listed(desktop: Path) -> None:
    found = [path.relative_to(desktop).as_posix() for path in list_documents(desktop, PATTERNS)]
    assert found == ["gpx/OLD.gpx", "plan.json"]
    assert list_documents(desktop / "nowhere", PATTERNS) == []


def test_a_folder_with_other_things_stays_the_same_folder(desktop: Path) -> None:
    before = {path: path.stat().st_ino for path in (desktop, desktop / "photos" / "a" / "b.jpg")}
    fill(desktop, "gpx/T1.gpx", "gpx/T2.gpx")
    assert {path: path.stat().st_ino for path in before} == before
    assert contents(desktop) == {
        "gpx/T1.gpx": "new", "gpx/T2.gpx": "new", "gpx/mine.txt": "gpx/mine.txt",
        "photos/a/b.jpg": "photos/a/b.jpg", "plan.json": "plan.json",
    }  # fmt: skip


def test_a_folder_of_documents_is_exchanged_and_keeps_the_others(desktop: Path) -> None:
    for name in ("gpx/mine.txt", "photos/a/b.jpg"):
        (desktop / name).unlink()
    for name in ("photos/a", "photos"):
        (desktop / name).rmdir()
    before = desktop.stat().st_ino
    fill(desktop, "gpx/T1.gpx")
    assert desktop.stat().st_ino != before
    assert contents(desktop) == {"gpx/T1.gpx": "new", "plan.json": "plan.json"}


def test_the_folder_somebody_works_in_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = tmp_path.stat().st_ino
    fill(Path(), "gpx/T1.gpx")
    assert tmp_path.stat().st_ino == before
    assert contents(tmp_path) == {"gpx/T1.gpx": "new"}


@pytest.mark.parametrize("is_shared", [True, False])
def test_a_failure_while_drawing_changes_nothing(is_shared: bool, desktop: Path) -> None:
    folder = desktop if is_shared else desktop / "gpx" / "inner"
    before = contents(desktop)
    with pytest.raises(OSError, match="disk full"):
        break_off(folder)
    assert contents(desktop) == before
    assert not list(desktop.rglob(".*"))


def test_a_failure_while_moving_puts_everything_back(
    desktop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(desktop)
    rename = Path.rename

    def fail_at_last(source: Path, target: Path) -> Path:
        if target == desktop / "gpx" / "T2.gpx":
            raise OSError("no such drive")
        return rename(source, target)

    monkeypatch.setattr(Path, "rename", fail_at_last)
    with pytest.raises(OSError, match="no such drive"):
        fill(desktop, "gpx/T1.gpx", "gpx/T2.gpx")
    assert contents(desktop) == before


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    path = tmp_path / "phones"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(InputError):
        fill(path, "plan.json")
    assert path.read_text(encoding="utf-8") == "mine"


KILLED = """
import os, sys
from pathlib import Path
from exports.document_folder import fill_folder, list_documents

folder, number = Path(sys.argv[1]), int(sys.argv[2])
rename, unlink, count = Path.rename, Path.unlink, 0

def die_at(step):
    def do(path, *words, **more):
        global count
        count += 1
        if count == number:
            os._exit(9)
        return step(path, *words, **more)
    return do

Path.rename, Path.unlink = die_at(rename), die_at(unlink)
patterns = ("plan.json", "gpx/*.gpx")
with fill_folder(folder, list_documents(folder, patterns), patterns) as fresh:
    for name in ("plan.json", "gpx/T1.gpx", "gpx/T2.gpx"):
        (fresh / name).parent.mkdir(parents=True, exist_ok=True)
        (fresh / name).write_text("new", encoding="utf-8")
"""


def test_killed_at_any_step_of_an_exchange_all_are_old_or_all_new(desktop: Path) -> None:
    old = contents(desktop)
    new = old | {"plan.json": "new", "gpx/T1.gpx": "new", "gpx/T2.gpx": "new"}
    del new["gpx/OLD.gpx"]
    found = []
    for number in range(1, 20):
        folder = desktop.with_name(f"{number}")
        shutil.copytree(desktop, folder)
        run = subprocess.run(
            [sys.executable, "-c", KILLED, str(folder), str(number)], cwd=ROOT, check=False
        )
        undo_exchange(folder)
        seen = {k: v for k, v in contents(folder).items() if not k.startswith(".")}
        assert seen in (old, new), number
        found.append(seen == new)
        fill(folder, "gpx/T9.gpx")
        assert not list(folder.glob(".*"))
        if run.returncode == 0:
            break
    assert found == sorted(found)
    assert not found[0]
    assert len(found) > 6
