"""One province of a region planned by a child process, and what became of it.

What came of a job is kept beside the region's plans with a digest of all it was made from. Whoever
starts the same again finds it done; what failed or was stopped is tried anew.
"""

import hashlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from planning.find_plan import PLAN_NAME
from province.dates import Month
from province.files.locks import hold_lock
from province.files.whole import write_whole
from province.findings import Findings
from province.language import Language
from province.ledger.append import read_ledger
from province.ledger.place import find_place
from province.progress import PROGRESS_FILE
from province.read.settings import read_settings

State = Literal["planned", "failed", "stopped"]

MOST_WORDS = 4_000
"""Letters of what a child said that are kept, the last ones."""

_children: set["subprocess.Popen[bytes]"] = set()
_stopped = threading.Event()


@dataclass(frozen=True, slots=True)
class ProvinceJob:
    """A month of a province to be planned.

    Parameters
    ----------
    folder
        The province's.
    room
        Folder in which it is kept what came of the jobs of this month.
    language
        Of the documents; the province's own if None.
    force
        Whether a plan of the month that is there is replaced.
    """

    folder: Path
    month: Month
    seed: int
    work: float
    room: Path
    language: Language | None = None
    force: bool = False

    @property
    def state_file(self) -> Path:
        """Where it is kept what came of it."""
        return self.room / f"{self.folder.name}.json"

    @property
    def progress_file(self) -> Path:
        """Where the child says how far it is."""
        return self.room / f"{self.folder.name}.progress"

    @property
    def plan_file(self) -> Path:
        """The plan that it makes."""
        return self.folder / "plans" / str(self.month) / PLAN_NAME


@dataclass(frozen=True, slots=True)
class JobOutcome:
    """What became of a job.

    Parameters
    ----------
    province
        Name of its folder.
    exit_code
        Of `plan` (`docs/exit-codes.md`); 0 where there is a plan.
    words
        What `plan` said on stderr: the reasons where there is no plan.
    inputs, plan
        Digests of all the plan is made from, and of the plan; the latter "" without one.
    seconds, cpu_s, memory_mb
        By the clock, of the processor, and the most memory that one process held; 0 where a system
        does not tell.
    is_new
        Whether it was planned now, and not before.
    language
        That the documents were asked in; "" for the province's own.
    """

    province: str
    state: State
    exit_code: int
    words: str
    inputs: str
    plan: str
    seconds: float = 0.0
    cpu_s: float = 0.0
    memory_mb: int = 0
    is_new: bool = True
    language: str = ""


def run_job(job: ProvinceJob) -> JobOutcome:
    """Plan a province unless that was done already, and keep what came of it.

    A plan that is there gets its documents again where they were asked in another language.

    Raises
    ------
    BusyError
        If another program is at the same job.
    LedgerError, DiskError
        If the ledger that offices share cannot be read.
    """
    with hold_lock(job.state_file):
        inputs = digest_inputs(job)
        known = read_outcome(job.state_file)
        if known is not None and _is_done(known, inputs, job):
            return _speak_as_asked(known, job)
        outcome = _run_child(job, inputs)
        if outcome.state != "stopped":
            _keep(outcome, job)
    return outcome


def _speak_as_asked(known: JobOutcome, job: ProvinceJob) -> JobOutcome:
    """Return what came of a job that is done, its documents in the language that is asked now."""
    if known.language == (job.language or ""):
        return replace(known, is_new=False)
    again = _run_child(job, known.inputs, verb="export")
    if again.state != "planned":
        return again
    spoken = replace(known, language=again.language)
    _keep(spoken, job)
    return replace(spoken, is_new=False)


def _keep(outcome: JobOutcome, job: ProvinceJob) -> None:
    text = json.dumps(asdict(replace(outcome, is_new=True)), ensure_ascii=False, indent=1)
    write_whole(job.state_file, text + "\n")


def read_outcome(file: Path) -> JobOutcome | None:
    """Return what is kept of a job; None where nothing is, or nothing that can be read."""
    try:
        return JobOutcome(**json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def digest_inputs(job: ProvinceJob) -> str:
    """Return the SHA-256 over all that a plan is made from.

    Files of the folder with what was recorded (in a database too) and planned before, version, seed
    and work; what is written for people counts as little as later months.
    """
    total = hashlib.sha256()
    told = (version("luanchuyen"), str(job.month), str(job.seed), repr(job.work))
    for part in (*told, *_list_recorded(job.folder)):
        total.update(part.encode() + b"\0")
    for path in sorted(_list_inputs(job)):
        name = path.relative_to(job.folder).as_posix()
        total.update(name.encode() + b"\0" + _digest(path).encode() + b"\0")
    return total.hexdigest()


def _list_recorded(folder: Path) -> Iterator[str]:
    """Yield what tells the state of a ledger that lies in a database, not in the folder."""
    read = read_settings(folder, Findings())
    if read.knows_ledger:
        place = find_place(folder, read.settings)
        ledger = read_ledger(place) if place.url else None
        if ledger is not None:
            yield place.name
            yield ledger.chain[-1].digest if ledger.chain else str(len(ledger.entries))


def _list_inputs(job: ProvinceJob) -> Iterator[Path]:
    plans = job.folder / "plans"
    for path in job.folder.rglob("*"):
        parts = path.relative_to(job.folder).parts
        if not path.is_file() or any(part.startswith(".") for part in parts):
            continue
        if plans not in path.parents or (path.name == PLAN_NAME and parts[1] < str(job.month)):
            yield path


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _is_done(known: JobOutcome, inputs: str, job: ProvinceJob) -> bool:
    is_same = known.state == "planned" and known.inputs == inputs
    return is_same and job.plan_file.is_file() and _digest(job.plan_file) == known.plan


def _run_child(
    job: ProvinceJob, inputs: str, verb: Literal["plan", "export"] = "plan"
) -> JobOutcome:
    language = ("--lang", job.language) if job.language else ()
    effort = ("--seed", str(job.seed), "--work", str(job.work)) if verb == "plan" else ()
    words = [
        sys.executable, "-m", "region.child", *language, verb, str(job.folder.resolve()),
        "--month", str(job.month), *effort, *(("--force",) if job.force or not effort else ()),
    ]  # fmt: skip
    house = str(Path(__file__).resolve().parent.parent)
    paths = [house, *filter(None, [os.environ.get("PYTHONPATH")])]
    more = {
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONIOENCODING": "utf-8",
        PROGRESS_FILE: str(job.progress_file.resolve()),
    }
    begun = time.monotonic()
    # Ctrl-C of a terminal reaches everyone in it; what a child does then is up to its parent.
    child = subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        env=os.environ | more, start_new_session=True,
    )  # fmt: skip
    _children.add(child)
    if _stopped.is_set():
        stop_children()
    try:
        assert child.stderr is not None
        said = child.stderr.read().decode("utf-8", "replace").strip()
        code, cpu_s, memory_mb = _wait(child)
    finally:
        _children.discard(child)
        with suppress(OSError):
            job.progress_file.unlink(missing_ok=True)
    state: State = "stopped" if _stopped.is_set() else "failed" if code else "planned"
    plan = _digest(job.plan_file) if state == "planned" else ""
    seconds = round(time.monotonic() - begun, 1)
    return JobOutcome(
        job.folder.name, state, code, said[-MOST_WORDS:], inputs, plan, seconds, cpu_s, memory_mb,
        language=job.language or "",
    )  # fmt: skip


def _wait(child: "subprocess.Popen[bytes]") -> tuple[int, float, int]:
    """Return a child's exit code, its seconds of processor time and its most memory in MB."""
    if not hasattr(os, "wait4"):
        return child.wait(), 0.0, 0
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    kilobytes = used.ru_maxrss / (1024 if sys.platform == "darwin" else 1)
    return child.returncode, round(used.ru_utime + used.ru_stime, 1), round(kilobytes / 1024)


def stop_children() -> None:
    """End all children of this process, and those that are about to start."""
    _stopped.set()
    for child in tuple(_children):
        with suppress(OSError):
            if child.stdin is not None:
                child.stdin.close()


def let_children_start() -> None:
    """Take back what `stop_children` said: this process begins anew."""
    _stopped.clear()
