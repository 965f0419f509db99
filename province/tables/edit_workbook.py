"""Changes single rows and cells of an XLSX worksheet; everything else of the workbook stays.

The worksheet's XML is changed where the cells stand: what spreadsheet programs keep beside them
(formulas and their results, formats, charts, macros) would not survive a writer of workbooks.
"""

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape

_ROW = re.compile(r"<((?:\w+:)?)row\b([^>]*?)(?:/>|>(.*?)</\1row>)", re.DOTALL)
_CELL = re.compile(r"<(?:\w+:)?c\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_NUMBER = re.compile(r'\sr=["\'](\d+)["\']')
_NAME = re.compile(r'\sr=["\']([A-Z]+)\d+["\']')
_STYLE = re.compile(r'\ss=["\'](\d+)["\']')
_KIND = re.compile(r'\st=["\'](\w+)["\']')
_FORMULA = re.compile(r"<(?:\w+:)?f[\s/>]")
_DIMENSION = re.compile(r'(<(?:\w+:)?dimension\s[^>]*?ref=["\'])([A-Z]+\d+)(?::([A-Z]+)(\d+))?')
_PLAIN_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?")
_DAY_ZERO = date(1899, 12, 30)


class FormulaInTheWayError(ValueError):
    """A cell that is to be changed holds a formula."""


@dataclass(frozen=True, slots=True)
class SheetCell:
    """A cell as it is written in the worksheet."""

    style: str
    is_number: bool
    has_formula: bool
    xml: str


@dataclass(frozen=True, slots=True)
class Sample:
    """What a cell written into a column is like: its style, and whether numbers stand there."""

    style: str = ""
    is_number: bool = False


def find_sample(xml: str, row: int, column: int) -> Sample:
    """Return what the cell of a row and column, both counted from 1, is like."""
    found = _find_row(xml, row)
    cell = _list_cells(found[3] or "").get(column) if found else None
    return Sample() if cell is None else Sample(cell.style, cell.is_number)


def write_cells(
    xml: str, row: int, texts: Mapping[int, str], samples: Mapping[int, Sample], *, is_1904: bool
) -> str:
    """Return the XML of a worksheet with texts in the cells of a row, by column from 1.

    Parameters
    ----------
    samples
        What the cells of a column are like: days and numbers stay what they are there.
    is_1904
        Whether the workbook counts its days from 1904.

    Raises
    ------
    FormulaInTheWayError
        If a formula stands in one of the cells.
    """
    found = _find_row(xml, row)
    prefix = found[1] if found else next(_ROW.finditer(xml))[1]
    cells = _list_cells(found[3] or "") if found else {}
    for column, text in texts.items():
        if column in cells and cells[column].has_formula:
            raise FormulaInTheWayError
        sample = samples.get(column, Sample())
        style = cells[column].style if column in cells else sample.style
        name, sample = f"{name_column(column)}{row}", Sample(style, sample.is_number)
        cell = _make_cell(prefix, name, text, sample, is_1904)
        cells[column] = SheetCell(style, sample.is_number, False, cell)
    attributes = found[2] if found else f' r="{row}"'
    attributes = re.sub(r'\sspans="[^"]*"', "", attributes)
    inner = "".join(cells[column].xml for column in sorted(cells))
    return _put_row(xml, row, f"<{prefix}row{attributes}>{inner}</{prefix}row>", max(cells))


def clear_row(xml: str, row: int) -> str:
    """Return the XML without the cells of a row; the last row of the worksheet goes altogether.

    Rows below keep their numbers, which formulas elsewhere may name.

    Raises
    ------
    FormulaInTheWayError
        If a formula stands in it.
    """
    found = _find_row(xml, row)
    if found is None:
        return xml
    if _FORMULA.search(found[3] or ""):
        raise FormulaInTheWayError
    is_last = all(_read_number(other[2]) <= row for other in _ROW.finditer(xml))
    empty = "" if is_last else f'<{found[1]}row r="{row}"/>'
    return xml[: found.start()] + empty + xml[found.end() :]


def read_part(data: bytes, name: str) -> str:
    """Return the XML of a part of a workbook."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode("utf-8")


def counts_from_1904(data: bytes) -> bool:
    """Whether a workbook counts its days from 1904."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return re.search(rb'date1904=["\'](1|true)', archive.read("xl/workbook.xml")) is not None


def replace_part(data: bytes, name: str, xml: str) -> bytes:
    """Return a workbook with another XML in one part; all other parts stay."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w") as new:
        for info in old.infolist():
            part = xml.encode("utf-8") if info.filename == name else old.read(info)
            new.writestr(info, part)
    return target.getvalue()


def name_column(number: int) -> str:
    """Return the letters of a column counted from 1."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _read_column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _read_number(attributes: str) -> int:
    found = _NUMBER.search(attributes)
    if found is None:
        raise ValueError("a row without its number")
    return int(found[1])


def _find_row(xml: str, row: int) -> re.Match[str] | None:
    return next((found for found in _ROW.finditer(xml) if _read_number(found[2]) == row), None)


def _list_cells(inner: str) -> dict[int, SheetCell]:
    cells = {}
    for found in _CELL.finditer(inner):
        name, style, kind = (one.search(found[1]) for one in (_NAME, _STYLE, _KIND))
        if name is None:
            raise ValueError("a cell without its name")
        is_number = bool(found[2]) and (kind is None or kind[1] == "n")
        has_formula = _FORMULA.search(found[2] or "") is not None
        cells[_read_column(name[1])] = SheetCell(
            style[1] if style else "", is_number, has_formula, found[0]
        )
    return cells


def _make_cell(prefix: str, name: str, text: str, sample: Sample, is_1904: bool) -> str:
    style = f' s="{sample.style}"' if sample.style else ""
    if not text:
        return f'<{prefix}c r="{name}"{style}/>'
    value = _find_number(text, is_1904) if sample.is_number else None
    if value is not None:
        return f'<{prefix}c r="{name}"{style}><{prefix}v>{value}</{prefix}v></{prefix}c>'
    told = f'<{prefix}is><{prefix}t xml:space="preserve">{escape(text)}</{prefix}t></{prefix}is>'
    return f'<{prefix}c r="{name}"{style} t="inlineStr">{told}</{prefix}c>'


def _find_number(text: str, is_1904: bool) -> str | None:
    """Return what a spreadsheet program keeps of a day or a number; None for all else."""
    if _PLAIN_NUMBER.fullmatch(text):
        return text
    try:
        return str((date.fromisoformat(text) - _DAY_ZERO).days - 1462 * is_1904)
    except ValueError:
        return None


def _put_row(xml: str, row: int, new: str, last_column: int) -> str:
    """Return the XML with a row in the place of the one of its number, or behind the one above."""
    before = [found for found in _ROW.finditer(xml) if _read_number(found[2]) <= row]
    if before and _read_number(before[-1][2]) == row:
        xml = xml[: before[-1].start()] + new + xml[before[-1].end() :]
    else:
        xml = xml[: before[-1].end()] + new + xml[before[-1].end() :]
    return _DIMENSION.sub(lambda found: _stretch(found, row, last_column), xml, count=1)


def _stretch(found: re.Match[str], row: int, column: int) -> str:
    """Return the area that a worksheet claims, as large as it has become."""
    if found[3] is None:
        return found[0]
    last = max(column, _read_column(found[3]))
    return f"{found[1]}{found[2]}:{name_column(last)}{max(row, int(found[4]))}"
