"""Writes changed files of a province folder, once the reader has found no fault in them."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from province.changes import Edit
from province.errors import BusyError, InputError
from province.facts import Province
from province.files.whole import write_whole
from province.language import message
from province.read import read_with_findings
from province.tables.edit import edit_table

OPEN_MARKS = (".~lock.{}#", "~${}")
"""Files that LibreOffice and Excel keep beside a table that they have open."""


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


def write_edits(folder: Path, edits: Sequence[Edit]) -> tuple[tuple[str, ...], Province]:
    """Write changes of some tables, and return the files and the facts as they are then.

    As `write_facts`, which says what it raises.
    """
    tables = dict.fromkeys(edit.file for edit in edits)
    changed = {
        table: edit_table(folder, table, [edit for edit in edits if edit.file == table])
        for table in tables
    }
    return tuple(file for file, _ in changed.values()), write_facts(folder, changed)


def write_facts(folder: Path, changed: Mapping[str, tuple[str, bytes]]) -> Province:
    """Write some files of a folder, and return its facts as they are then.

    Each file appears whole; one after the other, so what they say must hold singly as well. Only
    for those who hold the lock of the folder.

    Parameters
    ----------
    changed
        The name of each file and what is to stand in it, by the name of its table or
        ``province.toml``.

    Raises
    ------
    InputError
        With every fault that the folder then had; nothing is written.
    BusyError
        If a spreadsheet program has one of them open.
    """
    for file, _ in changed.values():
        refuse_open(folder / file)
    after = read_changed(folder, changed)
    for file, data in changed.values():
        write_whole((folder / file).resolve(), data)
    return after


def read_changed(folder: Path, changed: Mapping[str, tuple[str, bytes]]) -> Province:
    """Return the facts of a folder as they would be with some other files; nothing is written.

    Parameters
    ----------
    changed
        As that of `write_facts`.

    Raises
    ------
    InputError
        With every fault that the folder would have.
    """
    with tempfile.TemporaryDirectory() as room:
        for file, data in changed.values():
            (Path(room) / file).write_bytes(data)
        after, findings = read_with_findings(folder, changed=dict.fromkeys(changed, Path(room)))
    if after is None:
        raise InputError(findings.faults)
    return after
