"""Writes files and folders that appear whole or not at all.

What is not whole yet lies beside its target under a hidden name that tells who writes it. A run
that was killed leaves it behind; the next one that writes, or reads, there cleans it up.
"""

import os
import re
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FORGOTTEN_S = 86_400.0
"""After a day what another computer left half done is taken to be forgotten."""


def write_whole(path: Path, data: bytes | str) -> None:
    """Write a file; until it is complete, whatever stood there before stays.

    Raises
    ------
    OSError
        If the disk is full or the folder cannot be written; the old file is unharmed.
    """
    clear_leftovers(path)
    raw = data.encode("utf-8") if isinstance(data, str) else data
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=_prefix(path, "new"))
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """Yield an empty folder that takes the place of `target` when all went well.

    What stood at `target` is set aside, put back when the last step fails, and deleted after it.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    clear_leftovers(target)
    temporary = Path(tempfile.mkdtemp(dir=target.parent, prefix=_prefix(target, "new")))
    aside = temporary.with_name(temporary.name.replace("-new-", "-old-"))
    try:
        yield temporary
        if target.exists():
            target.rename(aside)
        try:
            temporary.rename(target)
        except OSError:
            if aside.exists():
                aside.rename(target)
            raise
        target.chmod(0o755)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
        shutil.rmtree(aside, ignore_errors=True)


def clear_leftovers(target: Path) -> None:
    """Finish what a run that was killed left behind: put back what it set aside, delete the rest.

    Nothing that a living run still works on is touched.
    """
    if not target.parent.is_dir():
        return
    pattern = re.compile(rf"\.{re.escape(target.name[:100])}-(new|old)-(.+)-(\d+)-[^-]*")
    for path in sorted(target.parent.iterdir()):
        found = pattern.fullmatch(path.name)
        if found is None or not _is_forgotten(path, found[2], int(found[3])):
            continue
        if found[1] == "old" and not target.exists():
            path.rename(target)
        elif path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _prefix(target: Path, kind: str) -> str:
    return f".{target.name[:100]}-{kind}-{_name_host()}-{os.getpid()}-"


def _name_host() -> str:
    return re.sub(r"[^A-Za-z0-9]", "_", socket.gethostname())[:40] or "_"


def _is_forgotten(path: Path, host: str, process: int) -> bool:
    """Whether nobody works on a hidden file or folder any more."""
    if host == _name_host() and sys.platform != "win32":
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        except OSError:
            return False
        return False
    try:
        return time.time() - path.stat().st_mtime > FORGOTTEN_S
    except OSError:
        return False
