"""Processes that begin as copies of the test's own: no start of Python, no import."""

import os
import sys
import traceback
from collections.abc import Callable

import pytest


def fork(act: Callable[[], None]) -> int:
    """Run something in a copy of this process; return its number."""
    if not hasattr(os, "fork"):
        pytest.skip("this system cannot copy a process")
    sys.stdout.flush()
    sys.stderr.flush()
    number = os.fork()
    if number:
        return number
    code = 1
    try:
        act()
        code = 0
    except BaseException:  # noqa: BLE001 - it must not go on as a second test
        traceback.print_exc()
    finally:
        os._exit(code)


def wait(number: int) -> int:
    """Wait for a copy to end; return its exit code, less than 0 when a signal ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])
