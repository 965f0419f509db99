"""Writes files and folders that appear whole or not at all.

What is not whole yet lies beside its target under a hidden name. Whoever writes holds the lock of
the target (`province.files.locks`), so that what the next writer finds there is nobody's any more:
a run that was killed left it behind.
"""

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from province.errors import BusyError
from province.files.locks import clear_lock, hold_lock


def write_whole(path: Path, data: bytes | str) -> None:
    """Write a file; until it is complete, whatever stood there before stays.

    Raises
    ------
    OSError
        If the disk is full or the folder cannot be written; the old file is unharmed.
    BusyError
        If another program writes there.
    """
    raw = data.encode("utf-8") if isinstance(data, str) else data
    with hold_lock(path):
        clear_leftovers(path)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=_prefix(path, "new"))
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(raw)
                file.flush()
                os.fsync(file.fileno())
            temporary.chmod(_find_mode(path))
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        _sync(path.parent)


@contextmanager
def new_file(target: Path) -> Iterator[Path]:
    """Yield where to write a file that takes the place of `target` when all went well.

    It is for those who must write by name, as databases do: a name with the target's ending, in a
    hidden folder beside it, where whatever else they leave goes with it. Who leaves no file there
    leaves the target as it is.

    Raises
    ------
    BusyError
        If another program writes there.
    """
    with hold_lock(target):
        clear_leftovers(target)
        room = Path(tempfile.mkdtemp(dir=target.parent, prefix=_prefix(target, "new")))
        try:
            yield room / target.name
            sync_folder(room)
            if (room / target.name).exists():
                (room / target.name).replace(target)
                _sync(target.parent)
        finally:
            shutil.rmtree(room, ignore_errors=True)


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """Yield an empty folder that takes the place of `target` when all went well.

    What stood at `target` is set aside, put back when the last step fails, and deleted after it.
    Everything is on the disk before the name changes.

    Raises
    ------
    BusyError
        If another program writes there.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with hold_lock(target):
        clear_leftovers(target)
        temporary = Path(tempfile.mkdtemp(dir=target.parent, prefix=_prefix(target, "new")))
        aside = temporary.with_name(temporary.name.replace("-new-", "-old-"))
        try:
            yield temporary
            temporary.chmod(0o755)
            sync_folder(temporary)
            if target.exists():
                target.rename(aside)
            temporary.rename(target)
            _sync(target.parent)
        finally:
            if aside.exists() and not target.exists():
                aside.rename(target)
            shutil.rmtree(temporary, ignore_errors=True)
            shutil.rmtree(aside, ignore_errors=True)


def clear_leftovers(target: Path) -> None:
    """Finish what a run that was killed left behind: put back what it set aside, delete the rest.

    Only for those who hold the lock of the target.
    """
    for kind, path in _list_leftovers(target):
        if kind == "old" and not target.exists():
            path.rename(target)
        elif path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def clear_up(target: Path) -> None:
    """Clear what a killed run left beside a target that is there and only appended to.

    Raises
    ------
    BusyError
        If another program writes there for long.
    """
    if _list_leftovers(target):
        with hold_lock(target):
            clear_leftovers(target)
    else:
        clear_lock(target)


def put_back(target: Path) -> None:
    """Put back the folder that a killed run had set aside, where that is all there is.

    Nothing is deleted, so that those who only read may ask for it.
    """
    if target.exists() or not any(kind == "old" for kind, _ in _list_leftovers(target)):
        return
    with suppress(OSError, BusyError), hold_lock(target):
        for kind, path in _list_leftovers(target):
            if kind == "old" and not target.exists():
                path.rename(target)


def sync_folder(folder: Path) -> None:
    """Bring all files of a folder, and their names, from memory to the disk."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            with suppress(PermissionError), path.open("rb+") as file:
                os.fsync(file.fileno())
        elif path.is_dir():
            _sync(path)
    _sync(folder)


def _sync(folder: Path) -> None:
    """Bring the names in a folder to the disk; Windows does so by itself."""
    if sys.platform != "win32":
        handle = os.open(folder, os.O_RDONLY)
        try:
            with suppress(OSError):  # some network shares cannot
                os.fsync(handle)
        finally:
            os.close(handle)


def _find_mode(path: Path) -> int:
    """Return who may read and write a file: who could before, or who can in its folder."""
    place = path if path.exists() else path.parent
    return place.stat().st_mode & 0o666


def _prefix(target: Path, kind: str) -> str:
    return f".{target.name[:100]}-{kind}-"


def _list_leftovers(target: Path) -> list[tuple[str, Path]]:
    """Return what runs left beside a target, and whether it is ``new`` or ``old``.

    Earlier versions put the names of the computer and the process before the random letters.
    """
    if not target.parent.is_dir():
        return []
    name = re.escape(target.name[:100])
    pattern = re.compile(rf"\.{name}-(new|old)-(?:[A-Za-z0-9_]+-\d+-)?[a-z0-9_]+")
    found = ((pattern.fullmatch(path.name), path) for path in sorted(target.parent.iterdir()))
    return [(match[1], path) for match, path in found if match]
