"""How the search is compiled: without Python's lock, kept between runs."""

from collections.abc import Callable
from typing import Any, TypeVar

from province.compiling import keep_compiled

F = TypeVar("F", bound=Callable[..., Any])

OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "_nrt": False}
"""Without numba's reference counting, which costs more than the work done."""


def compiled(function: F) -> F:
    """Compile a function that other compiled ones call; it allocates no arrays."""
    return keep_compiled(function, no_cpython_wrapper=True, no_cfunc_wrapper=True, **OPTIONS)


def entry(function: F) -> F:
    """Compile a function that Python calls; threads may run it side by side."""
    return keep_compiled(function, no_cfunc_wrapper=True, **OPTIONS)


def woven(function: F) -> F:
    """Compile a small function into those that call it: the many arrays are costly to pass."""
    return keep_compiled(function, forceinline=True, no_cpython_wrapper=True, **OPTIONS)
