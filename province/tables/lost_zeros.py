"""Mends codes that lost their leading zeros in a spreadsheet program: ``3646`` is ``03646``."""

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from province.findings import Findings
from province.language import message
from province.tables.declared import REFERENCES
from province.tables.read import CheckedTable
from province.tables.references import KnownIds


def mend_lost_zeros(
    tables: Mapping[str, CheckedTable[Any]], known: KnownIds, findings: Findings
) -> dict[str, CheckedTable[Any]]:
    """Return the tables with the codes that are known once zeros stand in front of them.

    One warning a column says how many were mended; what fits no known code, or two of them, stays
    as it is and is a fault of its own.
    """
    mended = dict(tables)
    for file, column, what in REFERENCES:
        full = _list_lost(known[what] or ())
        if full:
            mended[file] = _mend_column(mended[file], file, column, full, findings)
    return mended


def _list_lost(ids: Iterable[str]) -> dict[str, str]:
    """Return the ids that begin with zeros, by what is left of them without; none in doubt."""
    known = frozenset(ids)
    by_rest: defaultdict[str, set[str]] = defaultdict(set)
    for key in known:
        if key.startswith("0") and key.isascii() and key.isdigit():
            by_rest[key.lstrip("0")].add(key)
    return {
        rest: next(iter(keys))
        for rest, keys in by_rest.items()
        if rest and rest not in known and len(keys) == 1
    }


def _mend_column(
    table: CheckedTable[Any], file: str, column: str, full: Mapping[str, str], findings: Findings
) -> CheckedTable[Any]:
    lost = [row for row in table.raw if row.cells.get(column, "") in full and not row.is_torn]
    if not lost:
        return table
    first = lost[0].cells[column]
    findings.at(file, None, column).warn(
        first,
        expected=message(
            "codes with their leading zeros; {count} were mended, like {code}",
            count=len(lost),
            code=full[first],
        ),
        advice=message("format the column as text before the next change"),
    )
    lines = {row.line: full[row.cells[column]] for row in lost}
    return dataclasses.replace(
        table,
        rows=tuple(
            (line, row.model_copy(update={column: lines[line]}) if line in lines else row, extra)
            for line, row, extra in table.rows
        ),
        raw=tuple(
            dataclasses.replace(row, cells=row.cells | {column: lines[row.line]})
            if row.line in lines
            else row
            for row in table.raw
        ),
    )
