"""Takes result sheets apart, CSV, XLSX or JSON, into rows of text with their place in the file."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from province.cells import clean_text
from province.files.foreign import ForeignError, read_foreign
from province.findings import Findings
from province.language import Message, message
from province.tables.files import (
    LAST_HEADING_ROW,
    RawRow,
    RawTable,
    read_text,
    show_cell,
    split_csv,
    split_page,
)
from province.tables.workbooks import WORKBOOKS, Page, open_workbook

MOST_ROWS = 20_000
MOST_CELLS = 500_000
MARKS = frozenset({"task", "outcome"})
"""A row that holds these headings begins a result sheet."""


MOST_BYTES = 20_000_000


def split_file(path: Path, findings: Findings) -> tuple[RawTable, ...]:
    """Return the tables of a file; none, with findings, when it cannot be taken apart.

    The ending tells the kind: ``.xlsx`` or ``.xlsm``, ``.json``, anything else is CSV.
    """
    if not path.is_file():
        return _refuse(path, findings, message("a file with results"), message("correct its name"))
    if path.stat().st_size > MOST_BYTES:
        return _refuse(
            path,
            findings,
            message("a file of at most {count} bytes", count=MOST_BYTES),
            message("record the results of fewer trips at once"),
        )
    kind = path.suffix.casefold()
    if kind in WORKBOOKS:
        return tuple(split_results(path, findings))
    text = read_text(path, path.name, findings, is_required=True)
    if text is None:
        return ()
    if kind == ".json":
        return _split_json(text, path.name, findings)
    table = split_csv(text, path.name, findings)
    return () if table is None else (table,)


def _refuse(
    path: Path, findings: Findings, expected: Message, advice: Message
) -> tuple[RawTable, ...]:
    findings.at(path.name).add(path, expected=expected, advice=advice)
    return ()


def _split_json(text: str, name: str, findings: Findings) -> tuple[RawTable, ...]:
    expected = message("a list of objects, one for each row")
    advice = message("write it like [{{...}}, {{...}}]; docs/recording.md names the keys")
    try:
        top = read_foreign(
            lambda: json.loads(text, object_pairs_hook=_no_key_twice, parse_constant=_no_constant)
        )
    except ForeignError as error:
        findings.at(name, error.line).add(error.text, expected=message("JSON"), advice=advice)
        return ()
    if not isinstance(top, list) or not top:
        findings.at(name).add(type(top).__name__, expected=expected, advice=advice)
        return ()
    rows = []
    for number, item in enumerate(top, 1):
        if not isinstance(item, dict):
            findings.at(name, number).add(item, expected=expected, advice=advice)
            continue
        cells = {}
        for key, value in item.items():
            if isinstance(value, list | dict):
                findings.at(name, number, key).add(
                    value, expected=message("a text or a number"), advice=message("write one value")
                )
            else:
                cells[clean_text(key)] = clean_text(show_cell(value))
        rows.append(RawRow(number, {key: cell for key, cell in cells.items() if cell}))
    keys = dict.fromkeys(key for item in top if isinstance(item, dict) for key in item)
    return (RawTable(name, None, tuple(clean_text(key) for key in keys), tuple(rows)),)


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = [key for key, _ in pairs]
    for key in keys:
        if keys.count(key) > 1:
            raise ValueError(f"{key!r} stands twice in one object")
    return dict(pairs)


def _no_constant(text: str) -> float:
    raise ValueError(f"{text} is no number")


def split_results(path: Path, findings: Findings) -> Iterator[RawTable]:
    """Yield each worksheet that holds results."""
    before = len(findings.items)
    pages = open_workbook(path, findings, most_rows=MOST_ROWS, most_cells=MOST_CELLS)
    if len(findings.items) > before:
        return
    found = False
    for page in pages:
        top = _find_headings(page)
        if top is None:
            continue
        found = True
        name = f"{path.name} [{page.title}]" if len(pages) > 1 else path.name
        yield split_page(page, name, top, findings)
    if not found:
        findings.at(path.name).add(
            ", ".join(page.title for page in pages),
            expected=message("a worksheet with the headings of a result sheet"),
            advice=message("copy the headings from a sheet in the results folder of the plan"),
        )


def _find_headings(page: Page) -> int | None:
    for number, row in enumerate(page.seen[:LAST_HEADING_ROW], 1):
        if {clean_text(show_cell(cell)) for cell in row} >= MARKS:
            return number
    return None
