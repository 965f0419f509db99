"""Reads the lines of a ledger back from the CSV tables that `ledger export` wrote."""

import re
from collections.abc import Sequence
from pathlib import Path

from province.errors import InputError
from province.findings import Findings, Spot
from province.language import message
from province.ledger.chain import Link, Row
from province.ledger.ledger_lines import Lines, check_lines, digest_rows
from province.ledger.schema import LINES
from province.result_sheets.cells import parse_remark
from province.tables.files import RawRow, read_text, split_csv

ENTRIES_FILE, RESULTS_FILE = "ledger-entries.csv", "ledger-results.csv"
LENDINGS_FILE = "ledger-lendings.csv"
"""Only there where a batch was lent to another province, or borrowed."""

TABLES = {ENTRIES_FILE: "entries", RESULTS_FILE: "results", LENDINGS_FILE: "lendings"}
LINE = ("number", "digest", "position")
HISTORY = "history"
HEADINGS = {
    ENTRIES_FILE: (*LINE, *LINES["entries"], HISTORY),
    RESULTS_FILE: (*LINE, *LINES["results"]),
    LENDINGS_FILE: (*LINE, *LINES["lendings"]),
}
"""`history` says "yes" in the entries that came from `ledger.csv`."""

SAID = ("month", "trip_id", "date", "site_id", "task", "content_id", "outcome")
"""Columns of results that only help a reader; the column `row` says all of it."""

TAKE_AS_WRITTEN = message("take the tables as luanchuyen ledger export wrote them")
NUMBERS = ("number", "position", "books", "boxes")


def read_csv_lines(folder: Path) -> Lines:
    """Return the lines that the tables in a folder hold.

    Raises
    ------
    InputError
        With every fault of the tables.
    LedgerError
        If a line is not as it was recorded.
    """
    findings = Findings()
    rows: dict[str, tuple[Row, ...]] = {}
    links: list[tuple[int, Link]] = []
    num_history = 0
    for file, table in TABLES.items():
        found = _read_rows(folder / file, file, findings)
        rows[table] = tuple((position, *cells) for _, (_, position, *cells), _ in found)
        links += [
            (int(str(number)), Link(table, int(str(position)), digest))
            for digest, (number, position, *_), _ in found
        ]
        marks = [is_history for *_, is_history in found]
        num_history += sum(marks)
        if marks != sorted(marks, reverse=True):
            findings.at(file, None, HISTORY).add(
                "",
                expected=message("the first entries, and no others, marked as history"),
                advice=TAKE_AS_WRITTEN,
            )
    if findings.faults:
        raise InputError(findings.faults)
    links.sort(key=lambda pair: pair[0])
    opening = digest_rows(row[1:] for row in rows["entries"][:num_history])
    lines = Lines(rows, tuple(link for _, link in links), opening)
    check_lines(lines)
    return lines


Found = tuple[str, Row, bool]
"""Digest of a line; its number, its position and its cells; whether it is history."""


def _read_rows(path: Path, file: str, findings: Findings) -> list[Found]:
    text = read_text(path, file, findings, is_required=file != LENDINGS_FILE)
    table = None if text is None else split_csv(text, file, findings)
    if table is None:
        return []
    missing = [name for name in HEADINGS[file] if name not in table.headings]
    if missing:
        findings.at(file, table.heading_line, missing[0]).add(
            ", ".join(table.headings),
            expected=message("the columns {columns}", columns=", ".join(missing)),
            advice=TAKE_AS_WRITTEN,
        )
        return []
    found = [_read_row(row, LINES[TABLES[file]], findings.at(file, row.line)) for row in table.rows]
    return sorted((one for one in found if one is not None), key=lambda one: one[1][:2])


def _read_row(row: RawRow, columns: Sequence[str], place: Spot) -> Found | None:
    cells: list[object] = []
    for name in ("number", "position", *columns):
        text = row.cells.get(name, "")
        if name not in NUMBERS:
            cells.append(parse_remark(text))
        elif re.fullmatch(r"\d{1,15}", text):
            cells.append(int(text))
        else:
            place.at(name).add(text, expected=message("a whole number"), advice=message("round it"))
            return None
    return row.cells.get("digest", ""), tuple(cells), row.cells.get(HISTORY) == "yes"
