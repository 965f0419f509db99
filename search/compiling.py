"""Compiles functions with numba, and keeps them on disk where that can be written.

numba knows a kept function by the file it stands in, and would go on using it after a file it
calls into has changed. So the files it keeps are named after every file with compiled code and
those that such a file imports (a constant is compiled in): any change compiles all anew.
"""

import hashlib
import logging
import multiprocessing
import re
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

from numba.core.caching import IndexDataCacheFile

from province.language import message
from search.linking import EntryFunction, LinkedFunction

F = TypeVar("F", bound=Callable[..., Any])
ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("search", "roads", "rotation", "routing", "benchmarks")  # where compiled code may be
OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "_nrt": False}
"""Without Python's lock, and without numba's reference counting (`_nrt`), which would cost more
than the work done: functions compiled so make no arrays."""

_log = logging.getLogger(__name__)
_told: set[str] = set()


def compiled(function: F) -> F:
    """Compile a function into a part of those that call it; it makes no arrays."""
    return cast(F, LinkedFunction(function, OPTIONS))


def woven(function: F) -> F:
    """Compile a small function into those that call it: many arrays are costly to pass."""
    return cast(F, LinkedFunction(function, {"forceinline": True, **OPTIONS}))


def compiled_with_arrays(function: F) -> F:
    """Compile a function that makes arrays into a part of those that call it."""
    return cast(F, LinkedFunction(function, {"nogil": True}))


def entry(function: F) -> F:
    """Compile a function that Python calls; threads may run it side by side."""
    return keep_compiled(function, no_cfunc_wrapper=True, **OPTIONS)


def entry_with_arrays(function: F) -> F:
    """Compile a function that makes arrays and that Python calls."""
    return keep_compiled(function, no_cfunc_wrapper=True, nogil=True)


def keep_compiled(function: F, **options: Any) -> F:
    """Return the function compiled at its first call, and kept on disk for the next run.

    numba keeps it beside its module, or in the user's cache folder. Where neither can be written,
    it is compiled in every run, and a warning says so once.

    Parameters
    ----------
    options
        Of `numba.jit`, but for `cache`.
    """
    made: Any = EntryFunction(function, options)
    try:
        made.enable_caching()
        _name_files(made._cache)
    except RuntimeError:  # numba found no place for its files
        _warn()
    return cast(F, made)


def _name_files(cache: Any) -> None:
    """Name the files of a function after the digest of all kernels, and remove its earlier ones.

    A stamp inside would come too late: reading an old index fails where a class in it has moved.
    """
    name, folder = cache._impl.filename_base, Path(cache.cache_path)
    own = f"{name}-{digest_kernels()}"
    for path in folder.glob(f"{name}*.nb[ci]"):
        if not path.name.startswith(own):
            with suppress(OSError):
                path.unlink()
    cache._cache_file = IndexDataCacheFile(str(folder), own, own)


@cache
def digest_kernels(root: Path = ROOT) -> str:
    """Return what changes with any file that is compiled or that such a file imports."""
    digest = hashlib.blake2s(digest_size=8)
    for path in (ROOT / "search" / "linking.py", *list_kernels(root)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def list_kernels(root: Path = ROOT) -> list[Path]:
    """Return the files with compiled code, and those that they import, sorted."""
    found: set[Path] = set()
    for folder in FOLDERS:
        for path in (root / folder).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            names = re.findall(r"^from ([\w.]+) import", text, re.MULTILINE)
            if "search.compiling" in names:
                files = (root / f"{name.replace('.', '/')}.py" for name in names)
                found |= {path, *(file for file in files if file.is_file())}
    return sorted(found)


def _warn() -> None:
    if multiprocessing.parent_process() is None and not _told:
        _told.add("slow")
        _log.warning(
            message(
                "neither the program's folder nor the user's can be written, so that parts of the "
                "program are compiled again in each run, which takes minutes; set NUMBA_CACHE_DIR "
                "to a folder that can be written"
            )
        )
