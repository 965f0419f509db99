"""Compiles functions with numba, and keeps the compiled search on disk.

numba knows a kept function by the file it stands in, and would go on using it after a file it
calls into has changed. So only the two entries in `anneal.py` are kept, and each carries a digest
of all these files.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

from province.compiling import keep_compiled

COMPILED = ("compiled", "model", "routes", "insertion", "ruin", "anneal")
F = TypeVar("F", bound=Callable[..., object])
OPTIONS: dict[str, Any] = {"nogil": True, "_nrt": False}


def compiled(function: F) -> F:
    """Return the function compiled as a part of those that call it.

    Counting references to arrays would take most of the time; nothing compiled here makes an
    array, so numba's runtime (`_nrt`) is off.
    """
    return cast(F, numba.njit(**OPTIONS)(function))


def kept(function: F) -> F:
    """Return the function compiled at its first call, and kept on disk for the next run.

    It is kept beside its module, or in the user's cache folder; where neither can be written, it is
    compiled in every run.
    """
    return keep_compiled(function, **OPTIONS)


def digest_sources() -> int:
    """Return a number that changes with any file that is compiled."""
    digest = hashlib.blake2s(digest_size=6)
    for name in COMPILED:
        digest.update((Path(__file__).parent / f"{name}.py").read_bytes())
    return int.from_bytes(digest.digest()) | 1
