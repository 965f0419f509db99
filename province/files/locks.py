"""One writer at a time for a file or folder: a lock that ends with the program that holds it."""

import getpass
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from province.errors import BusyError
from province.language import message

WAIT_S = 10.0
LOOK_AGAIN_S = 0.05
LOCKED_BYTE = 1 << 30
"""Behind what is written about the owner, which others may read while the byte is locked."""

_held: set[Path] = set()


@contextmanager
def hold_lock(target: Path) -> Iterator[None]:
    """Hold the only right to write at a place; whoever finds it taken waits ten seconds.

    The lock is a hidden file beside the target that is kept open and locked by the system, on a
    network share as well; a program that is killed holds it no longer, whatever its name, number
    or clock. Who holds it may take it again.

    Raises
    ------
    BusyError
        If another program holds it for longer; it says who, and since when.
    """
    path = _place_lock(target)
    if path in _held:
        yield
        return
    made = _make_parents(path)
    handle = _take(path, target)
    _held.add(path)
    try:
        yield
    finally:
        _held.discard(path)
        _give_back(path, handle)
        for folder in made:
            with suppress(OSError):  # it is not empty any more
                folder.rmdir()


def clear_lock(target: Path) -> None:
    """Remove the lock that a killed run left behind; one that somebody holds stays."""
    path = _place_lock(target)
    with suppress(OSError):
        handle = os.open(path, os.O_RDWR)
        if _lock(handle) and _is_still(path, handle):
            _give_back(path, handle)
        else:
            os.close(handle)


def _place_lock(target: Path) -> Path:
    """Return where the lock lies: beside the target, or in it where only that can be written."""
    whole = target.resolve() if target.name in ("", "..") else target.parent.resolve() / target.name
    if whole.is_dir() and not os.access(whole.parent, os.W_OK):
        return whole / ".luanchuyen.lock"
    return whole.with_name(f".{whole.name[:100]}.lock")


def _make_parents(path: Path) -> list[Path]:
    """Make the folders that a file needs; return those that were not there, the deepest first."""
    missing = [folder for folder in path.parents if not folder.exists()]
    path.parent.mkdir(parents=True, exist_ok=True)
    return missing


def _take(path: Path, target: Path) -> int:
    """Return the open and locked file."""
    until = time.monotonic() + WAIT_S
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            if _lock(handle) and _is_still(path, handle):
                os.ftruncate(handle, 0)
                os.write(handle, _name_me().encode("utf-8"))
                return handle
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)
        if time.monotonic() > until:
            raise BusyError(
                message(
                    "somebody else is writing to {place} ({owner}): wait until it has finished, "
                    "then run this again",
                    place=target.name or str(target),
                    owner=_read_owner(path),
                )
            )
        time.sleep(LOOK_AGAIN_S)


def _give_back(path: Path, handle: int) -> None:
    """Remove the file and end the lock, in the order in which nobody can take a removed one."""
    if sys.platform == "win32":
        os.close(handle)
        with suppress(OSError):  # the next one has it open already
            path.unlink()
    else:
        with suppress(OSError):
            path.unlink()
        os.close(handle)


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> bool:
        """Lock an open file, or return False when somebody else has."""
        os.lseek(handle, LOCKED_BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        os.lseek(handle, 0, os.SEEK_SET)
        return True
else:
    import fcntl

    def _lock(handle: int) -> bool:
        """Lock an open file, or return False when somebody else has."""
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def _is_still(path: Path, handle: int) -> bool:
    """Whether the file is the one that others find; its last owner may have removed it."""
    try:
        return os.path.samestat(path.stat(), os.fstat(handle))
    except FileNotFoundError:
        return False


def _name_me() -> str:
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):
        user = "?"
    now = datetime.now().astimezone().isoformat(" ", "minutes")
    return f"{user}@{socket.gethostname()}, {os.getpid()}, {now}"


def _read_owner(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8", errors="replace")[:200]
    except OSError:
        return "?"
    return "".join(letter for letter in text if letter.isprintable()) or "?"
