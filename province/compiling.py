"""Compiles functions with numba, and keeps them on disk where that can be written."""

import logging
import multiprocessing
from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

from province.language import message

F = TypeVar("F", bound=Callable[..., Any])

_log = logging.getLogger(__name__)
_told: set[str] = set()


def keep_compiled(function: F, **options: Any) -> F:
    """Return the function compiled at its first call, and kept on disk for the next run.

    numba keeps it beside its module, or in the user's cache folder. Where neither can be written,
    it is compiled in every run, and a warning says so once.

    Parameters
    ----------
    options
        Of `numba.jit`, but for `cache`.
    """
    try:
        return cast(F, numba.jit(nopython=True, cache=True, **options)(function))
    except RuntimeError:  # numba found no place for its files
        _warn()
        return cast(F, numba.jit(nopython=True, **options)(function))


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
