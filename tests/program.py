"""The program as its command line is used, without starting a process: words in, answer out.

A start takes two seconds of a processor. What belongs to a process of its own (signals, the bytes
of a console, several at once, another hash seed) is tested with one.
"""

import contextlib
import io
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import cli
from commands.stopping import SIGNALS

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Answer:
    """What a run printed, and its exit code."""

    returncode: int
    stdout: str
    stderr: str


@contextlib.contextmanager
def _as_it_was() -> Iterator[None]:
    """Put back what a run leaves to the process that ends with it."""
    numbers = [getattr(signal, name) for name in SIGNALS if hasattr(signal, name)]
    handlers = {number: signal.getsignal(number) for number in numbers}
    log = logging.getLogger("province")
    listeners = list(log.handlers)
    try:
        yield
    finally:
        log.handlers[:] = listeners
        for number, handler in handlers.items():
            signal.signal(number, handler)


def run(*words: object, cwd: Path | None = None, **environment: str) -> Answer:
    """Run the command line with some words, in a folder and with more of an environment."""
    out, err = io.StringIO(), io.StringIO()
    with (
        _as_it_was(),
        patch.dict(os.environ, environment),
        patch.object(sys, "argv", ["luanchuyen", *map(str, words)]),
        contextlib.chdir(cwd or Path.cwd()),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            cli.main()
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
    return Answer(code, out.getvalue(), err.getvalue())


def run_anew(*words: object, cwd: Path | None = None, **environment: str) -> Answer:
    """Run the command line as `run` does, in a process of its own."""
    env = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"} | environment
    done = subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), *map(str, words)],
        capture_output=True, text=True, encoding="utf-8", cwd=cwd, env=env, check=False,
    )  # fmt: skip
    return Answer(done.returncode, done.stdout, done.stderr)
