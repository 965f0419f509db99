"""How the search is compiled: without Python's lock, kept between runs."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

njit: Any = numba.njit  # its annotations do not know every option

F = TypeVar("F", bound=Callable[..., Any])

OPTIONS: dict[str, Any] = {"nogil": True, "cache": True, "error_model": "numpy", "_nrt": False}
"""Without numba's reference counting, which costs more than the work done."""


def compiled(function: F) -> F:
    """Compile a function that other compiled ones call; it allocates no arrays."""
    return cast(F, njit(no_cpython_wrapper=True, no_cfunc_wrapper=True, **OPTIONS)(function))


def entry(function: F) -> F:
    """Compile a function that Python calls; threads may run it side by side."""
    return cast(F, njit(no_cfunc_wrapper=True, **OPTIONS)(function))


def woven(function: F) -> F:
    """Compile a small function into those that call it: the many arrays are costly to pass."""
    return cast(F, njit(forceinline=True, no_cpython_wrapper=True, **OPTIONS)(function))
