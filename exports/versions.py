"""Keeps the plans that others replaced, and a list of who replaced which, when and why."""

import csv
import getpass
from contextlib import suppress
from dataclasses import astuple, dataclass, fields
from datetime import datetime
from pathlib import Path

from exports.tables.table import make_table
from planning.find_plan import PLAN_NAME
from planning.plan import Plan
from planning.plan_file import read_plan
from province.errors import InputError
from province.files.whole import write_whole
from province.language import message

FOLDER, LIST_NAME = "versions", "versions.csv"


@dataclass(frozen=True, slots=True)
class Version:
    """One plan that was in force.

    Parameters
    ----------
    version
        Its number: how often a plan of the month had been replaced when it was made.
    written_at
        When, by the clock of the machine, with its distance from UTC.
    by, command, why
        Who made it, with which command, and the reason given.
    papers
        What its papers print, so that a sheet in hand can be found here.
    """

    version: int
    written_at: str
    by: str
    command: str
    why: str
    papers: str


def keep_version(folder: Path, new: Plan) -> None:
    """Copy the plan in force to its place among the versions, before a new one replaces it.

    The same plan again is no other version. Called again after a run that was stopped, it copies
    nothing twice.
    """
    file = folder / PLAN_NAME
    if not file.is_file():
        return
    with suppress(InputError):  # a plan that cannot be read is no version to go back to
        number = read_plan(file).revision
        if number == new.revision:
            return
        place = folder / FOLDER / f"{number:03d}" / PLAN_NAME
        place.parent.mkdir(parents=True, exist_ok=True)
        write_whole(place, file.read_bytes())


def note_version(folder: Path, *, command: str, why: str = "", by: str = "") -> None:
    """Add the plan in force to the list of versions; the same one again keeps its line."""
    plan, known = read_plan(folder / PLAN_NAME), read_versions(folder)
    if any((one.version, one.papers) == (plan.revision, plan.papers_digest) for one in known):
        return
    now = datetime.now().astimezone().isoformat(timespec="seconds")
    new = Version(plan.revision, now, by or _name_user(), command, why, plan.papers_digest)
    kept = [one for one in known if one.version != new.version]
    rows = [astuple(one) for one in sorted((*kept, new), key=lambda one: one.version)]
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    heads = [field.name for field in fields(Version)]
    write_whole(folder / FOLDER / LIST_NAME, make_table(heads, rows))


def read_versions(folder: Path) -> tuple[Version, ...]:
    """Return what is known of the versions of a month's plan, by number.

    A list that somebody spoilt counts as none: it tells a story, no plan depends on it.
    """
    path = folder / FOLDER / LIST_NAME
    if not path.is_file():
        return ()
    found = []
    with suppress(UnicodeDecodeError, csv.Error):
        for row in csv.DictReader(path.read_text("utf-8-sig").splitlines()):
            number = (row.get("version") or "").strip()
            if number.isascii() and number.isdigit():
                texts = [row.get(field.name) or "" for field in fields(Version)[1:]]
                found.append(Version(int(number), *texts))
    return tuple(found)


def read_former_plans(folder: Path, plan: Plan, most: int) -> tuple[Plan, ...]:
    """Return the latest plans of a month that were replaced, the latest last.

    What cannot be read, or is of another month or province, counts as none.
    """
    found: list[Plan] = []
    for path in sorted(folder.glob(f"{FOLDER}/*/{PLAN_NAME}"), reverse=True):
        if len(found) == most:
            break
        with suppress(InputError):
            old = read_plan(path)
            if (old.month, old.province_code) == (plan.month, plan.province_code):
                found.append(old)
    return tuple(reversed(found))


def find_version(folder: Path, number: int) -> Path:
    """Return the file of an earlier plan of a month.

    Raises
    ------
    InputError
        If there is none of that number; it names those there are.
    """
    path = folder / FOLDER / f"{number:03d}" / PLAN_NAME
    if not path.is_file():
        known = sorted(int(one.parent.name) for one in folder.glob(f"{FOLDER}/*/{PLAN_NAME}"))
        raise InputError.of(
            "--version", "", number,
            expected=message("an earlier version: {numbers}",
                             numbers=", ".join(map(str, known)) or "-"),
            advice=message("look into {file}", file=(folder / FOLDER / LIST_NAME).as_posix()),
        )  # fmt: skip
    return path


def _name_user() -> str:
    """Return who is logged in, or nothing where the machine does not say."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""
