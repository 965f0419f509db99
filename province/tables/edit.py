"""Makes changes in the file of a table, CSV or XLSX, and leaves all else as the planner had it."""

import csv
import io
import tempfile
from codecs import BOM_UTF8
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from province.changes import Change, Edit, LostRow, NewRow
from province.errors import InputError
from province.findings import Findings
from province.language import message
from province.tables.declared import TABLES
from province.tables.edit_csv import drop_row, put_cell, put_row, scan_table
from province.tables.edit_workbook import (
    FormulaInTheWayError,
    Sample,
    clear_row,
    counts_from_1904,
    find_sample,
    read_part,
    replace_part,
    write_cells,
)
from province.tables.files import RawTable, find_page, find_table, split_page
from province.tables.workbooks import WORKBOOKS


def edit_table(folder: Path, name: str, edits: Sequence[Edit]) -> tuple[str, bytes]:
    """Return the name of a table's file, and what stands in it after some changes of the table.

    A table that is not there yet begins with the headings of all its columns.

    Parameters
    ----------
    name
        The table, such as ``closures.csv``, which may be saved as a workbook.

    Raises
    ------
    InputError
        If a formula stands where something is to be changed.
    LookupError
        If there is no such row.
    """
    path = find_table(folder, name, Findings())
    if path.suffix.casefold() in WORKBOOKS:
        return path.name, _edit_workbook(path, name, edits)
    data = path.read_bytes() if path.is_file() else make_rows(name, ())
    mark = BOM_UTF8 if data.startswith(BOM_UTF8) else b""
    text = data.decode("utf-8-sig")
    key = TABLES[name].ids[0]
    for edit in edits:
        table = scan_table(text)
        if isinstance(edit, NewRow):
            text = put_row(table, dict(edit.cells))
        elif isinstance(edit, LostRow):
            text = drop_row(table, (key, edit.row))
        else:
            text = put_cell(table, (key, edit.row), edit.column, edit.value)
    return path.name, mark + text.encode("utf-8")


def make_rows(name: str, rows: Iterable[Mapping[str, object]]) -> bytes:
    """Return what stands in a table of ours as CSV: rows by heading, days in ISO form."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(TABLES[name].row.model_fields), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return BOM_UTF8 + text.getvalue().encode("utf-8")


def _edit_workbook(path: Path, name: str, edits: Sequence[Edit]) -> bytes:
    with tempfile.TemporaryDirectory() as room:
        copy = Path(room) / path.name
        copy.write_bytes(path.read_bytes())
        for edit in edits:
            copy.write_bytes(_edit_page(copy, name, edit))
        return copy.read_bytes()


def _edit_page(path: Path, name: str, edit: Edit) -> bytes:
    data = path.read_bytes()
    known = {heading.casefold() for heading in TABLES[name].row.model_fields}
    found = find_page(path, name, known, Findings())
    if found is None:
        raise LookupError(name)
    page, top = found
    table = split_page(page, name, top, Findings())
    xml, is_1904 = read_part(data, page.part), counts_from_1904(data)
    try:
        if isinstance(edit, LostRow):
            return replace_part(data, page.part, clear_row(xml, _find_row(table, name, edit.row)))
        if isinstance(edit, Change):
            row, cells = _find_row(table, name, edit.row), {edit.column: edit.value}
        else:
            row, cells = max([top, *(one.line for one in table.rows)]) + 1, dict(edit.cells)
        columns = {heading: number for number, heading in enumerate(table.headings, 1)}
        for heading in cells:
            if heading not in columns:
                columns[heading] = max([len(table.headings), *columns.values()]) + 1
                xml = write_cells(xml, top, {columns[heading]: heading}, {}, is_1904=is_1904)
        samples = {columns[heading]: _take_sample(xml, table, heading) for heading in cells}
        texts = {columns[heading]: value for heading, value in cells.items()}
        return replace_part(data, page.part, write_cells(xml, row, texts, samples, is_1904=is_1904))
    except FormulaInTheWayError as error:
        raise InputError.of(
            path.name, "", edit.row,
            expected=message("a cell that holds no formula"),
            advice=message("make this change in the spreadsheet program"),
        ) from error  # fmt: skip


def _find_row(table: RawTable, name: str, wanted: str) -> int:
    key = TABLES[name].ids[0]
    for row in table.rows:
        if row.cells.get(key) == wanted:
            return row.line
    raise LookupError(wanted)


def _take_sample(xml: str, table: RawTable, heading: str) -> Sample:
    """Return what the last cell under a heading that says something is like."""
    filled = [row.line for row in table.rows if heading in row.cells]
    if not filled:
        return Sample()
    return find_sample(xml, filled[-1], table.headings.index(heading) + 1)
