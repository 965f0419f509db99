"""Reads a CSV table of the province folder into checked rows, with every fault found."""

import csv
import difflib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from province.cells import CellError, clean_text
from province.findings import Findings
from province.language import Message, message

RowModel = TypeVar("RowModel", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class RawRow:
    """A line of a table: its number in the file and its cells by heading, empty ones left out."""

    line: int
    cells: dict[str, str]


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
) -> list[tuple[int, RowModel, dict[str, str]]]:
    """Return the rows of a table that could be read: line, checked row, cells under `prefix`.

    Parameters
    ----------
    model
        Pydantic model of a row; its fields are the columns.
    prefix
        Columns that start with it are handed back as they are (by heading).
    """
    text = read_text(folder / name, name, findings, is_required=is_required)
    if text is None:
        return []
    rows = []
    for raw in _split_rows(text, name, model, findings, prefix):
        own = {key: cell for key, cell in raw.cells.items() if key in model.model_fields}
        try:
            row = model.model_validate(own)
        except ValidationError as error:
            add_faults(error, name, raw.line, raw.cells, findings)
            continue
        extra = {k: v for k, v in raw.cells.items() if prefix and k.startswith(prefix)}
        rows.append((raw.line, row, extra))
    return rows


def _split_rows(
    text: str, name: str, model: type[BaseModel], findings: Findings, prefix: str
) -> list[RawRow]:
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
            elif kept:
                rows.append(RawRow(here, kept))
    except csv.Error as error:
        findings.add(
            name,
            reader.line_num,
            "",
            str(error),
            expected=message("a CSV table"),
            advice=message("open and save it in a spreadsheet program"),
        )
        return []
    return rows if _check_headings(headings, name, model, findings, prefix) else []


def _check_headings(
    headings: Sequence[str], name: str, model: type[BaseModel], findings: Findings, prefix: str
) -> bool:
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
    missing = [
        key
        for key, field in model.model_fields.items()
        if field.is_required() and key not in headings
    ]
    for key in missing:
        findings.add(
            name,
            1,
            key,
            "",
            expected=message("a column with this heading"),
            advice=message("add the column; docs/data-format.md says what it holds"),
        )
    return not missing


def add_faults(
    error: ValidationError, name: str, row: int | None, cells: dict[str, Any], findings: Findings
) -> None:
    """Add a finding for each fault that a model found in one row."""
    for fault in error.errors():
        column = ".".join(str(part) for part in fault["loc"])
        inner = fault.get("ctx", {}).get("error")
        top = str(fault["loc"][0]) if fault["loc"] else ""
        value = cells.get(top, "") if len(fault["loc"]) <= 1 else fault.get("input", "")
        if isinstance(inner, CellError):
            expected, advice = inner.expected, inner.advice
        else:
            expected, advice = _explain(fault)
        findings.add(name, row, column, value, expected=expected, advice=advice)


def _explain(fault: Any) -> tuple[Message, Message]:
    kind, ctx = fault["type"], fault.get("ctx", {})
    if kind == "missing":
        return message("a value"), message("fill in the cell")
    if kind in ("enum", "literal_error"):
        return (
            message("one of {choices}", choices=str(ctx.get("expected", "")).replace("'", "")),
            message("choose one of these words"),
        )
    if kind == "extra_forbidden":
        return message("a setting that exists"), message("correct its name or delete it")
    limits = {"greater_than_equal": "ge", "greater_than": "gt", "less_than_equal": "le"}
    if kind in limits:
        bound = float(ctx[limits[kind]])
        sign = {"ge": "≥", "gt": ">", "le": "≤"}[limits[kind]]
        return (
            message("a number {sign} {bound}", sign=sign, bound=f"{bound:g}"),
            message("correct the number"),
        )
    return message("{rule}", rule=str(fault["msg"])), message("correct the value")
