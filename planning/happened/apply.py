"""Writes what happened into the province folder, once the reader has found no fault in it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from planning.happened.happening import Happening
from planning.happened.touched import Touched, find_touched
from planning.write_facts import write_edits
from province.facts import Province
from province.files.locks import hold_lock
from province.findings import Finding
from province.read import read_province


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
        (file, *_), after = write_edits(folder, happening.edits)
    fresh = tuple(one for one in after.warnings if one not in before.warnings)
    touched = find_touched(folder, before, after, happening.concern)
    return Applied(after, happening, file, fresh, touched)
