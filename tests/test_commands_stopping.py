"""Whoever stops the program gets the best plan so far or nothing, and one line that says which."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from forked import start
from program import Answer

import commands.plan
import planning.joint.month
from planning.plan_file import read_plan

pytestmark = pytest.mark.usefixtures("few_iterations")

ROOT = Path(__file__).resolve().parent.parent
SIGNALS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]
AFTER_FIRST_TRIPS = "asking the trips what exchanges cost"
"""What is told after the first proposal: CP-SAT has chosen its trips."""

PROGRAM = """
import os, signal, sys
from contextlib import contextmanager
import cli, commands.answers, planning.joint.month

number, marks = int(sys.argv[1]), sys.argv[2].split("|")
# As in a terminal: who starts tests in the background lets them inherit a deaf ear.
is_interrupt = number == signal.SIGINT
signal.signal(number, signal.default_int_handler if is_interrupt else signal.SIG_DFL)

@contextmanager
def stop_at_marks(language):
    def show(what, share):
        if marks and what.template == marks[0]:
            marks.pop(0)
            os.kill(os.getpid(), number)
    yield show

if marks == ["at once"]:
    planning.joint.month.survey_after = lambda *a, **k: os.kill(os.getpid(), number)
commands.answers.progress_bar = stop_at_marks
if __name__ == "__main__":
    sys.argv = ["luanchuyen", "--lang", "en", *sys.argv[3:]]
    cli.main()
"""


def plan_anew(folder: Path, number: int, marks: str) -> "subprocess.CompletedProcess[str]":
    """Plan a month in a process of its own; it sends itself a signal when the next mark is told."""
    (folder.parent / "program.py").write_text(PROGRAM, encoding="utf-8")
    return subprocess.run(
        [sys.executable, str(folder.parent / "program.py"), str(number), marks,
         "plan", str(folder), "--month", "2026-12", "--work", "0.02"],
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        capture_output=True, text=True, encoding="utf-8", timeout=300, check=False,
    )  # fmt: skip


def plan(folder: Path, number: int, marks: str) -> Answer:
    """Plan a month in a copy of this process, which is stopped in the same way."""
    left = marks.split("|")

    @contextmanager
    def stop_at_marks(language):
        def show(what, share):
            if left and what.template == left[0]:
                left.pop(0)
                os.kill(os.getpid(), number)

        yield show

    def begin() -> None:
        is_interrupt = number == signal.SIGINT
        signal.signal(number, signal.default_int_handler if is_interrupt else signal.SIG_DFL)
        if left == ["at once"]:
            planning.joint.month.survey_after = lambda *a, **k: os.kill(os.getpid(), number)
        commands.plan.progress_bar = stop_at_marks

    words = ("--lang", "en", "plan", folder, "--month", "2026-12", "--work", "0.02")
    return start(*words, begin=begin).end()


def test_who_stops_the_search_gets_the_best_plan_and_is_told(small_folder: Path) -> None:
    answer = plan_anew(small_folder, signal.SIGTERM, AFTER_FIRST_TRIPS)
    assert answer.returncode == 0, answer.stderr
    assert answer.stderr == "the search was cut short: this is the best plan found until then\n"
    made = read_plan(small_folder / "plans" / "2026-12" / "plan.json")
    assert made.is_cut_short
    assert made.trips.trips


@pytest.mark.parametrize("number", SIGNALS)
def test_who_stops_before_there_is_a_plan_gets_nothing_and_is_told(
    small_folder: Path, number: int
) -> None:
    before = sorted(small_folder.rglob("*"))
    answer = plan(small_folder, number, "at once")
    assert answer.returncode == 130
    assert answer.stderr.strip() == "stopped; nothing is half written"
    assert sorted(small_folder.rglob("*")) == before


def test_who_stops_while_reasons_are_looked_for_keeps_the_trips(small_folder: Path) -> None:
    answer = plan(small_folder, signal.SIGINT, "finding reasons")
    assert answer.returncode == 0, answer.stderr
    assert "cut short" in answer.stderr
    assert read_plan(small_folder / "plans" / "2026-12" / "plan.json").trips.trips


def test_who_stops_twice_does_not_wait(small_folder: Path) -> None:
    before = sorted(small_folder.rglob("*"))
    answer = plan(small_folder, signal.SIGINT, f"{AFTER_FIRST_TRIPS}|finding reasons")
    assert answer.returncode == 130
    assert answer.stderr.strip() == "stopped; nothing is half written"
    assert sorted(small_folder.rglob("*")) == before


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="no terminal hangs up here")
def test_a_signal_that_was_shut_off_stays_so() -> None:
    code = (
        "import os, signal; signal.signal(signal.SIGHUP, signal.SIG_IGN);"
        "from commands.stopping import StopSignals; StopSignals().heed();"
        "os.kill(os.getpid(), signal.SIGHUP); print('on')"
    )
    words = [sys.executable, "-c", code]
    answer = subprocess.run(words, capture_output=True, text=True, cwd=ROOT, check=False)
    assert (answer.returncode, answer.stdout) == (0, "on\n")
