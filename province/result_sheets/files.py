"""Takes result sheets apart, CSV, XLSX or JSON, into rows of text with their place in the file."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from province.cells import clean_text
from province.files.foreign import ForeignError, read_foreign
from province.findings import Findings
from province.language import Message, message
from province.result_sheets.workbook import split_results
from province.tables.files import RawRow, RawTable, read_text, show_cell, split_csv
from province.tables.workbooks import WORKBOOKS

MOST_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class RawSheet:
    """A table of a file: its name in findings, where its headings stand, and its rows.

    Parameters
    ----------
    heading_row
        Row of the headings, counted from 1; None where every row names its own cells (JSON).
    """

    name: str
    heading_row: int | None
    headings: tuple[str, ...]
    rows: tuple[RawRow, ...]


def split_file(path: Path, findings: Findings) -> tuple[RawSheet, ...]:
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
        return tuple(_sheet(name, table) for name, table in split_results(path, findings))
    text = read_text(path, path.name, findings, is_required=True)
    if text is None:
        return ()
    if kind == ".json":
        return _split_json(text, path.name, findings)
    table = split_csv(text, path.name, findings)
    return () if table is None else (_sheet(path.name, table),)


def _sheet(name: str, table: RawTable) -> RawSheet:
    return RawSheet(name, table.heading_line, table.headings, table.rows)


def _refuse(
    path: Path, findings: Findings, expected: Message, advice: Message
) -> tuple[RawSheet, ...]:
    findings.add(path.name, None, "", path, expected=expected, advice=advice)
    return ()


def _split_json(text: str, name: str, findings: Findings) -> tuple[RawSheet, ...]:
    expected = message("a list of objects, one for each row")
    advice = message("write it like [{{...}}, {{...}}]; docs/recording.md names the keys")
    try:
        top = read_foreign(
            lambda: json.loads(text, object_pairs_hook=_no_key_twice, parse_constant=_no_constant)
        )
    except ForeignError as error:
        findings.add(name, error.line, "", error.text, expected=message("JSON"), advice=advice)
        return ()
    if not isinstance(top, list) or not top:
        findings.add(name, None, "", type(top).__name__, expected=expected, advice=advice)
        return ()
    rows = []
    for number, item in enumerate(top, 1):
        if not isinstance(item, dict):
            findings.add(name, number, "", item, expected=expected, advice=advice)
            continue
        cells = {}
        for key, value in item.items():
            if isinstance(value, list | dict):
                findings.add(
                    name, number, key, value,
                    expected=message("a text or a number"), advice=message("write one value"),
                )  # fmt: skip
            else:
                cells[clean_text(key)] = clean_text(show_cell(value))
        rows.append(RawRow(number, {key: cell for key, cell in cells.items() if cell}))
    keys = dict.fromkeys(key for item in top if isinstance(item, dict) for key in item)
    return (RawSheet(name, None, tuple(clean_text(key) for key in keys), tuple(rows)),)


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = [key for key, _ in pairs]
    for key in keys:
        if keys.count(key) > 1:
            raise ValueError(f"{key!r} stands twice in one object")
    return dict(pairs)


def _no_constant(text: str) -> float:
    raise ValueError(f"{text} is no number")
