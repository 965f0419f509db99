"""Reads a CSV table of the province folder into checked rows, with every fault found."""

import csv
import difflib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import BaseModel, ValidationError

from province.cells import clean_text
from province.findings import Findings
from province.language import message
from province.row_faults import add_faults

RowModel = TypeVar("RowModel", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class RawRow:
    """A line of a table: its number in the file and its cells by heading, empty ones left out.

    A torn line has more cells than there are headings, so that only its first cell can be trusted.
    """

    line: int
    cells: dict[str, str]
    is_torn: bool = False


@dataclass(frozen=True, slots=True)
class Table(Generic[RowModel]):
    """A table as far as it could be read.

    Parameters
    ----------
    rows
        The rows without a fault: line, checked row, and cells under the prefix by heading.
    raw
        Every row, faulty ones included, so that an id in a faulty row is still known.
    absent
        Columns whose heading is missing although it is required.
    is_whole
        False when the file could not be taken apart, so that there may be rows that `raw` lacks.
    """

    rows: tuple[tuple[int, RowModel, dict[str, str]], ...]
    raw: tuple[RawRow, ...]
    absent: tuple[str, ...] = ()
    is_whole: bool = True

    @property
    def faulty(self) -> tuple[RawRow, ...]:
        """The rows that have a fault."""
        good = {line for line, _, _ in self.rows}
        return tuple(row for row in self.raw if row.line not in good)


def read_text(path: Path, name: str, findings: Findings, *, is_required: bool) -> str | None:
    """Return the text of a UTF-8 file, or None with a finding.

    Parameters
    ----------
    path, name
        The file, and its name in findings.
    is_required
        Whether a missing file is a fault.
    """
    if not path.is_file():
        if is_required:
            findings.add(
                name,
                None,
                "",
                "",
                expected=message("this file in the province folder"),
                advice=message("copy it from an example made with: luanchuyen new"),
            )
        return None
    data = path.read_bytes()
    try:
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise UnicodeDecodeError("utf-16", data, 0, 2, "UTF-16")
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        findings.add(
            name,
            line,
            "",
            repr(data[error.start : error.start + 8]),
            expected=message("text in UTF-8"),
            advice=message("save it again as CSV UTF-8 in the spreadsheet program"),
        )
        return None
    if "\0" in text:
        findings.add(
            name,
            text[: text.index("\0")].count("\n") + 1,
            "",
            "NUL",
            expected=message("text without NUL bytes"),
            advice=message("the file is damaged: restore it from a copy"),
        )
        return None
    if not text.strip():
        findings.add(
            name,
            None,
            "",
            "",
            expected=message("a heading line and rows"),
            advice=message("the file is empty: restore it, or copy an example's"),
        )
        return None
    return text


def read_table(
    folder: Path,
    name: str,
    model: type[RowModel],
    findings: Findings,
    *,
    is_required: bool = True,
    prefix: str = "",
    synonyms: Mapping[str, Sequence[str]] | None = None,
) -> Table[RowModel]:
    """Return the rows of a table that could be read, and the raw ones.

    Parameters
    ----------
    model
        Pydantic model of a row; its fields are the columns.
    prefix
        Columns that start with it are handed back as they are (by heading).
    synonyms
        Other headings (in small letters) by ours, for tables that other systems export; columns
        that nothing reads are no warning then.
    """
    path = folder / name
    text = read_text(path, name, findings, is_required=is_required)
    split = None if text is None else split_rows(text, name, findings)
    if split is None:
        return Table((), (), is_whole=text is None and not path.is_file() and not is_required)
    headings, raw = split if synonyms is None else _rename(*split, synonyms, model)
    absent = _check_headings(headings, name, model, findings, prefix)
    rows = []
    for line in raw:
        if line.is_torn:
            continue
        own = {key: cell for key, cell in line.cells.items() if key in model.model_fields}
        try:
            row = model.model_validate(own)
        except ValidationError as error:
            add_faults(error, name, line.line, line.cells, findings, absent=absent)
            continue
        extra = {k: v for k, v in line.cells.items() if prefix and k.startswith(prefix)}
        rows.append((line.line, row, extra))
    return Table(tuple(rows), raw, absent)


def _rename(
    headings: list[str],
    raw: tuple[RawRow, ...],
    synonyms: Mapping[str, Sequence[str]],
    model: type[BaseModel],
) -> tuple[list[str], tuple[RawRow, ...]]:
    """Return a table with our headings; where several mean one column, ours or the first counts."""
    ours = {heading.casefold(): heading for heading in model.model_fields}
    names = {other: own for own, others in synonyms.items() for other in others} | ours
    new: dict[str, str] = {}
    for heading in sorted(headings, key=lambda h: h.casefold() not in ours):
        own = names.get(heading.casefold())
        if own is not None and own not in new.values():
            new[heading] = own
    rows = (
        RawRow(row.line, {new[h]: c for h, c in row.cells.items() if h in new}, row.is_torn)
        for row in raw
    )
    return list(new.values()), tuple(rows)


def split_rows(
    text: str, name: str, findings: Findings
) -> tuple[list[str], tuple[RawRow, ...]] | None:
    """Return headings and rows of a CSV text, or None with a finding when it is no table."""
    first = text.splitlines()[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        headings = [clean_text(cell) for cell in next(reader)]
        rows, line = [], reader.line_num + 1
        for cells in reader:
            here, line = line, reader.line_num + 1
            kept = {h: clean_text(c) for h, c in zip(headings, cells, strict=False) if h}
            kept = {h: c for h, c in kept.items() if c}
            spare = [c for c in cells[len(headings) :] if c.strip()]
            if spare:
                findings.add(
                    name,
                    here,
                    "",
                    spare[0],
                    expected=message("{count} cells in this line", count=len(headings)),
                    advice=message("put text that holds a separator in quotes"),
                )
            if kept:
                rows.append(RawRow(here, kept, is_torn=bool(spare)))
    except csv.Error as error:
        findings.add(
            name,
            reader.line_num,
            "",
            str(error),
            expected=message("a CSV table"),
            advice=message("open and save it in a spreadsheet program"),
        )
        return None
    return headings, tuple(rows)


def _check_headings(
    headings: Sequence[str], name: str, model: type[BaseModel], findings: Findings, prefix: str
) -> tuple[str, ...]:
    known = list(model.model_fields)
    for heading in sorted({h for h in headings if h and headings.count(h) > 1}):
        findings.add(
            name,
            1,
            heading,
            heading,
            expected=message("each heading once"),
            advice=message("rename or delete one of the two columns"),
        )
    for heading in headings:
        if heading and heading not in known and not (prefix and heading.startswith(prefix)):
            near = difflib.get_close_matches(heading, known, n=1)
            findings.add(
                name,
                1,
                heading,
                heading,
                expected=message("a heading that is read"),
                advice=message("nearest heading: {near}", near=near[0] if near else "-"),
                is_warning=True,
            )
    missing = tuple(
        key
        for key, field in model.model_fields.items()
        if field.is_required() and key not in headings
    )
    for key in missing:
        findings.add(
            name,
            1,
            key,
            "",
            expected=message("a column with this heading"),
            advice=message("add the column; docs/data-format.md says what it holds"),
        )
    return missing
