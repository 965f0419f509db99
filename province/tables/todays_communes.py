"""Reads old codes and names of communes in tables as the communes of today."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from province.findings import Findings
from province.ids import CommuneCode
from province.language import message
from province.old_units import NOTHING, Named, OldUnit, find_communes
from province.tables.declared import REFERENCES, TABLES
from province.tables.files import RawRow
from province.tables.read import CheckedTable
from province.tables.references import mend_column
from province.tables.rows import make_fact

OLD_UNITS_NAME = "old_units.csv"


def mend_old_codes(
    table: CheckedTable[Any], communes: Sequence[Named], findings: Findings
) -> CheckedTable[Any]:
    """Return the table of old units with codes as long as today's: no list has those of before."""
    widths = {len(one.code) for one in communes if _is_number(one.code)}
    if len(widths) != 1:
        return table
    codes = {row.cells.get("old_code", "") for row in table.raw}
    width = widths.pop()
    full = {code: code.zfill(width) for code in codes if _is_number(code) and len(code) < width}
    return mend_column(table, OLD_UNITS_NAME, "old_code", full, findings)


def read_old_units(table: CheckedTable[Any]) -> tuple[OldUnit, ...]:
    """Return the old units of their table, sorted."""
    found = [make_fact(OldUnit, row) for _, row, _ in table.rows]
    return tuple(sorted(found, key=lambda unit: (*unit.key, unit.commune_code or "")))


def _is_number(code: str) -> bool:
    return code.isascii() and code.isdigit()


def read_todays_communes(
    tables: Mapping[str, CheckedTable[Any]],
    communes: Sequence[Named],
    old: Sequence[OldUnit],
    findings: Findings,
) -> dict[str, CheckedTable[Any]]:
    """Return the tables with today's codes wherever a commune is named.

    One warning a column says how many cells were read otherwise than they stand. What may mean
    several communes is a fault that names them all.
    """
    read = dict(tables)
    for file, column, what in REFERENCES:
        if what == "commune" and file != OLD_UNITS_NAME:
            read[file] = _read_column(read[file], file, column, (communes, old), findings)
    return read


Names = tuple[Sequence[Named], Sequence[OldUnit]]


def _read_column(
    table: CheckedTable[Any], file: str, column: str, names: Names, findings: Findings
) -> CheckedTable[Any]:
    communes, old = names
    by_name = {commune.code: commune.name for commune in communes}
    codes: dict[int, CommuneCode] = {}
    doubtful: dict[int, str] = {}
    read: list[RawRow] = []
    for row in table.raw:
        text = row.cells.get(column, "")
        if not text or row.is_torn:
            continue
        meaning = find_communes(text, _find_day(file, row), communes, old) or NOTHING
        if meaning.is_sure and meaning.codes[0] != text:
            codes[row.line] = meaning.codes[0]
            read.append(row)
        elif meaning is not NOTHING and not meaning.is_sure:
            told = ", ".join(f"{code} ({by_name.get(code, code)})" for code in meaning.codes)
            findings.at(file, row.line, column).add(
                text,
                expected=message("the code of one commune of today"),
                advice=message("it may be in one of these, write its code: {found}", found=told)
                if told
                else message("no table says what became of it: write today's code"),
            )
            doubtful[row.line] = ""
    if read:
        first = read[0]
        code = codes[first.line]
        findings.at(file, None, column).warn(
            first.cells[column],
            expected=message(
                "today's codes; {count} old codes or names were read, this one as {code} ({name})",
                count=len(read),
                code=code,
                name=by_name.get(code, code),
            ),
            advice=message("nothing needs to be done; luanchuyen units tells what each is now"),
        )
    table = table.replace_cells(column, codes | doubtful)
    return table.leave_out(doubtful)


def _find_day(file: str, row: RawRow) -> date | None:
    """Return the day that a row speaks of; None where it has none, or none that can be read."""
    try:
        return date.fromisoformat(row.cells.get(TABLES[file].dated, ""))
    except ValueError:
        return None
