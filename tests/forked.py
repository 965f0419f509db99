"""Processes that begin as copies of the test's own: no start of Python, no import."""

import os
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest
from program import Answer

import cli

MOST_S = 300.0
"""How long a copy may take."""


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


@dataclass(frozen=True)
class Started:
    """A copy that is the program: its number, and the files that it prints to."""

    number: int
    out: Path
    err: Path

    def end(self) -> Answer:
        """Wait for it, and return what it printed; one that takes too long is killed."""
        until = time.monotonic() + MOST_S
        while not (ended := os.waitpid(self.number, os.WNOHANG))[0]:
            if time.monotonic() > until:
                os.kill(self.number, 9)
            time.sleep(0.02)
        printed = (path.read_text("utf-8") for path in (self.out, self.err))
        answer = Answer(os.waitstatus_to_exitcode(ended[1]), *printed)
        shutil.rmtree(self.out.parent)
        return answer


def start(*words: object, begin: Callable[[], object] = lambda: None) -> Started:
    """Start the command line in a copy of this process, several at once if need be.

    Parameters
    ----------
    begin
        What the copy does first.
    """
    folder = Path(tempfile.mkdtemp(prefix="copy-"))
    started = folder / "out", folder / "err"

    def act() -> NoReturn:
        sys.stdout, sys.stderr = (path.open("w", encoding="utf-8") for path in started)
        code = 0
        try:
            begin()
            sys.argv = ["luanchuyen", *map(str, words)]
            cli.main()
        except SystemExit as end:
            code = int(end.code or 0)
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)

    return Started(fork(act), *started)
