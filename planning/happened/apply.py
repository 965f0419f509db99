"""Writes what happened into the province folder, once the reader has found no fault in it."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from planning.happened.happening import Happening
from planning.happened.touched import Touched, find_touched
from province.errors import BusyError, InputError
from province.facts import Province
from province.files.locks import hold_lock
from province.files.whole import write_whole
from province.findings import Finding
from province.language import message
from province.read import read_province, read_with_findings
from province.tables.edit import edit_table

OPEN_MARKS = (".~lock.{}#", "~${}")
"""Files that LibreOffice and Excel keep beside a table that they have open."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What was written, and whom it concerns.

    Parameters
    ----------
    province
        The facts as they are now.
    file
        The file that was written; "" where it said so already.
    warnings
        What the reader warns of since.
    """

    province: Province
    happening: Happening
    file: str
    warnings: tuple[Finding, ...]
    touched: Touched


def refuse_open(table: Path) -> None:
    """Raise BusyError while a spreadsheet program has a table open: it would save over a change."""
    for name in OPEN_MARKS:
        mark = table.with_name(name.format(table.name))
        if mark.exists():
            raise BusyError(
                message(
                    "{file} is open in a spreadsheet program: close it there, then run this again "
                    "(if it is not, delete {mark})",
                    file=table.name,
                    mark=mark.name,
                )
            )


def apply_happening(folder: Path, decide: Callable[[Province], Happening]) -> Applied:
    """Write what happened, and return what of the plans in force it concerns.

    Parameters
    ----------
    decide
        Makes the changes from the facts; raises InputError for what names nothing.

    Raises
    ------
    InputError
        With every fault of the folder, before the change or after it; nothing is written then.
    BusyError
        If another program is writing to the folder, or has the table open.
    """
    with hold_lock(folder):
        before = read_province(folder)
        happening = decide(before)
        if not happening.edits:
            touched = find_touched(folder, before, before, happening.concern)
            return Applied(before, happening, "", (), touched)
        table = happening.edits[0].file
        file, data = edit_table(folder, table, happening.edits)
        refuse_open(folder / file)
        with tempfile.TemporaryDirectory() as room:
            (Path(room) / file).write_bytes(data)
            after, findings = read_with_findings(folder, changed={table: Path(room)})
        if after is None:
            raise InputError(findings.faults)
        write_whole((folder / file).resolve(), data)
    fresh = tuple(one for one in after.warnings if one not in before.warnings)
    touched = find_touched(folder, before, after, happening.concern)
    return Applied(after, happening, file, fresh, touched)
