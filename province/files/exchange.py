"""Exchanges single files of a folder that holds other things too: all of them, or none."""

import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from province.errors import BusyError
from province.files.locks import hold_lock
from province.files.whole import sync_folder

ROOM = ".luanchuyen-"
PLAN_NAME = "exchange.json"
"""Names the files that are moved in; while it is there, the exchange is not done."""


@contextmanager
def exchange_files(folder: Path, replaced: Sequence[Path]) -> Iterator[Path]:
    """Yield an empty folder whose files then stand in `folder`, in place of those replaced.

    The files are moved one by one, and back out again when one of them cannot be. Only for those
    who hold the lock of the folder.
    """
    clear_exchange(folder)
    room = Path(tempfile.mkdtemp(dir=folder, prefix=ROOM))
    fresh = room / "new"
    fresh.mkdir()
    try:
        yield fresh
        names = sorted(p.relative_to(fresh).as_posix() for p in fresh.rglob("*") if p.is_file())
        sync_folder(fresh)
        (room / PLAN_NAME).write_text(json.dumps(names), encoding="utf-8")
        sync_folder(room)
        for path in replaced:
            _move(path, room / "old" / path.relative_to(folder))
        for name in names:
            _move(fresh / name, folder / name)
        sync_folder(room)
        (room / PLAN_NAME).unlink()
    finally:
        _undo(folder, room)
        shutil.rmtree(room, ignore_errors=True)


def clear_exchange(folder: Path) -> None:
    """Undo an exchange that a killed run had begun, and delete what it left; for lock holders."""
    for room in _list_rooms(folder):
        _undo(folder, room)
        shutil.rmtree(room, ignore_errors=True)


def undo_exchange(folder: Path) -> None:
    """Undo an exchange that a killed run had begun; nothing is deleted, so readers may ask."""
    if not any((room / PLAN_NAME).is_file() for room in _list_rooms(folder)):
        return
    with suppress(OSError, BusyError), hold_lock(folder):
        for room in _list_rooms(folder):
            _undo(folder, room)


def _undo(folder: Path, room: Path) -> None:
    """Move what was moved in back out, and what was replaced back in."""
    plan, old = room / PLAN_NAME, room / "old"
    if not plan.is_file():
        return
    for name in json.loads(plan.read_text(encoding="utf-8") or "[]"):
        if not (room / "new" / name).exists() and (folder / name).exists():
            _move(folder / name, room / "new" / name)
    for path in sorted(path for path in old.rglob("*") if path.is_file()):
        _move(path, folder / path.relative_to(old))
    plan.unlink()


def _move(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    source.rename(target)


def _list_rooms(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob(f"{ROOM}*") if path.is_dir())
